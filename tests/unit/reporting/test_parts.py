"""Filtered figures, from parts in memory and pages, are sums over all movements: to the dong."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_reporting.indicators.algebra import DIMENSIONS
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import (
    ASSOCIATION,
    DAY,
    FUND,
    LOCALITY,
    MEASURE,
    PROGRAMME,
    Integers,
    Layout,
    Movements,
    day_number,
    day_of_number,
    months_of,
)
from policy_credit_reporting.store import pages
from policy_credit_reporting.store.balances import Balances
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.standing import let_through, standing
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION

LAYOUT = Layout.of(ALGEBRA)
MEASURES = LAYOUT.meaning.measures[:3]
SESSIONS = LAYOUT.measure_numbers["sessions"]
FIRST, DAYS = day_number(date(2023, 11, 1)), 500
"""Over two turns of the year."""
LAND = territories(dated_trees()["bank"].on(date(2025, 6, 30)), LAYOUT)

seeds = st.integers(0, 2**32)
some_days = st.lists(
    st.none() | st.integers(FIRST - 40, FIRST + DAYS + 40).map(day_of_number),
    min_size=1,
    max_size=4,
)
some_filters = st.sampled_from(
    [
        {"programme": LAYOUT.values["programme"][1]},
        {"association": LAYOUT.values["association"][2], "fund": LAYOUT.values["fund"][1]},
    ]
)


def moved(seed: int, count: int = 300) -> Movements:
    """Any movements of a few measures, parts and localities, in any order."""
    random = np.random.default_rng(seed)
    keys = random.integers(0, 3, count) << MEASURE.shift
    keys |= random.integers(0, 3, count) << PROGRAMME.shift
    keys |= random.integers(0, 3, count) << ASSOCIATION.shift
    keys |= random.integers(0, 2, count) << FUND.shift
    keys |= random.integers(0, 4, count) << LOCALITY.shift
    keys |= (FIRST + random.integers(0, random.integers(1, DAYS), count)) << DAY.shift
    return np.stack((keys, random.integers(-9, 9, count)), axis=1)


def followed(
    every: Movements,
    commits: int,
    added_up: set[int] | None = None,
    years_of: Sequence[str] | None = None,
) -> Balances:
    """The copy after so many commits; what some of them moved is added up then, or all at last."""
    balances = Balances(LAYOUT, years_of)
    for number, part in enumerate(np.array_split(every, commits)):
        balances = balances.with_recent(part)
        if added_up is not None and number in added_up:
            balances = balances.added_up()
    return balances if added_up is not None else balances.added_up()


def asked(
    balances: Balances,
    every: Movements,
    days: Sequence[date | None],
    filters: Filters,
    measures: Sequence[str] = MEASURES,
) -> list[list[int]]:
    """By day and measure, the whole country's figures."""

    def read_pages(_: Rollup, first: int, last: int) -> Iterator[Movements]:
        months = months_of(DAY.of(every[:, 0]))
        for month in range(first, last + 1):
            yield every[months == month]

    rollup = LAND.rollup([NATION])
    found: list[list[int]] = standing(balances, read_pages, days, rollup, filters, measures)[
        :, :, 0
    ].tolist()
    return found


def summed(every: Movements, days: Sequence[date | None], filters: Filters) -> list[list[int]]:
    """The same, one movement after another."""

    def sum_of(chosen: Integers) -> int:
        return int(every[chosen][:, 1].sum())

    keys = every[:, 0]
    counts = let_through(keys, filters, LAYOUT)
    until = [np.ones(len(keys), bool) if d is None else DAY.of(keys) <= day_number(d) for d in days]
    return [
        [sum_of(counts & within & (MEASURE.of(keys) == number)) for number in range(len(MEASURES))]
        for within in until
    ]


@settings(max_examples=60, deadline=None)
@given(
    seed=seeds,
    commits=st.integers(1, 7),
    added_up=st.sets(st.integers(0, 6)),
    days=some_days,
    filters=some_filters | st.just({}),
)
def test_figures_of_any_days_are_sums_of_movements_however_they_came(
    seed: int, commits: int, added_up: set[int], days: list[date | None], filters: Filters
) -> None:
    every = moved(seed)
    found = asked(followed(every, commits, added_up), every, days, filters)
    assert found == summed(every, days, filters)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, added_up=st.sets(st.integers(0, 3)))
def test_a_copy_knows_what_moved_though_it_is_not_added_up(seed: int, added_up: set[int]) -> None:
    every = moved(seed)
    balances, whole = followed(every, 4, added_up), followed(every, 4)
    assert balances.months_moved() == whole.months_moved() == (whole.first_month, whole.last_month)
    for number in range(len(MEASURES)):
        for dimension in DIMENSIONS:
            assert balances.values(number, dimension) == whole.values(number, dimension)
    assert np.array_equal(balances.sessions, whole.sessions)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, days=some_days, filters=some_filters | st.just({}))
def test_a_copy_made_of_sheets_answers_as_one_made_of_pages(
    seed: int, days: list[date | None], filters: Filters
) -> None:
    every = moved(seed)
    by_place = pages.by_place(pages.offices_of(LAYOUT), every)
    sheets = np.concatenate([pages.without_days(part, SESSIONS) for _, part in by_place])
    found = asked(Balances(LAYOUT).with_movements(sheets), every, days, filters)
    assert found == summed(every, days, filters)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, commits=st.integers(1, 7), added_up=st.sets(st.integers(0, 6)))
def test_a_small_copy_knows_the_present_of_all_and_the_years_of_some(
    seed: int, commits: int, added_up: set[int]
) -> None:
    every, (watched, *_) = moved(seed), MEASURES
    balances = followed(every, commits, added_up, [watched])
    ends = [date(year, 12, 31) for year in range(2022, 2027)]
    assert asked(balances, every, [None], {}) == summed(every, [None], {})
    past = [[found] for found, *_ in summed(every, ends, {})]
    assert asked(balances, every, ends, {}, [watched]) == past


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_all_parts_of_a_measure_are_the_whole(seed: int) -> None:
    balances = followed(moved(seed), 5)
    for number, name in enumerate(MEASURES):
        whole = balances.now(number)
        assert np.array_equal(balances.parts.of(number, {}), whole), name
        by_value = [
            balances.parts.of(number, {"programme": value})
            for value in balances.values(number, "programme")
        ]
        assert np.array_equal(sum(by_value, np.zeros_like(whole)), whole), name


def test_a_copy_is_never_changed_by_the_next() -> None:
    first = followed(moved(1), 1)
    before = [first.parts.of(number, {}).tolist() for number in range(len(MEASURES))]
    first.with_movements(moved(2))
    assert [first.parts.of(n, {}).tolist() for n in range(len(MEASURES))] == before
