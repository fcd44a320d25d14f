"""When the log and the archive were last walked, and what was found: kept for who asks later."""

from typing import Final

import psycopg
from msgspec import json, to_builtins
from psycopg.types.json import Jsonb

from policy_credit_reporting.store.audited import Verification

TABLE: Final = """
CREATE TABLE IF NOT EXISTS public.verification (
    ended_at timestamptz NOT NULL, walked text NOT NULL, columns boolean NOT NULL,
    stores boolean NOT NULL, began_at timestamptz NOT NULL, records bigint NOT NULL,
    chains int NOT NULL, breaks jsonb NOT NULL, is_whole boolean NOT NULL
)
"""

LATEST: Final = (
    "SELECT DISTINCT ON (walked) * FROM public.verification ORDER BY walked, ended_at DESC"
)
"""The last walk of the archive and of Kafka, of those that there were."""


def note(database_url: str, found: Verification) -> None:
    """Keep what a walk found."""
    row = {name: getattr(found, name) for name in Verification.__struct_fields__}
    row["breaks"] = Jsonb(
        to_builtins(found.breaks), dumps=lambda value: json.encode(value).decode()
    )
    with psycopg.connect(database_url) as connection:
        connection.execute(TABLE)
        connection.execute(
            f"INSERT INTO public.verification ({', '.join(row)})"
            f" VALUES ({', '.join(f'%({name})s' for name in row)})",
            row,
        )
