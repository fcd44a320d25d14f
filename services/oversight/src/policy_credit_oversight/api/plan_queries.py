"""What bodies ask about their inspection plans: what was planned, and what was done of it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct

from policy_credit_oversight.api.lists import (
    After,
    Limit,
    UnitPath,
    answer,
    each_of,
    may_read_unit,
    page,
    register_of,
)
from policy_credit_oversight.domain.inspection_plan import INSPECTION_PLAN, InspectionPlan
from policy_credit_oversight.domain.quota import Quota, quota_on
from policy_credit_oversight.domain.register import Register
from policy_credit_shared.events.supervision import Body, BodyLevel
from policy_credit_shared.kernel.identifiers import Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem


class ScopeAnswer(Struct, frozen=True, kw_only=True):
    """One unit of a plan: inspections planned and carried out, named groups and those inspected."""

    unit: str
    office: Office
    planned: int
    carried_out: int
    groups_planned: int
    groups_inspected: int


class InspectionPlanAnswer(Struct, frozen=True, kw_only=True):
    """A plan and how far it is fulfilled.

    `fulfilled` counts the planned inspections that were carried out; more than planned in one
    unit make up for none in another. `quota` is what holds for such a body in a year, if anything.
    """

    plan: UUID
    unit: str
    level: BodyLevel
    body: Body
    period_from: date
    period_until: date
    planned: int
    fulfilled: int
    groups_inspected: int
    households_visited: int
    scope: tuple[ScopeAnswer, ...]
    quota: Quota | None


class InspectionPlansAnswer(Struct, frozen=True, kw_only=True):
    """A unit's plans by the end of their periods, and a page of them."""

    unit: str
    plans: tuple[InspectionPlanAnswer, ...]
    next: str | None


ANSWERS: Final[Sequence[type[Struct]]] = (InspectionPlanAnswer, InspectionPlansAnswer)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/inspection-plans/{plan}",
        summary="An inspection plan, and how far it is fulfilled",
        response_class=Response,
        responses=answers("InspectionPlanAnswer", 401, 403, 404, 422, 503),
    )
    def inspection_plan(caller: Caller, plan: UUID) -> Response:
        known = Books(store).get(INSPECTION_PLAN, plan)
        if known is None:
            raise Problem(404, "unknown-plan", "Unknown plan", f"There is no plan {plan}.")
        may_read_unit(caller, known.planned.unit)
        return answer(_plan(plan, known))

    @router.get(
        "/units/{unit}/inspection-plans",
        summary="Inspection plans of the bodies of a unit, by the end of their periods",
        response_class=Response,
        responses=answers("InspectionPlansAnswer", 401, 403, 404, 422, 503),
    )
    def inspection_plans(
        caller: Caller,
        unit: UnitPath,
        since: Annotated[date, Query(description="plans that end on that day or later")],
        after: After = "",
        limit: Limit = 100,
    ) -> Response:
        may_read_unit(caller, unit)
        books = Books(store)
        register = register_of(books, unit, "inspection_plan")
        recent = Register({name: end for name, end in register.due.items() if end >= since})
        names, following = page(recent, after, limit)
        listed = each_of(INSPECTION_PLAN, map(UUID, names), books)
        plans = tuple(_plan(id_, plan) for id_, plan in listed)
        return answer(InspectionPlansAnswer(unit=unit, plans=plans, next=following))

    return router


def _plan(identifier: UUID, plan: InspectionPlan) -> InspectionPlanAnswer:
    planned = plan.planned
    scope = tuple(
        ScopeAnswer(
            unit=x.unit,
            office=x.office,
            planned=x.inspections,
            carried_out=plan.done.get(x.unit, 0),
            groups_planned=len(set(x.groups)),
            groups_inspected=len(plan.groups_done.get(x.unit, frozenset()) & set(x.groups)),
        )
        for x in planned.scope
    )
    return InspectionPlanAnswer(
        plan=identifier,
        unit=planned.unit,
        level=planned.level,
        body=planned.body,
        period_from=planned.period_from,
        period_until=planned.period_until,
        planned=sum(x.planned for x in scope),
        fulfilled=sum(min(x.planned, x.carried_out) for x in scope),
        groups_inspected=plan.groups_inspected,
        households_visited=plan.households_visited,
        scope=scope,
        quota=quota_on(planned.body, planned.level, planned.period_from),
    )
