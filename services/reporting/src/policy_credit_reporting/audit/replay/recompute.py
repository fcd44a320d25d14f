"""Figures of every locality from the archive's files, by the SQL of the declarations."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_reporting.audit.replay.grouping import (
    BEFORE,
    Cut,
    Grouping,
    groupings,
    key_of,
    query,
    quoted,
    sum_of,
)
from policy_credit_reporting.indicators.algebra import GIVEN, Algebra, Posting
from policy_credit_reporting.indicators.movements import Integers, Layout
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.progress import Partition

MEMORY = "1GB"


class Recomputed(Struct, frozen=True):
    """Figures by measure and locality, in the layout's order: before the first day, and since."""

    before: Integers
    since: Integers

    def figures(self, algebra: Algebra) -> Integers:
        """Stocks as they stood at the end, flows from the first day on."""
        stocks = np.array([m.kind == "stock" for m in algebra.measures.values()])
        found: Integers = self.since + np.where(stocks[:, None], self.before, 0)
        return found


Engine = Callable[[Algebra, Sequence[str], Cut, str], Iterator[tuple[Grouping, pa.Table]]]
"""Groups of the rows of some files, within so much memory."""


def grouped_by_duckdb(
    algebra: Algebra, files: Sequence[str], cut: Cut, memory: str
) -> Iterator[tuple[Grouping, pa.Table]]:
    """Read each file once for each grouping; what is more than memory goes to disk."""
    with engine(memory) as connection:
        for grouping in groupings(algebra):
            yield grouping, connection.sql(query(grouping, cut, source_of(files))).to_arrow_table()


def recompute(
    algebra: Algebra,
    layout: Layout,
    files: Sequence[str],
    cut: Cut,
    memory: str = MEMORY,
    grouped: Engine = grouped_by_duckdb,
) -> Recomputed:
    """Group by an engine, within so much memory, and apply the postings to the groups."""
    shape = (len(algebra.measures), len(layout.localities))
    found = Recomputed(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    if not files:
        return found
    for grouping, groups in grouped(algebra, files, cut, memory):
        _add(algebra, layout, grouping, groups, found)
    return found


@contextmanager
def engine(memory: str = MEMORY, **settings: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in this process, within so much memory; `settings` are further ones of its own."""
    with duckdb.connect(config={"memory_limit": memory, **settings}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def rows_in_order(
    files: Sequence[str], partition: Partition, columns: Sequence[str], batch: int
) -> Iterator[pa.RecordBatch]:
    """A partition's rows as the log has them; raises duckdb.Error if they cannot be read."""
    with engine(threads=1) as connection:
        yield from connection.sql(
            f"SELECT {', '.join(columns)} FROM {source_of(files)}"
            " WHERE topic = $topic AND partition = $number ORDER BY record_offset",
            params={"topic": partition.topic, "number": partition.number},
        ).to_arrow_reader(batch)


def source_of(files: Sequence[str]) -> str:
    """Data files as something to select from."""
    named = ", ".join(map(quoted, files))
    return f"read_parquet([{named}], hive_partitioning = false)"


def _add(
    algebra: Algebra, layout: Layout, grouping: Grouping, groups: pa.Table, found: Recomputed
) -> None:
    localities = _localities(layout, groups)
    moves = groups.column("moves").combine_chunks().dictionary_encode()
    names = {name: number for number, name in enumerate(moves.dictionary.to_pylist())}
    by_kind = moves.indices.to_numpy()
    for kind in grouping.kinds:
        if kind.type() in names:
            chosen = np.flatnonzero(by_kind == names[kind.type()])
            part = groups.take(pa.array(chosen))
            _post(algebra, layout, kind, part, localities[chosen], found)


def _post(
    algebra: Algebra,
    layout: Layout,
    kind: type[PublicEvent],
    groups: pa.Table,
    localities: Integers,
    found: Recomputed,
) -> None:
    """Apply an event type's postings to its groups."""
    early = np.zeros(groups.num_rows, bool)
    if BEFORE in groups.column_names:
        early = groups.column(BEFORE).to_numpy().astype(bool)
    for line in algebra.postings[kind]:
        meant = _meant(kind, line, groups)
        amounts = groups.column(sum_of(line.amount)).fill_null(0).to_numpy() * line.sign
        if isinstance(line.amount, int):
            amounts = amounts * line.amount
        measure = layout.measure_numbers[line.measure.name]
        for into, when in ((found.before, early), (found.since, ~early)):
            chosen = meant & when
            np.add.at(into[measure], localities[chosen], amounts[chosen])


def _meant(kind: type[PublicEvent], line: Posting, groups: pa.Table) -> NDArray[np.bool_]:
    """Which groups meet a posting's conditions."""
    found = np.ones(groups.num_rows, bool)
    for field, wanted in line.where:
        column = groups.column(key_of(kind, field, wanted))
        if wanted is GIVEN or isinstance(wanted, int):
            found &= column.to_numpy().astype(bool)
        elif wanted is None:
            found &= column.is_null().to_numpy()
        else:
            found &= pc.equal(column, wanted).fill_null(False).to_numpy()
    return found


def _localities(layout: Layout, groups: pa.Table) -> Integers:
    encoded = groups.column("locality").combine_chunks().dictionary_encode()
    numbers = [layout.locality_numbers[name] for name in encoded.dictionary.to_pylist()]
    found: Integers = np.array(numbers, np.int64)[encoded.indices.to_numpy()]
    return found
