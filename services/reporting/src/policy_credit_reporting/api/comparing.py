"""What a leader asks next: how a unit stands, where to look first, and what a figure means."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from policy_credit_reporting.api import compared_examples as examples
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.compared_tables import COMPARED, SPOTS
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers, shown
from policy_credit_reporting.api.parameters import bad_query, known_indicator
from policy_credit_reporting.indicators.algebra import Algebra, Indicator, Ratio
from policy_credit_reporting.indicators.hot_spots import SHARE_PERCENT, has_hot_spots
from policy_credit_reporting.store.comparisons import Comparison
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_reporting.store.spots import SpotsOfUnit, below
from policy_credit_reporting.store.totals import is_kept_by
from policy_credit_shared.kernel.units import Level
from policy_credit_shared.web.openapi import answers

COMPARISONS: Final = (Comparison, SpotsOfUnit, Explanation)

ComparedRows = Annotated[
    AskedList, Depends(asking_list(COMPARED.columns, "as asked for, or as they are declared"))
]
SpotRows = Annotated[
    AskedList, Depends(asking_list(SPOTS.columns, "what to look at first", rows=100))
]


def comparing_router(figures: Figures, algebra: Algebra, access: Access) -> APIRouter:
    """The routes, over one read model."""
    router = APIRouter()
    reporter = Reporter(algebra)
    Readable = Annotated[AskedUnit, Depends(access.unit)]

    @router.get(
        "/api/v1/units/{code}/compare",
        summary="A unit's indicators beside the unit above, among its siblings and before",
        description=Comparison.__doc__,
        response_class=Response,
        responses=list_answers(
            "Comparison", 401, 403, 404, example=examples.COMPARISON, table=COMPARED.text()
        ),
    )
    def unit_comparison(asked: Readable, rows: ComparedRows) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.compare(snapshot, asked.code, asked.question)
        found = COMPARED.excerpt(found, "compared", rows.excerpt)
        return rows.answer(found, found.total, lambda: COMPARED.text(found.compared))

    @router.get(
        "/api/v1/units/{code}/hot-spots",
        summary="The units below that carry most of a ratio's debt, or are out of line",
        description=SpotsOfUnit.__doc__,
        response_class=Response,
        responses=list_answers(
            "SpotsOfUnit", 401, 403, 404, example=examples.SPOTS, table=SPOTS.text()
        ),
    )
    def unit_hot_spots(
        asked: Readable,
        rows: SpotRows,
        indicator: Annotated[
            str,
            Query(
                description="a ratio of which one way is better",
                examples=["overdue_ratio", "interest_collection_rate"],
            ),
        ] = "overdue_ratio",
        level: Annotated[
            Level, Query(description="of which units; below the unit asked about")
        ] = "commune",
        share: Annotated[
            int, Query(ge=1, le=100, description="how much the smallest set carries, in percent")
        ] = SHARE_PERCENT,
    ) -> Response:
        ratio = known_indicator(algebra, indicator)
        if not isinstance(ratio, Ratio) or not has_hot_spots(ratio):
            names = [name for name, known in algebra.ratios.items() if has_hot_spots(known)]
            raise bad_query(f"indicator={indicator!r}: ask for one of {', '.join(names)}.")
        tree, _ = asked.question.read(asked.code)
        if next(below(tree, asked.code, level), None) is None:
            raise bad_query(f"level={level!r}: there is no {level} below {asked.code}.")
        _kept(ratio, asked.question.filters)
        with figures.snapshot() as snapshot:
            found = reporter.hot_spots(
                snapshot, asked.code, asked.question, ratio, level, share, slice(None)
            )
        found = SPOTS.excerpt(found, "spots", rows.excerpt)
        return rows.answer(found, found.total, lambda: SPOTS.text(found.spots))

    @router.get(
        "/api/v1/units/{code}/explanation",
        summary="A unit's figure in words: money, loans and communes before percent",
        description=Explanation.__doc__,
        response_class=Response,
        responses=answers("Explanation", 401, 403, 404, 422, example=examples.EXPLANATION),
    )
    def unit_explanation(
        asked: Readable,
        indicator: Annotated[str, Query(description="which figure")] = "overdue_ratio",
    ) -> Response:
        one = known_indicator(algebra, indicator)
        _kept(one, asked.question.filters)
        with figures.snapshot() as snapshot:
            return shown(reporter.explanation(snapshot, asked.code, asked.question, one), None)

    return router


def _kept(indicator: Indicator, filters: Filters) -> None:
    if not is_kept_by(indicator, filters):
        asked = ", ".join(filters)
        raise bad_query(f"{indicator.name} is not kept by {asked}; leave the filter out.")
