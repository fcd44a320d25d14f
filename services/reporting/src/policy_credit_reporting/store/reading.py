"""Reading figures: every answer from one snapshot, with what it reflects and what it lacks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final, NamedTuple, get_args

import numpy as np
import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import (
    DAY,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    add_up,
    day_number,
    day_of_number,
    from_bytes,
    month_number,
)
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.copies import Connection, Copies, Copy
from policy_credit_reporting.store.findings import FindingOrder, OpenFinding, open_findings
from policy_credit_reporting.store.splits import Part
from policy_credit_reporting.store.standing import Filters, let_through, standing
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.events.supervision import Bound, Targeted, TargetedUnit
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnitTree
from policy_credit_shared.store.progress import Partition

POOL_SIZE_MAX: Final = 6
OFFICES_AT_ONCE_MAX: Final = 40
INCIDENT_SECONDS_MIN: Final = 30
"""An early record that the relay's resend heals sooner is not yet an incident."""

Totals = Mapping[str, int]
"""A figure for each measure."""


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

    def ends(self) -> dict[Partition, int]:
        """The offsets after the last records, by partition."""
        return {
            Partition(topic, int(number)): offset
            for topic, partitions in self.offsets.items()
            for number, offset in partitions.items()
        }


class Incident(Struct, frozen=True):
    """Records after `expected` have arrived, and it has not; or its `fault` is another.

    `altered` are bytes that do not give the chain that their record says, `no-value` and
    `bad-headers` what the archive could not check at all.
    """

    topic: str
    partition: int
    source: str
    expected: int
    seen: int
    opened_at: datetime
    fault: str = "missing"


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


class Revised(NamedTuple):
    """By how much a measure of a closed month moved: on which business day, recorded when."""

    occurred_on: date
    recorded_on: date
    measure: str
    amount: int


class StandingAlert(Struct, frozen=True):
    """A unit whose ratio is above its ceiling or below its floor, in millionths."""

    unit: str
    indicator: str
    numerator: int
    denominator: int
    ceiling: int | None
    floor: int | None
    at: datetime


class SetTarget(Struct, frozen=True):
    """A target as it was set for a unit."""

    year: int
    indicator: Targeted
    bound: Bound
    value: int
    measured_in: TargetedUnit


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

    def splits(self, rollup: Rollup) -> dict[Part, list[int]]:
        """Each unit's parts of a few measures, of all that is recorded."""
        return {
            part: rollup.sums(by_locality).tolist()
            for part, by_locality in self._copy.balances.splits.sums.items()
        }

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
        return standing(self._copy.balances, self._pages, days, rollup, filters, measures)

    def _pages(self, rollup: Rollup, first: int, last: int) -> Iterator[Movements]:
        offices = np.unique(self._copy.offices[rollup.localities]).tolist()
        first = max(first, self._copy.balances.first_month)
        last = min(last, self._copy.balances.last_month)
        # Much is read month by month, so that it is never all in memory.
        months = max(last - first + 1, 1) if len(offices) <= OFFICES_AT_ONCE_MAX else 1
        for month in range(first, last + 1, months):
            rows = self._connection.execute(
                "SELECT string_agg(movements, ''::bytea) AS movements FROM page"
                " WHERE office = ANY(%s) AND month BETWEEN %s AND %s",
                (offices, month, min(month + months - 1, last)),
                binary=True,
            )
            for row in rows:
                yield from_bytes(row["movements"])

    def revisions(
        self, rollup: Rollup, filters: Filters, since: date, until: date
    ) -> list[Revised]:
        """What moved in the months of these days after they had closed, by both days and measure.

        Only what moved in the localities of the rollup, from the first of the days to the last.
        """
        offices = np.unique(self._copy.offices[rollup.localities]).tolist()
        rows = self._connection.execute(
            "SELECT recorded_on, string_agg(movements, ''::bytea) AS movements FROM late_page"
            " WHERE office = ANY(%s) AND month BETWEEN %s AND %s"
            " GROUP BY recorded_on ORDER BY recorded_on",
            (offices, month_number(since), month_number(until)),
            binary=True,
        )
        within = np.zeros(len(self.layout.localities), bool)
        within[rollup.localities] = True
        found = []
        for row in rows:
            movements = from_bytes(row["movements"])
            keys = movements[:, 0]
            days = DAY.of(keys)
            counts = (days >= day_number(since)) & (days <= day_number(until))
            counts &= within[LOCALITY.of(keys)] & let_through(keys, filters, self.layout)
            kept = movements[counts]
            kept[:, 0] &= (DAY.of(kept[:, 0]) << DAY.shift) | ((1 << MEASURE.bits) - 1)
            found += [
                Revised(
                    day_of_number(DAY.of_one(key)),
                    row["recorded_on"],
                    self.layout.meaning.measures[MEASURE.of_one(key)],
                    amount,
                )
                for key, amount in add_up(kept).tolist()
            ]
        return found

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
        """Holes in what sources published that have stayed open too long, and broken chains."""
        rows = self._connection.execute(
            "SELECT topic, partition, source, expected, seen, opened_at, 'missing' AS fault"
            " FROM incident"
            " WHERE closed_at IS NULL AND opened_at < now() - make_interval(secs => %s)"
            " UNION ALL SELECT topic, partition, source, sequence, sequence, found_at, fault"
            " FROM public.chain_break ORDER BY opened_at",
            (INCIDENT_SECONDS_MIN,),
        )
        return [Incident(**row) for row in rows]

    def quarantine(self, limit: int, offset: int = 0) -> list[QuarantinedRecord]:
        """The records that could not take effect, newest first; `offset` of them left out."""
        rows = self._connection.execute(
            "SELECT topic, partition, record_offset, source, sequence, reason, detail, path, at"
            " FROM quarantine ORDER BY at DESC, topic, partition, record_offset DESC"
            " LIMIT %s OFFSET %s",
            (limit, offset),
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
        """Units whose ratio is above its ceiling or below its floor now."""
        rows = self._connection.execute(
            "SELECT unit, indicator, numerator, denominator, ceiling, floor, at FROM alert"
            " WHERE raised ORDER BY at DESC, unit, indicator"
        )
        return [StandingAlert(**row) for row in rows]

    def findings(
        self,
        localities: Integers,
        day: date,
        order: FindingOrder = "deadline",
        limit: int = 100,
        offset: int = 0,
    ) -> list[OpenFinding]:
        """The findings of these localities that were open at the end of a day."""
        names = [self.layout.localities[number] for number in localities.tolist()]
        return open_findings(self._connection, names, day, order, limit, offset)

    def latest_targets(self) -> list[tuple[str, SetTarget]]:
        """Each unit's latest target of every ratio that it has one of, with the unit."""
        rows = self._connection.execute(
            "SELECT DISTINCT ON (unit, indicator) unit, year, indicator, bound, value, measured_in"
            " FROM target WHERE indicator = ANY(%s) AND measured_in = 'millionths'"
            " ORDER BY unit, indicator, year DESC",
            (list(get_args(Targeted)),),
        )
        return [(row.pop("unit"), SetTarget(**row)) for row in rows]

    def targets(self, unit: str) -> list[SetTarget]:
        """A unit's targets, the latest year first."""
        rows = self._connection.execute(
            "SELECT year, indicator, bound, value, measured_in FROM target"
            " WHERE unit = %s AND indicator = ANY(%s) ORDER BY year DESC, indicator",
            (unit, list(get_args(Targeted))),
        )
        return [SetTarget(**row) for row in rows]


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

    def keep_up(self) -> None:
        """Bring the copy in memory up to what is committed."""
        with self.snapshot():
            return

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
