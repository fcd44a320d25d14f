"""Closing a period (khóa kỳ báo cáo): proposed by a unit's director, approved by the level above.

What is published stays. The period can be reopened, with a reason; then it is published once more,
as another edition beside the first.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_reporting.reports.report_period import PeriodName
from policy_credit_reporting.reports.statement import Person, Taken
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Text, derived_id

UnitCode = Annotated[
    str,
    Meta(
        pattern=r"^(VN|[0-9]{2}|[0-9]{3})$",
        max_length=3,
        description="Head office VN, a branch (58) or a transaction office (587) of the bank",
        examples=["587"],
    ),
]
Digest = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{64}$",
        max_length=64,
        description="SHA-256, in hex",
        examples=["5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
    ),
]


class ProposeClosing(Struct, frozen=True, kw_only=True, tag="propose_closing"):
    """Đề nghị khóa kỳ: take the period's figures and propose them to the level above.

    Figures with gaps are refused, unless `provisional_because` says why they cannot wait. A further
    proposal takes the place of one that is not approved yet.
    """

    unit: UnitCode
    period: PeriodName
    provisional_because: Annotated[str, Meta(max_length=500)] = ""

    def touches(self) -> Iterable[UUID]:
        return (closing_id(self.unit, self.period),)


class ApproveClosing(Struct, frozen=True, kw_only=True, tag="approve_closing"):
    """Phê duyệt và công bố: publish the proposed figures; `digest` is the proposal's.

    The director of the level above does, at head office a second person of it.
    """

    unit: UnitCode
    period: PeriodName
    digest: Digest

    def touches(self) -> Iterable[UUID]:
        return (closing_id(self.unit, self.period), REGISTER_ID)


class ReopenPeriod(Struct, frozen=True, kw_only=True, tag="reopen_period"):
    """Mở lại kỳ: let a published period be published once more; who may approve it may."""

    unit: UnitCode
    period: PeriodName
    reason: Text

    def touches(self) -> Iterable[UUID]:
        return (closing_id(self.unit, self.period), REGISTER_ID)


class ClosingProposed(DomainEvent, frozen=True, kw_only=True):
    """A unit's director proposed these figures; `digest` is what an approval must name."""

    TOPIC: ClassVar[str] = "reporting.closing_proposed.v1"

    taken: Taken
    digest: str
    provisional_because: str = ""
    by: Person


class FiguresPublished(DomainEvent, frozen=True, kw_only=True):
    """The level above approved: the statement as it was signed, byte for byte.

    `signature` is Ed25519 over the statement's bytes and `key` the public key, both in hex.
    """

    TOPIC: ClassVar[str] = "reporting.figures_published.v1"

    number: int
    edition: int
    statement: str
    digest: str
    signature: str
    key: str


class PeriodReopened(DomainEvent, frozen=True, kw_only=True):
    """The period may be published once more; the statement says why, signed as the others."""

    TOPIC: ClassVar[str] = "reporting.period_reopened.v1"

    number: int
    edition: int
    statement: str
    digest: str
    signature: str
    key: str


ClosingEvent = ClosingProposed | FiguresPublished | PeriodReopened


class Closing(Struct, frozen=True, kw_only=True):
    """A unit's period: what is proposed, what is published, and whether it was reopened since."""

    proposal: ClosingProposed | None = None
    published: FiguresPublished | None = None
    is_reopened: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether its figures are published and it was not reopened since."""
        return self.published is not None and not self.is_reopened


def evolve(closing: Closing | None, event: ClosingEvent) -> Closing:
    """The period after an event."""
    closing = closing or Closing()
    match event:
        case ClosingProposed():
            return replace(closing, proposal=event)
        case FiguresPublished():
            return Closing(published=event)
        case PeriodReopened():
            return replace(closing, is_reopened=True)


CLOSING: Kind[Closing] = Kind(evolve)


class EntryMade(DomainEvent, frozen=True, kw_only=True):
    """A line of the register: which statement has which number; each names the one before."""

    TOPIC: ClassVar[str] = "reporting.register_entry_made.v1"

    number: int
    unit: str
    period: str
    edition: int
    is_reopening: bool
    digest: str


class RegisterEnd(Struct, frozen=True):
    """The last number of the register and the digest of its statement."""

    number: int
    digest: str


def evolve_register(_: RegisterEnd | None, event: EntryMade) -> RegisterEnd:
    """The register after another entry."""
    return RegisterEnd(event.number, event.digest)


REGISTER: Kind[RegisterEnd] = Kind(evolve_register, name="register", state=RegisterEnd)
REGISTER_ID = derived_id("register of published figures")


def closing_id(unit: str, period: str) -> UUID:
    """The aggregate of a unit's period."""
    return derived_id("closing", unit, period)
