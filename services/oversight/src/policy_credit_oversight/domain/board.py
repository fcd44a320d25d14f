"""Meetings of Representative Boards (họp Ban đại diện Hội đồng quản trị).

There are Boards of the nation and of provinces, of districts until 2025-06-30, and of communes
since 2025-07-01, when districts ended. The unit of the bank at a Board's level is its secretary
and records what it does; of a commune's Board, the transaction office.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.governing_refusals import (
    IdUsed,
    MoreThanMembers,
    NoSuchBoard,
)
from policy_credit_oversight.domain.seat import Seat, seat
from policy_credit_shared.events.governance import MeetingKind, UnitCode
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode
from policy_credit_shared.kernel.units import (
    REFORM_DAY,
    units_before_reform,
    units_since_reform,
)

MEMBERS_MAX = 100

Members = Annotated[int, Meta(ge=1, le=MEMBERS_MAX)]


class HoldMeeting(Struct, frozen=True, kw_only=True, tag="hold_meeting"):
    """Họp Ban đại diện: record a meeting of the Board of the sender's unit.

    Of a commune's Board, an office gives the commune's code in the list since 2025-07-01.
    """

    unit: UnitCode
    commune: CommuneCode | None = None
    meeting: UUID
    kind: MeetingKind
    members: Members
    attended: Members
    held_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.meeting,)


class BoardMet(DomainEvent, frozen=True, kw_only=True):
    """A Board met; `secretary` is the unit of the bank that records what it does."""

    TOPIC: ClassVar[str] = "oversight.board_met.v1"

    secretary: UnitCode
    board: Seat
    kind: MeetingKind
    members: int
    attended: int
    on: date


class Meeting(Struct, frozen=True):
    """A meeting that took place: whose, and when."""

    secretary: UnitCode
    board: Seat
    on: date


def evolve(_: Meeting | None, event: BoardMet) -> Meeting:
    """The meeting after an event."""
    return Meeting(event.secretary, event.board, event.on)


MEETING: Kind[Meeting] = Kind(evolve)


def hold(meeting: Meeting | None, command: HoldMeeting) -> BoardMet:
    """Decide on a meeting; raises a Refusal."""
    if meeting is not None:
        raise IdUsed("meeting", command.meeting)
    if command.attended > command.members:
        raise MoreThanMembers(command.attended, command.members)
    return BoardMet(
        secretary=command.unit,
        board=_board(command),
        kind=command.kind,
        members=command.members,
        attended=command.attended,
        on=command.held_on,
    )


def _board(command: HoldMeeting) -> Seat:
    of_bank = seat(command.unit)
    reformed = command.held_on >= REFORM_DAY
    if command.commune is not None:
        if of_bank.level == "district" and reformed:
            return _of_commune(command.commune, command.unit)
        raise NoSuchBoard("commune", command.commune, command.held_on)
    if of_bank.level == "commune" or (of_bank.level == "district" and reformed):
        raise NoSuchBoard("unit", command.unit, command.held_on)
    return of_bank


def _of_commune(commune: str, office: str) -> Seat:
    """A commune since the reform, at the locality of its own code where the office serves that."""
    before, since = units_before_reform(), units_since_reform()
    if commune in since and since.unit(commune).level == "commune":
        codes = [unit.code for unit in since.children(commune)]
        served = [code for code in codes if before.unit(code[:5]).parent == office]
        if served:
            kept = f"{commune}-{commune}"
            locality = kept if kept in served else served[0]
            return Seat(unit=commune, level="commune", office=office, locality=locality)
    raise NoSuchBoard("commune", commune, REFORM_DAY)
