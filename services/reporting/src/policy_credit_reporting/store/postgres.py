"""The ledger on PostgreSQL: figures, offsets and sequences change in one transaction."""

from typing import Any, Final

import psycopg
from psycopg import sql

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.ledger import Commit, Deltas
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Progress, load_progress, store_advance

CHANNEL: Final = "figures"
"""Notified at every commit, so that those who show figures need not wait for their next look."""


class PostgresLedger:
    """One worker's connection to the generation that its code fills."""

    def __init__(self, database_url: str, algebra: Algebra) -> None:
        self.generation = generations.generation_of(algebra)
        self._measures = list(algebra.measures)
        self._upsert = _upsert(self._measures)
        self._database_url = database_url
        self._connection = self._connect()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def progress(self) -> Progress:
        if self._connection.broken or self._connection.closed:
            self._connection = self._connect()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return load_progress(cursor)

    def commit(self, commit: Commit) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            store_advance(cursor, commit.advance)
            self._move(cursor, commit.deltas)
            _record(cursor, commit)
            cursor.execute(f"NOTIFY {CHANNEL}")

    def take_over(self) -> bool:
        """Serve from now on; true if another generation served before."""
        return generations.take_over(self._connection, self.generation)

    def _connect(self) -> psycopg.Connection[Any]:
        return connect(self._database_url, self.generation)

    def _move(self, cursor: psycopg.Cursor[Any], deltas: Deltas) -> None:
        if not deltas:
            return
        # In the order of keys, so that two workers that share cells wait instead of deadlocking.
        cells = sorted(deltas)
        keys = [list(column) for column in zip(*cells, strict=True)]
        amounts = [[deltas[cell].get(name, 0) for cell in cells] for name in self._measures]
        cursor.execute(self._upsert, [*keys, *amounts])


def _upsert(measures: list[str]) -> sql.Composed:
    columns = [sql.Identifier(name) for name in measures]
    arrays = [sql.SQL("%s::text[]")] * 4 + [sql.SQL("%s::bigint[]")] * len(measures)
    return sql.SQL(
        "INSERT INTO cell (unit, programme, association, fund, {columns})"
        " SELECT * FROM unnest({arrays})"
        " ON CONFLICT (unit, programme, association, fund) DO UPDATE SET {sums}"
    ).format(
        columns=sql.SQL(", ").join(columns),
        arrays=sql.SQL(", ").join(arrays),
        sums=sql.SQL(", ").join(
            sql.SQL("{0} = cell.{0} + EXCLUDED.{0}").format(column) for column in columns
        ),
    )


def _record(cursor: psycopg.Cursor[Any], commit: Commit) -> None:
    """Everything beside the figures: what became of each record, and what was heard."""
    cursor.executemany(
        "INSERT INTO tally AS stored VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (topic, partition, outcome)"
        " DO UPDATE SET records = stored.records + EXCLUDED.records",
        [(*partition, outcome, n) for (partition, outcome), n in sorted(commit.tally.items())],
    )
    cursor.executemany(
        "INSERT INTO heard AS stored VALUES (%s, %s) ON CONFLICT (source) DO UPDATE"
        " SET recorded_at = greatest(stored.recorded_at, EXCLUDED.recorded_at)",
        sorted(commit.heard.items()),
    )
    cursor.executemany(
        "INSERT INTO quarantine (topic, partition, record_offset, source, sequence, reason,"
        " detail, path, value) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                letter.topic,
                letter.partition,
                letter.offset,
                letter.source,
                letter.sequence,
                letter.reason,
                letter.detail,
                letter.path,
                letter.value,
            )
            for letter in commit.letters
        ],
    )
    cursor.executemany(
        "INSERT INTO incident AS stored (topic, partition, source, expected, seen, record_offset)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (topic, partition, source, expected)"
        " DO UPDATE SET seen = greatest(stored.seen, EXCLUDED.seen), closed_at = NULL",
        [
            (
                *early.place.stream.partition,
                early.place.stream.source,
                early.expected,
                early.place.head.sequence,
                early.record.offset,
            )
            for early in commit.early
        ],
    )
    cursor.executemany(
        "UPDATE incident SET closed_at = now() WHERE closed_at IS NULL"
        " AND topic = %s AND partition = %s AND source = %s AND seen <= %s",
        [(*s.partition, s.source, sequence) for s, sequence in commit.advance.highs.items()],
    )
    cursor.executemany(
        "INSERT INTO target (unit, year, indicator, bound, value, measured_in)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (unit, year, indicator)"
        " DO UPDATE SET bound = EXCLUDED.bound, value = EXCLUDED.value",
        [(t.unit, t.year, t.indicator, t.bound, t.amount, t.measured_in) for t in commit.targets],
    )
