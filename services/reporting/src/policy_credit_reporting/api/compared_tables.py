"""Comparisons and hot-spots as tables."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import astuple

from policy_credit_reporting.api.tables import FIGURES, Table, parts
from policy_credit_reporting.store.comparisons import MONTHS, Compared
from policy_credit_reporting.store.spots import Spot

_COMPARED: Final = (
    *FIGURES.columns,
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
_SPOTS: Final = (
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


def _compared_row(one: Compared) -> Sequence[object]:
    rank = (one.rank.place, one.rank.of, one.rank.tied) if one.rank else (None,) * 3
    changed = {change.months: (change.numerator, change.denominator) for change in one.changes}
    return [
        *FIGURES.cells(one.figure),
        *(parts(one.above) if one.above else (None,) * 3),
        one.gap,
        one.better,
        *rank,
        *(part for months in MONTHS for part in changed.get(months, (None, None))),
    ]


def _spot_row(spot: Spot) -> Sequence[object]:
    carries = astuple(spot.carries) if spot.carries else (None,) * 2
    out_of_line = astuple(spot.out_of_line) if spot.out_of_line else (None,) * 4
    return [
        spot.unit.code,
        spot.unit.name,
        ", ".join(unit.name for unit in spot.path),
        *parts(spot.figure),
        *carries,
        *out_of_line,
        spot.reason.vi,
        spot.reason.en,
    ]


COMPARED: Final = Table(_COMPARED, _compared_row)
SPOTS: Final = Table(_SPOTS, _spot_row)
