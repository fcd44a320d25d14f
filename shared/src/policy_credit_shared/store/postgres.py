"""The event store on PostgreSQL, through the eventsourcing library's recorder.

The recorder locks its table while it inserts, so that the order of the log is the order of
commits and a reader that tails it never passes over an event. Its database-functions option
takes no such lock and stays off (docs/decisions/0004).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from policy_credit_shared.store import progress as reading
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.progress import Advance, Progress
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import EventMapper, Recorded

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

INSERT_RECEIPT: Final = """
INSERT INTO receipt (caller, key, fingerprint, status, body) VALUES (%s, %s, %s, %s, %s)
"""


class _Recorder(PostgresApplicationRecorder):
    """Stores receipts and reading progress in the transaction that stores the events."""

    def insert_all(
        self,
        stored_events: Sequence[StoredEvent],
        receipt: Receipt | None,
        advance: Advance | None,
    ) -> None:
        """As insert_events, but not in psycopg's pipeline mode.

        There a statement of some hundred kilobytes, a large sheet's, waits for ever: client and
        server each wait for the other to send (psycopg 3.3.9).
        """
        with self.datastore.transaction(commit=True) as cursor:
            if receipt is not None:
                cursor.execute(INSERT_RECEIPT, msgspec.structs.astuple(receipt))
            if advance is not None:
                reading.store_advance(cursor, advance)
            if stored_events:
                self._insert_stored_events(cursor, stored_events)


class PostgresEventStore:
    """One service's event store; `migrate` makes its tables."""

    def __init__(self, database_url: str, mapper: EventMapper) -> None:
        self._mapper = mapper
        self._datastore = _datastore(database_url)
        self._recorder = _Recorder(self._datastore, events_table_name=EVENTS_TABLE)

    def migrate(self) -> None:
        """Create what is missing; safe to repeat."""
        self._recorder.create_table()
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(RECEIPTS_TABLE)
            cursor.execute(reading.TABLES)

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()

    def histories(self, aggregates: Sequence[UUID]) -> Mapping[UUID, Sequence[Recorded]]:
        found: dict[UUID, list[Recorded]] = {}
        with self._datastore.cursor() as cursor:
            cursor.execute(
                f"SELECT originator_id, originator_version, topic, state FROM {EVENTS_TABLE}"
                " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version",
                (list(aggregates),),
            )
            for row in cursor:
                recorded = self._mapper.to_recorded(*row.values())
                found.setdefault(recorded.aggregate, []).append(recorded)
        return found

    def append(
        self,
        events: Sequence[Recorded],
        *,
        receipt: Receipt | None = None,
        advance: Advance | None = None,
    ) -> None:
        stored = [self._mapper.to_stored(recorded) for recorded in events]
        try:
            self._recorder.insert_all(stored, receipt, advance)
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
