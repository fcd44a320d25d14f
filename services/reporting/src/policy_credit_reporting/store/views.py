"""What dashboards ask PostgreSQL: views of the serving generation, and a role that sees only them.

A generation is a schema of its own, so the views are made anew when another one takes over. The
role has no password and no login: who runs Grafana makes a user that is its member. Nothing of a
record's content is shown: it may hold people's data.
"""

from typing import Any, Final

import psycopg
from psycopg import sql

from policy_credit_reporting.indicators.movements import ASSOCIATION, DAY, MEASURE, PROGRAMME, Field

SCHEMA: Final = "dashboards"
READER: Final = "policy_credit_dashboards"


def _number(field: Field) -> str:
    return f"(key >> {field.shift} & {(1 << field.bits) - 1})"


def _integer(start: int) -> str:
    """The eight bytes from there, the least first. All operators but arithmetic bind alike."""
    return " | ".join(f"(get_byte($1, place + {start + n})::bigint << {8 * n})" for n in range(8))


# STRICT keeps PostgreSQL from putting the function's text into the query, where a page would be
# fetched and unpacked again for each byte of it: `|| ''` unpacks it once, before the call.
VIEWS: Final = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
CREATE FUNCTION {SCHEMA}.unpacked(bytea) RETURNS TABLE (key bigint, amount bigint) LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT {_integer(0)}, {_integer(8)} FROM generate_series(0, length($1) - 16, 16) AS place
$$;
CREATE TABLE {SCHEMA}.name (
    kind text NOT NULL, number int NOT NULL, name text NOT NULL, PRIMARY KEY (kind, number)
);
INSERT INTO {SCHEMA}.name
    SELECT kind, ordinal - 1, name FROM {{figures}}.meaning,
        (VALUES ('measures'), ('programme'), ('association')) AS kinds (kind),
        jsonb_array_elements_text(names -> kind) WITH ORDINALITY AS named (name, ordinal);
ANALYZE {SCHEMA}.name;
CREATE VIEW {SCHEMA}.movement AS
    SELECT office, (date '1970-01-01' + make_interval(months => month))::date AS month,
        date '1970-01-01' + {_number(DAY)}::int AS day, measure.name AS measure,
        programme.name AS programme, association.name AS association, amount
    FROM {{figures}}.page, {SCHEMA}.unpacked(movements || ''::bytea) AS moved
    JOIN {SCHEMA}.name AS measure
        ON measure.kind = 'measures' AND measure.number = {_number(MEASURE)}
    JOIN {SCHEMA}.name AS programme
        ON programme.kind = 'programme' AND programme.number = {_number(PROGRAMME)}
    JOIN {SCHEMA}.name AS association
        ON association.kind = 'association' AND association.number = {_number(ASSOCIATION)};
CREATE VIEW {SCHEMA}.target AS
    SELECT unit, year, indicator, bound, value, measured_in FROM {{figures}}.target;
CREATE VIEW {SCHEMA}.alert AS
    SELECT unit, indicator, numerator, denominator, ceiling, floor, at
    FROM {{figures}}.alert WHERE raised;
CREATE VIEW {SCHEMA}.source AS SELECT source, recorded_at FROM {{figures}}.heard;
CREATE VIEW {SCHEMA}.progress AS
    SELECT topic, partition, next_offset FROM {{figures}}.reader_offset;
CREATE VIEW {SCHEMA}.tally AS SELECT topic, partition, outcome, records FROM {{figures}}.tally;
CREATE VIEW {SCHEMA}.quarantined AS
    SELECT topic, partition, record_offset, source, sequence, reason, at
    FROM {{figures}}.quarantine;
CREATE VIEW {SCHEMA}.incident AS
    SELECT topic, partition, source, expected, seen, record_offset, opened_at, closed_at
    FROM {{figures}}.incident;
CREATE VIEW {SCHEMA}.chain_break AS
    SELECT topic, partition, record_offset, source, sequence, fault, found_at
    FROM public.chain_break;
CREATE VIEW {SCHEMA}.generation AS SELECT generation, since FROM public.serving;
"""

PUBLISHED: Final = f"CREATE VIEW {SCHEMA}.published AS SELECT * FROM public.published_entry"

ROLE: Final = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{READER}') THEN
        CREATE ROLE {READER} NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'dashboards see nothing until an administrator runs CREATE ROLE {READER}'
            ' and `policy-credit migrate reporting` is run again';
END $$;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{READER}') THEN
        GRANT USAGE ON SCHEMA {SCHEMA} TO {READER};
        GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {READER};
    END IF;
END $$;
"""


def show(connection: psycopg.Connection[Any], generation: str) -> None:
    """Make the views anew, of a generation whose tables are this code's; in one transaction."""
    with connection.transaction():
        connection.execute(sql.SQL(VIEWS).format(figures=sql.Identifier(generation)))
        row = connection.execute("SELECT to_regclass('public.published_entry')").fetchone()
        if row is not None and row[0] is not None:
            connection.execute(PUBLISHED)
        connection.execute(ROLE)
