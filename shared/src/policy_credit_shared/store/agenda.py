"""The agenda (sổ nhắc việc): which aggregates a close of day must look at, by office and day.

It follows from the aggregates' states and is stored with the events that change them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor

from policy_credit_shared.store.changes import Awaiting

TABLES: Final = """
CREATE TABLE IF NOT EXISTS agenda (
    aggregate uuid PRIMARY KEY, kind text NOT NULL, office text NOT NULL, wakes_on date NOT NULL
);
CREATE INDEX IF NOT EXISTS agenda_by_day ON agenda (kind, aggregate) INCLUDE (office, wakes_on);
"""


def write(cursor: Cursor[Any], entries: Sequence[Awaiting]) -> None:
    """Bring these aggregates' entries up to date."""
    awaited = [(e.aggregate, e.kind, e.wake.office, e.wake.on) for e in entries if e.wake]
    if awaited:
        cursor.execute(_UPSERT, [list(column) for column in zip(*awaited, strict=True)])
    if done := [e.aggregate for e in entries if e.wake is None]:
        cursor.execute("DELETE FROM agenda WHERE aggregate = ANY(%s)", (done,))


def read(
    cursor: Cursor[Any],
    kind: str,
    until: date,
    office: str | None,
    after: UUID | None,
    limit: int,
) -> list[UUID]:
    """Aggregates to wake on `until` or before, in the order of their ids after `after`."""
    cursor.execute(
        f"SELECT aggregate FROM agenda WHERE {_WANTED} AND (%s::uuid IS NULL OR aggregate > %s)"
        " ORDER BY aggregate LIMIT %s",
        (kind, until, office, office, after, after, limit),
    )
    return [next(iter(row.values())) for row in cursor]


def count(cursor: Cursor[Any], kind: str, until: date, office: str | None) -> int:
    """How many there are to wake on `until` or before."""
    cursor.execute(
        f"SELECT count(*) AS awaited FROM agenda WHERE {_WANTED}", (kind, until, office, office)
    )
    row: Any = cursor.fetchone()
    return int(row["awaited"])


_WANTED: Final = "kind = %s AND wakes_on <= %s AND (%s::text IS NULL OR office = %s)"
_UPSERT: Final = """
INSERT INTO agenda SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::date[])
ON CONFLICT (aggregate) DO UPDATE SET office = EXCLUDED.office, wakes_on = EXCLUDED.wakes_on
"""
