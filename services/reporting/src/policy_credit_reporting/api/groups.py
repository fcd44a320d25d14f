"""The route of savings-and-credit groups: a unit's groups, with their figures now."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.examples import EXAMPLES, TABLES
from policy_credit_reporting.api.parameters import (
    Limit,
    Offset,
    WantsCsv,
    bad_query,
    known_indicator,
)
from policy_credit_reporting.api.units import shown
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store.groups import ORDERS, GroupsAsked, NotByGroup
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.identifiers import Rating
from policy_credit_shared.web.openapi import answers


def groups_router(figures: Figures, algebra: Algebra, access: Access) -> APIRouter:
    """The route, over one read model."""
    router = APIRouter()
    reporter = Reporter(algebra)

    @router.get(
        "/api/v1/units/{code}/groups",
        summary="A unit's savings-and-credit groups now, and what belongs to none of them",
        response_class=Response,
        responses=answers(
            "GroupsOfUnit", 401, 403, 404, 422, example=EXAMPLES["groups"], csv=TABLES["groups"]
        ),
    )
    def unit_groups(
        asked: Annotated[AskedUnit, Depends(access.unit)],
        wants_csv: WantsCsv,
        sort: Annotated[
            str,
            Query(
                description=f"{', '.join(ORDERS)} or an indicator; `-` before it sorts from the"
                " largest or the last",
                examples=["-overdue_ratio"],
            ),
        ] = "-outstanding",
        rating: Annotated[Rating | None, Query(description="only groups of this rating")] = None,
        limit: Limit = 1_000,
        offset: Offset = 0,
    ) -> Response:
        if (by := sort.removeprefix("-")) not in ORDERS:
            known_indicator(algebra, by)
        which = GroupsAsked(sort, rating, asked.is_dated, limit, offset)
        try:
            with figures.snapshot() as snapshot:
                found = reporter.groups(snapshot, asked.code, asked.question, which)
        except NotByGroup as error:
            raise bad_query(f"{error}.") from None
        return shown(found, tables.groups(found) if wants_csv else None)

    return router
