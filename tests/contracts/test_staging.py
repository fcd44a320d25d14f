"""What is set aside in many calls takes effect in one, on PostgreSQL and in memory: the same."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import toys
from toys import DAY, JARS, CoinPut, CountPlanned, some_id

from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.changes import Changes, Release, Staged
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.recorded import EventMapper, Recorded

BATCH, OTHER_BATCH = some_id("batch"), some_id("other batch")
LATER = datetime(2019, 3, 9, 2, 0, tzinfo=UTC)


def set_aside(store: EventStore, *jars: UUID, batch: UUID = BATCH) -> None:
    """Each jar gets a coin and awaits a count; whose jar it is, is sealed."""
    books = Books(store)
    aside = books.aside(batch)
    for jar in jars:
        aside.record(JARS, jar, CoinPut(number=1, value=5), CountPlanned(on=DAY, every=7))
        aside.seal(jar, f"owner of {jar}".encode())
    store.append(books.changes(toys.clock))


def release(store: EventStore, events: int, batch: UUID = BATCH) -> None:
    store.append(Changes(release=Release(batch, events, LATER)))


def stored(store: EventStore, *jars: UUID) -> list[Recorded]:
    return [r for h in store.histories(jars).values() for r in h.events]


def test_what_is_set_aside_is_known_to_nobody(store: EventStore) -> None:
    set_aside(store, some_id(1), some_id(2))
    assert stored(store, some_id(1), some_id(2)) == []
    assert store.count_awaited("jar", date.max) == 0
    assert store.personal(some_id(1)) is None


def test_released_all_of_it_is_there_as_if_stored_at_that_moment(store: EventStore) -> None:
    set_aside(store, some_id(1), some_id(2))
    set_aside(store, some_id(3))
    set_aside(store, some_id(4), batch=OTHER_BATCH)
    release(store, 6)
    jars = [some_id(n) for n in (1, 2, 3)]
    expected = [
        Recorded(jar, version, LATER, event)
        for jar in jars
        for version, event in (
            (1, CoinPut(number=1, value=5)),
            (2, CountPlanned(on=DAY, every=7)),
        )
    ]
    assert sorted(stored(store, *jars), key=_place) == sorted(expected, key=_place)
    assert store.awaited("jar", DAY, limit=9) == sorted(jars)
    assert store.personal(some_id(3)) == f"owner of {some_id(3)}".encode()
    assert stored(store, some_id(4)) == []
    assert store.personal(some_id(4)) is None


def _place(recorded: Recorded) -> tuple[UUID, int]:
    return recorded.aggregate, recorded.version


def test_a_batch_is_released_once(store: EventStore) -> None:
    set_aside(store, some_id(1))
    release(store, 2)
    release(store, 0)
    assert len(stored(store, some_id(1))) == 2


def test_a_batch_that_is_not_whole_is_not_released(store: EventStore) -> None:
    set_aside(store, some_id(1))
    with pytest.raises(InvariantBroken, match="as much is released as was staged"):
        release(store, 3)
    assert stored(store, some_id(1)) == []
    release(store, 2)


def test_what_happened_meanwhile_collides_and_nothing_is_released(store: EventStore) -> None:
    set_aside(store, some_id(1), some_id(2))
    assert store.collisions(BATCH, 9) == []
    books = Books(store)
    books.record(JARS, some_id(2), CoinPut(number=9, value=5))
    store.append(books.changes(toys.clock))
    assert store.collisions(BATCH, 9) == [some_id(2)]
    with pytest.raises(Conflict):
        release(store, 4)
    assert stored(store, some_id(1)) == []
    assert store.count_awaited("jar", date.max) == 0


def test_the_same_is_not_staged_twice(store: EventStore) -> None:
    set_aside(store, some_id(1))
    with pytest.raises(Conflict):
        set_aside(store, some_id(1))
    release(store, 2)


def test_a_discarded_batch_is_forgotten_with_its_people(store: EventStore) -> None:
    set_aside(store, some_id(1))
    store.append(Changes(discard=BATCH))
    assert store.collisions(BATCH, 9) == []
    release(store, 0)
    assert store.personal(some_id(1)) is None
    set_aside(store, some_id(1))
    release(store, 2)


def test_a_batch_is_begun_anew_in_the_transaction_that_discards_it(store: EventStore) -> None:
    set_aside(store, some_id(1))
    coin = Recorded(some_id(1), 1, toys.clock(), CoinPut(number=7, value=5))
    anew = Staged(batch=BATCH, events=[coin])
    store.append(Changes(discard=BATCH, staged=[anew]))
    release(store, 1)
    assert [r.event for r in stored(store, some_id(1))] == [CoinPut(number=7, value=5)]


def test_a_call_sees_what_it_sets_aside_and_only_apart(store: EventStore) -> None:
    books = Books(store)
    aside = books.aside(BATCH)
    aside.record(JARS, some_id(1), CoinPut(number=1, value=5))
    assert books.aside(BATCH).get(JARS, some_id(1)) is not None
    assert books.get(JARS, some_id(1)) is None
    assert aside.pending == 1


def test_a_staged_row_becomes_the_row_that_the_event_would_have() -> None:
    mapper = EventMapper([CoinPut])
    event = CoinPut(number=1, value=5)
    before, after = mapper.around_state(LATER)
    row = mapper.to_stored(Recorded(some_id(1), 1, LATER, event))
    assert before + mapper.state_of(event) + after == row.state
