"""The event store on PostgreSQL, through the eventsourcing library's recorder.

The recorder locks its table while it inserts, so that the order of the log is the order of
commits and a reader that tails it never passes over an event. Its database-functions option
takes no such lock and stays off (docs/decisions/0004).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row, tuple_row

from policy_credit_shared.kernel.checks import check
from policy_credit_shared.store import agenda, staging, vault
from policy_credit_shared.store import progress as reading
from policy_credit_shared.store.changes import Changes, History, Snapshot
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import EventMapper, Recorded
from policy_credit_shared.store.vault import Vault

EVENTS_TABLE: Final = "stored_events"
POOL_SIZE: Final = 4
CONNECT_TIMEOUT_SECONDS: Final = 10.0

RECEIPTS_TABLE: Final = """
CREATE TABLE IF NOT EXISTS receipt (
    caller text NOT NULL, key text NOT NULL, fingerprint bytea NOT NULL,
    status int NOT NULL, body bytea NOT NULL, stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
"""

SNAPSHOTS_TABLE: Final = """
CREATE TABLE IF NOT EXISTS snapshot (
    aggregate uuid PRIMARY KEY, version int NOT NULL, form text NOT NULL, state bytea NOT NULL
);
"""

INSERT_EVENTS: Final = f"""
INSERT INTO {EVENTS_TABLE} (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])
"""
SELECT_HISTORIES: Final = f"""
SELECT wanted.id, event.originator_version, event.topic, event.state
FROM unnest(%b::uuid[], %b::bigint[]) AS wanted (id, after)
CROSS JOIN LATERAL (
    SELECT originator_version, topic, state FROM {EVENTS_TABLE}
    WHERE originator_id = wanted.id AND originator_version > wanted.after
    ORDER BY originator_version
) AS event
ORDER BY wanted.id, event.originator_version
"""
"""Each history by its key: joined plainly, many of them are a scan of the whole table to a planner
whose statistics are missing or too coarse."""

INSERT_RECEIPT: Final = """
INSERT INTO receipt (caller, key, fingerprint, status, body) VALUES (%s, %s, %s, %s, %s)
"""
UPSERT_SNAPSHOTS: Final = """
INSERT INTO snapshot SELECT * FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::bytea[])
ON CONFLICT (aggregate) DO UPDATE
SET version = EXCLUDED.version, form = EXCLUDED.form, state = EXCLUDED.state
"""
UPSERT_PERSONAL: Final = """
INSERT INTO {table} SELECT * FROM unnest(%s::uuid[], %s::bytea[])
ON CONFLICT (subject) DO UPDATE SET {column} = EXCLUDED.{column}
"""


class _Recorder(PostgresApplicationRecorder):
    """Stores in one transaction whatever a call changes."""

    def insert_all(self, changes: Changes, mapper: EventMapper, keeper: Vault | None) -> None:
        """As insert_events, but not in psycopg's pipeline mode, and the events as columns.

        In that mode a statement of some hundred kilobytes, a large sheet's, waits for ever: client
        and server each wait for the other to send (psycopg 3.3.9). An array of rows takes psycopg
        three times as long to write down as an array a column.
        """
        stored_events = [mapper.to_stored(recorded) for recorded in changes.events]
        with self.datastore.transaction(commit=True) as cursor:
            if changes.receipt is not None:
                cursor.execute(INSERT_RECEIPT, msgspec.structs.astuple(changes.receipt))
            if changes.advance is not None:
                reading.store_advance(cursor, changes.advance)
            if stored_events or changes.release is not None:
                self._lock_table(cursor)
                self._notify_channel(cursor)
            if stored_events:
                cursor.execute(INSERT_EVENTS, _columns(map(_row, stored_events)))
            if changes.release is not None:
                staging.release(cursor, changes.release, mapper, EVENTS_TABLE)
            if changes.discard is not None:
                staging.discard(cursor, changes.discard)
            for staged in changes.staged:
                staging.stage(cursor, staged, mapper, keeper)
            if changes.snapshots:
                rows = map(msgspec.structs.astuple, changes.snapshots)
                cursor.execute(UPSERT_SNAPSHOTS, _columns(rows))
            if changes.agenda:
                agenda.write(cursor, changes.agenda)
            if changes.personal:
                _keep(cursor, keeper, changes.personal)


class PostgresEventStore:
    """One service's event store; `migrate` makes its tables. `keeper` seals personal data."""

    def __init__(self, database_url: str, mapper: EventMapper, keeper: Vault | None = None) -> None:
        self._mapper = mapper
        self._keeper = keeper
        self._datastore = _datastore(database_url)
        self._recorder = _Recorder(self._datastore, events_table_name=EVENTS_TABLE)

    def migrate(self) -> None:
        """Create what is missing; safe to repeat."""
        self._recorder.create_table()
        with self._datastore.transaction(commit=True) as cursor:
            for tables in (
                RECEIPTS_TABLE,
                SNAPSHOTS_TABLE,
                reading.TABLES,
                agenda.TABLES,
                vault.TABLES,
                staging.TABLES,
            ):
                cursor.execute(tables)

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        wanted = list(aggregates)
        found: dict[UUID, list[Recorded]] = {}
        with self._datastore.get_connection() as connection:
            cursor = connection.cursor(binary=True, row_factory=tuple_row)
            bases = {} if whole else _snapshots(cursor, wanted)
            after = [bases[a].version if a in bases else 0 for a in wanted]
            for row in cursor.execute(SELECT_HISTORIES, (wanted, after)):
                recorded = self._mapper.to_recorded(*row)
                found.setdefault(recorded.aggregate, []).append(recorded)
        return {a: History(bases.get(a), found.get(a, [])) for a in found.keys() | bases.keys()}

    def append(self, changes: Changes) -> None:
        try:
            self._recorder.insert_all(changes, self._mapper, self._keeper)
        except IntegrityError as error:
            raise Conflict(str(error)) from error

    def receipt(self, caller: str, key: str) -> Receipt | None:
        with self._datastore.cursor() as cursor:
            cursor.execute(
                "SELECT caller, key, fingerprint, status, body FROM receipt"
                " WHERE caller = %s AND key = %s",
                (caller, key),
            )
            row = cursor.fetchone()
        return Receipt(**row) if row else None

    def progress(self) -> Progress:
        with self._datastore.transaction() as cursor:
            return reading.load_progress(cursor)

    def awaited(
        self,
        kind: str,
        until: date,
        *,
        office: str | None = None,
        after: UUID | None = None,
        limit: int,
    ) -> Sequence[UUID]:
        with self._datastore.cursor() as cursor:
            return agenda.read(cursor, kind, until, office, after, limit)

    def count_awaited(self, kind: str, until: date, *, office: str | None = None) -> int:
        with self._datastore.cursor() as cursor:
            return agenda.count(cursor, kind, until, office)

    def personal(self, subject: UUID) -> bytes | None:
        check(self._keeper is not None, "a service that keeps personal data has a key for it")
        with self._datastore.cursor() as cursor:
            cursor.execute(
                "SELECT wrapped, sealed FROM personal_key JOIN personal_data USING (subject)"
                " WHERE subject = %s",
                (subject,),
            )
            row = cursor.fetchone()
        if row is None or self._keeper is None:
            return None
        return self._keeper.open(subject, row["wrapped"], row["sealed"])

    def collisions(self, batch: UUID, limit: int) -> Sequence[UUID]:
        with self._datastore.cursor() as cursor:
            return staging.collisions(cursor, batch, EVENTS_TABLE, limit)

    def keeper_fits(self) -> bool:
        """Whether the keeper's key is the one that people's keys here are kept under."""
        if self._keeper is None:
            return True
        with self._datastore.cursor() as cursor:
            cursor.execute("SELECT subject, wrapped FROM personal_key LIMIT 1")
            row = cursor.fetchone()
        return row is None or self._keeper.fits(row["subject"], row["wrapped"])


def _snapshots(cursor: Any, aggregates: Sequence[UUID]) -> dict[UUID, Snapshot]:
    cursor.execute(
        "SELECT aggregate, version, form, state FROM snapshot WHERE aggregate = ANY(%s)",
        (aggregates,),
    )
    return {row[0]: Snapshot(*row) for row in cursor}


def _row(event: StoredEvent) -> tuple[Any, ...]:
    return event.originator_id, event.originator_version, event.topic, event.state


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """What `unnest` makes rows of again."""
    return [list(column) for column in zip(*rows, strict=True)]


def _keep(cursor: Any, keeper: Vault | None, personal: Mapping[UUID, bytes | None]) -> None:
    erased = [subject for subject, content in personal.items() if content is None]
    kept = {subject: content for subject, content in personal.items() if content is not None}
    if erased:
        cursor.execute("DELETE FROM personal_key WHERE subject = ANY(%s)", (erased,))
        cursor.execute("DELETE FROM personal_data WHERE subject = ANY(%s)", (erased,))
    check(keeper is not None or not kept, "a service that keeps personal data has a key for it")
    if keeper is not None and kept:
        pairs = [keeper.seal(subject, content) for subject, content in kept.items()]
        wrapped, sealed = (list(column) for column in zip(*pairs, strict=True))
        for table, column, values in (
            ("personal_key", "wrapped", wrapped),
            ("personal_data", "sealed", sealed),
        ):
            cursor.execute(UPSERT_PERSONAL.format(table=table, column=column), (list(kept), values))


def _datastore(database_url: str) -> PostgresDatastore:
    parts = conninfo_to_dict(database_url)
    datastore = PostgresDatastore(
        dbname=str(parts.get("dbname", "")),
        host="",
        port="",
        user="",
        password="",
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        pool_size=1,
        max_overflow=POOL_SIZE - 1,
        pre_ping=True,
        enable_db_functions=False,
    )
    # The library takes five parts of an address only; TLS settings and the like are parts too.
    datastore.pool.kwargs = {"row_factory": dict_row, **parts}
    return datastore


def connect(database_url: str, search_path: str = "public") -> psycopg.Connection[Any]:
    """A connection that notices within seconds when its server is gone."""
    return psycopg.connect(
        database_url,
        autocommit=True,
        options=f"-c search_path={search_path}",
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=10_000,
    )


def problem_with(database_url: str, table: str | None = None) -> str | None:
    """Why a database cannot be used, or None: it does not answer, or lacks a table."""
    try:
        timeout = int(CONNECT_TIMEOUT_SECONDS)
        with psycopg.connect(database_url, connect_timeout=timeout) as connection:
            row = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
    except psycopg.Error as error:
        return f"does not answer: {str(error).strip()}"
    if table is not None and row == (None,):
        return "has no tables yet; run `policy-credit migrate`"
    return None
