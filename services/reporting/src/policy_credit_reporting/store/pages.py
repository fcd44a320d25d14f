"""How movements are stored: pages of an office's localities and a month.

A commit appends what it moves, a small page for each office and month, and nothing is ever
updated: figures are sums over pages, and several pages of one place are their sum. Merging makes
one page of many, and a sheet of it: the same without days, for whole-country views.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import psycopg

from policy_credit_reporting.indicators.movements import (
    DAY,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    add_up,
    from_bytes,
    months_of,
    on_days,
    to_bytes,
)
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.units import units_before_reform

TABLES: Final = """
CREATE TABLE IF NOT EXISTS meaning (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), names jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS page (
    office int NOT NULL, month int NOT NULL, movements bytea NOT NULL,
    added xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX IF NOT EXISTS page_place ON page (office, month);
CREATE INDEX IF NOT EXISTS page_added ON page (added) WHERE added > '0';
CREATE TABLE IF NOT EXISTS sheet ( -- pages without days
    month int NOT NULL, office int NOT NULL, movements bytea NOT NULL, PRIMARY KEY (month, office)
);
CREATE TABLE IF NOT EXISTS merged (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), horizon xid8 NOT NULL DEFAULT '0'
);
INSERT INTO merged DEFAULT VALUES ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS late_page (
    office int NOT NULL, month int NOT NULL, recorded_on date NOT NULL, movements bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS late_page_place ON late_page (month, office);
"""
"""`added` is the transaction that appended a page, 0 if it was merged from others. Every page that
was appended up to `horizon` may have been merged."""

PAGES_MIN: Final = 32
"""Below so many pages of one place, merging them would cost more than it saves."""
BYTES_MAX: Final = 4 << 20
"""How much one transaction merges, so that merging takes little memory however long history is."""
PLACES_MAX: Final = 500
"""How many places are merged before the next are looked for."""
MERGING: Final = 0x7061676573
"""The advisory lock of whoever merges."""


class Place(NamedTuple):
    """An office, by its number, and a month, counted from January 1970."""

    office: int
    month: int


def offices_of(layout: Layout) -> Integers:
    """The office of each locality: what is read together is stored together."""
    tree = units_before_reform()
    return np.array([int(tree.path(code)[2].code) for code in layout.localities], np.int64)


def by_place(offices: Integers, movements: Movements) -> Iterator[tuple[Place, Movements]]:
    """The movements of each office and month."""
    if not len(movements):
        return
    keys = movements[:, 0]
    place = (offices[LOCALITY.of(keys)] << 16) | months_of(DAY.of(keys))
    order = np.argsort(place, kind="stable")
    ordered = place[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    parts = np.split(movements[order], starts[1:])
    for number, part in zip(ordered[starts].tolist(), parts, strict=True):
        yield Place(number >> 16, number & 0xFFFF), part


def append(cursor: psycopg.Cursor[Any], offices: Integers, movements: Movements) -> None:
    """Store what a commit moves, in the cursor's transaction."""
    if not len(movements):
        return
    with cursor.copy("COPY page (office, month, movements) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int4", "bytea"])
        for place, part in by_place(offices, movements):
            copy.write_row((*place, to_bytes(part)))


def append_late(
    cursor: psycopg.Cursor[Any], offices: Integers, late: Mapping[date, Movements]
) -> None:
    """Store which of a commit's movements came after their month had closed."""
    if not late:
        return
    with cursor.copy("COPY late_page FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int4", "date", "bytea"])
        for recorded_on, movements in late.items():
            for place, part in by_place(offices, movements):
                copy.write_row((*place, recorded_on, to_bytes(part)))


def without_days(movements: Movements, kept_days: int) -> Movements:
    """A month's movements on the last of their days; the measure `kept_days` keeps its days.

    So a sheet still says by which day its month was whole.
    """
    keys = movements[:, 0]
    days = np.where(MEASURE.of(keys) == kept_days, DAY.of(keys), DAY.of(keys).max())
    return add_up(on_days(movements, days))


def merges_alone(cursor: psycopg.Cursor[Any]) -> bool:
    """Whether nobody else merges until the cursor's transaction ends."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (MERGING,))
    return cursor.fetchone() == (True,)


def merge(connection: psycopg.Connection[Any], horizon: str, kept_days: int) -> int:
    """Make one page of many where they were appended before `horizon`; returns of how many places.

    Some places at a time: it is to be called again until there are none.
    Exactly as much is there afterwards as before: it is one transaction that only adds up.
    """
    with connection.transaction(), connection.cursor() as cursor:
        if not merges_alone(cursor):
            return 0
        cursor.execute(
            "WITH due AS MATERIALIZED (SELECT office, month FROM page"
            " WHERE added > '0' AND added < %s::xid8"
            " GROUP BY office, month HAVING count(*) >= %s ORDER BY office, month LIMIT %s)"
            " SELECT office, month FROM (SELECT office, month,"
            " sum(size) OVER (ORDER BY office, month) - size AS before FROM due, LATERAL ("
            " SELECT sum(length(movements)) AS size FROM page"
            " WHERE page.office = due.office AND page.month = due.month) AS sized) AS places"
            " WHERE before < %s",
            (horizon, PAGES_MIN, PLACES_MAX, BYTES_MAX),
        )
        places = [Place(*row) for row in cursor]
        if not places:
            return 0
        chosen = ([p.office for p in places], [p.month for p in places])
        cursor.execute(
            "DELETE FROM page USING unnest(%s::int[], %s::int[]) AS c (office, month)"
            " WHERE page.office = c.office AND page.month = c.month AND page.added < %s::xid8"
            " RETURNING page.office, page.month, page.added > '0', page.movements",
            (*chosen, horizon),
            binary=True,
        )
        pages: dict[Place, list[Movements]] = {place: [] for place in places}
        fresh: dict[Place, list[Movements]] = {place: [] for place in places}
        for office, month, is_fresh, stored in cursor:
            movements = from_bytes(stored)
            pages[Place(office, month)].append(movements)
            if is_fresh:
                fresh[Place(office, month)].append(movements)
        cursor.execute(
            "DELETE FROM sheet USING unnest(%s::int[], %s::int[]) AS c (office, month)"
            " WHERE sheet.office = c.office AND sheet.month = c.month"
            " RETURNING sheet.office, sheet.month, sheet.movements",
            chosen,
            binary=True,
        )
        for office, month, stored in cursor:
            fresh[Place(office, month)].append(from_bytes(stored))
        _copy(cursor, "page (office, month, movements, added)", _sums(pages), "0")
        sheets = ((place, without_days(part, kept_days)) for place, part in _sums(fresh))
        _copy(cursor, "sheet (office, month, movements)", sheets)
        cursor.execute("UPDATE merged SET horizon = greatest(horizon, %s::xid8)", (horizon,))
    return len(places)


def oldest_running(connection: psycopg.Connection[tuple[Any, ...]]) -> str:
    """The first transaction that may not have ended yet: every page from before it can be seen."""
    row: Any = connection.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").fetchone()
    check(row is not None, "PostgreSQL knows its transactions")
    return str(row[0])


def _sums(parts: Mapping[Place, list[Movements]]) -> Iterator[tuple[Place, Movements]]:
    for place, movements in parts.items():
        yield place, add_up(np.concatenate(movements))


def _copy(
    cursor: psycopg.Cursor[Any],
    table: str,
    pages: Iterable[tuple[Place, Movements]],
    *constants: str,
) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for place, movements in pages:
            copy.write_row((*place, to_bytes(movements), *constants))
