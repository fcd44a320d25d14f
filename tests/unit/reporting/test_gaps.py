"""What figures of a period are known to lack, in words that a director can act on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from policy_credit_reporting.reports.taking import gaps_of
from policy_credit_reporting.store.answers import Completeness, MissingPoint, SourceHeard

LAST = date(2019, 11, 30)
AFTER = datetime(2019, 11, 30, 17, tzinfo=UTC)
"""The first moment of December in Viet Nam."""


def completeness(**changes: Any) -> Completeness:
    fields = {
        "sources": [SourceHeard(source="/policy-credit/loans", recorded_at=AFTER, sequences={})],
        "points_expected": 9,
        "points_missing": 0,
        "missing": [],
        "incidents": [],
        "quarantined": 0,
    }
    return Completeness(**{**fields, **changes})


def test_figures_that_nothing_speaks_against_have_no_gaps() -> None:
    assert gaps_of(completeness(), LAST) == []


def test_a_source_that_was_silent_since_the_period_ended_is_named() -> None:
    heard = SourceHeard(
        source="/policy-credit/repayments",
        recorded_at=datetime(2019, 11, 30, 16, 59, tzinfo=UTC),
        sequences={},
    )
    assert gaps_of(completeness(sources=[heard]), LAST) == [
        "/policy-credit/repayments was last heard of on 2019-11-30, not after 2019-11-30"
    ]


def test_figures_of_nothing_are_no_figures() -> None:
    assert gaps_of(completeness(sources=[]), LAST) == ["no source has been heard of"]


@pytest.mark.parametrize(("missing", "more"), [(1, []), (3, ["and 2 more points"])])
def test_points_that_have_not_reported_are_named(missing: int, more: list[str]) -> None:
    point = MissingPoint(code="22870", name="Thị trấn Phước Dân", usual_day=12)
    assert gaps_of(completeness(points_missing=missing, missing=[point]), LAST) == [
        f"{missing} of 9 points have not reported this month's session",
        "point 22870 Thị trấn Phước Dân usually holds its session on day 12",
        *more,
    ]
