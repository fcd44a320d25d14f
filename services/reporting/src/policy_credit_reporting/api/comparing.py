"""What a leader asks next: how a unit stands, where to look first, and what a figure means."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from policy_credit_reporting.api import examples
from policy_credit_reporting.api.tables import Row, csv_answer, csv_content, wants_csv
from policy_credit_reporting.indicators.algebra import Algebra, Indicator, Ratio
from policy_credit_reporting.indicators.hot_spots import SHARE_PERCENT, has_hot_spots
from policy_credit_reporting.store.answers import Figure, RatioFigure, is_kept_by
from policy_credit_reporting.store.comparisons import Comparison, compare
from policy_credit_reporting.store.explanations import Explanation, explanation_of
from policy_credit_reporting.store.reading import Figures, Filters
from policy_credit_reporting.store.spots import SpotsOfUnit, below, spots_of
from policy_credit_shared.kernel.units import Level, UnitTree
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

ANSWERS: Final = (Comparison, SpotsOfUnit, Explanation)
ROWS_MAX: Final = 1_000

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


def comparing_router(
    figures: Figures,
    algebra: Algebra,
    tree: UnitTree,
    readable: Callable[..., str],
    filtered: Callable[..., Filters],
) -> APIRouter:
    """The routes, for units that `readable` lets the caller read."""
    router = APIRouter()
    Readable = Annotated[str, Depends(readable)]
    Filtered = Annotated[Filters, Depends(filtered)]

    @router.get(
        "/api/v1/units/{code}/compare",
        summary="A unit's indicators beside the unit above and among its siblings",
        description=Comparison.__doc__,
        response_class=Response,
        responses=_documented("Comparison", examples.COMPARISON, COMPARED),
    )
    def unit_comparison(
        request: Request,
        unit: Readable,
        filters: Filtered,
        indicators: Annotated[
            str | None, Query(description="names with commas between; all if left out")
        ] = None,
    ) -> Response:
        asked = (
            algebra.indicators()
            if indicators is None
            else [_known(algebra, name.strip()) for name in indicators.split(",")]
        )
        with figures.snapshot() as snapshot:
            answer = compare(snapshot, tree, unit, asked, filters)
        if wants_csv(request):
            return csv_answer(COMPARED, _compared_rows(answer))
        return _json(answer)

    @router.get(
        "/api/v1/units/{code}/hot-spots",
        summary="The units below that carry most of a ratio's debt, or are out of line",
        description=SpotsOfUnit.__doc__,
        response_class=Response,
        responses=_documented("SpotsOfUnit", examples.SPOTS, SPOTS),
    )
    def unit_hot_spots(
        request: Request,
        unit: Readable,
        filters: Filtered,
        indicator: Annotated[
            str, Query(description="a ratio of which one way is better")
        ] = "overdue_ratio",
        level: Annotated[
            Level, Query(description="of which units; below the unit asked about")
        ] = "commune",
        share: Annotated[
            int, Query(ge=1, le=100, description="how much the smallest set carries, in percent")
        ] = SHARE_PERCENT,
        limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        ratio = _known(algebra, indicator)
        if not isinstance(ratio, Ratio) or not has_hot_spots(ratio):
            names = [name for name, known in algebra.ratios.items() if has_hot_spots(known)]
            detail = f"indicator={indicator!r}: ask for one of {', '.join(names)}."
            raise Problem(422, "no-hot-spots", "No hot-spots", detail)
        if next(below(tree, unit, level), None) is None:
            detail = f"level={level!r}: there is no {level} below {unit}."
            raise Problem(422, "bad-level", "Bad level", detail)
        _kept(ratio, filters)
        with figures.snapshot() as snapshot:
            answer = spots_of(
                snapshot,
                tree,
                unit,
                ratio,
                filters,
                level=level,
                share_percent=share,
                page=slice(offset, offset + limit),
            )
        return csv_answer(SPOTS, _spot_rows(answer)) if wants_csv(request) else _json(answer)

    @router.get(
        "/api/v1/units/{code}/explanation",
        summary="A unit's figure in words: money, loans and communes before percent",
        description=Explanation.__doc__,
        response_class=Response,
        responses=answers("Explanation", 401, 403, 404, 422, 503, example=examples.EXPLANATION),
    )
    def unit_explanation(
        unit: Readable,
        filters: Filtered,
        indicator: Annotated[str, Query(description="which figure")] = "overdue_ratio",
    ) -> Response:
        asked = _known(algebra, indicator)
        _kept(asked, filters)
        with figures.snapshot() as snapshot:
            return _json(explanation_of(snapshot, tree, unit, asked, filters))

    return router


def _documented(schema: str, example: object, columns: Sequence[str]) -> dict[int | str, Any]:
    found = answers(schema, 401, 403, 404, 422, 503, example=example)
    found[200]["content"] |= csv_content(columns)
    return found


def _json(answer: Comparison | SpotsOfUnit | Explanation) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _known(algebra: Algebra, name: str) -> Indicator:
    found = algebra.indicator(name)
    if found is None:
        close = get_close_matches(name, [one.name for one in algebra.indicators()])
        meant = f" Perhaps {' or '.join(close)} is meant." if close else ""
        detail = f"There is no indicator {name!r}.{meant} GET …/indicators names them all."
        raise Problem(422, "unknown-indicator", "Unknown indicator", detail)
    return found


def _kept(indicator: Indicator, filters: Filters) -> None:
    if not is_kept_by(indicator, filters):
        asked = ", ".join(filters)
        detail = f"{indicator.name} is not kept by {asked}; leave the filter out."
        raise Problem(422, "not-kept-by", "Not kept by the filter", detail)


def _compared_rows(answer: Comparison) -> list[Row]:
    return [
        {
            "indicator": one.figure.name,
            "vi": one.figure.label.vi,
            "en": one.figure.label.en,
            "unit": one.figure.unit,
            **_parts(one.figure, ""),
            **(_parts(one.above, "above_") if one.above else {}),
            "gap": one.gap,
            "better": one.better,
            **(
                {"rank": one.rank.place, "of": one.rank.of, "tied": one.rank.tied}
                if one.rank
                else {}
            ),
        }
        for one in answer.compared
    ]


def _spot_rows(answer: SpotsOfUnit) -> list[Row]:
    return [
        {
            "code": spot.unit.code,
            "name": spot.unit.name,
            "within": ", ".join(unit.name for unit in spot.path),
            **_parts(spot.figure, ""),
            **(
                {"carries": spot.carries.amount, "together": spot.carries.together}
                if spot.carries
                else {}
            ),
            **(msgspec.structs.asdict(spot.out_of_line) if spot.out_of_line else {}),
            "reason_vi": spot.reason.vi,
            "reason_en": spot.reason.en,
        }
        for spot in answer.spots
    ]


def _parts(figure: Figure, prefix: str) -> Row:
    parts: dict[str, object] = {f"{prefix}value": figure.value}
    if isinstance(figure, RatioFigure):
        parts |= {
            f"{prefix}numerator": figure.numerator,
            f"{prefix}denominator": figure.denominator,
        }
    return parts
