"""Units out of line for their size: found when they are, and no false alarm at small communes.

The statistical claims are held on simulations, each from its own seed.
"""

import random
from fractions import Fraction
from math import comb, log, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.indicators.funnel import (
    Counted,
    Funnel,
    Outlier,
    funnel,
    overdispersion,
    probability_of,
)
from policy_credit_shared.kernel.checks import InvariantBroken

ROUNDS = 400


def exact(cases: int, of: int, ratio: Fraction) -> float:
    """The binomial probability of `cases` or more, in whole numbers."""
    terms = (comb(of, k) * ratio**k * (1 - ratio) ** (of - k) for k in range(cases, of + 1))
    return float(sum(terms, Fraction(0)))


@pytest.mark.parametrize(("cases", "of"), [(0, 10), (1, 10), (2, 60), (9, 300), (12, 300), (5, 5)])
def test_the_tail_is_the_binomial_one(cases: int, of: int) -> None:
    found = probability_of(cases, of, 3 / 1000, 1.0)
    assert found == pytest.approx(exact(cases, of, Fraction(3, 1000)), rel=1e-9)


@pytest.mark.parametrize("spread", [1.0, 1.5, 3.0])
@pytest.mark.parametrize("of", [2, 40, 400])
def test_the_spread_multiplies_the_variance_and_leaves_the_mean(spread: float, of: int) -> None:
    ratio = 0.1
    tails = [probability_of(k, of, ratio, spread) for k in range(1, of + 1)]
    mean = sum(tails)
    second = sum((2 * k - 1) * tail for k, tail in enumerate(tails, start=1))
    assert mean == pytest.approx(of * ratio, rel=1e-6)
    widest = min(spread, of)
    assert second - mean**2 == pytest.approx(widest * of * ratio * (1 - ratio), rel=1e-4)


@given(
    st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of - 1), st.just(of))),
    st.floats(0.001, 0.9),
    st.floats(1, 10),
)
def test_more_cases_are_less_likely(counted: tuple[int, int], ratio: float, spread: float) -> None:
    cases, of = counted
    more = probability_of(cases + 1, of, ratio, spread)
    assert 0 <= more <= probability_of(cases, of, ratio, spread) * (1 + 1e-6)


def test_two_overdue_loans_do_not_put_a_small_commune_out_of_line() -> None:
    """A normal approximation would: z of 2 among 60 at 0.4 % is 3.6."""
    small = {f"{code:05}": Counted(0, 60) for code in range(4)} | {"00009": Counted(2, 60)}
    large = {f"{code:05}": Counted(6, 1_500) for code in range(10, 20)}
    found = funnel(small | large)
    assert found is not None
    assert [one.unit for one in found.outliers if one.limit == "99.8"] == []


def test_the_limit_is_told_in_cases() -> None:
    counts = {f"{code:05}": Counted(3, 1_000) for code in range(11)} | {"b": Counted(20, 1_000)}
    found = funnel(counts)
    assert found is not None
    (outlier,) = found.outliers
    assert (outlier.unit, outlier.limit) == ("b", "99.8")
    ratio = found.total.cases / found.total.of
    at, above = (
        probability_of(n, 1_000, ratio, found.overdispersion)
        for n in (outlier.usual_max, outlier.usual_max + 1)
    )
    assert above <= 0.001 < at


def test_fewer_than_five_units_say_nothing_of_each_other() -> None:
    four = {f"{code}": Counted(code * 5, 100) for code in range(4)}
    assert funnel(four) is None
    assert funnel(four | {"without loans": Counted(0, 0)}) is None


def test_where_no_loan_is_overdue_none_is_out_of_line() -> None:
    for cases in (0, 100):
        found = funnel({f"{code}": Counted(cases, 100) for code in range(9)})
        assert found is not None
        assert found.outliers == []


def test_cases_that_are_not_among_their_units_are_refused() -> None:
    with pytest.raises(InvariantBroken, match="00001"):
        funnel({"00001": Counted(3, 2)})


def test_one_bad_unit_does_not_hide_itself_by_widening_the_limits() -> None:
    counts = [Counted(3, 1_000)] * 9
    assert overdispersion([*counts, Counted(300, 1_000)], 0.003) == 1.0


def binomial(dice: random.Random, of: int, ratio: float) -> int:
    """Cases among `of`, by the gaps between them."""
    cases, at = 0, 0
    while ratio > 0:
        at += int(log(1 - dice.random()) / log1p(-ratio)) + 1
        if at > of:
            break
        cases += 1
    return cases


def drawn(dice: random.Random, of: int, ratio: float, spread: float) -> Counted:
    """Cases of a unit that is as all others are, with `spread` times the variance of chance."""
    if spread > 1:
        weight = (of - 1) / (spread - 1) - 1
        ratio = dice.betavariate(ratio * weight, (1 - ratio) * weight)
    return Counted(binomial(dice, of, ratio), of)


def held(counts: dict[str, Counted]) -> Funnel:
    found = funnel(counts)
    assert found is not None
    return found


def alarms(sizes: list[int], ratio: float, spread: float = 1.0) -> dict[str, float]:
    """How often a unit that is as all others are is above each limit."""
    dice = random.Random(20_190_430)
    above = {"95": 0, "99.8": 0}
    for _ in range(ROUNDS):
        counts = {str(n): drawn(dice, of, ratio, spread) for n, of in enumerate(sizes)}
        for outlier in held(counts).outliers:
            above["95"] += 1
            above["99.8"] += outlier.limit == "99.8"
    return {limit: count / ROUNDS / len(sizes) for limit, count in above.items()}


SMALL = [20, 35, 50, 60, 80, 90, 100, 120, 150, 170, 200, 60]
LARGE = [1_000, 1_200, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 1_800, 2_200] * 3
MIXED = SMALL + LARGE


@pytest.mark.parametrize("ratio", [0.001, 0.003, 0.02])
@pytest.mark.parametrize("sizes", [SMALL, MIXED, LARGE], ids=["small", "mixed", "large"])
def test_false_alarms_are_no_more_than_the_limits_say(sizes: list[int], ratio: float) -> None:
    found = alarms(sizes, ratio)
    assert found["95"] <= 0.025 * 1.1
    assert found["99.8"] <= 0.001 * 1.5


def test_false_alarms_are_near_nominal_where_units_are_large() -> None:
    found = alarms(LARGE * 4, 0.02)
    assert 0.025 / 2 <= found["95"]
    assert 0.001 / 3 <= found["99.8"]


@pytest.mark.parametrize("spread", [2.0, 4.0])
def test_what_all_units_differ_by_raises_no_alarms(spread: float) -> None:
    """Without the overdispersion, a spread of 4 has one unit in six above its 95 % limit."""
    found = alarms(LARGE, 0.01, spread)
    assert found["95"] <= 2 * 0.025
    assert found["99.8"] <= 4 * 0.001


def test_the_overdispersion_that_is_there_is_found() -> None:
    dice = random.Random(5)
    for spread in (1.0, 2.0, 4.0):
        estimates = [
            held(
                {str(n): drawn(dice, of, 0.01, spread) for n, of in enumerate(LARGE)}
            ).overdispersion
            for _ in range(ROUNDS // 4)
        ]
        assert sum(estimates) / len(estimates) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    ("others", "of", "bad"),
    [
        (MIXED, 400, 0.03),
        (MIXED, 100, 0.08),
        ([300] * 30, 600, 0.02),
        (SMALL, 150, 0.10),
    ],
)
def test_a_planted_bad_commune_is_found(others: list[int], of: int, bad: float) -> None:
    dice = random.Random(7)
    found: list[Outlier] = []
    for _ in range(ROUNDS // 2):
        counts = {str(n): drawn(dice, size, 0.003, 1.0) for n, size in enumerate(others)}
        counts["bad"] = Counted(binomial(dice, of, bad), of)
        found += [one for one in held(counts).outliers if one.unit == "bad"]
    assert len(found) >= 0.9 * ROUNDS / 2
    assert sum(one.limit == "99.8" for one in found) >= 0.7 * ROUNDS / 2


def test_three_bad_communes_of_thirty_are_all_found() -> None:
    dice = random.Random(11)
    for _ in range(20):
        counts = {str(n): drawn(dice, 800, 0.003, 1.0) for n in range(27)}
        planted = {f"bad {n}": Counted(40, 800) for n in range(3)}
        found = {one.unit for one in held(counts | planted).outliers if one.limit == "99.8"}
        assert planted.keys() <= found
