"""Changes of a programme (thay đổi chương trình tín dụng) after what the data file says.

The nation changes anything; a province only its ceiling for its own money (Decree 338/2025).
A change that reaches existing contracts (Decree 261/2025) is carried out by the close of the day
from which it holds, loan by loan.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_loans.domain.credit_refusals import (
    ChangeOutOfOrder,
    ChangeRepeated,
    NothingChanged,
    OnlyOwnCeiling,
    RateMissing,
    UnitChangesNothing,
)
from policy_credit_loans.domain.programme import Entry, Months, catalogue, programme_id
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Fund, Programme, Text
from policy_credit_shared.kernel.money import AnnualRate, Dong
from policy_credit_shared.kernel.units import NATION, units_before_reform

Unit = Annotated[
    str,
    Meta(
        pattern=r"^(VN|[0-9]{2})$",
        max_length=2,
        description="VN, or a province in the list of units before 2025-07",
    ),
]


class ChangeProgramme(Struct, frozen=True, kw_only=True, tag="change_programme"):
    """Thay đổi chương trình: another rate, ceiling or term from a day on.

    Without `reaches_existing` it holds for loans approved from that day on.
    """

    unit: Unit
    programme: Programme
    change: UUID
    fund: Fund | None = None
    valid_from: date
    annual_rate: AnnualRate | None = None
    ceiling: Dong | None = None
    term_months: Months | None = None
    reaches_existing: bool = False
    legal_basis: Text

    def touches(self) -> Iterable[UUID]:
        return programme_id(self.programme), self.change


class ProgrammeChanged(DomainEvent, frozen=True, kw_only=True):
    """A programme has another rate, ceiling or term from a day on."""

    TOPIC: ClassVar[str] = "loans.programme_changed.v1"

    unit: str
    change: UUID
    entry: Entry
    reaches_existing: bool
    by: str


class Change(Struct, frozen=True):
    """One change, in the order they were decided."""

    entry: Entry
    reaches_existing: bool


class Changes(Struct, frozen=True):
    """All changes of a programme."""

    made: dict[UUID, Change] = {}

    @property
    def reaching(self) -> Sequence[Change]:
        """Those that reach existing contracts, in the order of their days."""
        reaching = [change for change in self.made.values() if change.reaches_existing]
        return sorted(reaching, key=lambda change: change.entry.valid_from)


def evolve(changes: Changes | None, event: ProgrammeChanged) -> Changes:
    """The changes after one more."""
    made = changes.made if changes else {}
    return Changes({**made, event.change: Change(event.entry, event.reaches_existing)})


PROGRAMME: Kind[Changes] = Kind(evolve)


def entries(changes: Changes | None) -> Sequence[Entry]:
    """Everything that is known of programmes: the data file, then the changes of this one."""
    made = changes.made.values() if changes else ()
    return (*catalogue(), *(change.entry for change in made))


def change(changes: Changes | None, command: ChangeProgramme, by: str) -> ProgrammeChanged:
    """Decide on a change; raises a Refusal."""
    if changes is not None and command.change in changes.made:
        raise ChangeRepeated(command.change)
    if command.annual_rate is command.ceiling is command.term_months is None:
        raise NothingChanged
    _within_its_powers(command)
    if command.reaches_existing:
        if command.annual_rate is None:
            raise RateMissing
        last = changes.reaching[-1] if changes and changes.reaching else None
        if last is not None and command.valid_from <= last.entry.valid_from:
            raise ChangeOutOfOrder(command.valid_from, last.entry.valid_from)
    entry = Entry(
        programme=command.programme,
        valid_from=command.valid_from,
        fund=command.fund,
        province=None if command.unit == NATION else command.unit,
        annual_rate=command.annual_rate,
        ceiling=command.ceiling,
        term_months=command.term_months,
        legal_basis=command.legal_basis,
        trust="s",
        change=command.change,
    )
    return ProgrammeChanged(
        unit=command.unit,
        change=command.change,
        entry=entry,
        reaches_existing=command.reaches_existing,
        by=by,
    )


def _within_its_powers(command: ChangeProgramme) -> None:
    if command.unit == NATION:
        return
    if command.unit not in units_before_reform():
        raise UnitChangesNothing(command.unit)
    others = {
        "annual_rate": command.annual_rate is not None,
        "term_months": command.term_months is not None,
        "reaches_existing": command.reaches_existing,
        "fund": command.fund != "local",
    }
    for field, wrong in others.items():
        if wrong:
            raise OnlyOwnCeiling(command.unit, field)


class ReratingDecided(DomainEvent, frozen=True, kw_only=True):
    """Existing contracts are to get another rate when a day comes."""

    TOPIC: ClassVar[str] = "loans.rerating_decided.v1"

    programme: Programme
    unit: str
    valid_from: date


class LoansRerated(DomainEvent, frozen=True, kw_only=True):
    """The open loans up to the id `after` have been looked at; `rerated` of them changed."""

    TOPIC: ClassVar[str] = "loans.loans_rerated.v1"

    after: UUID | None
    rerated: int
    last: bool


ProgrammeEvent = ProgrammeChanged | ReratingDecided | LoansRerated


class Rerating(Struct, frozen=True, kw_only=True):
    """How far existing contracts have been given a changed rate."""

    programme: Programme
    unit: str
    valid_from: date
    after: UUID | None = None
    rerated: int = 0
    done: bool = False

    def has_passed(self, loan: UUID) -> bool:
        """Whether the loan would have been looked at already."""
        return self.done or (self.after is not None and loan <= self.after)


def evolve_rerating(rerating: Rerating | None, event: ReratingDecided | LoansRerated) -> Rerating:
    """The rerating after an event."""
    if isinstance(event, ReratingDecided):
        return Rerating(programme=event.programme, unit=event.unit, valid_from=event.valid_from)
    if rerating is None:
        raise InvariantBroken("a rerating is decided before it is carried out")
    return replace(
        rerating, after=event.after, rerated=rerating.rerated + event.rerated, done=event.last
    )


def _wakes(rerating: Rerating) -> Wake | None:
    return None if rerating.done else Wake(rerating.unit, rerating.valid_from)


RERATING: Kind[Rerating] = Kind(evolve_rerating, name="rerating", wakes=_wakes)
