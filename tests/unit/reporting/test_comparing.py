"""How a unit's figure stands against others and against itself."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.indicators.comparing import (
    Change,
    Parts,
    Rank,
    change,
    gap,
    parts_of,
    rank,
)
from policy_credit_reporting.indicators.declarations import ALGEBRA

OVERDUE_RATIO = ALGEBRA.ratios["overdue_ratio"]
COLLECTION = ALGEBRA.ratios["interest_collection_rate"]
OUTSTANDING = ALGEBRA.measures["outstanding"]
M = 1_000_000


def debt(overdue: int, outstanding: int) -> dict[str, int]:
    return {"overdue": overdue, "outstanding": outstanding}


def test_a_district_is_above_its_province_by_a_sum_of_money() -> None:
    district, province = Parts(315 * M, 262_149 * M), Parts(11, 10_000)
    assert gap(district, province) == 26_636_100
    assert gap(province, province) == 0


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**12)), min_size=1, max_size=9))
def test_the_gaps_of_all_children_to_their_parent_add_up_to_nothing(
    children: list[tuple[int, int]],
) -> None:
    parent = Parts(sum(n for n, _ in children), sum(d for _, d in children))
    gaps = [gap(Parts(*child), parent) for child in children]
    assert abs(sum(gaps)) <= len(gaps) / 2


def test_the_lowest_overdue_ratio_is_the_best() -> None:
    siblings = {"a": debt(1, 1_000), "b": debt(0, 5), "c": debt(9, 10), "none": debt(0, 0)}
    assert rank(OVERDUE_RATIO, "b", siblings) == Rank(place=1, of=3, tied=1)
    assert rank(OVERDUE_RATIO, "a", siblings) == Rank(place=2, of=3, tied=1)
    assert rank(OVERDUE_RATIO, "none", siblings) is None


def test_the_highest_collection_rate_is_the_best() -> None:
    paid = {"a": (9, 10), "b": (10, 10), "c": (1, 2)}
    siblings = {u: {"interest_collected": n, "interest_due": d} for u, (n, d) in paid.items()}
    places = {unit: rank(COLLECTION, unit, siblings) for unit in siblings}
    assert [found.place for found in places.values() if found] == [2, 1, 3]


def test_where_no_way_is_better_the_highest_is_first() -> None:
    assert OUTSTANDING.better is None
    found = rank(OUTSTANDING, "b", {"a": debt(0, 1), "b": debt(0, 2)})
    assert found == Rank(place=1, of=2, tied=1)


def test_equal_ratios_share_a_place_and_the_next_is_left_out() -> None:
    siblings = {"a": debt(1, 3), "b": debt(2, 6), "c": debt(0, 9), "d": debt(1, 2)}
    assert rank(OVERDUE_RATIO, "a", siblings) == Rank(place=2, of=4, tied=2)
    assert rank(OVERDUE_RATIO, "b", siblings) == Rank(place=2, of=4, tied=2)
    assert rank(OVERDUE_RATIO, "d", siblings) == Rank(place=4, of=4, tied=1)


def test_ratios_that_a_float_cannot_tell_apart_are_told_apart() -> None:
    big = 10**17
    siblings = {"a": debt(big, 3 * big), "b": debt(big + 1, 3 * big)}
    assert Fraction(big, 3 * big) != Fraction(big + 1, 3 * big)
    assert rank(OVERDUE_RATIO, "b", siblings) == Rank(place=2, of=2, tied=1)


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=2),
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        min_size=1,
    )
)
def test_places_and_ties_fill_the_ranking(found: dict[str, tuple[int, int]]) -> None:
    siblings = {unit: debt(*parts) for unit, parts in found.items()}
    ranks = [r for unit in siblings if (r := rank(OVERDUE_RATIO, unit, siblings))]
    taken = sorted(place for r in ranks for place in [r.place])
    assert all(taken.count(r.place) == r.tied for r in ranks)
    assert all(sum(t < r.place for t in taken) == r.place - 1 for r in ranks)


def test_a_change_is_told_in_both_parts() -> None:
    assert change(OVERDUE_RATIO, debt(315, 262), debt(300, 250), 3) == Change(
        months=3, numerator=15, denominator=12, before=Parts(300, 250)
    )
    assert change(OUTSTANDING, debt(0, 262), debt(0, 300), 1) == Change(
        months=1, numerator=-38, denominator=0, before=Parts(300, 1)
    )
    assert change(OVERDUE_RATIO, debt(1, 2), debt(0, 0), 12).before is None


@pytest.mark.parametrize("outstanding", [0, -5])
def test_without_anything_to_divide_by_there_is_no_figure(outstanding: int) -> None:
    assert parts_of(OVERDUE_RATIO, debt(1, outstanding)) is None
    assert parts_of(OVERDUE_RATIO, debt(0, 7)) == Parts(0, 7)
