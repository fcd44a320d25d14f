"""Figures filled beside those that serve: where they begin, what they must reflect, and the change.

Workers fill the open generation of their meaning. Where that is the one that serves and far behind,
readers would see each step of a long way: loans of one partition before the repayments of another.
So it stands still, retired but serving, and workers go on in a copy. Whatever is filled beside
serves once it reflects what the log held when a worker last started, and all that serves already.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store import generations, swapping
from policy_credit_shared.store.progress import Partition

Connection = psycopg.Connection[Any]

STARTING: Final = 0x73746172
"""The advisory lock of the one worker that sees to where it starts."""
POLL_SECONDS: Final = 0.5


@contextmanager
def in_turn(connection: Connection, waits: Callable[[], None]) -> Iterator[None]:
    """One starting worker after the other, until the block or its process ends."""
    while connection.execute("SELECT pg_try_advisory_lock(%s)", (STARTING,)).fetchone() != (True,):
        waits()
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (STARTING,))


def filled(connection: Connection, algebra: Algebra) -> str:
    """The generation that workers of these declarations fill; raises LookupError."""
    with connection.transaction(), connection.cursor() as cursor:
        return generations.enter(cursor, generations.generation_of(algebra))


def go_on_in_a_copy(connection: Connection, algebra: Algebra) -> str:
    """Let workers fill a copy of their generation, which stays as it is; returns the copy's name.

    All of it or nothing. Workers that stand beyond the copy are refused once, and go on in it.
    """
    with connection.transaction(), connection.cursor() as cursor:
        # Nobody commits meanwhile: of every table the same moment is copied.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (generations.SWAPPING,))
        generation = generations.enter(cursor, generations.generation_of(algebra))
        cursor.execute(
            "UPDATE public.generation SET state = 'retired' WHERE name = %s", (generation,)
        )
        name = generations.add(connection, algebra, "open")
        tables = cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (generation,)
        ).fetchall()
        for (table,) in tables:
            new, old = sql.Identifier(name, table), sql.Identifier(generation, table)
            cursor.execute(sql.SQL("DELETE FROM {}").format(new))
            cursor.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(new, old))
    return name


def aim(connection: Connection, generation: str, ends: Mapping[Partition, int]) -> None:
    """Say what a generation must reflect before it serves."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.goal WHERE generation = %s", (generation,))
        cursor.executemany(
            "INSERT INTO public.goal VALUES (%s, %s, %s, %s)",
            [(generation, *partition, end) for partition, end in sorted(ends.items())],
        )


def take_over(connection: Connection, meaning: str, topics: Sequence[str]) -> bool:
    """Let a meaning's figures serve once they reflect all that they must; true if they serve.

    One worker may be done with its share of the topics while others still fill theirs.
    """
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (generations.SWAPPING,))
        generation = generations.enter(cursor, meaning)
        serving = swapping.serving(connection)
        if serving == generation:
            return True
        behind = cursor.execute(
            sql.SQL(
                "SELECT true FROM ("
                " SELECT topic, partition, next_offset FROM {}.reader_offset UNION ALL"
                " SELECT topic, partition, next_offset FROM public.goal WHERE generation = %s"
                ") AS due LEFT JOIN reader_offset AS new USING (topic, partition)"
                " WHERE topic = ANY(%s) AND coalesce(new.next_offset, 0) < due.next_offset LIMIT 1"
            ).format(sql.Identifier(serving)),
            (generation, list(topics)),
        ).fetchone()
        if behind is not None:
            return False
        swapping.serve(connection, serving, generation)
    return True
