"""Figures of every locality from the archive's files, by the SQL of the declarations."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_reporting.audit.replay.grouping import (
    BEFORE,
    DUCKDB,
    Cut,
    Dialect,
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

MEMORY: Final = "1GB"


class Recomputed(Struct, frozen=True):
    """Figures by measure and locality, in the layout's order: before the first day, and since."""

    before: Integers
    since: Integers

    def figures(self, algebra: Algebra) -> Integers:
        """Stocks as they stood at the end, flows from the first day on."""
        stocks = np.array([m.kind == "stock" for m in algebra.measures.values()])
        found: Integers = self.since + np.where(stocks[:, None], self.before, 0)
        return found


class DoesNotFit(Exception):
    """The groups of some files are more than an engine can hold within its memory."""


class Asking(Struct, frozen=True):
    """An engine: what it says differently, and how it answers SQL over the rows of some files.

    It may be asked by several threads, and raises DoesNotFit. The SQL is made for what to read.
    """

    dialect: Dialect
    ask: Callable[[Sequence[str], Callable[[str], str]], pa.Table]


Engine = Callable[[str], AbstractContextManager[Asking]]
"""Opened for so much memory."""


@contextmanager
def by_duckdb(memory: str) -> Iterator[Asking]:
    """In this process, on all cores."""
    with engine(memory) as connection:

        def ask(files: Sequence[str], sql_of: Callable[[str], str]) -> pa.Table:
            try:
                with connection.cursor() as cursor:
                    return cursor.sql(sql_of(source_of(files))).to_arrow_table()
            except duckdb.OutOfMemoryException as error:
                raise DoesNotFit(str(error).splitlines()[0]) from error

        yield Asking(DUCKDB, ask)


def recompute(
    algebra: Algebra,
    layout: Layout,
    files: Sequence[str],
    cut: Cut,
    memory: str = MEMORY,
    opened: Engine = by_duckdb,
) -> Recomputed:
    """Group by an engine, within so much memory, and apply the postings to the groups.

    All groupings are asked for at once: while one is planned, another reads. Figures are sums, so
    files whose groups do not fit are grouped half by half; raises DoesNotFit where one does not.
    """
    shape = (len(algebra.measures), len(layout.localities))
    found = Recomputed(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    if not files:
        return found
    adding = Lock()
    with opened(memory) as asking:

        def add(grouping: Grouping, some: Sequence[str]) -> None:
            groups = asking.ask(some, lambda source: query(grouping, cut, source, asking.dialect))
            with adding:
                _add(algebra, layout, grouping, groups, found)

        def add_if_it_fits(grouping: Grouping) -> bool:
            try:
                add(grouping, files)
            except DoesNotFit:
                return False
            return True

        def add_by_halves(grouping: Grouping, some: Sequence[str]) -> None:
            try:
                add(grouping, some)
            except DoesNotFit:
                if len(some) == 1:
                    raise
                half = len(some) // 2
                add_by_halves(grouping, some[:half])
                add_by_halves(grouping, some[half:])

        asked = groupings(algebra, asking.dialect)
        with ThreadPoolExecutor(len(asked)) as pool:
            fitting = list(pool.map(add_if_it_fits, asked))
        for grouping, fits in zip(asked, fitting, strict=True):
            if not fits:
                add_by_halves(grouping, files)
    return found


@contextmanager
def engine(memory: str = MEMORY, **settings: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in this process, within so much memory; `settings` are further ones of its own."""
    with TemporaryDirectory(prefix="policy-credit-replay-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": folder,
            **settings,
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("SET GLOBAL TimeZone = 'UTC'")
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
    moves = groups.column("moves").combine_chunks().dictionary_encode()
    by_kind = moves.indices.to_numpy()
    order = np.argsort(by_kind, kind="stable")
    groups, by_kind = groups.take(pa.array(order)), by_kind[order]
    localities = _localities(layout, groups)
    kinds = {kind.type(): kind for kind in grouping.kinds}
    for number, name in enumerate(moves.dictionary.to_pylist()):
        start, stop = np.searchsorted(by_kind, (number, number + 1)).tolist()
        part = groups.slice(start, stop - start)
        _post(algebra, layout, kinds[name], part, localities[start:stop], found)


def _post(
    algebra: Algebra,
    layout: Layout,
    kind: type[PublicEvent],
    groups: pa.Table,
    localities: Integers,
    found: Recomputed,
) -> None:
    """Apply an event type's postings to its groups."""
    halves: list[tuple[Integers, NDArray[np.bool_] | None]] = [(found.since, None)]
    if BEFORE in groups.column_names:
        early = groups.column(BEFORE).to_numpy().astype(bool)
        halves = [(found.before, early), (found.since, ~early)]
    for line in algebra.postings[kind]:
        meant = _meant(kind, line, groups)
        amounts = groups.column(sum_of(line.amount)).fill_null(0).to_numpy() * line.sign
        if isinstance(line.amount, int):
            amounts = amounts * line.amount
        measure = layout.measure_numbers[line.measure.name]
        for into, when in halves:
            chosen = meant if when is None else meant & when
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
