"""Inspections (kiểm tra, giám sát) of a commune by one of the bodies that supervise."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.inspection_plan import (
    GROUPS_MAX,
    BodyUnit,
    InspectionCounted,
    InspectionPlan,
    level_of,
)
from policy_credit_oversight.domain.refusals import (
    FewerThanNamed,
    InspectionRepeated,
    InspectorElsewhere,
    NotInPlan,
    PlanUnknown,
)
from policy_credit_shared.events.public import Count
from policy_credit_shared.events.supervision import Body, BodyLevel
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.units import served_locality, units_before_reform


class CarryOutInspection(Struct, frozen=True, kw_only=True, tag="carry_out_inspection"):
    """Kiểm tra: record an inspection of a commune. The sender makes its id.

    `unit` is that of the body, the office's own if left out; `plan` is there if the inspection
    was planned. `groups` names the groups that were inspected, as far as they are to be named.
    """

    office: Office
    commune: CommuneCode
    inspection: UUID
    body: Body
    groups_inspected: Count
    households_visited: Count
    carried_out_on: date
    unit: BodyUnit | None = None
    plan: UUID | None = None
    groups: Annotated[tuple[UUID, ...], Meta(max_length=GROUPS_MAX)] = ()

    def touches(self) -> Iterable[UUID]:
        return (self.inspection, self.plan) if self.plan else (self.inspection,)


class InspectionCarriedOut(DomainEvent, frozen=True, kw_only=True):
    """An inspection took place; `fulfils` if it is one of those that its plan foresaw."""

    TOPIC: ClassVar[str] = "oversight.inspection_carried_out.v1"

    office: Office
    locality: Locality
    body: Body
    groups_inspected: int
    households_visited: int
    on: date
    unit: str = ""
    level: BodyLevel | None = None
    groups: tuple[UUID, ...] = ()
    plan: UUID | None = None
    fulfils: bool = False


class Inspection(Struct, frozen=True):
    """An inspection that took place."""

    office: Office
    locality: Locality
    body: Body
    on: date


def evolve(_: Inspection | None, event: InspectionCarriedOut) -> Inspection:
    """The inspection after an event."""
    return Inspection(event.office, event.locality, event.body, event.on)


INSPECTION: Kind[Inspection] = Kind(evolve)


def carry_out(
    inspection: Inspection | None, plan: InspectionPlan | None, command: CarryOutInspection
) -> tuple[InspectionCarriedOut, InspectionCounted | None]:
    """Decide on an inspection, and how it counts for its plan; raises a Refusal."""
    if inspection is not None:
        raise InspectionRepeated(command.inspection)
    locality = served_locality(command.commune, command.office)
    unit = command.unit or command.office
    level = level_of(command.body, unit, command.carried_out_on)
    tree = units_before_reform()
    if not tree.contains(unit, command.commune):
        raise InspectorElsewhere(unit, command.commune)
    if command.groups_inspected < len(set(command.groups)):
        raise FewerThanNamed(command.groups_inspected, len(set(command.groups)))
    counted = _counted(plan, unit, command) if command.plan else None
    scope = plan.scope_of(command.commune, command.office) if plan and counted else None
    carried_out = InspectionCarriedOut(
        office=command.office,
        locality=locality,
        body=command.body,
        groups_inspected=command.groups_inspected,
        households_visited=command.households_visited,
        on=command.carried_out_on,
        unit=unit,
        level=level,
        groups=command.groups,
        plan=command.plan,
        fulfils=plan is not None and scope is not None and plan.fulfils(scope),
    )
    return carried_out, counted


def _counted(
    plan: InspectionPlan | None, unit: str, command: CarryOutInspection
) -> InspectionCounted:
    """How an inspection counts for the plan that it names; raises a Refusal."""
    if plan is None or command.plan is None:
        raise PlanUnknown(command.plan)
    planned = plan.planned
    if command.body != planned.body:
        raise NotInPlan("body", f"The plan is one of {planned.body}.")
    if unit != planned.unit:
        raise NotInPlan("unit", f"The plan is one of unit {planned.unit}.")
    if not planned.period_from <= command.carried_out_on <= planned.period_until:
        period = f"{planned.period_from} to {planned.period_until}"
        raise NotInPlan("carried_out_on", f"The plan's period is {period}.")
    scope = plan.scope_of(command.commune, command.office)
    if scope is None:
        raise NotInPlan("commune", f"Commune {command.commune} is not in the plan's scope.")
    return InspectionCounted(
        inspection=command.inspection,
        unit=scope.unit,
        groups=command.groups,
        groups_inspected=command.groups_inspected,
        households_visited=command.households_visited,
    )
