"""What the event store asks PostgreSQL stays cheap while the tables are young and grow fast."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from conftest import Servers

from policy_credit_loans.application.handlers import MAPPER
from policy_credit_shared.store.postgres import (
    EVENTS_TABLE,
    SELECT_HISTORIES,
    PostgresEventStore,
    connect,
)

AGGREGATES = 20_000
SHEET = 1_500


@pytest.fixture
def grown(servers: Servers) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """An event store that grew before the planner's statistics were ever gathered."""
    url = servers.database()
    store = PostgresEventStore(url, MAPPER)
    store.migrate()
    store.close()
    with connect(url) as connection:
        connection.execute(f"ALTER TABLE {EVENTS_TABLE} SET (autovacuum_enabled = false)")
        connection.execute(
            f"INSERT INTO {EVENTS_TABLE} (originator_id, originator_version, topic, state)"
            " SELECT gen_random_uuid(), 1, 'toy', decode(repeat('00', 300), 'hex')"
            " FROM generate_series(1, %s)",
            (AGGREGATES,),
        )
        yield connection


@pytest.mark.parametrize("wanted", [1, SHEET])
def test_histories_are_read_by_the_index_alone(
    grown: psycopg.Connection[tuple[object, ...]], wanted: int
) -> None:
    ids: list[UUID] = [uuid4() for _ in range(wanted)]
    rows = grown.execute(f"EXPLAIN {SELECT_HISTORIES}", (ids, [0] * wanted)).fetchall()
    plan = "\n".join(str(row[0]) for row in rows)
    assert "Index Cond: ((originator_id = " in plan
    assert "Seq Scan" not in plan
