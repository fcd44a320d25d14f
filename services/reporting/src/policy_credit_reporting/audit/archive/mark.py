"""Whether anything was ever archived: told without the archive's reader, which is large."""

from typing import Final

import psycopg

from policy_credit_shared.store.postgres import problem_with

TABLE: Final = "public.archive_mark"


def anything_archived(database_url: str) -> bool:
    """Whether the catalogue in a database has a table that anything was committed to."""
    if problem_with(database_url, TABLE):
        return False
    with psycopg.connect(database_url) as connection:
        return connection.execute(f"SELECT FROM {TABLE} LIMIT 1").fetchone() is not None
