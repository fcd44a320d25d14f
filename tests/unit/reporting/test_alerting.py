"""An alert tells of a crossing, once, in each direction."""

from datetime import UTC, datetime

import build
import msgspec
import pytest

from policy_credit_reporting.projection.alerting import Crossing, alert_event, crossings
from policy_credit_reporting.store.alerts import Told
from policy_credit_reporting.store.reading import SetTarget
from policy_credit_reporting.store.targets import Reached
from policy_credit_shared.events.supervision import Bound, Targeted

SINCE = datetime(2019, 11, 4, 3, tzinfo=UTC)


def reached(numerator: int, denominator: int, bound: Bound, value: int) -> Reached:
    indicator: Targeted = "overdue_ratio" if bound == "ceiling" else "groups_good_ratio"
    target = SetTarget(2019, indicator, bound, value, "millionths")
    return Reached("587", target, numerator, denominator)


def crossed(one: Reached, raised: bool | None) -> list[Crossing]:
    """What is told of it, where it was told to stand alerted or not, or nothing was told yet."""
    before = dict[tuple[str, str], Told]()
    if raised is not None:
        before[one.unit, one.target.indicator] = Told(raised, SINCE)
    return list(crossings([one], before))


@pytest.mark.parametrize(
    ("raised", "overdue", "expected"),
    [
        (None, 100, []),
        (None, 101, [True]),
        (False, 100, []),
        (False, 101, [True]),
        (True, 101, []),
        (True, 100, [False]),
        (True, 0, [False]),
        (False, 0, []),
    ],
)
def test_a_crossing_is_told_once(raised: bool | None, overdue: int, expected: list[bool]) -> None:
    """The unit's ceiling is 0.10 %."""
    found = crossed(reached(overdue, 100_000, "ceiling", 1_000), raised)
    assert [one.alert.raised for one in found] == expected
    assert all((one.alert.ceiling, one.alert.floor) == (1_000, None) for one in found)


@pytest.mark.parametrize(
    ("raised", "good", "expected"),
    [(False, 96, []), (False, 95, [True]), (True, 95, []), (True, 96, [False])],
)
def test_a_floor_is_crossed_downwards(raised: bool, good: int, expected: list[bool]) -> None:
    found = crossed(reached(good, 100, "floor", 960_000), raised)
    assert [one.alert.raised for one in found] == expected
    assert all((one.alert.ceiling, one.alert.floor) == (None, 960_000) for one in found)


def test_nothing_to_divide_by_is_below_no_floor() -> None:
    assert crossed(reached(0, 0, "floor", 950_000), None) == []


def test_a_new_year_without_a_figure_clears_what_the_old_one_missed() -> None:
    (found,) = crossed(reached(0, 0, "floor", 950_000), True)
    assert not found.alert.raised


def test_a_crossing_has_one_id_until_it_is_noted() -> None:
    above = reached(101, 100_000, "ceiling", 1_000)

    def id_of(since: datetime, at: datetime) -> str:
        told = {("587", "overdue_ratio"): Told(False, since)}
        (found,) = crossings([above], told)
        return str(msgspec.json.decode(alert_event(found, at))["id"])

    assert id_of(SINCE, build.NOW) == id_of(SINCE, build.NOW.replace(second=59))
    assert id_of(SINCE, build.NOW) != id_of(SINCE.replace(hour=4), build.NOW)
