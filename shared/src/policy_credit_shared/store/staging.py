"""Staging (vùng đệm): what is decided in many calls and takes effect in one transaction, or never.

An office's existing books are too much for one call. What each call decides is staged as it will
be stored, so that the release is one statement a table, short however much there is.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor

from policy_credit_shared.kernel.checks import check
from policy_credit_shared.store.changes import Release, Staged
from policy_credit_shared.store.recorded import EventMapper
from policy_credit_shared.store.vault import Vault

TABLES: Final = """
CREATE TABLE IF NOT EXISTS staged_event (
    number bigint GENERATED ALWAYS AS IDENTITY, batch uuid NOT NULL, aggregate uuid NOT NULL,
    version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL,
    PRIMARY KEY (batch, aggregate, version)
);
CREATE TABLE IF NOT EXISTS staged_agenda (
    batch uuid NOT NULL, aggregate uuid NOT NULL, kind text NOT NULL, office text NOT NULL,
    wakes_on date NOT NULL, PRIMARY KEY (batch, aggregate)
);
CREATE TABLE IF NOT EXISTS staged_personal (
    batch uuid NOT NULL, subject uuid NOT NULL, wrapped bytea NOT NULL, sealed bytea NOT NULL,
    PRIMARY KEY (batch, subject)
);
"""


def discard(cursor: Cursor[Any], batch: UUID) -> None:
    """Forget what was staged of a batch."""
    for table in ("staged_event", "staged_agenda", "staged_personal"):
        cursor.execute(f"DELETE FROM {table} WHERE batch = %s", (batch,))


def stage(cursor: Cursor[Any], staged: Staged, mapper: EventMapper, keeper: Vault | None) -> None:
    """Keep it for the release; people's data is sealed from the first moment."""
    batch = staged.batch
    events = [
        (r.aggregate, r.version, r.event.TOPIC, mapper.state_of(r.event)) for r in staged.events
    ]
    awaited = [
        (a.aggregate, a.kind, a.wake.office, a.wake.on) for a in staged.agenda if a.wake is not None
    ]
    check(keeper is not None or not staged.personal, "who keeps personal data has a key for it")
    people = [
        (subject, *keeper.seal(subject, content))
        for subject, content in staged.personal.items()
        if keeper is not None
    ]
    for statement, rows in ((_EVENTS, events), (_AGENDA, awaited), (_PERSONAL, people)):
        if rows:
            cursor.execute(
                statement, (batch, *(list(column) for column in zip(*rows, strict=True)))
            )


def release(cursor: Cursor[Any], released: Release, mapper: EventMapper, events_table: str) -> None:
    """Let a batch take effect. The caller holds the lock of the table of events."""
    before, after = mapper.around_state(released.recorded_at)
    batch = released.batch
    cursor.execute(_RELEASE_EVENTS.format(table=events_table), (before, after, batch))
    check(cursor.rowcount == released.events, "as much is released as was staged")
    for statement in _RELEASE_THE_REST:
        cursor.execute(statement, (batch,))
    discard(cursor, batch)


def collisions(cursor: Cursor[Any], batch: UUID, events_table: str, limit: int) -> Sequence[UUID]:
    """Aggregates of a batch to which something happened elsewhere."""
    cursor.execute(_COLLISIONS.format(table=events_table), (batch, limit))
    return [next(iter(row.values())) for row in cursor]


_EVENTS: Final = """
INSERT INTO staged_event (batch, aggregate, version, topic, state)
SELECT %b::uuid, * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])
"""
_AGENDA: Final = """
INSERT INTO staged_agenda
SELECT %s::uuid, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::date[])
"""
_PERSONAL: Final = """
INSERT INTO staged_personal
SELECT %b::uuid, * FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[])
"""
_RELEASE_EVENTS: Final = """
INSERT INTO {table} (originator_id, originator_version, topic, state)
SELECT aggregate, version, topic, %b::bytea || state || %b::bytea
FROM staged_event WHERE batch = %b::uuid ORDER BY number
"""
_RELEASE_THE_REST: Final = (
    "INSERT INTO agenda SELECT aggregate, kind, office, wakes_on FROM staged_agenda"
    " WHERE batch = %s",
    "INSERT INTO personal_key SELECT subject, wrapped FROM staged_personal WHERE batch = %s",
    "INSERT INTO personal_data SELECT subject, sealed FROM staged_personal WHERE batch = %s",
)
_COLLISIONS: Final = """
SELECT DISTINCT staged.aggregate FROM staged_event AS staged
CROSS JOIN LATERAL (
    SELECT FROM {table} WHERE originator_id = staged.aggregate LIMIT 1
) AS event
WHERE staged.batch = %s AND staged.version = 1 ORDER BY staged.aggregate LIMIT %s
"""
