"""Generations of the read model: a new one fills beside the one that serves, then takes over.

A generation is a PostgreSQL schema named after what its figures mean: the measures, the postings
and the tables. Code that means something else fills another schema, from the beginning of the log.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import psycopg
from msgspec import json
from psycopg import sql

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store import chain_breaks, findings, pages, views
from policy_credit_shared.store import progress

SERVING_TABLE: Final = "public.serving"
SERVING: Final = """
CREATE TABLE IF NOT EXISTS public.serving (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
)
"""

TABLES: Final = f"""
{pages.TABLES}
{progress.TABLES}
{findings.TABLE}
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


def create(database_url: str, algebra: Algebra) -> str:
    """Create the generation of this code where it is missing; the first one serves at once."""
    generation = generation_of(algebra)
    with psycopg.connect(database_url) as connection:
        connection.execute(SERVING)
        connection.execute(chain_breaks.TABLE)
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(generation))
        )
        connection.execute(
            sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(generation))
        )
        connection.execute(TABLES)
        connection.execute(
            "INSERT INTO meaning (names) VALUES (%s) ON CONFLICT DO NOTHING",
            (json.encode(Layout.of(algebra).meaning).decode(),),
        )
        connection.execute(
            "INSERT INTO public.serving (generation) VALUES (%s) ON CONFLICT DO NOTHING",
            (generation,),
        )
    return generation


def named(row: dict[str, Any] | None) -> str:
    """The generation that a row of `serving` names; raises LookupError if there is none."""
    if row is None:
        raise LookupError("no generation of figures exists: run `policy-credit migrate reporting`")
    return str(row["generation"])


def take_over(connection: psycopg.Connection[Any], generation: str, topics: Sequence[str]) -> bool:
    """Let a generation serve that reflects all that the serving one does; true if it serves now.

    One worker may be done with its share of the topics while others still fill theirs.
    """
    with connection.transaction():
        row = connection.execute("SELECT generation FROM public.serving FOR UPDATE").fetchone()
        serving = "" if row is None else str(row[0])
        if serving == generation:
            return True
        behind = connection.execute(
            sql.SQL(
                "SELECT true FROM {}.reader_offset AS old"
                " LEFT JOIN {}.reader_offset AS new USING (topic, partition)"
                " WHERE topic = ANY(%s) AND coalesce(new.next_offset, 0) < old.next_offset LIMIT 1"
            ).format(sql.Identifier(serving), sql.Identifier(generation)),
            (list(topics),),
        ).fetchone()
        if behind is not None:
            return False
        connection.execute(
            "UPDATE public.serving SET generation = %s, since = now()", (generation,)
        )
        views.show(connection, generation)
    return True


def show(database_url: str, algebra: Algebra) -> None:
    """Make the views of dashboards anew if this code's generation serves; else it will do so."""
    generation = generation_of(algebra)
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT generation FROM public.serving FOR UPDATE").fetchone()
        if row is not None and row[0] == generation:
            views.show(connection, generation)
