"""Reading figures: every answer from one snapshot, with what it reflects and what it lacks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, get_args

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from policy_credit_reporting.indicators.algebra import DIMENSIONS, Algebra, Dimension
from policy_credit_reporting.store import generations
from policy_credit_shared.events.supervision import Bound, Targeted, TargetedUnit

POOL_SIZE_MAX: Final = 6
INCIDENT_SECONDS_MIN: Final = 30
"""An early record that the relay's resend heals sooner is not yet an incident."""

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

    def __init__(
        self, connection: psycopg.Connection[dict[str, Any]], algebra: Algebra, generation: str
    ) -> None:
        self._connection = connection
        self._algebra = algebra
        self._generation = generation

    def totals(self, units: Sequence[str], filters: Filters) -> dict[str, Totals]:
        """Each unit's figures over the cells that the filters let through; 0 where none are."""
        columns = sql.SQL(", ").join(
            sql.SQL("coalesce(sum({0}), 0)::bigint AS {0}").format(sql.Identifier(name))
            for name in self._algebra.measures
        )
        conditions = [
            sql.SQL(" AND {} = {}").format(sql.Identifier(dimension), sql.Placeholder(dimension))
            for dimension in DIMENSIONS
            if dimension in filters
        ]
        query = sql.SQL("SELECT unit, {} FROM cell WHERE unit = ANY(%(units)s){} GROUP BY unit")
        parameters: dict[str, Any] = {"units": list(units)}
        parameters |= {str(name): value for name, value in filters.items()}
        found: dict[str, Totals] = {}
        rows = self._connection.execute(query.format(columns, sql.Composed(conditions)), parameters)
        for row in rows:
            unit = str(row.pop("unit"))
            found[unit] = row
        nothing = dict.fromkeys(self._algebra.measures, 0)
        return {unit: found.get(unit, nothing) for unit in units}

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
        return Position(self._generation, offsets, streams, heard)

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
        """Units whose ratio is above its ceiling or below its floor now."""
        rows = self._connection.execute(
            "SELECT unit, indicator, numerator, denominator, ceiling, floor, at FROM alert"
            " WHERE raised ORDER BY at DESC, unit, indicator"
        )
        return [StandingAlert(**row) for row in rows]

    def targets(self, unit: str) -> list[SetTarget]:
        """A unit's targets, the latest year first."""
        rows = self._connection.execute(
            "SELECT year, indicator, bound, value, measured_in FROM target"
            " WHERE unit = %s AND indicator = ANY(%s) ORDER BY year DESC, indicator",
            (unit, list(get_args(Targeted))),
        )
        return [SetTarget(**row) for row in rows]


class Figures:
    """The serving generation, for everyone who shows figures."""

    def __init__(self, database_url: str, algebra: Algebra) -> None:
        self._algebra = algebra
        self._pool = ConnectionPool(
            database_url,
            connection_class=psycopg.Connection[dict[str, Any]],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=POOL_SIZE_MAX,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent view, for as long as the block lasts."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = connection.execute("SELECT generation FROM public.serving").fetchone()
            generation = generations.named(row)
            connection.execute(
                sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(generation))
            )
            yield Snapshot(connection, self._algebra, generation)
