"""A relay's view of its service's PostgreSQL: the log, the mark, the leader lock, the doorbell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.relay import START, Mark, MarkMoved
from policy_credit_shared.store.postgres import EVENTS_TABLE, connect
from policy_credit_shared.store.recorded import EventMapper, Notified

LEADER_LOCK: Final = 40_2014
POLL_SECONDS_MAX: Final = 0.2
"""How long a committed event can lie unnoticed when its NOTIFY is lost."""

TABLE: Final = """
CREATE TABLE IF NOT EXISTS relay_mark (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    heads jsonb NOT NULL
)
"""


class PostgresOutbox:
    """Everything on one connection: if it breaks, the lock and the right to move go with it."""

    def __init__(self, connection: psycopg.Connection[Any], mapper: EventMapper) -> None:
        self._connection = connection
        self._mapper = mapper

    @classmethod
    def lead(cls, database_url: str, mapper: EventMapper) -> "PostgresOutbox":
        """Become the one relay of this event store, once no other is."""
        connection = connect(database_url)
        connection.execute("SELECT pg_advisory_lock(%s)", (LEADER_LOCK,))
        return cls(connection, mapper)

    def close(self) -> None:
        """Give up the lead."""
        self._connection.close()

    def mark(self) -> Mark:
        return stored_mark(self._connection)

    def read(self, after: int, limit: int) -> Sequence[Notified]:
        rows = self._connection.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            f" FROM {EVENTS_TABLE} WHERE notification_id > %s ORDER BY notification_id LIMIT %s",
            (after, limit),
            binary=True,
        )
        return [Notified(position, self._mapper.to_recorded(*row)) for position, *row in rows]

    def move(self, before: Mark, after: Mark) -> None:
        moved = self._connection.execute(
            "INSERT INTO relay_mark AS stored (position, heads) VALUES (%s, %s)"
            " ON CONFLICT (one) DO UPDATE SET position = EXCLUDED.position, heads = EXCLUDED.heads"
            " WHERE stored.position = %s RETURNING true",
            (after.position, _heads(after), before.position),
        ).fetchone()
        if moved is None:
            raise MarkMoved(f"the mark is no longer at {before.position}")


class Doorbell:
    """Wakes the relay when something was stored: soon by NOTIFY, in any case within a bound."""

    def __init__(self, database_url: str) -> None:
        self._connection = connect(database_url)
        self._connection.execute(f"LISTEN {EVENTS_TABLE}")

    def wait(self, seconds: float = POLL_SECONDS_MAX) -> None:
        """Return at a notification or after `seconds`."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        """Stop listening."""
        self._connection.close()


def stored_mark(connection: psycopg.Connection[Any]) -> Mark:
    """Where the relay stands."""
    row = connection.execute("SELECT position, heads FROM relay_mark").fetchone()
    if row is None:
        return START
    position, heads = row
    return Mark(
        position,
        {int(p): Head(sequence, bytes.fromhex(digest)) for p, (sequence, digest) in heads},
    )


def backlog(connection: psycopg.Connection[Any]) -> int:
    """Stored events that the relay has not yet published."""
    row = connection.execute(
        f"SELECT count(*) FROM {EVENTS_TABLE}"
        " WHERE notification_id > coalesce((SELECT position FROM relay_mark), 0)"
    ).fetchone()
    return int(row[0]) if row else 0


def waiting_since(connection: psycopg.Connection[Any], mapper: EventMapper) -> datetime | None:
    """When the first event was stored that is not yet published."""
    outbox = PostgresOutbox(connection, mapper)
    for notified in outbox.read(outbox.mark().position, 1):
        return notified.recorded.recorded_at
    return None


def _heads(mark: Mark) -> str:
    heads = [(p, (h.sequence, h.digest.hex())) for p, h in sorted(mark.heads.items())]
    return msgspec.json.encode(heads).decode()
