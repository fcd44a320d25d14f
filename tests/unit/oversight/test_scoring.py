"""Points for figures: what each component earns, and from how many points on a rating is held."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from policy_credit_oversight.domain.criteria import COMPONENTS, catalogue, criteria_of
from policy_credit_oversight.domain.figures import Figures
from policy_credit_oversight.domain.scoring import quotient, score

PERFECT = Figures(
    outstanding=40_000,
    overdue=0,
    handled=5_000,
    handled_at_point=5_000,
    interest_due=300,
    interest_collected=300,
    principal_due=2_000,
    principal_due_paid=2_000,
    savings_before=1_000,
    savings=1_100,
    members=40,
    members_saving=40,
)
CRITERIA = criteria_of("2019-03")


def points(**changes: Any) -> dict[str, int]:
    return asdict(score(replace(PERFECT, **changes), CRITERIA).points)


def test_all_there_is_to_earn_is_a_hundred_points() -> None:
    perfect = score(PERFECT, CRITERIA)
    assert (perfect.points.total, perfect.rating) == (100, "good")
    assert asdict(perfect.points) == {
        "overdue": 30,
        "at_point": 20,
        "interest": 20,
        "principal": 15,
        "savings_growth": 10,
        "members_saving": 5,
    }


@pytest.mark.parametrize(
    ("component", "changes", "earned"),
    [
        ("overdue", {"overdue": 40}, 29),  # 0.1 % of 2 %: 28.5, the half rounded up
        ("overdue", {"overdue": 400}, 15),
        ("overdue", {"overdue": 800}, 0),
        ("overdue", {"overdue": 40_000}, 0),
        ("at_point", {"handled_at_point": 4_750}, 20),
        ("at_point", {"handled_at_point": 2_500}, 0),
        ("interest", {"interest_collected": 270}, 10),
        ("interest", {"interest_collected": 600}, 20),
        ("principal", {"principal_due_paid": 1_900}, 15),
        ("principal", {"principal_due_paid": 0}, 0),
        ("savings_growth", {"savings": 1_005}, 5),
        ("savings_growth", {"savings": 0}, 0),
        ("members_saving", {"members_saving": 18}, 3),  # 2.5, the half rounded up
    ],
)
def test_a_component_earns_in_proportion_between_its_bounds(
    component: str, changes: dict[str, int], earned: int
) -> None:
    found = points(**changes)
    assert found[component] == earned
    assert {n: p for n, p in found.items() if n != component} == {
        n: p for n, p in points().items() if n != component
    }


def test_where_nothing_was_due_nothing_is_missing() -> None:
    quiet = points(
        outstanding=0,
        handled=0,
        handled_at_point=0,
        interest_due=0,
        interest_collected=0,
        principal_due=0,
        principal_due_paid=0,
    )
    assert quiet == points()


def test_where_nothing_is_saved_nothing_grows() -> None:
    assert points(savings_before=0, savings=0)["savings_growth"] == 0
    assert points(savings_before=0, savings=5)["savings_growth"] == 10


@pytest.mark.parametrize(
    ("earned", "rating"),
    [
        (100, "good"),
        (90, "good"),
        (89, "fair"),
        (80, "fair"),
        (79, "average"),
        (70, "average"),
        (69, "weak"),
        (0, "weak"),
    ],
)
def test_a_rating_begins_at_its_points(earned: int, rating: str) -> None:
    assert CRITERIA.rating(earned) == rating


def test_the_criteria_say_where_they_are_from_and_hold_for_every_month() -> None:
    assert all(criteria.source and criteria.trust for criteria in catalogue())
    assert criteria_of("1990-01") == catalogue()[0]
    assert criteria_of("9999-12") == catalogue()[-1]


AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)


@given(st.builds(Figures, **dict.fromkeys(Figures.__struct_fields__, AMOUNTS)))
def test_whatever_the_figures_points_are_within_their_weight(figures: Figures) -> None:
    found = score(figures, CRITERIA)
    for name in COMPONENTS:
        assert 0 <= getattr(found.points, name) <= CRITERIA.components[name].points


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_more_overdue_never_earns_more(less: int, more: int, outstanding: int) -> None:
    component = CRITERIA.components["overdue"]
    less, more = sorted((less, more))
    assert component.earned(less, outstanding) >= component.earned(more, outstanding)


def test_a_component_divides_what_it_says() -> None:
    assert quotient("savings_growth", PERFECT) == (100, 1_000)
    assert quotient("overdue", PERFECT) == (0, 40_000)
