"""Outcomes (kết quả): what policy lending brought about, by kind, in a commune.

A record is never changed: a mistaken one is taken back whole, by a second person, and recorded
anew.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    NotRecorded,
    OutcomeIsTakenBack,
    RecorderTakesBack,
)
from policy_credit_shared.events.governance import Mistake, OutcomeKind
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class RecordOutcome(Struct, frozen=True, kw_only=True, tag="record_outcome"):
    """Ghi nhận kết quả: so many households, jobs, students, works or houses of a commune."""

    office: Office
    commune: CommuneCode
    outcome: UUID
    kind: OutcomeKind
    count: Annotated[int, Meta(ge=1, le=100_000)]
    recorded_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.outcome,)


class TakeBackOutcome(Struct, frozen=True, kw_only=True, tag="take_back_outcome"):
    """Hủy kết quả ghi nhầm: take a record back, whole; by somebody else than recorded it."""

    office: Office
    outcome: UUID
    mistake: Mistake
    taken_back_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.outcome,)


class _OfOutcome(DomainEvent, frozen=True, kw_only=True):
    office: Office
    locality: Locality
    kind: OutcomeKind
    count: int
    by: str
    on: date


class OutcomeRecorded(_OfOutcome, frozen=True, kw_only=True):
    """Something was brought about."""

    TOPIC: ClassVar[str] = "oversight.outcome_recorded.v1"


class OutcomeTakenBack(_OfOutcome, frozen=True, kw_only=True):
    """A record was mistaken; it says again what the record said."""

    TOPIC: ClassVar[str] = "oversight.outcome_taken_back.v1"

    mistake: Mistake


class Outcome(Struct, frozen=True, kw_only=True):
    """A record, by whom, and since when it does not count if it was mistaken."""

    office: Office
    locality: Locality
    kind: OutcomeKind
    count: int
    by: str
    on: date
    taken_back_on: date | None = None


def evolve(outcome: Outcome | None, event: OutcomeRecorded | OutcomeTakenBack) -> Outcome:
    """The record after an event."""
    match event:
        case OutcomeRecorded():
            return Outcome(
                office=event.office,
                locality=event.locality,
                kind=event.kind,
                count=event.count,
                by=event.by,
                on=event.on,
            )
        case OutcomeTakenBack():
            if outcome is None:
                raise InvariantBroken("an outcome is recorded before it is taken back")
            return replace(outcome, taken_back_on=event.on)


OUTCOME: Kind[Outcome] = Kind(evolve)


def record(outcome: Outcome | None, command: RecordOutcome, by: Principal) -> OutcomeRecorded:
    """Decide on a record; raises a Refusal."""
    if outcome is not None:
        raise IdUsed("outcome", command.outcome)
    return OutcomeRecorded(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        kind=command.kind,
        count=command.count,
        by=by.subject,
        on=command.recorded_on,
    )


def take_back(outcome: Outcome | None, command: TakeBackOutcome, by: Principal) -> OutcomeTakenBack:
    """Decide to take a record back; raises a Refusal."""
    if outcome is None:
        raise NotRecorded("outcome", command.outcome)
    if outcome.office != command.office:
        raise WrongOffice("outcome", outcome.office)
    if outcome.taken_back_on is not None:
        raise OutcomeIsTakenBack(command.outcome, outcome.taken_back_on)
    if outcome.by == by.subject:
        raise RecorderTakesBack
    if command.taken_back_on < outcome.on:
        raise DatedTooEarly("taken_back_on", command.taken_back_on, outcome.on, "it was recorded")
    return OutcomeTakenBack(
        office=outcome.office,
        locality=outcome.locality,
        kind=outcome.kind,
        count=outcome.count,
        mistake=command.mistake,
        by=by.subject,
        on=command.taken_back_on,
    )
