"""What books and closes rely on, on PostgreSQL and in memory: the same from either."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from uuid import UUID, uuid4

import toys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toys import (
    COUNTING,
    COUNTS_A_TIME,
    DAY,
    JAR,
    JARS,
    CoinPut,
    CountPlanned,
    DustFell,
    Jar,
    JarCounted,
    JarEvent,
    some_id,
)

from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.running.closing import Step, close_day
from policy_credit_shared.store.books import SNAPSHOT_EVENTS, Books
from policy_credit_shared.store.port import EventStore


def keep(store: EventStore, jar: UUID, *events: JarEvent) -> Jar | None:
    """Store the events in one call; returns the jar as the call left it."""
    books = Books(store)
    books.record(JARS, jar, *events)
    store.append(books.changes(toys.clock))
    return books.get(JARS, jar)


def coins(first: int, last: int) -> list[CoinPut]:
    return [CoinPut(number=n, value=5) for n in range(first, last + 1)]


def replayed(store: EventStore, jar: UUID) -> tuple[Jar | None, list[int]]:
    """The jar from its first event on, and its versions."""
    history = store.histories([jar], whole=True)[jar].events
    return toys.replay(history), [recorded.version for recorded in history]


def test_a_state_is_read_back_from_its_snapshot(store: EventStore) -> None:
    full = keep(store, JAR, *coins(1, SNAPSHOT_EVENTS), CountPlanned(on=DAY, every=7))
    held = store.histories([JAR])[JAR]
    assert held.base is not None
    assert (held.base.version, held.base.form, held.events) == (51, JARS.form, [])
    assert Books(store).get(JARS, JAR) == full == replayed(store, JAR)[0]


def test_a_snapshot_of_another_revision_is_replaced_by_the_next(store: EventStore) -> None:
    keep(store, JAR, *coins(1, SNAPSHOT_EVENTS))
    revised = Kind(toys.evolve, name="jar", state=Jar, revision=2)
    books = Books(store)
    books.record(revised, JAR, *coins(SNAPSHOT_EVENTS + 1, 2 * SNAPSHOT_EVENTS))
    store.append(books.changes(toys.clock))
    base = store.histories([JAR])[JAR].base
    assert base is not None
    assert (base.version, base.form) == (2 * SNAPSHOT_EVENTS, revised.form)
    assert Books(store).get(JARS, JAR) == replayed(store, JAR)[0]


jar_calls = st.lists(
    st.lists(
        st.builds(CoinPut, number=st.integers(1, 99), value=st.sampled_from(toys.VALUES))
        | st.builds(DustFell, grains=st.integers(1, 9))
        | st.builds(CountPlanned, on=st.none() | st.dates(DAY)),
        min_size=1,
        max_size=6,
    )
    | st.integers(1, 120).map(lambda n: coins(1, n)),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(calls=jar_calls)
def test_whatever_the_calls_the_state_is_that_of_a_full_replay(
    store: EventStore, calls: Sequence[Sequence[JarEvent]]
) -> None:
    jar = uuid4()
    for events in calls:
        decided = keep(store, jar, *events)
        state, versions = replayed(store, jar)
        assert versions == list(range(1, len(versions) + 1))
        assert Books(store).get(JARS, jar) == state == decided
        assert state is not None
        wake = toys.wakes(state)
        until = wake.on if wake else date.max
        assert (jar in store.awaited("jar", until, limit=1_000)) == (wake is not None)


def test_personal_data_is_sealed_and_erased_by_the_call(store: EventStore) -> None:
    sealing = Books(store)
    sealing.seal(JAR, b"whose jar it is")
    store.append(sealing.changes(toys.clock))
    assert store.personal(JAR) == b"whose jar it is"
    erasing = Books(store)
    erasing.erase(JAR)
    store.append(erasing.changes(toys.clock))
    assert store.personal(JAR) is None


def test_a_close_killed_and_started_again_closes_all_of_an_office_once(store: EventStore) -> None:
    books = Books(store)
    for n in range(25):
        planned = CountPlanned(office="586" if n % 5 == 0 else "587", on=DAY, every=n % 2)
        books.record(JARS, some_id(n), planned)
    store.append(books.changes(toys.clock))
    until = DAY + timedelta(COUNTS_A_TIME)

    def close() -> list[Step]:
        return list(close_day(store, toys.clock, [COUNTING], until, "587", batch=6))

    first = list(islice(close_day(store, toys.clock, [COUNTING], until, "587", batch=6), 3))
    assert first == [Step(0, 20), Step(6, 20), Step(6, 20)]
    assert close() == [Step(0, 8), Step(6, 8), Step(2, 8)]
    assert close() == [Step(0, 0)]
    assert store.count_awaited("jar", until) == 5

    jars = [some_id(n) for n in range(25)]
    counts = Counter(
        (jars.index(aggregate), recorded.event.on)
        for aggregate, history in store.histories(jars, whole=True).items()
        for recorded in history.events
        if isinstance(recorded.event, JarCounted)
    )
    assert counts == Counter(
        (n, DAY + timedelta(day))
        for n in range(25)
        if n % 5
        for day in range(COUNTS_A_TIME + 1 if n % 2 else 1)
    )
