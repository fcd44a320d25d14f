"""Findings one by one (tồn tại, sai sót), beside the figures that count them.

Each event fills in its own part of a finding's row, so that rows come out the same in whatever
order partitions are read.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg
from msgspec import Struct

from policy_credit_reporting.store.excerpts import Excerpt, Listed
from policy_credit_shared.events.supervision import (
    Body,
    FindingLapsed,
    FindingRaised,
    FindingRemedied,
    FindingSubject,
    Severity,
)

FindingEvent = FindingRaised | FindingRemedied | FindingLapsed

TABLE: Final = """
CREATE TABLE IF NOT EXISTS finding (
    finding uuid PRIMARY KEY, locality text NOT NULL, severity text NOT NULL,
    responsible text NOT NULL, deadline date NOT NULL, body text, subject text,
    raised_on date, lapsed_on date, remedied_on date
);
"""


class OpenFinding(Struct, frozen=True, kw_only=True):
    """Tồn tại chưa khắc phục: a finding that was open at the end of a day.

    `responsible` is the unit that has to remedy it by `deadline`; `past_deadline` if that had
    lapsed. `body` found it: Ban đại diện, hội, ngân hàng or nhân dân.
    """

    finding: UUID
    locality: str
    responsible: str
    severity: Severity
    subject: FindingSubject
    body: Body
    raised_on: date
    deadline: date
    past_deadline: bool


_COLUMNS: Final = {
    **{name: name for name in OpenFinding.__struct_fields__},
    "severity": "array_position(ARRAY['minor', 'serious', 'grave'], severity)",
}


def record(cursor: psycopg.Cursor[Any], events: Sequence[FindingEvent]) -> None:
    """Fill in what the events tell of their findings."""
    cursor.executemany(
        "INSERT INTO finding AS stored VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (finding) DO UPDATE SET"
        " body = coalesce(EXCLUDED.body, stored.body),"
        " subject = coalesce(EXCLUDED.subject, stored.subject),"
        " raised_on = coalesce(EXCLUDED.raised_on, stored.raised_on),"
        " lapsed_on = coalesce(EXCLUDED.lapsed_on, stored.lapsed_on),"
        " remedied_on = coalesce(EXCLUDED.remedied_on, stored.remedied_on)",
        [_row(event) for event in events],
    )


def open_findings(
    connection: psycopg.Connection[dict[str, Any]],
    localities: Sequence[str],
    day: date,
    excerpt: Excerpt,
) -> Listed[OpenFinding]:
    """Those of the localities that were open at the end of a day, by deadline."""
    asked = {"day": day, "localities": localities}
    open_then = (
        " FROM finding WHERE locality = ANY(%(localities)s) AND raised_on <= %(day)s"
        " AND (remedied_on IS NULL OR remedied_on > %(day)s)"
    )
    rows = connection.execute(
        "SELECT finding, locality, responsible, severity, subject, body, raised_on, deadline,"
        f" coalesce(lapsed_on <= %(day)s, false) AS past_deadline {open_then}"
        f" {excerpt.ordered_by(_COLUMNS, 'deadline, finding')}",
        asked,
    )
    counted: Any = connection.execute(f"SELECT count(*) AS rows {open_then}", asked).fetchone()
    return Listed([OpenFinding(**row) for row in rows], counted["rows"])


def _row(event: FindingEvent) -> tuple[object, ...]:
    known = (event.finding, event.locality, event.severity, event.responsible, event.deadline)
    match event:
        case FindingRaised(body=body, subject=subject, occurred_on=on):
            return (*known, body, subject, on, None, None)
        case FindingLapsed(occurred_on=on):
            return (*known, None, None, None, on, None)
        case FindingRemedied(occurred_on=on):
            return (*known, None, None, None, None, on)
