"""Reading figures: every answer from one snapshot, with what it reflects and what it lacks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from policy_credit_reporting.indicators.algebra import Algebra, Dimension
from policy_credit_reporting.indicators.movements import (
    DAY,
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    day_number,
    from_bytes,
    months_of,
)
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.copies import Connection, Copies, Copy
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnitTree

POOL_SIZE_MAX: Final = 6
INCIDENT_SECONDS_MIN: Final = 30
"""An early record that the relay's resend heals sooner is not yet an incident."""

DAYS_END: Final = (1 << DAY.bits) - 1
"""The number of the last day that a key can hold."""

Totals = Mapping[str, int]
"""A figure for each measure."""

Filters = Mapping[Dimension, str]


class Stream(Struct, frozen=True):
    """How far one source is reflected in one partition."""

    topic: str
    partition: int
    source: str
    sequence: int


class Position(Struct, frozen=True):
    """The place in the log that figures reflect."""

    generation: str
    offsets: dict[str, dict[str, int]]
    streams: list[Stream]
    heard: dict[str, datetime]


class Incident(Struct, frozen=True):
    """Records after `expected` have arrived, and it has not."""

    topic: str
    partition: int
    source: str
    expected: int
    seen: int
    opened_at: datetime


class QuarantinedRecord(Struct, frozen=True):
    """A record that could not take effect: where it is in the log, and what is wrong with it."""

    topic: str
    partition: int
    record_offset: int
    source: str | None
    sequence: int | None
    reason: str
    detail: str
    path: str
    at: datetime


class StandingAlert(Struct, frozen=True):
    """A unit whose ratio is above its target; the ceiling is in millionths."""

    unit: str
    indicator: str
    numerator: int
    denominator: int
    ceiling: int
    at: datetime


class Snapshot:
    """What one transaction sees of one generation."""

    def __init__(self, connection: Connection, algebra: Algebra, copy: Copy) -> None:
        self._connection = connection
        self._algebra = algebra
        self._copy = copy

    @property
    def serial(self) -> int:
        """Grows with every snapshot that sees more than the one before, in this process."""
        return self._copy.serial

    @property
    def layout(self) -> Layout:
        """What the generation's keys mean."""
        return self._copy.balances.layout

    @property
    def sessions(self) -> Movements:
        """Every session held, with its day and locality."""
        return self._copy.balances.sessions

    def totals(self, units: Sequence[str], filters: Filters) -> dict[str, Totals]:
        """Each unit's figures by all that is recorded, on the bank's last tree that has it."""
        names = list(self._algebra.measures)
        by_tree: dict[UnitTree, list[str]] = {}
        for unit in units:
            tree, _ = dated_trees()["bank"].latest_with(unit, date.max)
            by_tree.setdefault(tree, []).append(unit)
        found: dict[str, Totals] = {}
        for tree, codes in by_tree.items():
            rollup = territories(tree, self.layout).rollup(codes)
            sums = self.standing([None], rollup, filters, names)[0]
            for code, column in zip(codes, sums.T.tolist(), strict=True):
                found[code] = dict(zip(names, column, strict=True))
        return found

    def standing(
        self,
        days: Sequence[date | None],
        rollup: Rollup,
        filters: Filters,
        measures: Sequence[str],
    ) -> Integers:
        """What had added up by the end of each day, by day, measure and unit.

        None is the day after all others; a measure that the generation does not know has 0.
        """
        numbers = [DAYS_END if day is None else day_number(day) for day in days]
        if filters:
            return self._from_pages(numbers, rollup, filters, measures)
        found = np.zeros((len(days), len(measures), len(rollup.starts)), np.int64)
        known = self.layout.measure_numbers
        balances = self._copy.balances
        cut: dict[int, list[int]] = {}
        for row, number in enumerate(numbers):
            month = int(months_of(np.array([number], np.int64))[0])
            whole = number == DAYS_END or balances.is_whole_by(number, month)
            if not whole:
                cut.setdefault(month, []).append(row)
                month -= 1
            for column, name in enumerate(measures):
                if name in known:
                    by_locality = (
                        balances.now(known[name])
                        if number == DAYS_END
                        else balances.until(known[name], month)
                    )
                    found[row, column] = rollup.sums(by_locality)
        for month, rows in cut.items():
            adding = _Adding([numbers[row] for row in rows], rollup, filters, measures, self.layout)
            for movements in self._pages(rollup, month, month):
                adding.add(movements)
            found[rows] += adding.sums()
        return found

    def _from_pages(
        self, days: Sequence[int], rollup: Rollup, filters: Filters, measures: Sequence[str]
    ) -> Integers:
        adding = _Adding(days, rollup, filters, measures, self.layout)
        last = int(months_of(np.array([max(days)], np.int64))[0])
        for movements in self._pages(rollup, 0, last):
            adding.add(movements)
        return adding.sums()

    def _pages(self, rollup: Rollup, first: int, last: int) -> Iterator[Movements]:
        offices = np.unique(self._copy.offices[rollup.localities]).tolist()
        rows = self._connection.execute(
            "SELECT string_agg(movements, ''::bytea) AS movements FROM page"
            " WHERE office = ANY(%s) AND month BETWEEN %s AND %s GROUP BY month",
            (offices, first, last),
            binary=True,
        )
        for row in rows:
            yield from_bytes(row["movements"])

    def position(self) -> Position:
        """The place in the log that this snapshot reflects."""
        offsets: dict[str, dict[str, int]] = {}
        for row in self._connection.execute("SELECT * FROM reader_offset ORDER BY 1, 2"):
            offsets.setdefault(row["topic"], {})[str(row["partition"])] = row["next_offset"]
        streams = [
            Stream(**row)
            for row in self._connection.execute("SELECT * FROM reader_high ORDER BY 1, 2, 3")
        ]
        heard = {
            row["source"]: row["recorded_at"]
            for row in self._connection.execute("SELECT * FROM heard ORDER BY 1")
        }
        return Position(self._copy.generation, offsets, streams, heard)

    def incidents(self) -> list[Incident]:
        """Holes in what sources published that have stayed open too long."""
        rows = self._connection.execute(
            "SELECT topic, partition, source, expected, seen, opened_at FROM incident"
            " WHERE closed_at IS NULL AND opened_at < now() - make_interval(secs => %s)"
            " ORDER BY opened_at",
            (INCIDENT_SECONDS_MIN,),
        )
        return [Incident(**row) for row in rows]

    def quarantine(self, limit: int) -> list[QuarantinedRecord]:
        """The records that could not take effect, newest first."""
        rows = self._connection.execute(
            "SELECT topic, partition, record_offset, source, sequence, reason, detail, path, at"
            " FROM quarantine ORDER BY at DESC, topic, partition, record_offset DESC LIMIT %s",
            (limit,),
        )
        return [QuarantinedRecord(**row) for row in rows]

    def quarantined(self) -> int:
        """How many records could not take effect."""
        return self.tally().get("quarantined", 0)

    def tally(self) -> dict[str, int]:
        """What became of the records consumed so far."""
        rows = self._connection.execute(
            "SELECT outcome, sum(records)::bigint AS records FROM tally GROUP BY outcome"
        )
        return {row["outcome"]: row["records"] for row in rows}

    def alerts(self) -> list[StandingAlert]:
        """Units whose ratio is above its target now."""
        rows = self._connection.execute(
            "SELECT unit, indicator, numerator, denominator, ceiling, at FROM alert"
            " WHERE raised ORDER BY at DESC, unit"
        )
        return [StandingAlert(**row) for row in rows]


class _Adding:
    """Adds movements up until each of some days, by measure and unit."""

    def __init__(
        self,
        days: Sequence[int],
        rollup: Rollup,
        filters: Filters,
        measures: Sequence[str],
        layout: Layout,
    ) -> None:
        self._rollup, self._layout = rollup, layout
        self._wanted = [(FIELD_OF[d], layout.codes[d][value]) for d, value in filters.items()]
        self._order = np.argsort(np.array(days, np.int64), kind="stable")
        self._days = np.array(days, np.int64)[self._order]
        self._columns = np.full(1 << MEASURE.bits, -1, np.int64)
        for column, name in enumerate(measures):
            if name in layout.measure_numbers:
                self._columns[layout.measure_numbers[name]] = column
        # The row after the last day takes what came later.
        shape = (len(days) + 1, len(measures), rollup.segment_count)
        self._sums = np.zeros(shape, np.int64)

    def add(self, movements: Movements) -> None:
        keys = movements[:, 0]
        rows = np.searchsorted(self._days, DAY.of(keys))
        columns = self._columns[MEASURE.of(keys)]
        segments = self._rollup.segments(LOCALITY.of(keys), len(self._layout.localities))
        counts = (columns >= 0) & (segments >= 0)
        for field, code in self._wanted:
            counts &= field.of(keys) == code
        places = (rows[counts], columns[counts], segments[counts])
        flat = np.ravel_multi_index(places, self._sums.shape)
        np.add.at(self._sums.reshape(-1), flat, movements[counts, 1])

    def sums(self) -> Integers:
        """By day as asked, measure and unit."""
        until = np.cumsum(self._sums[:-1], axis=0)
        by_unit = self._rollup.sums_of_segments(until)
        found = np.empty_like(by_unit)
        found[self._order] = by_unit
        return found


class Figures:
    """The serving generation, for everyone who shows figures.

    Without `keep_months` it takes little memory, and only the present can be asked for.
    """

    def __init__(self, database_url: str, algebra: Algebra, keep_months: bool = True) -> None:
        self._algebra = algebra
        self._copies = Copies(keep_months)
        self._pool = ConnectionPool(
            database_url,
            connection_class=psycopg.Connection[dict[str, Any]],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=POOL_SIZE_MAX,
            check=ConnectionPool.check_connection,
            configure=_only_reads,
            open=True,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent view, for as long as the block lasts."""
        with self._pool.connection() as connection, connection.transaction():
            with self._copies.lock:
                row = connection.execute("SELECT generation FROM public.serving").fetchone()
                generation = generations.named(row)
                connection.execute(
                    sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(generation))
                )
                copy = self._copies.of(connection, generation)
            yield Snapshot(connection, self._algebra, copy)


def _only_reads(connection: Connection) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
