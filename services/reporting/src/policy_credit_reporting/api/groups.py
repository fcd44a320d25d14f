"""The route of savings-and-credit groups: a unit's groups, with their figures now."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.examples import EXAMPLES, TABLES
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers
from policy_credit_reporting.api.parameters import bad_query
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store.groups import ORDERS, NotByGroup, kept_by_group
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.identifiers import Rating


def groups_router(figures: Figures, algebra: Algebra, access: Access) -> APIRouter:
    """The route, over one read model."""
    router = APIRouter()
    reporter = Reporter(algebra)
    asking = asking_list(ORDERS, "those that owe most first", indicators=kept_by_group(algebra))

    @router.get(
        "/api/v1/units/{code}/groups",
        summary="A unit's savings-and-credit groups now, and what belongs to none of them",
        response_class=Response,
        responses=list_answers(
            "GroupsOfUnit", 401, 403, 404, example=EXAMPLES["groups"], table=TABLES["groups"]
        ),
    )
    def unit_groups(
        asked: Annotated[AskedUnit, Depends(access.unit)],
        rows: Annotated[AskedList, Depends(asking)],
        rating: Annotated[Rating | None, Query(description="only groups of this rating")] = None,
    ) -> Response:
        try:
            with figures.snapshot() as snapshot:
                found = reporter.groups(
                    snapshot, asked.code, asked.question, rating, rows.excerpt, asked.is_dated
                )
        except NotByGroup as error:
            raise bad_query(f"{error}.") from None
        return rows.answer(found, found.total, lambda: tables.groups(found))

    return router
