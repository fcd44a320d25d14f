"""Beside the generation that serves, another one is built, compared, and swapped for it."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

import psycopg
from msgspec import json
from psycopg import sql

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store import generations, views
from policy_credit_shared.store.progress import Progress, load_progress

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]

REBUILDING: Final = 0x7265626C
"""The advisory lock of the one process that may rebuild."""
READERS_SECONDS_MAX: Final = 30.0
"""How long readers of a generation that was replaced are waited for before it is dropped."""
POLL_SECONDS: Final = 0.2


class AnotherRebuilds(Exception):
    """One rebuild at a time."""


class ServingChanged(Exception):
    """Another generation took over, or is about to."""


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Hold off other rebuilds, until the block or this process ends; raises AnotherRebuilds."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (REBUILDING,)).fetchone()
    if row != (True,):
        raise AnotherRebuilds("another rebuild of these figures is running")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (REBUILDING,))


def serving(connection: Connection) -> str:
    """The generation that readers see; raises LookupError if there is none."""
    row = connection.execute("SELECT generation FROM public.serving").fetchone()
    if row is None:
        raise LookupError(f"no generation of figures exists: {generations.MIGRATE}")
    return str(row[0])


def replaceable(connection: Connection) -> str:
    """The generation that readers see, if a rebuild may take its place; raises ServingChanged."""
    name = serving(connection)
    row = connection.execute(
        "SELECT state FROM public.generation WHERE name = %s", (name,)
    ).fetchone()
    if row == ("retired",):
        raise ServingChanged(
            f"workers fill what is to serve in place of {name}; rebuild after that"
        )
    return name


def progress_of(connection: Connection, generation: str) -> Progress:
    """How far a generation reflects the log."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", (generation,))
        return load_progress(cursor)


def unfinished(connection: Connection, algebra: Algebra) -> str | None:
    """The generation that an earlier rebuild of this meaning was building."""
    row = connection.execute(
        "SELECT name FROM public.generation WHERE state = 'building' AND meaning = %s",
        (generations.generation_of(algebra),),
    ).fetchone()
    return None if row is None else str(row[0])


def begin(connection: Connection, algebra: Algebra) -> str:
    """A new generation to build, in place of one that was not finished."""
    with connection.transaction():
        connection.execute(
            "UPDATE public.generation SET state = 'retired' WHERE state = 'building'"
        )
        return generations.add(connection, algebra, "building")


@contextmanager
def held_off(connection: Connection) -> Iterator[None]:
    """No worker commits anywhere while the block lasts: it must be short."""
    connection.execute("SELECT pg_advisory_lock(%s)", (generations.SWAPPING,))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (generations.SWAPPING,))


def swap(connection: Connection, replaced: str, built: str, explained: Mapping[str, str]) -> None:
    """Let a generation serve and workers fill it from now on; within `held_off`.

    Raises ServingChanged if it is another that is replaced.
    """
    with connection.transaction(), connection.cursor() as cursor:
        if (serves := replaceable(connection)) != replaced:
            raise ServingChanged(f"{serves} took over from {replaced} meanwhile; rebuild again")
        cursor.execute(
            "UPDATE public.generation SET state = 'retired' WHERE state = 'open' AND meaning ="
            " (SELECT meaning FROM public.generation WHERE name = %s)",
            (built,),
        )
        cursor.execute(
            "UPDATE public.generation SET state = 'open', since = now(), explained = %s"
            " WHERE name = %s",
            (json.encode(explained).decode(), built),
        )
        serve(connection, replaced, built)


def serve(connection: Connection, replaced: str, generation: str) -> None:
    """Let a generation serve in place of another, in the caller's transaction.

    What is known beside the log goes with it: which units stand alerted, and when something was
    first quarantined or missed. Where the other one kept that in another form, it begins anew.
    """
    old, new = sql.Identifier(replaced), sql.Identifier(generation)
    for statement in KEPT:
        try:
            with connection.transaction():
                connection.execute(sql.SQL(statement).format(old=old, new=new))
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as other:
            log.warning("not taken over from %s: %s", replaced, other)
    connection.execute("UPDATE public.serving SET generation = %s, since = now()", (generation,))
    connection.execute("DELETE FROM public.goal WHERE generation = %s", (generation,))
    views.show(connection, generation)
    connection.execute(f"NOTIFY {generations.CHANNEL}")


KEPT: Final = (
    "INSERT INTO {new}.alert (unit, indicator, raised, numerator, denominator, ceiling, floor, at)"
    " SELECT unit, indicator, raised, numerator, denominator, ceiling, floor, at FROM {old}.alert"
    " ON CONFLICT DO NOTHING",
    "UPDATE {new}.quarantine AS q SET at = k.at FROM {old}.quarantine AS k"
    " WHERE (q.topic, q.partition, q.record_offset) = (k.topic, k.partition, k.record_offset)",
    "UPDATE {new}.incident AS i SET opened_at = k.opened_at, closed_at ="
    " CASE WHEN i.closed_at IS NULL THEN NULL ELSE coalesce(k.closed_at, i.closed_at) END"
    " FROM {old}.incident AS k WHERE (i.topic, i.partition, i.source, i.expected)"
    " = (k.topic, k.partition, k.source, k.expected)",
)


def drop_retired(connection: Connection) -> bool:
    """Drop what was replaced once nobody can be reading it; false if somebody still may."""
    found = retired(connection)
    until = time.monotonic() + READERS_SECONDS_MAX
    while not drop(connection, found):
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


class Retired(NamedTuple):
    """Generations that nobody fills or begins to read any more, as of a moment."""

    names: Sequence[str]
    at: datetime


def retired(connection: Connection) -> Retired:
    """Those of now; one that was caught up beside serves on although nobody fills it."""
    rows = connection.execute(
        "SELECT name FROM public.generation WHERE state = 'retired'"
        " AND name NOT IN (SELECT generation FROM public.serving) ORDER BY name"
    ).fetchall()
    row: Any = connection.execute("SELECT clock_timestamp()").fetchone()
    return Retired([name for (name,) in rows], row[0])


def drop(connection: Connection, found: Retired) -> bool:
    """Drop them; false if a transaction is running that may have looked them up before."""
    if found.names and _older_than(connection, found.at):
        return False
    for name in found.names:
        with connection.transaction(), connection.cursor() as cursor:
            # Several may drop at once: who removes the row drops the schema.
            cursor.execute("DELETE FROM public.generation WHERE name = %s", (name,))
            if cursor.rowcount:
                cursor.execute(
                    sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))
                )
                cursor.execute("DELETE FROM public.goal WHERE generation = %s", (name,))
    return True


def _older_than(connection: Connection, moment: datetime) -> bool:
    """Whether a transaction is running that may have looked up the generation before a moment."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start < %s)",
        (moment,),
    ).fetchone()
    return row == (True,)
