"""One contract, two event stores: PostgreSQL and its in-memory twin."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date

import build
import pytest
from conftest import Servers

from policy_credit_loans.application.handlers import MAPPER
from policy_credit_loans.domain.loan import LoanDisbursed, disburse
from policy_credit_shared.kernel.aggregates import Wake
from policy_credit_shared.store.changes import Awaiting, Changes, History, Snapshot
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.progress import Advance, Fenced, Partition, Stream
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded
from policy_credit_shared.store.vault import Vault

PARTITION = Partition("loans", 3)
KEY = b64encode(bytes(32)).decode()
STREAM = Stream(PARTITION, "/policy-credit/loans")
RECEIPT = Receipt("587/teller", "key", b"print", 201, b"{}")


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryEventStore()
        return
    servers: Servers = request.getfixturevalue("servers")
    store = PostgresEventStore(servers.database(), MAPPER, Vault(KEY))
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
    store.append(Changes(events=[first, other]))
    store.append(Changes(events=[second]))
    assert store.histories([first.aggregate, other.aggregate, build.some_id("none")]) == {
        first.aggregate: History(None, [first, second]),
        other.aggregate: History(None, [other]),
    }


def test_a_version_is_stored_once(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)]))
    with pytest.raises(Conflict):
        store.append(Changes(events=[recorded(1)]))


def test_all_or_nothing(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)]))
    events = [recorded(1, "other"), recorded(1)]
    with pytest.raises(Conflict):
        store.append(Changes(events=events, receipt=RECEIPT, advance=advance(0, 5)))
    assert store.histories([build.some_id("other")]) == {}
    assert store.receipt("587/teller", "key") is None
    assert store.progress().offsets == {}


def test_a_receipt_is_stored_once_with_its_events(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)], receipt=RECEIPT))
    assert store.receipt("587/teller", "key") == RECEIPT
    assert store.receipt("586/teller", "key") is None
    with pytest.raises(Conflict):
        store.append(Changes(events=[recorded(2)], receipt=RECEIPT))
    assert len(store.histories([build.LOAN])[build.LOAN].events) == 1


def test_progress_moves_only_from_where_it_stands(store: EventStore) -> None:
    store.append(Changes(advance=advance(0, 5)))
    store.append(Changes(events=[recorded(1)], advance=advance(5, 9)))
    assert store.progress().offsets == {PARTITION: 9}
    assert store.progress().highs == {STREAM: 9}
    with pytest.raises(Fenced):
        store.append(Changes(events=[recorded(2)], advance=advance(5, 12)))
    assert store.progress().offsets == {PARTITION: 9}
    assert len(store.histories([build.LOAN])[build.LOAN].events) == 1


def test_a_large_sheet_is_one_append(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1, f"loan {n}") for n in range(5_000)]))
    assert len(store.histories([build.some_id("loan 4999")])) == 1


def test_a_history_starts_at_its_snapshot_unless_all_of_it_is_wanted(store: EventStore) -> None:
    events = [recorded(n) for n in (1, 2, 3)]
    held = Snapshot(build.LOAN, 2, "loan/1/abc", b"{}")
    store.append(Changes(events=events[:2], snapshots=[held]))
    assert store.histories([build.LOAN]) == {build.LOAN: History(held, [])}
    store.append(Changes(events=events[2:]))
    assert store.histories([build.LOAN]) == {build.LOAN: History(held, events[2:])}
    assert store.histories([build.LOAN], whole=True) == {build.LOAN: History(None, events)}
    later = Snapshot(build.LOAN, 3, "loan/2/def", b"[]")
    store.append(Changes(snapshots=[later]))
    assert store.histories([build.LOAN]) == {build.LOAN: History(later, [])}


def awaiting(name: str, on: date | None, office: str = "587", kind: str = "account") -> Awaiting:
    return Awaiting(build.some_id(name), kind, None if on is None else Wake(office, on))


def test_the_agenda_finds_what_a_day_awaits_by_kind_and_office(store: EventStore) -> None:
    first, second = date(2019, 3, 5), date(2019, 3, 6)
    entries = [
        awaiting("a", first),
        awaiting("b", second),
        awaiting("c", first, office="586"),
        awaiting("d", first, kind="fee"),
    ]
    store.append(Changes(agenda=entries))
    a, b, c, d = (entry.aggregate for entry in entries)
    assert set(store.awaited("account", first, limit=9)) == {a, c}
    assert set(store.awaited("account", second, limit=9)) == {a, b, c}
    assert store.awaited("account", first, office="587", limit=9) == [a]
    assert store.awaited("fee", first, limit=9) == [d]
    assert store.count_awaited("account", second) == 3
    assert store.count_awaited("account", second, office="586") == 1

    store.append(Changes(agenda=[awaiting("a", None), awaiting("b", first, office="586")]))
    assert set(store.awaited("account", first, limit=9)) == {b, c}


def test_the_agenda_is_read_page_by_page(store: EventStore) -> None:
    store.append(Changes(agenda=[awaiting(str(n), date(2019, 3, 5)) for n in range(25)]))
    seen: list[object] = []
    after = None
    while page := store.awaited("account", date(2019, 3, 5), after=after, limit=10):
        seen += page
        after = page[-1]
    assert seen == sorted(build.some_id(str(n)) for n in range(25))


def test_personal_data_is_kept_until_it_is_erased(store: EventStore) -> None:
    one, other = build.HOUSEHOLD, build.some_id("other")
    store.append(Changes(personal={one: b"a name", other: b"another"}))
    store.append(Changes(personal={one: b"a corrected name"}))
    assert (store.personal(one), store.personal(other)) == (b"a corrected name", b"another")
    store.append(Changes(personal={one: None}))
    assert (store.personal(one), store.personal(other)) == (None, b"another")


def test_personal_data_is_stored_with_its_events_or_not_at_all(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)]))
    with pytest.raises(Conflict):
        store.append(Changes(events=[recorded(1)], personal={build.HOUSEHOLD: b"a name"}))
    assert store.personal(build.HOUSEHOLD) is None
