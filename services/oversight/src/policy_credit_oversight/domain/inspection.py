"""Inspections (kiểm tra, giám sát) of a commune by one of the bodies that supervise."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_oversight.domain.refusals import InspectionRepeated
from policy_credit_shared.events.public import Count
from policy_credit_shared.events.supervision import Body
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.units import served_locality


class CarryOutInspection(Struct, frozen=True, kw_only=True, tag="carry_out_inspection"):
    """Kiểm tra: record an inspection of a commune. The sender makes its id."""

    office: Office
    commune: CommuneCode
    inspection: UUID
    body: Body
    groups_inspected: Count
    households_visited: Count
    carried_out_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.inspection,)


class InspectionCarriedOut(DomainEvent, frozen=True, kw_only=True):
    """An inspection took place."""

    TOPIC: ClassVar[str] = "oversight.inspection_carried_out.v1"

    office: Office
    locality: Locality
    body: Body
    groups_inspected: int
    households_visited: int
    on: date


class Inspection(Struct, frozen=True):
    """An inspection that took place."""

    on: date


def evolve(_: Inspection | None, event: InspectionCarriedOut) -> Inspection:
    """The inspection after an event."""
    return Inspection(event.on)


INSPECTION: Kind[Inspection] = Kind(evolve)


def carry_out(inspection: Inspection | None, command: CarryOutInspection) -> InspectionCarriedOut:
    """Decide on an inspection; raises a Refusal."""
    if inspection is not None:
        raise InspectionRepeated(command.inspection)
    return InspectionCarriedOut(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        body=command.body,
        groups_inspected=command.groups_inspected,
        households_visited=command.households_visited,
        on=command.carried_out_on,
    )
