"""When a transaction point counts as not having reported its session."""

from datetime import date

import numpy as np

from policy_credit_reporting.indicators.movements import DAY, LOCALITY, Movements, day_number
from policy_credit_reporting.indicators.points import points_on

POINTS = np.array([100, 100, 200], np.int64)
"""Two localities of one point, and one of another."""


def sessions(*held: tuple[int, date, int]) -> Movements:
    """Sessions: locality, day, how many more."""
    rows = [
        [(day_number(day) << DAY.shift) | (locality << LOCALITY.shift), count]
        for locality, day, count in held
    ]
    return np.array(rows, np.int64).reshape(-1, 2)


MONTHLY = [(0, date(2026, month, 12), 1) for month in range(1, 6)]


def missing(day: date, *held: tuple[int, date, int]) -> list[tuple[int, int]]:
    found = points_on(day, sessions(*held), POINTS)
    return list(zip(found.missing.tolist(), found.usual_days.tolist(), strict=True))


def test_nothing_is_expected_where_nothing_was_ever_held() -> None:
    assert missing(date(2026, 6, 30)) == []


def test_a_point_is_missing_from_its_usual_day_on() -> None:
    assert missing(date(2026, 6, 11), *MONTHLY) == []
    assert missing(date(2026, 6, 12), *MONTHLY) == [(100, 12)]
    assert missing(date(2026, 6, 30), *MONTHLY) == [(100, 12)]


def test_a_session_in_the_month_is_a_report_whatever_its_day_and_locality() -> None:
    assert missing(date(2026, 6, 30), *MONTHLY, (1, date(2026, 6, 9), 1)) == []


def test_a_session_after_the_day_asked_about_is_not_known_then() -> None:
    assert missing(date(2026, 6, 12), *MONTHLY, (0, date(2026, 6, 13), 1)) == [(100, 12)]


def test_a_reversed_session_was_not_held() -> None:
    day = date(2026, 6, 12)
    assert missing(day, *MONTHLY, (0, day, 1), (0, day, -1)) == [(100, 12)]


def test_one_session_makes_no_habit() -> None:
    assert missing(date(2026, 6, 30), (2, date(2026, 5, 8), 1)) == []


def test_of_several_usual_days_the_last_counts() -> None:
    held = [(2, date(2026, 4, 20), 1), (2, date(2026, 5, 8), 1)]
    assert missing(date(2026, 6, 19), *held) == []
    assert missing(date(2026, 6, 20), *held) == [(200, 20)]


def test_in_a_short_month_the_last_day_stands_for_later_ones() -> None:
    held = [(2, date(2025, 12, 31), 1), (2, date(2026, 1, 31), 1)]
    assert missing(date(2026, 2, 27), *held) == []
    assert missing(date(2026, 2, 28), *held) == [(200, 28)]


def test_habits_older_than_a_year_are_forgotten() -> None:
    assert missing(date(2027, 6, 30), *MONTHLY) == []
