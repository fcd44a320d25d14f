"""A call on aggregates: all or nothing, every refused line reported, done once."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from toys import JAR, JARS, CoinPut, CountPlanned, DustFell, Jar, JarEvent, PutCoin, PutNextCoin

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.refusals import ConcurrentChange, IdOfAnotherKind
from policy_credit_shared.store.books import (
    ATTEMPTS_MAX,
    SNAPSHOT_EVENTS,
    Books,
    Command,
    KeyReused,
    LinesRefused,
    carry_out,
    decide,
)
from policy_credit_shared.store.changes import Awaiting, Changes, History
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.receipts import Receipt, fingerprint


def receipt(key: str = "key", body: bytes = b"{}") -> Receipt:
    return Receipt("587/a child", key, fingerprint("/sheets", body), 201, b'{"accepted":1}')


def call(store: MemoryEventStore, *commands: Command, under: Receipt | None = None) -> Receipt:
    return carry_out(store, toys.clock, toys.HANDLERS, commands, under or receipt(), toys.CHILD)


def versions(store: MemoryEventStore, jar: UUID = JAR) -> list[int]:
    return [recorded.version for recorded in store.histories([jar], whole=True)[jar].events]


def test_a_sheet_stores_every_line_in_order() -> None:
    store = MemoryEventStore()
    call(store, *(PutCoin(number=n) for n in (1, 2, 3)))
    assert versions(store) == [1, 2, 3]


def test_each_event_is_stored_with_the_moment_of_the_call() -> None:
    store = MemoryEventStore()
    call(store, PutCoin(), PutCoin(jar=toys.some_id("other")))
    assert [entry.recorded.recorded_at for entry in store.log] == [toys.NOW, toys.NOW]
    assert [entry.position for entry in store.log] == [1, 2]


def test_one_refused_line_refuses_the_sheet_and_all_refused_lines_are_told() -> None:
    store = MemoryEventStore()
    false = PutCoin(value=3, jar=toys.some_id("a"))
    skipping = PutCoin(number=3, jar=toys.some_id("b"))
    with pytest.raises(LinesRefused, match="3 of 5 lines") as refused:
        call(store, PutCoin(), false, skipping, PutCoin(number=2), false)
    assert [(line, refusal.code) for line, refusal in refused.value.refusals] == [
        (1, "no-such-coin"),
        (2, "out-of-order"),
        (4, "no-such-coin"),
    ]
    assert refused.value.lines == 5
    assert store.log == []


def test_a_refused_call_leaves_no_receipt_and_may_be_corrected_under_its_key() -> None:
    store = MemoryEventStore()
    with pytest.raises(LinesRefused):
        call(store, PutCoin(value=3))
    assert store.receipt("587/a child", "key") is None
    corrected = receipt(body=b"corrected")
    assert call(store, PutCoin(), under=corrected) == corrected


def test_a_refused_line_leaves_nothing_for_the_lines_after_it() -> None:
    store = MemoryEventStore()
    with pytest.raises(LinesRefused) as refused:
        call(store, PutCoin(number=2), PutCoin(number=1))
    assert [line for line, _ in refused.value.refusals] == [0]


def test_the_same_call_again_changes_nothing_and_is_answered_the_same() -> None:
    store = MemoryEventStore()
    first = call(store, PutCoin())
    later = Receipt("587/a child", "key", first.fingerprint, 500, b"something else")
    assert call(store, PutCoin(), under=later) == first
    assert len(store.log) == 1


def test_the_same_call_again_is_answered_the_same_though_it_would_be_refused_now() -> None:
    store = MemoryEventStore()
    first = call(store, PutCoin())
    with pytest.raises(LinesRefused):
        call(store, PutCoin(), under=receipt(key="another"))
    assert call(store, PutCoin()) == first


def test_a_key_is_not_for_another_call() -> None:
    store = MemoryEventStore()
    call(store, PutCoin())
    with pytest.raises(KeyReused, match="'key'") as refused:
        call(store, PutCoin(number=2), under=receipt(body=b"other"))
    assert refused.value.code == "idempotency-key-reused"
    assert refused.value.fix
    assert len(store.log) == 1


class Twice(MemoryEventStore):
    """The same call arrives twice at once: the other is done after this one seeks its receipt."""

    def __init__(self, given: Receipt) -> None:
        super().__init__()
        self.other: Receipt | None = given

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        if (other := self.other) is not None:
            self.other = None
            changes = decide(Books(self), toys.clock, toys.HANDLERS, [PutCoin()])
            self.append(replace(changes, receipt=other))
        return super().histories(aggregates, whole=whole)


def test_a_call_that_was_carried_out_meanwhile_is_answered_and_not_refused() -> None:
    store = Twice(receipt())
    assert call(store, PutCoin()) == receipt()
    assert len(store.log) == 1


def test_a_call_that_others_made_impossible_meanwhile_is_refused() -> None:
    with pytest.raises(LinesRefused):
        call(Twice(receipt("other key")), PutCoin())


def test_two_callers_may_choose_the_same_key() -> None:
    store = MemoryEventStore()
    call(store, PutCoin())
    other = Receipt("586/a child", "key", fingerprint("/sheets", b"other"), 201, b"{}")
    assert call(store, PutCoin(number=2), under=other) == other
    assert len(store.log) == 2


def test_a_fingerprint_tells_what_was_asked_where() -> None:
    prints = {fingerprint("/a", b"x"), fingerprint("/b", b"x"), fingerprint("/a", b"y")}
    assert len(prints) == 3
    assert fingerprint("/a", b"x") in prints


class Contended(MemoryEventStore):
    """Somebody else is faster: before each of the first appends, what they ask is stored."""

    def __init__(self, *others: tuple[Command, Receipt]) -> None:
        super().__init__()
        self.others = list(others)
        self.appends = 0

    def append(self, *args: Any, **kwargs: Any) -> None:
        self.appends += 1
        if self.others:
            command, under = self.others.pop(0)
            changes = decide(Books(self), toys.clock, toys.HANDLERS, [command])
            super().append(replace(changes, receipt=under))
        super().append(*args, **kwargs)


def others(*numbers: int) -> list[tuple[Command, Receipt]]:
    return [(PutCoin(number=n), receipt(key=f"other {n}")) for n in numbers]


def test_a_call_that_meets_another_is_decided_again_on_what_is_true_now() -> None:
    store = Contended(*others(1))
    with pytest.raises(LinesRefused) as refused:
        call(store, PutCoin(number=1))
    assert [refusal.code for _, refusal in refused.value.refusals] == ["out-of-order"]
    assert len(store.log) == 1


def test_a_call_that_meets_another_is_carried_out_after_it() -> None:
    store = Contended(*others(1, 2))
    call(store, PutNextCoin())
    assert store.appends == 3
    assert versions(store) == [1, 2, 3]
    assert store.receipt("587/a child", "key") == receipt()


def test_a_call_that_meets_others_until_the_last_attempt_is_still_carried_out() -> None:
    store = Contended(*others(*range(1, ATTEMPTS_MAX)))
    call(store, PutNextCoin())
    assert len(store.log) == ATTEMPTS_MAX


def test_a_call_that_keeps_meeting_others_gives_up_and_stores_nothing_of_its_own() -> None:
    store = Contended(*others(*range(1, ATTEMPTS_MAX + 1)))
    with pytest.raises(ConcurrentChange) as refused:
        call(store, PutNextCoin())
    assert (refused.value.status, refused.value.code) == (409, "concurrent-change")
    assert store.appends == len(store.log) == ATTEMPTS_MAX
    assert store.receipt("587/a child", "key") is None


def test_a_call_that_meets_its_own_twin_is_answered_as_the_twin_was() -> None:
    twin = Receipt("587/a child", "key", receipt().fingerprint, 201, b"the twin's answer")
    store = Contended((PutCoin(), twin))
    assert call(store, PutCoin()) == twin
    assert len(store.log) == 1


class Counting(MemoryEventStore):
    """Counts its queries, and the events that they brought."""

    queries = 0
    events_read = 0

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        self.queries += 1
        found = super().histories(aggregates, whole=whole)
        self.events_read += sum(len(history.events) for history in found.values())
        return found


def test_a_sheet_of_many_jars_is_read_in_one_query() -> None:
    store = Counting()
    call(store, *(PutCoin(jar=toys.some_id(n)) for n in range(300)))
    assert (store.queries, len(store.log)) == (1, 300)


def test_who_makes_the_call_is_known_to_a_decision() -> None:
    assert Books(MemoryEventStore(), toys.CHILD).by == toys.CHILD


def test_where_nobody_calls_nobody_may_be_asked_for() -> None:
    books = Books(MemoryEventStore())
    with pytest.raises(InvariantBroken, match="only a person's call"):
        _ = books.by


def keep(store: MemoryEventStore, *events: JarEvent, kind: Any = JARS) -> Changes:
    """Store the events in one call."""
    books = Books(store)
    books.record(kind, JAR, *events)
    changes = books.changes(toys.clock)
    store.append(changes)
    return changes


def coins(first: int, last: int) -> list[CoinPut]:
    return [CoinPut(number=n) for n in range(first, last + 1)]


def jar_in(store: MemoryEventStore) -> Jar | None:
    return Books(store).get(JARS, JAR)


def test_a_snapshot_is_taken_when_an_aggregate_has_grown_by_so_many_events() -> None:
    store = MemoryEventStore()
    assert keep(store, *coins(1, SNAPSHOT_EVENTS - 1)).snapshots == []
    taken = keep(store, *coins(SNAPSHOT_EVENTS, SNAPSHOT_EVENTS + 1)).snapshots
    assert [(s.aggregate, s.version) for s in taken] == [(JAR, SNAPSHOT_EVENTS + 1)]
    assert keep(store, *coins(SNAPSHOT_EVENTS + 2, 2 * SNAPSHOT_EVENTS - 1)).snapshots == []
    assert len(keep(store, *coins(2 * SNAPSHOT_EVENTS, 5 * SNAPSHOT_EVENTS)).snapshots) == 1


def test_a_call_reads_what_came_after_the_snapshot_and_no_more() -> None:
    store = Counting()
    keep(store, *coins(1, SNAPSHOT_EVENTS))
    keep(store, *coins(SNAPSHOT_EVENTS + 1, SNAPSHOT_EVENTS + 3))
    store.events_read = 0
    jar = jar_in(store)
    assert jar is not None
    assert (jar.coins, store.events_read) == (SNAPSHOT_EVENTS + 3, 3)


def test_a_kind_without_a_state_has_no_snapshots() -> None:
    taken = keep(MemoryEventStore(), *coins(1, 3 * SNAPSHOT_EVENTS), kind=toys.PLAIN_JARS)
    assert taken.snapshots == []


class TallerJar(Jar, frozen=True, kw_only=True):
    """What another release knows of a jar."""

    height: int = 30


def doubled(jar: Jar | None, event: JarEvent) -> Jar:
    """What another release makes of a coin: it is worth twice as much."""
    after = toys.evolve(jar, event)
    grown = after.value - (jar.value if jar else 0)
    return replace(after, value=after.value + grown)


def taller(jar: Any, event: JarEvent) -> TallerJar:
    after = toys.evolve(jar, event)
    return TallerJar(coins=after.coins, value=after.value, dust=after.dust)


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"evolve": doubled, "revision": 2}, 2 * SNAPSHOT_EVENTS),
        ({"evolve": taller, "state": TallerJar}, SNAPSHOT_EVENTS),
        ({"evolve": doubled, "state": None}, 2 * SNAPSHOT_EVENTS),
        ({"evolve": doubled, "name": "crock"}, 2 * SNAPSHOT_EVENTS),
    ],
    ids=["revision", "state", "no snapshots any more", "name"],
)
def test_a_snapshot_of_another_form_is_ignored_and_the_whole_history_read(
    changed: dict[str, Any], value: int
) -> None:
    store = MemoryEventStore()
    keep(store, *coins(1, SNAPSHOT_EVENTS))
    kind: Any = Kind(**{"evolve": toys.evolve, "name": "jar", "state": Jar, **changed})
    books = Books(store)
    jar = books.get(kind, JAR)
    assert jar is not None
    assert (jar.coins, jar.value) == (SNAPSHOT_EVENTS, value)
    books.record(kind, JAR, *coins(SNAPSHOT_EVENTS + 1, SNAPSHOT_EVENTS + 1))
    store.append(books.changes(toys.clock))
    assert versions(store) == list(range(1, SNAPSHOT_EVENTS + 2))


def test_a_snapshot_of_the_same_form_is_believed() -> None:
    """So that the test above cannot pass without snapshots: here the doubling goes unnoticed."""
    store = MemoryEventStore()
    keep(store, *coins(1, SNAPSHOT_EVENTS))
    careless = Kind(doubled, name="jar", state=Jar)
    jar = Books(store).get(careless, JAR)
    assert jar is not None
    assert jar.value == SNAPSHOT_EVENTS


jar_events = st.one_of(
    st.builds(
        CoinPut,
        number=st.integers(1, 500),
        value=st.sampled_from(toys.VALUES),
        giver=st.sampled_from([toys.some_id(n) for n in range(4)]),
    ),
    st.builds(DustFell, grains=st.integers(1, 9)),
    st.builds(
        CountPlanned,
        office=st.sampled_from(["586", "587"]),
        on=st.none() | st.dates(toys.DAY),
        every=st.integers(0, 40),
    ),
)
calls = st.lists(
    st.lists(jar_events, min_size=1, max_size=9)
    | st.integers(1, 130).map(lambda n: coins(1, n))
    | st.integers(1, 60).map(lambda n: [DustFell(grains=1)] * n),
    min_size=1,
    max_size=8,
)


@given(calls)
def test_whatever_the_calls_the_state_is_that_of_a_full_replay(
    calls: list[list[JarEvent]],
) -> None:
    store = MemoryEventStore()
    for events in calls:
        books = Books(store)
        for event in events:
            books.record(JARS, JAR, event)
        decided = books.get(JARS, JAR)
        store.append(books.changes(toys.clock))
        history = store.histories([JAR], whole=True)[JAR].events
        assert [recorded.version for recorded in history] == list(range(1, len(history) + 1))
        replayed = toys.replay(history)
        assert jar_in(store) == replayed == decided
        assert replayed is not None
        wake = toys.wakes(replayed)
        awaited = store.awaited("jar", wake.on, office=wake.office, limit=9) if wake else []
        assert awaited == ([JAR] if wake else [])
        base = store.histories([JAR])[JAR].base
        assert (base.version if base else 0) >= len(history) // SNAPSHOT_EVENTS * SNAPSHOT_EVENTS


def test_events_of_one_call_that_can_be_joined_are_one_event() -> None:
    store = MemoryEventStore()
    keep(store, DustFell(grains=1), DustFell(grains=2), DustFell(grains=3))
    assert [entry.recorded.event for entry in store.log] == [DustFell(grains=6)]


def test_an_event_between_them_keeps_them_apart() -> None:
    store = MemoryEventStore()
    keep(store, DustFell(grains=1), CoinPut(number=1), DustFell(grains=2), DustFell(grains=3))
    stored = [(entry.recorded.version, entry.recorded.event) for entry in store.log]
    assert stored == [
        (1, DustFell(grains=1)),
        (2, CoinPut(number=1)),
        (3, DustFell(grains=5)),
    ]


def test_an_event_of_another_aggregate_between_them_does_not() -> None:
    other = toys.some_id("other")
    books = Books(MemoryEventStore())
    for jar in (JAR, other, JAR, other):
        books.record(JARS, jar, DustFell(grains=1))
    stored = [(r.aggregate, r.version, r.event) for r in books.changes(toys.clock).events]
    assert stored == [(JAR, 1, DustFell(grains=2)), (other, 1, DustFell(grains=2))]


def test_events_of_two_calls_are_never_joined() -> None:
    store = MemoryEventStore()
    keep(store, DustFell(grains=1))
    keep(store, DustFell(grains=2))
    assert [entry.recorded.event.grains for entry in store.log] == [1, 2]  # type: ignore[attr-defined]
    assert versions(store) == [1, 2]


def agenda(changes: Changes) -> list[Wake | None]:
    assert all((a.aggregate, a.kind) == (JAR, "jar") for a in changes.agenda)
    return [awaiting.wake for awaiting in changes.agenda]


def test_the_agenda_is_written_when_the_day_changes_and_only_then() -> None:
    store = MemoryEventStore()
    assert agenda(keep(store, CoinPut(number=1))) == []
    planned = CountPlanned(on=toys.DAY)
    assert agenda(keep(store, planned)) == [Wake("587", toys.DAY)]
    assert agenda(keep(store, CoinPut(number=2), planned)) == []
    assert agenda(keep(store, CountPlanned(office="586", on=toys.DAY))) == [Wake("586", toys.DAY)]
    assert store.awaited("jar", toys.DAY, office="587", limit=9) == []
    assert store.awaited("jar", toys.DAY, office="586", limit=9) == [JAR]


def test_what_is_no_longer_awaited_is_taken_off_the_agenda() -> None:
    store = MemoryEventStore()
    keep(store, CountPlanned(on=toys.DAY))
    assert keep(store, CountPlanned(on=None)).agenda == [Awaiting(JAR, "jar", None)]
    assert store.awaited("jar", toys.DAY, limit=9) == []


def test_what_was_planned_and_given_up_in_one_call_never_enters_the_agenda() -> None:
    store = MemoryEventStore()
    changes = keep(store, CountPlanned(on=toys.DAY), CountPlanned(on=None))
    assert (len(changes.events), changes.agenda) == (2, [])


def test_personal_data_is_stored_with_the_call() -> None:
    store = MemoryEventStore()
    books = Books(store)
    books.seal(JAR, b"whose jar it is")
    assert store.personal(JAR) is None
    store.append(books.changes(toys.clock))
    assert store.personal(JAR) == b"whose jar it is"


def test_personal_data_is_erased_with_the_call() -> None:
    store = MemoryEventStore()
    store.append(Changes(personal={JAR: b"whose jar it is", toys.some_id("other"): b"another's"}))
    books = Books(store)
    books.erase(JAR)
    store.append(books.changes(toys.clock))
    assert store.personal(JAR) is None
    assert store.personal(toys.some_id("other")) == b"another's"


def test_of_one_call_the_last_word_on_personal_data_counts() -> None:
    store = MemoryEventStore()
    books = Books(store)
    books.seal(JAR, b"whose jar it is")
    books.erase(JAR)
    store.append(books.changes(toys.clock))
    assert store.personal(JAR) is None


class LidClosed(DomainEvent, frozen=True, kw_only=True):
    """A box was closed."""

    TOPIC: ClassVar[str] = "toys.lid_closed.v1"


def close_lid(_: bool | None, event: LidClosed) -> bool:
    return True


def test_an_id_is_one_things_for_ever() -> None:
    store = MemoryEventStore()
    call(store, PutCoin())
    with pytest.raises(IdOfAnotherKind, match=str(JAR)):
        Books(store).get(Kind(close_lid), JAR)
    assert Books(store).get(toys.PLAIN_JARS, JAR) is not None
