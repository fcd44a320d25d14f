"""Every figure, on every day and every tree, is the sum that a naive fold finds: to the dong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

import histories as made_up
import naive
import naive_trees
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_histories import DAYS, FIRST, History

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import (
    DAY,
    Layout,
    Movements,
    add_up,
    months_of,
    nothing,
)
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.balances import Balances
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.standing import standing
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.messaging.records import Incoming

LAYOUT = Layout.of(ALGEBRA)
NONE: Filters = {}
MEASURES = [name for name in naive.MEASURES if name in ALGEBRA.measures]

ACROSS_OFFICES = [
    f"{old}-{new}"
    for old, new in naive_trees.pairs()
    if len({naive_trees.parents("units_2024.csv")[o] for o, n in naive_trees.pairs() if n == new})
    > 1
][:3]
"""Localities of a new commune that was made of communes of several districts."""

LOCALITIES = ("22870-22870", "22834-22834", *ACROSS_OFFICES)

seeds = st.integers(0, 2**32)
days = st.integers(-3, DAYS + 3).map(lambda n: FIRST + timedelta(days=n))
names = st.sampled_from(["bank", "administrative"])
tree_days = st.sampled_from([date(2025, 6, 30), date(2025, 7, 1)])


RECENT_MAX = 200
"""Movements: few enough that most of a history is added up, and some of it is not."""


class Model:
    """The projection on the twin, and figures read as the API reads them."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger(LAYOUT)
        self._projector = Projector(self.ledger, Folding(ALGEBRA, LAYOUT), lambda _: None)
        self.balances = Balances(LAYOUT)

    def step(self, records: list[Incoming]) -> None:
        commit = self._projector.step(records)
        if commit is not None:
            self.balances = self.balances.with_recent(commit.movements)
        if len(self.balances.recent) > RECENT_MAX:
            self.balances = self.balances.added_up()

    def pages(self, _: Rollup, first: int, last: int) -> Iterator[Movements]:
        months = months_of(DAY.of(self.ledger.movements()[:, 0]))
        yield self.ledger.movements()[(months >= first) & (months <= last)]

    def figures(
        self,
        tree: TreeName,
        tree_date: date,
        day: date,
        units: list[str],
        filters: Filters = NONE,
        measures: Sequence[str] = MEASURES,
    ) -> dict[str, dict[str, int]]:
        land = territories(dated_trees()[tree].on(tree_date), LAYOUT)
        rollup = land.rollup(units)
        (found,) = standing(self.balances, self.pages, [day], rollup, filters, list(measures))
        return {
            unit: dict(zip(measures, column, strict=True))
            for unit, column in zip(units, found.T.tolist(), strict=True)
        }


def played(history: History) -> Model:
    model = Model()
    for batch in history.batches(history.records()):
        model.step(batch)
    return model


def expected(
    totals: Mapping[str, Mapping[str, int]],
    tree: str,
    tree_date: date,
    unit: str,
    measures: Sequence[str] = MEASURES,
) -> dict[str, int]:
    own = naive_trees.localities_of(tree, tree_date, unit)
    return {
        measure: sum(found[measure] for locality, found in totals.items() if locality in own)
        for measure in measures
    }


EVERYTHING = [name for name, measure in ALGEBRA.measures.items() if not measure.follows]
"""Every measure that events move themselves; the others are sums and parts of these."""


def units_at(tree: str, day: date) -> list[str]:
    """Every unit that has something of the history, and the nation."""
    above = {
        code
        for locality in LOCALITIES
        for code in (locality, *naive_trees.units_above(tree, day, *locality.split("-")))
    }
    return [NATION, *sorted(above)]


@settings(max_examples=40, deadline=None)
@given(seed=seeds, day=days, tree=names, tree_date=tree_days)
def test_each_figure_is_the_naive_one_on_every_day_and_tree(
    seed: int, day: date, tree: TreeName, tree_date: date
) -> None:
    history = History(seed, 60, LOCALITIES)
    units = units_at(tree, tree_date)
    found = played(history).figures(tree, tree_date, day, units)
    totals = naive.totals(history.values(), until=day)
    for unit in units:
        assert found[unit] == expected(totals, tree, tree_date, unit), unit


@cache
def lent() -> made_up.History:
    """A district's whole lending and oversight, the reform in its midst."""
    return made_up.History(made_up.work(households=60, first=date(2025, 5, 1), months=4, seed=3))


@settings(max_examples=12, deadline=None)
@given(
    seed=seeds,
    day=st.integers(-5, 130).map(lambda n: date(2025, 5, 1) + timedelta(days=n)),
    tree=names,
    tree_date=tree_days,
)
def test_every_measure_is_the_naive_one_in_a_made_up_history_however_it_is_read(
    seed: int, day: date, tree: TreeName, tree_date: date
) -> None:
    """Partitions interleaved, ranges read twice, batches of any size; on any day and tree."""
    model = Model()
    for batch in interleaved(lent().partitions.values(), Random(seed)):
        model.step(batch)
    totals = naive.totals([r.value for r in lent().records if r.value], until=day)
    units = {
        code
        for locality in totals
        for code in (locality, *naive_trees.units_above(tree, tree_date, *locality.split("-")))
    }
    chosen = [NATION, *sorted(units)]
    found = model.figures(tree, tree_date, day, chosen, measures=EVERYTHING)
    for unit in chosen:
        assert found[unit] == expected(totals, tree, tree_date, unit, EVERYTHING), unit
        children = naive_trees.children_of(tree, tree_date, unit) & units
        if children:
            parts = [found[child] for child in children]
            assert found[unit] == {m: sum(part[m] for part in parts) for m in EVERYTHING}


def interleaved(
    partitions: Iterable[Sequence[Incoming]], random: Random
) -> Iterator[list[Incoming]]:
    """Batches of any size, from any partitions in any order; some begin before where one was."""
    left = [list(records) for records in partitions]
    at = [0] * len(left)
    while open_ := [n for n, records in enumerate(left) if at[n] < len(records)]:
        batch: list[Incoming] = []
        for n in random.sample(open_, random.randint(1, len(open_))):
            end = at[n] + random.choice((1, 7, 300, 5_000))
            batch += left[n][max(0, at[n] - random.choice((0, 0, 20))) : end]
            at[n] = end
        yield batch


@settings(max_examples=40, deadline=None)
@given(seed=seeds, day=days, tree=names, tree_date=tree_days)
def test_children_are_all_of_their_parent_on_every_day_and_tree(
    seed: int, day: date, tree: TreeName, tree_date: date
) -> None:
    model = played(History(seed, 60, LOCALITIES))
    for unit in units_at(tree, tree_date):
        children = sorted(naive_trees.children_of(tree, tree_date, unit))
        if children:
            whole = model.figures(tree, tree_date, day, [unit])[unit]
            parts = model.figures(tree, tree_date, day, children)
            for measure in MEASURES:
                assert sum(part[measure] for part in parts.values()) == whole[measure]


@settings(max_examples=40, deadline=None)
@given(seed=seeds, day=days)
def test_live_and_catching_up_are_the_same(seed: int, day: date) -> None:
    """Many small batches, and all in one; what came late is the same too."""
    history = History(seed, 80, LOCALITIES)
    live, catching_up = played(history), Model()
    catching_up.step(history.records())
    assert np.array_equal(live.ledger.movements(), catching_up.ledger.movements())
    assert {d: m.tolist() for d, m in live.ledger.late.items() if len(m)} == {
        d: m.tolist() for d, m in catching_up.ledger.late.items() if len(m)
    }
    for tree in ("bank", "administrative"):
        units = units_at(tree, date(2025, 7, 1))
        assert live.figures(tree, day, day, units) == catching_up.figures(tree, day, day, units)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, day=days, filters=st.sampled_from([{"programme": "HN"}, {"fund": "local"}]))
def test_a_filter_lets_through_what_it_names_and_nothing_else(
    seed: int, day: date, filters: Filters
) -> None:
    history = History(seed, 60, LOCALITIES)
    ((dimension, value),) = filters.items()
    found = played(history).figures("bank", day, day, [NATION], filters)[NATION]
    totals = naive.totals(history.values(), until=day, where=(dimension, value))
    for measure in ("outstanding", "collected", "disbursed", "interest_due"):
        assert found[measure] == sum(one[measure] for one in totals.values())


def test_late_movements_are_those_recorded_after_their_month_had_closed() -> None:
    history = History(7, 200, LOCALITIES)
    late = add_up(np.concatenate([nothing(), *played(history).ledger.late.values()]))
    expected = naive.totals(
        value
        for value, (_, event, recorded_at) in zip(history.values(), history.events, strict=True)
        if recorded_at.date() > naive.month_end(event.occurred_on) + timedelta(days=1)
    )
    collected = LAYOUT.measure_numbers["collected"]
    found = late[(late[:, 0] & 1023) == collected][:, 1].sum()
    assert found == sum(one["collected"] for one in expected.values()) != 0
