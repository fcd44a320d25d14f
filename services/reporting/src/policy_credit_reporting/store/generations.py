"""Generations of the read model: a new one fills beside the one that serves, then takes over.

A generation is a PostgreSQL schema named after what its figures mean: the measures, the postings
and the tables. Code that means something else fills another schema, from the beginning of the log.
A rebuild fills a further one of the same meaning, by its number, and swaps the two. Of each meaning
one generation is open: workers ask in every transaction which one that is, and hold swaps off while
they use it.
"""

from hashlib import sha256
from typing import Any, Final

import psycopg
from msgspec import json
from psycopg import sql

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store import (
    chain_breaks,
    findings,
    group_pages,
    pages,
    verifications,
    views,
)
from policy_credit_shared.store import progress

MIGRATE: Final = "run `policy-credit migrate reporting`"
SERVING_TABLE: Final = "public.serving"
SERVING: Final = """
CREATE TABLE IF NOT EXISTS public.serving (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
)
"""
GENERATION: Final = """
CREATE TABLE IF NOT EXISTS public.generation (
    name text PRIMARY KEY, meaning text NOT NULL, number int NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'building', 'retired')),
    since timestamptz NOT NULL DEFAULT now(), explained jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS generation_open ON public.generation (meaning)
    WHERE state = 'open';
CREATE UNIQUE INDEX IF NOT EXISTS generation_building ON public.generation (state)
    WHERE state = 'building';
"""
"""`explained` is why which measures changed with it, as whoever rebuilt it said."""
GOAL_TABLE: Final = "public.goal"
GOAL: Final = """
CREATE TABLE IF NOT EXISTS public.goal (
    generation text NOT NULL, topic text NOT NULL, partition int NOT NULL,
    next_offset bigint NOT NULL, PRIMARY KEY (generation, topic, partition)
)
"""
"""What a generation that is filled beside another must reflect before it serves."""
CHANNEL: Final = "figures"
"""Notified at every commit, so that those who show figures need not wait for their next look."""
SWAPPING: Final = 0x73776170
"""The advisory lock that commits share and a swap has alone."""

TABLES: Final = f"""
{pages.TABLES}
{progress.TABLES}
{findings.TABLE}
{group_pages.TABLES}
CREATE TABLE IF NOT EXISTS tally (
    topic text NOT NULL, partition int NOT NULL, outcome text NOT NULL, records bigint NOT NULL,
    PRIMARY KEY (topic, partition, outcome)
);
CREATE TABLE IF NOT EXISTS heard (
    source text PRIMARY KEY, recorded_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS quarantine (
    topic text NOT NULL, partition int NOT NULL, record_offset bigint NOT NULL,
    source text, sequence bigint, reason text NOT NULL, detail text NOT NULL, path text NOT NULL,
    value bytea, at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
);
CREATE TABLE IF NOT EXISTS incident (
    topic text NOT NULL, partition int NOT NULL, source text NOT NULL,
    expected bigint NOT NULL, seen bigint NOT NULL, record_offset bigint NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(), closed_at timestamptz,
    PRIMARY KEY (topic, partition, source, expected)
);
CREATE TABLE IF NOT EXISTS target (
    unit text NOT NULL, year int NOT NULL, indicator text NOT NULL,
    bound text NOT NULL, value bigint NOT NULL, measured_in text NOT NULL,
    PRIMARY KEY (unit, year, indicator)
);
CREATE TABLE IF NOT EXISTS alert (
    unit text NOT NULL, indicator text NOT NULL, raised boolean NOT NULL,
    numerator bigint NOT NULL, denominator bigint NOT NULL, ceiling bigint, floor bigint,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, indicator)
);
"""


def generation_of(algebra: Algebra) -> str:
    """The schema that holds figures of this meaning."""
    meaning = [
        TABLES,
        repr(Layout.of(algebra).meaning),
        *(f"{m.name} by {m.by}" for m in algebra.measures.values()),
        *(
            f"{kind.type()}: {line.sign} {line.amount} {line.measure.name} {line.where}"
            for kind, lines in algebra.postings.items()
            for line in lines
        ),
    ]
    return "figures_" + sha256("\n".join(meaning).encode()).hexdigest()[:12]


def is_of(generation: str, algebra: Algebra) -> bool:
    """Whether a generation's figures mean what this code's do."""
    meant = generation_of(algebra)
    return generation == meant or generation.startswith(f"{meant}_")


def create(database_url: str, algebra: Algebra) -> str:
    """Create the generation of this code where it is missing; the first one serves at once."""
    meaning = generation_of(algebra)
    with psycopg.connect(database_url) as connection:
        connection.execute(SERVING)
        connection.execute(GENERATION)
        connection.execute(GOAL)
        connection.execute(chain_breaks.TABLE)
        connection.execute(verifications.TABLE)
        row = connection.execute(
            "SELECT name FROM public.generation WHERE meaning = %s AND state = 'open'", (meaning,)
        ).fetchone()
        if row is not None:
            return str(row[0])
        create_schema(connection, algebra, meaning)
        connection.execute(
            "INSERT INTO public.generation (name, meaning, number, state)"
            " VALUES (%s, %s, 0, 'open')",
            (meaning, meaning),
        )
        connection.execute(
            "INSERT INTO public.serving (generation) VALUES (%s) ON CONFLICT DO NOTHING",
            (meaning,),
        )
    return meaning


def create_schema(connection: psycopg.Connection[Any], algebra: Algebra, generation: str) -> None:
    """The tables of a generation where they are missing, in the caller's transaction."""
    schema = sql.Identifier(generation)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(schema))
    connection.execute(TABLES)
    connection.execute(
        "INSERT INTO meaning (names) VALUES (%s) ON CONFLICT DO NOTHING",
        (json.encode(Layout.of(algebra).meaning).decode(),),
    )


def add(connection: psycopg.Connection[Any], algebra: Algebra, state: str) -> str:
    """A further generation of a meaning by its number, in the caller's transaction; its name."""
    meaning = generation_of(algebra)
    row = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM public.generation WHERE meaning = %s", (meaning,)
    ).fetchone()
    number = int(row[0]) if row else 1
    name = f"{meaning}_{number}"
    connection.execute(
        "INSERT INTO public.generation (name, meaning, number, state) VALUES (%s, %s, %s, %s)",
        (name, meaning, number, state),
    )
    create_schema(connection, algebra, name)
    return name


def enter(cursor: psycopg.Cursor[Any], meaning: str) -> str:
    """Work in the open generation of a meaning until the cursor's transaction ends; its name.

    A swap waits for that end, and whoever comes meanwhile waits for the swap. Raises LookupError.
    """
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", (SWAPPING,))
    # A statement of its own: it must see what was swapped while the one before waited.
    cursor.execute(
        "SELECT set_config('search_path', name, true) FROM public.generation"
        " WHERE meaning = %s AND state = 'open'",
        (meaning,),
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no generation {meaning} is open: {MIGRATE}")
    return str(row[0])


def show(database_url: str, algebra: Algebra) -> None:
    """Make the views of dashboards anew if this code's generation serves; else it will do so."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT generation FROM public.serving FOR UPDATE").fetchone()
        if row is not None and is_of(row[0], algebra):
            views.show(connection, row[0])
