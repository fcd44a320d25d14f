"""Both event stores, for the tests that each of them must pass."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
import toys
from conftest import Servers

from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.vault import Vault

KEY = b64encode(bytes(32)).decode()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[EventStore]:
    """An event store with nothing in it."""
    if request.param == "memory":
        yield MemoryEventStore()
        return
    servers: Servers = request.getfixturevalue("servers")
    store = PostgresEventStore(servers.database(), toys.MAPPER, Vault(KEY))
    store.migrate()
    yield store
    store.close()
