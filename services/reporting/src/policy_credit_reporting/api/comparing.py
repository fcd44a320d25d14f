"""What a leader asks next: how a unit stands, where to look first, and what a figure means."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from policy_credit_reporting.api import compared_examples as examples
from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.parameters import (
    Limit,
    Offset,
    WantsCsv,
    bad_query,
    known_indicator,
)
from policy_credit_reporting.api.units import shown
from policy_credit_reporting.indicators.algebra import Algebra, Indicator, Ratio
from policy_credit_reporting.indicators.hot_spots import SHARE_PERCENT, has_hot_spots
from policy_credit_reporting.store.answers import Figure, RatioFigure
from policy_credit_reporting.store.comparisons import MONTHS, Compared, Comparison
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_reporting.store.spots import Spot, SpotsOfUnit, below
from policy_credit_reporting.store.totals import is_kept_by
from policy_credit_shared.kernel.units import Level
from policy_credit_shared.web.openapi import answers

COMPARISONS: Final = (Comparison, SpotsOfUnit, Explanation)

COMPARED: Final = (
    "indicator",
    "vi",
    "en",
    "unit",
    "value",
    "numerator",
    "denominator",
    "above_value",
    "above_numerator",
    "above_denominator",
    "gap",
    "better",
    "rank",
    "of",
    "tied",
    "numerator_1_month",
    "denominator_1_month",
    "numerator_3_months",
    "denominator_3_months",
    "numerator_12_months",
    "denominator_12_months",
)
SPOTS: Final = (
    "code",
    "name",
    "within",
    "value",
    "numerator",
    "denominator",
    "carries",
    "together",
    "cases",
    "of",
    "usual_max",
    "limit",
    "reason_vi",
    "reason_en",
)


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
        responses=answers(
            "Comparison",
            401,
            403,
            404,
            422,
            example=examples.COMPARISON,
            csv=tables.text(COMPARED, []),
        ),
    )
    def unit_comparison(asked: Readable, wants_csv: WantsCsv) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.compare(snapshot, asked.code, asked.question)
        return shown(found, _compared_table(found) if wants_csv else None)

    @router.get(
        "/api/v1/units/{code}/hot-spots",
        summary="The units below that carry most of a ratio's debt, or are out of line",
        description=SpotsOfUnit.__doc__,
        response_class=Response,
        responses=answers(
            "SpotsOfUnit",
            401,
            403,
            404,
            422,
            example=examples.SPOTS,
            csv=tables.text(SPOTS, []),
        ),
    )
    def unit_hot_spots(
        asked: Readable,
        wants_csv: WantsCsv,
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
        limit: Limit = 100,
        offset: Offset = 0,
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
            page = slice(offset, offset + limit)
            found = reporter.hot_spots(
                snapshot, asked.code, asked.question, ratio, level, share, page
            )
        return shown(found, _spots_table(found) if wants_csv else None)

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


def _compared_table(answer: Comparison) -> str:
    return tables.text(COMPARED, (_compared_row(one) for one in answer.compared))


def _compared_row(one: Compared) -> Sequence[object]:
    rank = (one.rank.place, one.rank.of, one.rank.tied) if one.rank else (None,) * 3
    changed = {change.months: (change.numerator, change.denominator) for change in one.changes}
    return [
        one.figure.name,
        one.figure.label.vi,
        one.figure.label.en,
        one.figure.unit,
        *_parts(one.figure),
        *(_parts(one.above) if one.above else (None,) * 3),
        one.gap,
        one.better,
        *rank,
        *(part for months in MONTHS for part in changed.get(months, (None, None))),
    ]


def _spots_table(answer: SpotsOfUnit) -> str:
    return tables.text(SPOTS, (_spot_row(spot) for spot in answer.spots))


def _spot_row(spot: Spot) -> Sequence[object]:
    carries = msgspec.structs.astuple(spot.carries) if spot.carries else (None,) * 2
    out_of_line = msgspec.structs.astuple(spot.out_of_line) if spot.out_of_line else (None,) * 4
    return [
        spot.unit.code,
        spot.unit.name,
        ", ".join(unit.name for unit in spot.path),
        *_parts(spot.figure),
        *carries,
        *out_of_line,
        spot.reason.vi,
        spot.reason.en,
    ]


def _parts(figure: Figure) -> Sequence[object]:
    if isinstance(figure, RatioFigure):
        return figure.value, figure.numerator, figure.denominator
    return figure.value, None, None
