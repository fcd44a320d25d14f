"""Reading figures: every answer from one snapshot, with what it reflects and what it lacks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from select import POLLIN, poll
from typing import Any, Final, NamedTuple, get_args
from uuid import UUID

import msgspec
import numpy as np
import psycopg
from msgspec import Struct
from numpy.typing import NDArray
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from policy_credit_reporting.indicators.algebra import Algebra, Dimension
from policy_credit_reporting.indicators.group_rows import GroupRows
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
from policy_credit_reporting.indicators.told import SPLIT
from policy_credit_reporting.store import group_pages, verifications
from policy_credit_reporting.store.audited import Verification
from policy_credit_reporting.store.copies import Copies, Copy
from policy_credit_reporting.store.excerpts import WHOLE, Excerpt, Listed
from policy_credit_reporting.store.findings import OpenFinding, open_findings
from policy_credit_reporting.store.group_pages import Formed
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.reflected import Connection, Incident, Position
from policy_credit_reporting.store.standing import let_through, standing, standing_of_each
from policy_credit_reporting.store.territories import Rollup, latest_trees, territories
from policy_credit_shared.events.supervision import Bound, Targeted, TargetedUnit

POOL_SIZE_MAX: Final = 6
OFFICES_AT_ONCE_MAX: Final = 40
Totals = Mapping[str, int]
"""A figure for each measure."""


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

    def is_met(self, figure: int, divisor: int) -> bool:
        """Whether figure ÷ divisor, as the target is measured, is within it; 0 ÷ 0 is."""
        over = figure - self.value * divisor
        return over <= 0 if self.bound == "ceiling" else over >= 0


class Part(NamedTuple):
    """A measure where a dimension has one value."""

    measure: str
    dimension: Dimension
    value: str


class Snapshot:
    """What one transaction sees of one generation."""

    def __init__(self, connection: Connection, algebra: Algebra, copy: Copy, at: datetime) -> None:
        self._connection = connection
        self._algebra = algebra
        self._copy = copy
        self._at = at

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
        balances, numbers = self._copy.balances, self.layout.measure_numbers
        found: dict[Part, list[int]] = {}
        for dimension, split in SPLIT.items():
            measures = [measure.name for measure in split if measure.name in numbers]
            values = {name: balances.values(numbers[name], dimension) for name in measures}
            every = sorted({value for some in values.values() for value in some})
            each: list[Filters] = [{dimension: value} for value in every]
            for value, sums in zip(
                every, self.standing_of_each([None], rollup, each, measures), strict=True
            ):
                for name, by_unit in zip(measures, sums[0].tolist(), strict=True):
                    if value in values[name]:
                        found[Part(name, dimension, value)] = by_unit
        return found

    def totals(self, units: Sequence[str], filters: Filters) -> dict[str, Totals]:
        """Each unit's figures by all that is recorded, on the bank's last tree that has it."""
        names = list(self._algebra.measures)
        found: dict[str, Totals] = {}
        for tree, codes in latest_trees(units).items():
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

    def standing_of_each(
        self,
        days: Sequence[date | None],
        rollup: Rollup,
        each: Sequence[Filters],
        measures: Sequence[str],
    ) -> list[Integers]:
        """The same under each of several filters."""
        balances, pages = self._copy.balances, self._pages
        return standing_of_each(balances, pages, days, rollup, each, measures)

    def _pages(self, rollup: Rollup, first: int, last: int) -> Iterator[Movements]:
        offices = self._offices(rollup)
        first_moved, last_moved = self._copy.balances.months_moved()
        first, last = max(first, first_moved), min(last, last_moved)
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

    def _offices(self, rollup: Rollup) -> list[int]:
        return np.flatnonzero(np.bincount(self._copy.offices[rollup.localities])).tolist()

    def revisions(
        self, rollup: Rollup, filters: Filters, since: date, until: date
    ) -> list[Revised]:
        """What moved in the months of these days after they had closed, by both days and measure.

        Only what moved in the localities of the rollup, from the first of the days to the last.
        """
        offices = self._offices(rollup)
        rows = self._connection.execute(
            "SELECT recorded_on, string_agg(movements, ''::bytea) AS movements FROM late_page"
            " WHERE office = ANY(%s) AND month BETWEEN %s AND %s"
            " GROUP BY recorded_on ORDER BY recorded_on",
            (offices, month_number(since), month_number(until)),
            binary=True,
        )
        found = []
        for row in rows:
            movements = from_bytes(row["movements"])
            keys = movements[:, 0]
            days = DAY.of(keys)
            counts = (days >= day_number(since)) & (days <= day_number(until))
            counts &= self._within(rollup, keys) & let_through(keys, filters, self.layout)
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

    def _within(self, rollup: Rollup, keys: Integers) -> NDArray[np.bool_]:
        return rollup.holds(LOCALITY.of(keys), len(self.layout.localities))

    def position(self) -> Position:
        """The place in the log that this snapshot reflects."""
        return self._copy.reflected.position

    def incidents(self) -> list[Incident]:
        """Holes in what sources published that have stayed open too long, and broken chains."""
        return self._copy.reflected.incidents(self._at)

    def verifications(self) -> list[Verification]:
        """What the last walk of the archive found, and the last of Kafka, if there were any."""
        rows = self._connection.execute(verifications.LATEST)
        return [msgspec.convert(row, Verification) for row in rows]

    def quarantine(self, excerpt: Excerpt = WHOLE) -> Listed[QuarantinedRecord]:
        """The records that could not take effect, newest first."""
        newest_first = "at DESC, topic, partition, record_offset DESC"
        columns = {name: name for name in QuarantinedRecord.__struct_fields__}
        rows = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM quarantine"
            f" {excerpt.ordered_by(columns, newest_first)}"
        )
        counted: Any = self._connection.execute(
            "SELECT count(*) AS records FROM quarantine"
        ).fetchone()
        return Listed([QuarantinedRecord(**row) for row in rows], counted["records"])

    def quarantined(self) -> int:
        """How many records could not take effect."""
        return self.tally().get("quarantined", 0)

    def tally(self) -> dict[str, int]:
        """What became of the records consumed so far."""
        return self._copy.reflected.tally

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
        excerpt: Excerpt,
    ) -> Listed[OpenFinding]:
        """The findings of these localities that were open at the end of a day."""
        names = [self.layout.localities[number] for number in localities.tolist()]
        return open_findings(self._connection, names, day, excerpt)

    def moved_after(self, rollup: Rollup, day: date) -> bool:
        """Whether anything may have moved in the rollup after a day.

        Said as well if anything moved after its month in another commune of the same office.
        """
        offices, month = self._offices(rollup), month_number(day)
        row: Any = self._connection.execute(
            "SELECT EXISTS (SELECT FROM page WHERE office = ANY(%s) AND month > %s) AS moved",
            (offices, month),
        ).fetchone()
        return bool(row["moved"]) or any(
            (self._within(rollup, found[:, 0]) & (DAY.of(found[:, 0]) > day_number(day))).any()
            for found in self._pages(rollup, month, month)
        )

    def group_rows(self, rollup: Rollup) -> GroupRows:
        """What groups have in the localities of the rollup."""
        rows = group_pages.read(self._connection, self._offices(rollup))
        return rows[self._within(rollup, rows[:, 2])]

    def groups_formed(self, groups: Sequence[UUID]) -> dict[UUID, Formed]:
        """What is known of the groups among these that were founded."""
        return group_pages.formed(self._connection, groups)

    def latest_targets(self, until: int) -> list[tuple[str, SetTarget]]:
        """Each unit with its latest target, up to a year, of every ratio that it has one of."""
        rows = self._connection.execute(
            "SELECT DISTINCT ON (unit, indicator) unit, year, indicator, bound, value, measured_in"
            " FROM target WHERE indicator = ANY(%s) AND measured_in = 'millionths' AND year <= %s"
            " ORDER BY unit, indicator, year DESC",
            (list(get_args(Targeted)), until),
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

    With `years_of`, names of measures, it takes little memory: of these the ends of years can be
    asked for, of all others only the present, and nothing by dimension.
    """

    def __init__(
        self, database_url: str, algebra: Algebra, years_of: Collection[str] | None = None
    ) -> None:
        self._algebra = algebra
        self._copies = Copies(years_of)
        self._pool = ConnectionPool(
            database_url,
            connection_class=psycopg.Connection[dict[str, Any]],
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=1,
            max_size=POOL_SIZE_MAX,
            check=_still_open,
            open=True,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def keep_up(self) -> None:
        """Bring the copy in memory up to what is committed, and what is recent into its sums."""
        with self.snapshot():
            pass
        self._copies.add_up()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent view, for as long as the block lasts."""
        with self._pool.connection() as connection:
            with self._copies.lock:
                copy, at = self._copies.begin(connection)
            yield Snapshot(connection, self._algebra, copy, at)


def _still_open(connection: Connection) -> None:
    """Raise if the server has ended it; asking the server would be a round trip of each answer."""
    # Nobody has asked anything of it: what there is to read is a farewell.
    waiting = poll()
    waiting.register(connection, POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(connection)
