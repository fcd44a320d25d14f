"""Outreach (tuyên truyền): telling people what they are entitled to."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_oversight.domain.governing_refusals import IdUsed
from policy_credit_shared.events.governance import Organiser, OutreachKind
from policy_credit_shared.events.public import Count
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.units import served_locality


class HoldOutreach(Struct, frozen=True, kw_only=True, tag="hold_outreach"):
    """Tuyên truyền: record a session in a commune, and how many people came; 0 of a broadcast."""

    office: Office
    commune: CommuneCode
    outreach: UUID
    kind: OutreachKind
    organiser: Organiser
    attendance: Count
    held_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.outreach,)


class OutreachHeld(DomainEvent, frozen=True, kw_only=True):
    """A session was held."""

    TOPIC: ClassVar[str] = "oversight.outreach_held.v1"

    office: Office
    locality: Locality
    kind: OutreachKind
    organiser: Organiser
    attendance: int
    on: date


class Outreach(Struct, frozen=True):
    """A session that was held."""

    on: date


def evolve(_: Outreach | None, event: OutreachHeld) -> Outreach:
    """The session after an event."""
    return Outreach(event.on)


OUTREACH: Kind[Outreach] = Kind(evolve)


def hold_outreach(outreach: Outreach | None, command: HoldOutreach) -> OutreachHeld:
    """Decide on a session; raises a Refusal."""
    if outreach is not None:
        raise IdUsed("outreach", command.outreach)
    return OutreachHeld(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        kind=command.kind,
        organiser=command.organiser,
        attendance=command.attendance,
        on=command.held_on,
    )
