"""How PostgreSQL finds what a sheet needs: by its keys, however large the log and young its
statistics."""

from contextlib import closing

import psycopg
import toys
from conftest import Servers

from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.postgres import SELECT_HISTORIES, PostgresEventStore
from policy_credit_shared.store.recorded import Recorded


def test_histories_are_looked_up_one_by_one_even_without_statistics(servers: Servers) -> None:
    """A plain join is planned as a scan of all events here: 100 ms a sheet at 300,000 events."""
    url = servers.database()
    jars = [toys.some_id(n) for n in range(2_000)]
    events = [
        Recorded(jar, version, toys.NOW, toys.CoinPut(number=version))
        for jar in jars
        for version in range(1, 11)
    ]
    with closing(PostgresEventStore(url, toys.MAPPER)) as store:
        store.migrate()
        store.append(Changes(events=events))
    wanted = jars[::4]
    with psycopg.connect(url) as connection:
        plan = connection.execute(f"EXPLAIN {SELECT_HISTORIES}", (wanted, [0] * len(wanted)))
        text = "\n".join(line for (line,) in plan)
    assert "Nested Loop" in text
    assert "Seq Scan" not in text
    assert text.count("stored_events_pkey") == 1
