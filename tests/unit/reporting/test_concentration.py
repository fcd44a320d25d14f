"""Which units carry most of an amount."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.indicators.concentration import Carrier, carriers

AMOUNTS = st.dictionaries(
    st.integers(10_000, 99_999).map(str), st.integers(-3, 12), min_size=0, max_size=9
)
SHARES = st.integers(1, 100)


def test_the_fewest_units_that_carry_four_fifths() -> None:
    overdue = {"a": 10, "b": 50, "c": 25, "d": 15}
    assert carriers(overdue, 80) == [
        Carrier("b", 50, 50),
        Carrier("c", 25, 75),
        Carrier("d", 15, 90),
    ]


def test_a_share_that_is_reached_exactly_needs_no_more() -> None:
    assert [one.unit for one in carriers({"a": 80, "b": 20}, 80)] == ["a"]


def test_of_equals_the_lower_code_comes_first() -> None:
    assert [one.unit for one in carriers({"c": 5, "a": 5, "b": 5}, 60)] == ["a", "b"]


def test_nothing_is_carried_by_nobody() -> None:
    assert carriers({"a": 0, "b": 0}, 80) == []
    assert carriers({}, 80) == []


@given(AMOUNTS, SHARES)
def test_no_smaller_set_carries_the_share(amounts: dict[str, int], share: int) -> None:
    found = carriers(amounts, share)
    owed = [amount for amount in amounts.values() if amount > 0]
    assert all(one.amount > 0 for one in found)
    assert 100 * sum(one.amount for one in found) >= share * sum(owed)
    for fewer in combinations(owed, max(0, len(found) - 1)):
        assert not found or 100 * sum(fewer) < share * sum(owed)


@given(AMOUNTS, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(
    amounts: dict[str, int], share: int, random: object
) -> None:
    shuffled = list(amounts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert carriers(dict(shuffled), share) == carriers(amounts, share)
