"""How figures by savings-and-credit group are stored: pages of an office's groups, without days.

They are appended and merged as pages of cells are, in the same transactions. A group's rows add up
in any order; what it is called came with its foundation.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from msgspec import Struct

from policy_credit_reporting.indicators.group_rows import (
    GroupRows,
    add_up_rows,
    from_bytes,
    to_bytes,
)
from policy_credit_reporting.indicators.movements import LOCALITY, Integers
from policy_credit_reporting.store.pages import BYTES_MAX, merges_alone
from policy_credit_reporting.store.reflected import Connection
from policy_credit_shared.events.lending import GroupFormed

TABLES: Final = """
CREATE TABLE IF NOT EXISTS group_page (office int NOT NULL, movements bytea NOT NULL);
CREATE INDEX IF NOT EXISTS group_page_office ON group_page (office);
CREATE TABLE IF NOT EXISTS credit_group (
    credit_group uuid PRIMARY KEY, locality text NOT NULL, association text NOT NULL,
    village text NOT NULL, formed_on date NOT NULL
);
"""

PAGES_MIN: Final = 64
"""Below so many pages of one office, merging them would cost more than it saves."""


def append(cursor: psycopg.Cursor[Any], offices: Integers, rows: GroupRows) -> None:
    """Store what a commit moves by group, in the cursor's transaction."""
    _copy(cursor, by_office(offices, rows))


def by_office(offices: Integers, rows: GroupRows) -> Iterator[tuple[int, GroupRows]]:
    """The rows of each office; `offices` has that of each locality."""
    if not len(rows):
        return
    of_rows = offices[LOCALITY.of(rows[:, 2])]
    order = np.argsort(of_rows, kind="stable")
    found, starts = np.unique(of_rows[order], return_index=True)
    yield from zip(found.tolist(), np.split(rows[order], starts[1:]), strict=True)


def record(cursor: psycopg.Cursor[Any], formed: Sequence[GroupFormed]) -> None:
    """Keep what groups are called; events read by the thousand have their ids as text."""
    if not formed:
        return
    cursor.execute(
        "INSERT INTO credit_group SELECT * FROM unnest("
        "%s::uuid[], %s::text[], %s::text[], %s::text[], %s::date[]) ON CONFLICT DO NOTHING",
        (
            [str(one.group) for one in formed],
            [one.locality for one in formed],
            [one.association for one in formed],
            [one.village for one in formed],
            [one.formed_on or one.occurred_on for one in formed],
        ),
    )


class Formed(Struct, frozen=True):
    """What a group is called, where it was founded, and when."""

    locality: str
    village: str
    formed_on: date


def read(connection: Connection, offices: Sequence[int]) -> GroupRows:
    """The rows of some offices."""
    row: Any = connection.execute(
        "SELECT string_agg(movements, ''::bytea) AS movements FROM group_page"
        " WHERE office = ANY(%s)",
        (list(offices),),
        binary=True,
    ).fetchone()
    return from_bytes(row["movements"])


def formed(connection: Connection, groups: Sequence[UUID]) -> dict[UUID, Formed]:
    """What is known of the groups among these that were founded."""
    rows = connection.execute(
        "SELECT credit_group, locality, village, formed_on FROM credit_group"
        " WHERE credit_group = ANY(%s)",
        (list(groups),),
    )
    return {
        row["credit_group"]: Formed(row["locality"], row["village"], row["formed_on"])
        for row in rows
    }


def merge(connection: psycopg.Connection[Any]) -> int:
    """Make one page of many; returns of how many offices.

    Some offices at a time: it is to be called again until there are none.
    Exactly as much is there afterwards as before: it is one transaction that only adds up.
    """
    with connection.transaction(), connection.cursor() as cursor:
        if not merges_alone(cursor):
            return 0
        cursor.execute(
            "SELECT office FROM (SELECT office,"
            " sum(sum(length(movements))) OVER (ORDER BY office) - sum(length(movements)) AS before"
            " FROM group_page GROUP BY office HAVING count(*) >= %s) AS due WHERE before < %s",
            (PAGES_MIN, BYTES_MAX),
        )
        offices = [office for (office,) in cursor]
        if offices:
            cursor.execute(
                "DELETE FROM group_page WHERE office = ANY(%s) RETURNING office, movements",
                (offices,),
                binary=True,
            )
            pages: dict[int, list[GroupRows]] = {office: [] for office in offices}
            for office, stored in cursor:
                pages[office].append(from_bytes(stored))
            _copy(cursor, _sums(pages))
    return len(offices)


def _sums(pages: Mapping[int, list[GroupRows]]) -> Iterator[tuple[int, GroupRows]]:
    for office, rows in pages.items():
        yield office, add_up_rows(np.concatenate(rows))


def _copy(cursor: psycopg.Cursor[Any], pages: Iterator[tuple[int, GroupRows]]) -> None:
    kept = [(office, to_bytes(rows)) for office, rows in pages if len(rows)]
    if not kept:
        return
    with cursor.copy("COPY group_page FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "bytea"])
        for page in kept:
            copy.write_row(page)
