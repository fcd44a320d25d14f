"""Plans of inspections (kế hoạch kiểm tra) of a body at its level, and what was done of them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.refusals import (
    BoardNotThere,
    InspectedElsewhere,
    InspectedTwiceInPlan,
    PeriodBackwards,
    PlanRepeated,
    UnitUnknown,
)
from policy_credit_oversight.domain.register import register_id
from policy_credit_shared.events.supervision import Body, BodyLevel
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Locality, Office
from policy_credit_shared.kernel.units import (
    REFORM_DAY,
    seat_locality,
    served_locality,
    units_before_reform,
)

SCOPE_MAX: Final = 700
GROUPS_MAX: Final = 1_000
LEVELS: Final[dict[str, BodyLevel]] = {
    "nation": "nation",
    "province": "province",
    "district": "district",
    "commune": "commune",
}

BodyUnit = Annotated[
    str,
    Meta(
        pattern=r"^(VN|[0-9]{2}|[0-9]{3}|[0-9]{5})$",
        max_length=5,
        description="The unit of a body: VN, a province, a transaction office or a commune",
    ),
]
Inspected = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]{3}|[0-9]{5})$",
        max_length=5,
        description="What is to be inspected: a transaction office or a commune",
    ),
]


class Scope(Struct, frozen=True, kw_only=True):
    """One unit of a plan: how often it is to be inspected, and which of its groups."""

    unit: Inspected
    inspections: Annotated[int, Meta(ge=1, le=366)] = 1
    groups: Annotated[tuple[UUID, ...], Meta(max_length=GROUPS_MAX)] = ()


class PlanInspections(Struct, frozen=True, kw_only=True, tag="plan_inspections"):
    """Lập kế hoạch kiểm tra: what a body is to inspect in a period. The sender makes its id."""

    unit: BodyUnit
    plan: UUID
    body: Body
    scope: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=SCOPE_MAX)]
    period_from: date
    period_until: date
    planned_on: date

    def touches(self) -> Iterable[UUID]:
        return self.plan, register_id(self.unit, "inspection_plan")


class Planned(Struct, frozen=True, kw_only=True):
    """One unit of a plan, and the office and locality where it counts."""

    unit: str
    office: Office
    locality: Locality
    inspections: int
    groups: tuple[UUID, ...] = ()


class InspectionsPlanned(DomainEvent, frozen=True, kw_only=True):
    """A body planned its inspections of a period."""

    TOPIC: ClassVar[str] = "oversight.inspections_planned.v1"

    unit: str
    level: BodyLevel
    body: Body
    scope: tuple[Planned, ...]
    period_from: date
    period_until: date
    on: date


class InspectionCounted(DomainEvent, frozen=True, kw_only=True):
    """An inspection was carried out under the plan, in this unit of its scope."""

    TOPIC: ClassVar[str] = "oversight.inspection_counted.v1"

    inspection: UUID
    unit: str
    groups: tuple[UUID, ...]
    groups_inspected: int
    households_visited: int


class InspectionPlan(Struct, frozen=True, kw_only=True):
    """A plan and what was done of it; `done` and `groups_done` are by unit of its scope."""

    planned: InspectionsPlanned
    done: dict[str, int] = {}
    groups_done: dict[str, frozenset[UUID]] = {}
    groups_inspected: int = 0
    households_visited: int = 0

    def scope_of(self, commune: str, office: Office) -> Planned | None:
        """The unit of the scope that an inspection of a commune counts for."""
        units = {planned.unit: planned for planned in self.planned.scope}
        return units.get(commune) or units.get(office)

    def fulfils(self, scope: Planned) -> bool:
        """Whether one more inspection there is one of those that the plan foresaw."""
        return self.done.get(scope.unit, 0) < scope.inspections


def evolve(
    plan: InspectionPlan | None, event: InspectionsPlanned | InspectionCounted
) -> InspectionPlan:
    """The plan after an event."""
    if isinstance(event, InspectionsPlanned):
        return InspectionPlan(planned=event)
    if plan is None:
        raise InvariantBroken("inspections count for a plan that was made")
    unit = event.unit
    return replace(
        plan,
        done={**plan.done, unit: plan.done.get(unit, 0) + 1},
        groups_done={
            **plan.groups_done,
            unit: plan.groups_done.get(unit, frozenset()) | set(event.groups),
        },
        groups_inspected=plan.groups_inspected + event.groups_inspected,
        households_visited=plan.households_visited + event.households_visited,
    )


INSPECTION_PLAN: Kind[InspectionPlan] = Kind(evolve, name="inspection_plan")


def make_plan(held: InspectionPlan | None, command: PlanInspections) -> InspectionsPlanned:
    """Decide on a plan; raises a Refusal."""
    if held is not None:
        raise PlanRepeated(command.plan)
    if command.period_until < command.period_from:
        raise PeriodBackwards(command.period_from, command.period_until)
    units = [scope.unit for scope in command.scope]
    for unit in units:
        if units.count(unit) > 1:
            raise InspectedTwiceInPlan(unit)
    return InspectionsPlanned(
        unit=command.unit,
        level=level_of(command.body, command.unit, command.period_from),
        body=command.body,
        scope=tuple(_planned(command.unit, scope) for scope in command.scope),
        period_from=command.period_from,
        period_until=command.period_until,
        on=command.planned_on,
    )


def level_of(body: Body, unit: str, day: date) -> BodyLevel:
    """At which level a body of a unit inspects; raises a Refusal if it has none there.

    Representative Boards are of the nation, provinces and districts, and since the reform of
    2025-07-01 of communes instead of districts.
    """
    tree = units_before_reform()
    level = LEVELS.get(tree.unit(unit).level) if unit in tree else None
    if level is None:
        raise UnitUnknown(unit)
    gone: BodyLevel = "commune" if day < REFORM_DAY else "district"
    if body == "representative_board" and level == gone:
        raise BoardNotThere(unit, day)
    return level


def _planned(unit: str, scope: Scope) -> Planned:
    tree = units_before_reform()
    known = scope.unit in tree and tree.unit(scope.unit).level in ("district", "commune")
    if not known or not tree.contains(unit, scope.unit):
        raise InspectedElsewhere(scope.unit, unit)
    office = next(above.code for above in tree.path(scope.unit) if above.level == "district")
    whole = scope.unit == office
    return Planned(
        unit=scope.unit,
        office=office,
        locality=seat_locality(office) if whole else served_locality(scope.unit, office),
        inspections=scope.inspections,
        groups=scope.groups,
    )
