"""An alert tells of a crossing, once, in each direction."""

import build
import pytest

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.alerting import IndicatorChange, crossing

RATIO = ALGEBRA.ratios["overdue_ratio"]


class Standing:
    """A unit with a target of 0.10 %, alerted or not."""

    def __init__(self, raised: bool, ceiling: int | None = 1_000) -> None:
        self._answer = None if ceiling is None else (ceiling, raised)

    def standing(self, unit: str, indicator: str) -> tuple[int, bool] | None:
        assert indicator == "overdue_ratio"
        return self._answer


def change(overdue: int) -> IndicatorChange:
    totals = dict.fromkeys(ALGEBRA.measures, 0) | {"overdue": overdue, "outstanding": 100_000}
    return IndicatorChange("587", "district", totals, build.NOW)


@pytest.mark.parametrize(
    ("raised", "overdue", "told"),
    [
        (False, 100, None),
        (False, 101, True),
        (True, 101, None),
        (True, 100, False),
        (True, 0, False),
        (False, 0, None),
    ],
)
def test_a_crossing_is_told_once(raised: bool, overdue: int, told: bool | None) -> None:
    found = crossing(Standing(raised), RATIO, change(overdue))
    assert (found.raised if found else None) is told


def test_a_unit_without_a_target_is_never_alerted() -> None:
    assert crossing(Standing(False, ceiling=None), RATIO, change(99_999)) is None
