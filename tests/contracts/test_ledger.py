"""One contract, two ledgers: PostgreSQL and its in-memory twin."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import build
import numpy as np
import pytest
from conftest import Servers

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.group_rows import (
    GroupRows,
    add_up_rows,
    halves_of,
    rows_of,
)
from policy_credit_reporting.indicators.movements import DAY as DAY_FIELD
from policy_credit_reporting.indicators.movements import (
    LOCALITY,
    Layout,
    Movements,
    day_number,
)
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.ledger import Commit, Ledger
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.store.progress import Advance, Fenced, Partition, Stream

PARTITION = Partition("loans", 3)
STREAM = Stream(PARTITION, "/policy-credit/loans")
LAYOUT = Layout.of(ALGEBRA)
DAY = date(2019, 3, 5)


class PostgresView(PostgresLedger):
    """The ledger with the twin's way of reading a figure."""

    def __init__(self, database_url: str) -> None:
        generations.create(database_url, ALGEBRA)
        super().__init__(database_url, ALGEBRA)
        self.figures = Figures(database_url, ALGEBRA)

    def figure(self, unit: str, measure: str) -> int:
        with self.figures.snapshot() as snapshot:
            return snapshot.totals([unit], {})[unit][measure]

    @property
    def by_group(self) -> GroupRows:
        with self.figures.snapshot() as snapshot:
            rollup = territories(units_before_reform(), LAYOUT).rollup(["587"])
            return add_up_rows(snapshot.group_rows(rollup))

    def close(self) -> None:
        self.figures.close()
        super().close()


@pytest.fixture(params=["memory", "postgres"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryLedger(LAYOUT)
        return
    servers: Servers = request.getfixturevalue("servers")
    view = PostgresView(servers.database())
    yield view
    view.close()


def movements(**amounts: int) -> Movements:
    """Movements of one cell on one day."""
    locality = LAYOUT.locality_numbers["22870-22870"]
    place = (day_number(DAY) << DAY_FIELD.shift) | (locality << LOCALITY.shift)
    rows = [[place | LAYOUT.measure_numbers[name], amount] for name, amount in amounts.items()]
    return np.array(rows, np.int64).reshape(-1, 2)


def by_group(**amounts: int) -> GroupRows:
    """The same of one group."""
    moved = movements(**amounts)
    return add_up_rows(rows_of(moved, halves_of([build.GROUP] * len(moved))))


def commit(start: int, end: int, **amounts: int) -> Commit:
    return Commit(
        advance=Advance({PARTITION: start}, {PARTITION: end}, {STREAM: end}),
        movements=movements(**amounts),
        late={},
        by_group=by_group(**amounts),
        tally={(PARTITION, "applied"): end - start},
        letters=[],
        early=[],
        targets=[],
        findings=[],
        formed=[],
        heard={"/policy-credit/loans": datetime(2019, 3, 5, tzinfo=UTC)},
    )


def test_deltas_add_up(ledger: Any) -> None:
    ledger.commit(commit(0, 1, outstanding=40, loans=1))
    ledger.commit(commit(1, 3, outstanding=-15))
    assert ledger.figure("587", "outstanding") == 25
    assert ledger.figure("587", "loans") == 1
    assert ledger.figure("586", "outstanding") == 0
    assert ledger.by_group.tolist() == by_group(outstanding=25, loans=1).tolist()


def test_figures_and_progress_move_together_or_not_at_all(ledger: Any) -> None:
    ledger.commit(commit(0, 4, outstanding=40))
    with pytest.raises(Fenced):
        ledger.commit(commit(0, 6, outstanding=99))
    assert ledger.figure("587", "outstanding") == 40
    assert ledger.by_group.tolist() == by_group(outstanding=40).tolist()
    assert ledger.progress().offsets == {PARTITION: 4}
    assert ledger.progress().highs == {STREAM: 4}


def test_a_fresh_ledger_has_read_nothing(ledger: Ledger) -> None:
    assert ledger.progress().offsets == {}
    assert ledger.progress().highs == {}


def test_a_figure_can_be_as_large_as_the_nation_needs(ledger: Any) -> None:
    for step in range(3):
        ledger.commit(commit(step, step + 1, outstanding=2**61))
    assert ledger.figure("587", "outstanding") == 3 * 2**61
