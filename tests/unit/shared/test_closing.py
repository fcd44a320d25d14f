"""A close of a day: whatever is due, once, however it is cut up or interrupted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st
from toys import COUNTING, COUNTS_A_TIME, DAY, JARS, CoinPut, CountPlanned, Jar, JarCounted, some_id

from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.running.closing import Closing, Step, close_day
from policy_credit_shared.store.books import ATTEMPTS_MAX, Books
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.port import Conflict

TOMORROW = DAY + timedelta(1)


def plan(store: MemoryEventStore, *plans: tuple[str, CountPlanned]) -> None:
    """Put a coin into each jar, and plan when it is counted."""
    books = Books(store)
    for name, planned in plans:
        books.record(JARS, some_id(name), CoinPut(number=1, value=5), planned)
    store.append(books.changes(toys.clock))


def due(
    *names: str, on: date = DAY, office: str = "587", every: int = 0
) -> list[tuple[str, CountPlanned]]:
    return [(name, CountPlanned(office=office, on=on, every=every)) for name in names]


def close(
    store: MemoryEventStore,
    day: date = DAY,
    office: str | None = None,
    batch: int = 500,
    closings: Sequence[Closing] = (COUNTING,),
) -> Iterator[Step]:
    return close_day(store, toys.clock, closings, day, office, batch)


def counts(store: MemoryEventStore) -> Counter[tuple[UUID, date]]:
    """How often each jar was counted for each day."""
    return Counter(
        (entry.recorded.aggregate, entry.recorded.event.on)
        for entry in store.log
        if isinstance(entry.recorded.event, JarCounted)
    )


def counted(*names: str, on: date = DAY) -> Counter[tuple[UUID, date]]:
    return Counter((some_id(name), on) for name in names)


def jars(store: MemoryEventStore, names: Sequence[str]) -> list[Jar | None]:
    return [Books(store).get(JARS, some_id(name)) for name in names]


def test_what_is_due_today_or_was_before_is_closed_and_nothing_else() -> None:
    store = MemoryEventStore()
    before, later = DAY - timedelta(1), due("c", on=TOMORROW)
    plan(store, *due("a"), *due("b", on=before), *later, ("d", CountPlanned(on=None)))
    list(close(store))
    assert counts(store) == counted("a") + counted("b", on=before)


def test_an_office_closes_its_own() -> None:
    store = MemoryEventStore()
    plan(store, *due("a"), *due("b", office="586"))
    assert list(close(store, office="586")) == [Step(0, 1), Step(1, 1)]
    assert counts(store) == counted("b")
    list(close(store))
    assert counts(store) == counted("a", "b")


def test_a_day_that_is_closed_has_nothing_more_to_close() -> None:
    store = MemoryEventStore()
    plan(store, *due("a", "b"))
    list(close(store))
    before = list(store.log)
    assert list(close(store)) == [Step(0, 0)]
    assert store.log == before


def test_progress_adds_up_to_what_was_awaited() -> None:
    store = MemoryEventStore()
    plan(store, *due(*"abcdefg"))
    steps = list(close(store, batch=3))
    assert steps == [Step(0, 7), Step(3, 7), Step(3, 7), Step(1, 7)]


def test_each_kind_has_its_own_close() -> None:
    crocks = Kind(toys.evolve, name="crock", wakes=toys.wakes)

    def weigh(aggregate: UUID, day: date, books: Books) -> None:
        books.record(crocks, aggregate, JarCounted(on=day, value=0))

    store = MemoryEventStore()
    plan(store, *due("a"))
    books = Books(store)
    books.record(crocks, some_id("b"), CountPlanned(on=DAY))
    store.append(books.changes(toys.clock))
    steps = list(close(store, closings=[COUNTING, Closing(crocks, weigh)]))
    assert steps == [Step(0, 2), Step(1, 2), Step(1, 2)]
    assert [entry.recorded.event for entry in store.log[-2:]] == [
        JarCounted(on=DAY, value=5),
        JarCounted(on=DAY, value=0),
    ]


def test_days_closed_all_at_once_are_closed_as_one_by_one() -> None:
    names = ["a", "b", "c"]
    plans = [*due("a", every=1), *due("b", every=3), *due("c", on=TOMORROW, every=2)]
    at_once, one_by_one = MemoryEventStore(), MemoryEventStore()
    plan(at_once, *plans)
    plan(one_by_one, *plans)
    list(close(at_once, day=DAY + timedelta(9)))
    for n in range(10):
        list(close(one_by_one, day=DAY + timedelta(n)))
    assert counts(at_once) == counts(one_by_one)
    assert counts(at_once).total() == 10 + 4 + 5
    assert jars(at_once, names) == jars(one_by_one, names)


def test_what_is_too_much_for_one_transaction_is_done_in_parts() -> None:
    store = Watching()
    plan(store, *due("many", every=1), *due("few"))
    store.sizes.clear()
    days = 2 * COUNTS_A_TIME + 1
    assert list(close(store, day=DAY + timedelta(days - 1))) == [Step(0, 2), Step(2, 2)]
    assert store.sizes == [COUNTS_A_TIME + 1, COUNTS_A_TIME, 1]
    assert counts(store)[some_id("few"), DAY] == 1
    assert sum(n for (jar, _), n in counts(store).items() if jar == some_id("many")) == days


class Watching(MemoryEventStore):
    """Knows how many events each transaction stored."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def append(self, changes: Changes) -> None:
        super().append(changes)
        self.sizes.append(len(changes.events))


@pytest.mark.parametrize("batches", range(4))
def test_a_close_killed_between_batches_and_started_again_closes_each_once(batches: int) -> None:
    store = MemoryEventStore()
    names = [f"jar {n}" for n in range(10)]
    plan(store, *due(*names))
    done = sum(step.closed for step in islice(close(store, batch=3), batches + 1))
    assert counts(store).total() == done == min(3 * batches, 10)
    assert sum(step.closed for step in close(store, batch=4)) == 10 - done
    assert counts(store) == counted(*names)


class Killed(Exception):
    """Stands for SIGKILL."""


class Mortal(MemoryEventStore):
    """Dies at a commit, just before it or just after."""

    def __init__(self) -> None:
        super().__init__()
        self.lives = 1_000
        self.dies_after_commit = False

    def append(self, changes: Changes) -> None:
        self.lives -= 1
        if self.lives == 0 and not self.dies_after_commit:
            raise Killed
        super().append(changes)
        if self.lives == 0:
            raise Killed


@pytest.mark.parametrize("dies_after_commit", [False, True])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_close_killed_at_a_commit_and_started_again_closes_each_once(
    at: int, dies_after_commit: bool
) -> None:
    store = Mortal()
    plan(store, *due(*"abcd", every=1))
    store.lives, store.dies_after_commit = at, dies_after_commit
    until = DAY + timedelta(COUNTS_A_TIME)
    with pytest.raises(Killed):
        list(close(store, day=until, batch=2))
    list(close(store, day=until, batch=2))
    assert counts(store) == Counter(
        (some_id(name), DAY + timedelta(n)) for name in "abcd" for n in range(COUNTS_A_TIME + 1)
    )


class Contended(MemoryEventStore):
    """A branch is faster: before some appends, a coin is put into a jar that is being closed."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.ready = False

    def append(self, changes: Changes) -> None:
        if self.ready and self.times:
            self.times -= 1
            books = Books(self)
            books.record(JARS, some_id("a"), CoinPut(number=9, value=1))
            super().append(books.changes(toys.clock))
        super().append(changes)


def contended(times: int) -> Contended:
    store = Contended(times)
    plan(store, *due("a", "b"))
    store.ready = True
    return store


def test_a_close_that_meets_a_call_closes_what_is_true_after_it() -> None:
    store = contended(ATTEMPTS_MAX - 1)
    assert list(close(store)) == [Step(0, 2), Step(2, 2)]
    assert counts(store) == counted("a", "b")
    counts_of_a = [
        entry.recorded.event.value
        for entry in store.log
        if isinstance(entry.recorded.event, JarCounted) and entry.recorded.aggregate == some_id("a")
    ]
    assert counts_of_a == [5 + ATTEMPTS_MAX - 1]


def test_a_close_that_keeps_meeting_calls_gives_up_and_can_be_started_again() -> None:
    store = contended(ATTEMPTS_MAX)
    with pytest.raises(Conflict):
        list(close(store))
    assert counts(store) == Counter()
    list(close(store))
    assert counts(store) == counted("a", "b")


class Withdrawn(MemoryEventStore):
    """Between being found and being closed, what was awaited is counted by somebody else."""

    def awaited(
        self,
        kind: str,
        until: date,
        *,
        office: str | None = None,
        after: UUID | None = None,
        limit: int,
    ) -> Sequence[UUID]:
        found = super().awaited(kind, until, office=office, after=after, limit=limit)
        if some_id("a") in found:
            books = Books(self)
            books.record(JARS, some_id("a"), JarCounted(on=DAY, value=5))
            self.append(books.changes(toys.clock))
        return found


def test_what_is_done_before_the_close_gets_to_it_is_not_done_again() -> None:
    store = Withdrawn()
    plan(store, *due("a", "b"))
    list(close(store))
    assert counts(store) == counted("a", "b")


def test_a_close_that_does_nothing_about_what_is_due_is_a_fault_not_a_loop() -> None:
    store = MemoryEventStore()
    plan(store, *due("a"))
    with pytest.raises(InvariantBroken, match="did something"):
        list(close(store, closings=[Closing(JARS, lambda *_: None)]))


plans = st.lists(
    st.builds(
        CountPlanned,
        office=st.sampled_from(["586", "587"]),
        on=st.none() | st.dates(DAY - timedelta(9), DAY + timedelta(9)),
        every=st.integers(0, 7),
    ),
    max_size=12,
)
closes = st.lists(
    st.tuples(
        st.integers(-12, 12),
        st.sampled_from([None, "586", "587"]),
        st.integers(1, 5),
        st.integers(0, 4) | st.none(),
    ),
    max_size=8,
)


@given(plans, closes)
def test_however_days_are_closed_each_count_is_made_once(
    planned: list[CountPlanned], closed: list[tuple[int, str | None, int, int | None]]
) -> None:
    """Days in any order, of one office or all, in batches of any size, some killed half-way."""
    store = MemoryEventStore()
    plan(store, *((str(n), each) for n, each in enumerate(planned)))
    for offset, office, batch, killed_after in closed:
        list(islice(close(store, DAY + timedelta(offset), office, batch), killed_after))
    last = DAY + timedelta(12)
    awaited = next(iter(close(store, last))).awaited
    assert sum(step.closed for step in close(store, last)) == awaited
    assert counts(store) == Counter(
        (some_id(str(n)), day) for n, each in enumerate(planned) for day in days_of(each, last)
    )


def days_of(planned: CountPlanned, last: date) -> list[date]:
    """Every day until `last` on which such a jar is to be counted."""
    if planned.on is None or planned.on > last:
        return []
    if planned.every == 0:
        return [planned.on]
    days = (last - planned.on).days // planned.every
    return [planned.on + timedelta(n * planned.every) for n in range(days + 1)]
