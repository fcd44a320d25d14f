"""One contract, two event stores: PostgreSQL and its in-memory twin."""

from datetime import date

import pytest
import toys
from toys import JAR, CoinPut, some_id

from policy_credit_shared.kernel.aggregates import Wake
from policy_credit_shared.store.changes import Awaiting, Changes, History, Snapshot
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.progress import Advance, Fenced, Partition, Stream
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded

PARTITION = Partition("toys", 3)
STREAM = Stream(PARTITION, "/policy-credit/toys")
RECEIPT = Receipt("587/a child", "key", b"print", 201, b"{}")


def recorded(version: int = 1, name: str = "jar") -> Recorded:
    return Recorded(some_id(name), version, toys.NOW, CoinPut(number=version))


def advance(start: int, end: int) -> Advance:
    return Advance({PARTITION: start}, {PARTITION: end}, {STREAM: end})


def test_what_is_appended_is_the_history(store: EventStore) -> None:
    first, second, other = recorded(1), recorded(2), recorded(1, "other")
    store.append(Changes(events=[first, other]))
    store.append(Changes(events=[second]))
    assert store.histories([first.aggregate, other.aggregate, some_id("none")]) == {
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
    assert store.histories([some_id("other")]) == {}
    assert store.receipt("587/a child", "key") is None
    assert store.progress().offsets == {}


def test_a_receipt_is_stored_once_with_its_events(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)], receipt=RECEIPT))
    assert store.receipt("587/a child", "key") == RECEIPT
    assert store.receipt("586/a child", "key") is None
    with pytest.raises(Conflict):
        store.append(Changes(events=[recorded(2)], receipt=RECEIPT))
    assert len(store.histories([JAR])[JAR].events) == 1


def test_progress_moves_only_from_where_it_stands(store: EventStore) -> None:
    store.append(Changes(advance=advance(0, 5)))
    store.append(Changes(events=[recorded(1)], advance=advance(5, 9)))
    assert store.progress().offsets == {PARTITION: 9}
    assert store.progress().highs == {STREAM: 9}
    with pytest.raises(Fenced):
        store.append(Changes(events=[recorded(2)], advance=advance(5, 12)))
    assert store.progress().offsets == {PARTITION: 9}
    assert len(store.histories([JAR])[JAR].events) == 1


def test_a_large_sheet_is_one_append(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1, f"jar {n}") for n in range(5_000)]))
    assert len(store.histories([some_id("jar 4999")])) == 1


def test_a_history_starts_at_its_snapshot_unless_all_of_it_is_wanted(store: EventStore) -> None:
    events = [recorded(n) for n in (1, 2, 3)]
    held = Snapshot(JAR, 2, "jar/1/abc", b"{}")
    store.append(Changes(events=events[:2], snapshots=[held]))
    assert store.histories([JAR]) == {JAR: History(held, [])}
    store.append(Changes(events=events[2:]))
    assert store.histories([JAR]) == {JAR: History(held, events[2:])}
    assert store.histories([JAR], whole=True) == {JAR: History(None, events)}
    later = Snapshot(JAR, 3, "jar/2/def", b"[]")
    store.append(Changes(snapshots=[later]))
    assert store.histories([JAR]) == {JAR: History(later, [])}


def awaiting(name: str, on: date | None, office: str = "587", kind: str = "jar") -> Awaiting:
    return Awaiting(some_id(name), kind, None if on is None else Wake(office, on))


def test_the_agenda_finds_what_a_day_awaits_by_kind_and_office(store: EventStore) -> None:
    first, second = date(2019, 3, 5), date(2019, 3, 6)
    entries = [
        awaiting("a", first),
        awaiting("b", second),
        awaiting("c", first, office="586"),
        awaiting("d", first, kind="crock"),
    ]
    store.append(Changes(agenda=entries))
    a, b, c, d = (entry.aggregate for entry in entries)
    assert set(store.awaited("jar", first, limit=9)) == {a, c}
    assert set(store.awaited("jar", second, limit=9)) == {a, b, c}
    assert store.awaited("jar", first, office="587", limit=9) == [a]
    assert store.awaited("crock", first, limit=9) == [d]
    assert store.count_awaited("jar", second) == 3
    assert store.count_awaited("jar", second, office="586") == 1

    store.append(Changes(agenda=[awaiting("a", None), awaiting("b", first, office="586")]))
    assert set(store.awaited("jar", first, limit=9)) == {b, c}


def test_the_agenda_is_read_page_by_page(store: EventStore) -> None:
    store.append(Changes(agenda=[awaiting(str(n), date(2019, 3, 5)) for n in range(25)]))
    seen: list[object] = []
    after = None
    while page := store.awaited("jar", date(2019, 3, 5), after=after, limit=10):
        seen += page
        after = page[-1]
    assert seen == sorted(some_id(str(n)) for n in range(25))


def test_personal_data_is_kept_until_it_is_erased(store: EventStore) -> None:
    one, other = JAR, some_id("other")
    store.append(Changes(personal={one: b"a name", other: b"another"}))
    store.append(Changes(personal={one: b"a corrected name"}))
    assert (store.personal(one), store.personal(other)) == (b"a corrected name", b"another")
    store.append(Changes(personal={one: None}))
    assert (store.personal(one), store.personal(other)) == (None, b"another")


def test_personal_data_is_stored_with_its_events_or_not_at_all(store: EventStore) -> None:
    store.append(Changes(events=[recorded(1)]))
    with pytest.raises(Conflict):
        store.append(Changes(events=[recorded(1)], personal={JAR: b"a name"}))
    assert store.personal(JAR) is None
