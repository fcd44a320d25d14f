"""The ledger on PostgreSQL: figures, offsets and sequences change in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout, Movements
from policy_credit_reporting.store import (
    beside,
    findings,
    generations,
    group_pages,
    pages,
    swapping,
)
from policy_credit_reporting.store.balances import SESSIONS
from policy_credit_reporting.store.ledger import Commit
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Progress, load_progress, store_advance


class PostgresLedger:
    """A worker's connections to the generation that its code fills: the open one of its meaning.

    A swap may change that between two transactions: a commit that starts from other offsets than
    the new one's is refused as any other would be. A rebuild names the generation that it `builds`.
    Tidying has a connection of its own, so that no commit waits for it.
    """

    def __init__(self, database_url: str, algebra: Algebra, builds: str | None = None) -> None:
        self.meaning = generations.generation_of(algebra)
        self.generation = builds or self.meaning
        self._builds = builds
        layout = Layout.of(algebra)
        self._offices = pages.offices_of(layout)
        self._sessions = layout.measure_numbers.get(SESSIONS, -1)
        self._horizon: str | None = None
        self._retired: swapping.Retired | None = None
        self._database_url = database_url
        self._connection = self._connect()
        self._tidying = self._connect()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()
        self._tidying.close()

    def progress(self) -> Progress:
        if self._connection.broken or self._connection.closed:
            self._connection = self._connect()
        with self._entered(repeatable=True) as cursor:
            return load_progress(cursor)

    def commit(self, commit: Commit) -> None:
        with self._entered() as cursor:
            store_advance(cursor, commit.advance)
            self._move(cursor, commit.movements)
            pages.append_late(cursor, self._offices, commit.late)
            group_pages.append(cursor, self._offices, commit.by_group)
            group_pages.record(cursor, commit.formed)
            _record(cursor, commit)
            cursor.execute(f"NOTIFY {generations.CHANNEL}")

    def take_over(self, topics: Sequence[str]) -> bool:
        """Serve from now on if all is reflected that the serving generation reflects."""
        return beside.take_over(self._connection, self.meaning, topics)

    def merge_pages(self) -> int:
        """Merge pages that were there at the last call; returns how many places they were of.

        Readers that have looked since the last call have seen them as they were appended.
        """
        connection = self._beside()
        before, self._horizon = self._horizon, pages.oldest_running(connection)
        if not before:
            return 0
        merged = 0
        while merged < pages.PLACES_MAX and (found := self._merged(connection, before)):
            merged += found
        return merged

    def _merged(self, connection: psycopg.Connection[Any], horizon: str) -> int:
        with self._entered(connection):
            merged = pages.merge(connection, horizon, self._sessions)
            return merged + group_pages.merge(connection)

    def drop_retired(self) -> Sequence[str]:
        """Drop the generations that were retired at the last call if nobody reads them any more."""
        connection = self._beside()
        before, self._retired = self._retired, None
        if before is None or not swapping.drop(connection, before):
            found = before or swapping.retired(connection)
            self._retired = found if found.names else None
            return []
        return before.names

    @contextmanager
    def _entered(
        self, connection: psycopg.Connection[Any] | None = None, *, repeatable: bool = False
    ) -> Iterator[psycopg.Cursor[Any]]:
        """A transaction in the generation that is filled."""
        connection = connection or self._connection
        with connection.transaction(), connection.cursor() as cursor:
            if repeatable:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if self._builds is None:
                self.generation = generations.enter(cursor, self.meaning)
            else:
                cursor.execute("SELECT set_config('search_path', %s, true)", (self._builds,))
            yield cursor

    def _beside(self) -> psycopg.Connection[Any]:
        if self._tidying.closed:
            self._tidying = self._connect()
        return self._tidying

    def _connect(self) -> psycopg.Connection[Any]:
        return connect(self._database_url)

    def _move(self, cursor: psycopg.Cursor[Any], movements: Movements) -> None:
        pages.append(cursor, self._offices, movements)


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
    findings.record(cursor, commit.findings)
