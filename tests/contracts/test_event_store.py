"""One contract, two event stores: PostgreSQL and its in-memory twin."""

from collections.abc import Iterator

import build
import pytest
from conftest import Servers

from policy_credit_loans.application.handlers import MAPPER
from policy_credit_loans.domain.loan import LoanDisbursed, disburse
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.progress import Advance, Fenced, Partition, Stream
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded

PARTITION = Partition("loans", 3)
STREAM = Stream(PARTITION, "/policy-credit/loans")
RECEIPT = Receipt("587/teller", "key", b"print", 201, b"{}")


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryEventStore()
        return
    servers: Servers = request.getfixturevalue("servers")
    store = PostgresEventStore(servers.database(), MAPPER)
    store.migrate()
    yield store
    store.close()


def recorded(version: int = 1, name: str = "loan") -> Recorded:
    event: LoanDisbursed = disburse(None, build.disburse())
    return Recorded(build.some_id(name), version, build.NOW, event)


def advance(start: int, end: int) -> Advance:
    return Advance({PARTITION: start}, {PARTITION: end}, {STREAM: end})


def test_what_is_appended_is_the_history(store: EventStore) -> None:
    first, second, other = recorded(1), recorded(2), recorded(1, "other")
    store.append([first, other])
    store.append([second])
    assert store.histories([first.aggregate, other.aggregate, build.some_id("none")]) == {
        first.aggregate: [first, second],
        other.aggregate: [other],
    }


def test_a_version_is_stored_once(store: EventStore) -> None:
    store.append([recorded(1)])
    with pytest.raises(Conflict):
        store.append([recorded(1)])


def test_all_or_nothing(store: EventStore) -> None:
    store.append([recorded(1)])
    with pytest.raises(Conflict):
        store.append([recorded(1, "other"), recorded(1)], receipt=RECEIPT, advance=advance(0, 5))
    assert store.histories([build.some_id("other")]) == {}
    assert store.receipt("587/teller", "key") is None
    assert store.progress().offsets == {}


def test_a_receipt_is_stored_once_with_its_events(store: EventStore) -> None:
    store.append([recorded(1)], receipt=RECEIPT)
    assert store.receipt("587/teller", "key") == RECEIPT
    assert store.receipt("586/teller", "key") is None
    with pytest.raises(Conflict):
        store.append([recorded(2)], receipt=RECEIPT)
    assert len(store.histories([build.LOAN])[build.LOAN]) == 1


def test_progress_moves_only_from_where_it_stands(store: EventStore) -> None:
    store.append([], advance=advance(0, 5))
    store.append([recorded(1)], advance=advance(5, 9))
    assert store.progress().offsets == {PARTITION: 9}
    assert store.progress().highs == {STREAM: 9}
    with pytest.raises(Fenced):
        store.append([recorded(2)], advance=advance(5, 12))
    assert store.progress().offsets == {PARTITION: 9}
    assert len(store.histories([build.LOAN])[build.LOAN]) == 1


def test_a_large_sheet_is_one_append(store: EventStore) -> None:
    store.append([recorded(1, f"loan {n}") for n in range(5_000)])
    assert len(store.histories([build.some_id("loan 4999")])) == 1
