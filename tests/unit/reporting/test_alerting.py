"""An alert tells of a crossing, once, in each direction."""

import build
import pytest

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.alerting import IndicatorChange, crossings
from policy_credit_reporting.store.alerts import Alert, Standing


def change(**totals: int) -> IndicatorChange:
    figures = dict.fromkeys(ALGEBRA.measures, 0) | {"outstanding": 100_000} | totals
    return IndicatorChange("587", "district", figures, build.NOW)


def told(standings: dict[str, Standing], now: IndicatorChange) -> list[Alert]:
    return list(crossings(standings, ALGEBRA.ratios, now))


@pytest.mark.parametrize(
    ("raised", "overdue", "expected"),
    [
        (False, 100, []),
        (False, 101, [True]),
        (True, 101, []),
        (True, 100, [False]),
        (True, 0, [False]),
        (False, 0, []),
    ],
)
def test_a_crossing_is_told_once(raised: bool, overdue: int, expected: list[bool]) -> None:
    """The unit's ceiling is 0.10 %."""
    found = told({"overdue_ratio": Standing("ceiling", 1_000, raised)}, change(overdue=overdue))
    assert [alert.raised for alert in found] == expected
    assert all((alert.ceiling, alert.floor) == (1_000, None) for alert in found)


@pytest.mark.parametrize(
    ("raised", "good", "expected"),
    [(False, 96, []), (False, 95, [True]), (True, 95, []), (True, 96, [False])],
)
def test_a_floor_is_crossed_downwards(raised: bool, good: int, expected: list[bool]) -> None:
    now = change(groups_rated=100, groups_good=good)
    found = told({"groups_good_ratio": Standing("floor", 960_000, raised)}, now)
    assert [alert.raised for alert in found] == expected
    assert all((alert.ceiling, alert.floor) == (None, 960_000) for alert in found)


def test_nothing_to_divide_by_is_below_no_floor() -> None:
    floors = {"principal_when_due_rate": Standing("floor", 950_000, False)}
    assert told(floors, change(principal_due=0)) == []


def test_each_target_of_a_unit_is_looked_at() -> None:
    standings = {
        "overdue_ratio": Standing("ceiling", 1_000, False),
        "groups_good_ratio": Standing("floor", 960_000, False),
    }
    found = told(standings, change(overdue=200, groups_rated=100, groups_good=50))
    assert [alert.indicator for alert in found] == ["overdue_ratio", "groups_good_ratio"]


def test_a_unit_without_a_target_is_never_alerted() -> None:
    assert told({}, change(overdue=99_999)) == []


def test_growth_over_a_year_is_not_watched_from_moment_to_moment() -> None:
    assert told({"credit_growth": Standing("floor", 100_000, False)}, change()) == []
