"""One call's work on aggregates: load them once, decide in memory, save in one transaction.

A call is one command, or a transaction-point session sheet (bảng kê phiên giao dịch) of hundreds
of lines. It is all or nothing: if any line is refused, nothing is stored and every refused line
is reported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import ConcurrentChange, IdOfAnotherKind, Refusal
from policy_credit_shared.store.changes import (
    Awaiting,
    Changes,
    History,
    Release,
    Snapshot,
    Staged,
)
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded

ATTEMPTS_MAX: Final = 5
SNAPSHOT_EVENTS: Final = 50
"""A kind that keeps snapshots gets one each time it has grown by so many events."""

S = TypeVar("S")

_NOTHING: Final = History(None, [])


class _Opened(Struct):
    """An aggregate as this call has it: what was stored, and what it is now."""

    kind: Kind[Any]
    state: Any
    version: int
    stored_version: int
    stored_wake: Wake | None
    last_pending: int | None = None


class Books:
    """The aggregates that one call touches, and the events it has decided on.

    `by` is who makes the call; nobody where a service takes in facts or closes a day. `recorded`
    counts the events decided on so far.
    """

    def __init__(self, store: EventStore, by: Principal | None = None) -> None:
        self._store = store
        self._by = by
        self._histories: dict[UUID, History] = {}
        self._opened: dict[UUID, _Opened] = {}
        self._pending: list[tuple[UUID, int, DomainEvent]] = []
        self._personal: dict[UUID, bytes | None] = {}
        self._asides: dict[UUID, Books] = {}
        self._released: tuple[UUID, int] | None = None
        self._discarded: UUID | None = None
        self.recorded = 0

    @property
    def by(self) -> Principal:
        """Who makes the call."""
        if self._by is None:
            raise InvariantBroken("only a person's call asks who makes it")
        return self._by

    def prefetch(self, aggregates: Iterable[UUID]) -> None:
        """Load many histories in one query; what is not prefetched is loaded when asked for."""
        wanted = {a for a in aggregates if a not in self._histories}
        if wanted:
            found = self._store.histories(list(wanted))
            self._histories.update({a: found.get(a, _NOTHING) for a in wanted})

    def get(self, kind: Kind[S], aggregate: UUID) -> S | None:
        """The state now, with this call's own events; None if nothing ever happened to it."""
        return self._open(kind, aggregate).state  # type: ignore[no-any-return]

    def record(self, kind: Kind[S], aggregate: UUID, *events: DomainEvent) -> None:
        """Decide that these events happened."""
        opened = self._open(kind, aggregate)
        self.recorded += len(events)
        for event in events:
            opened.state = kind.evolve(opened.state, event)
            if opened.last_pending is not None:
                _, version, last = self._pending[opened.last_pending]
                if (merged := kind.merge(last, event)) is not None:
                    self._pending[opened.last_pending] = (aggregate, version, merged)
                    continue
            opened.version += 1
            opened.last_pending = len(self._pending)
            self._pending.append((aggregate, opened.version, event))

    def awaited(
        self, kind: Kind[Any], until: date, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        """Stored aggregates that are to wake on `until` or before, in the order of their ids."""
        return self._store.awaited(kind.name, until, after=after, limit=limit)

    def seal(self, subject: UUID, content: bytes) -> None:
        """Keep personal data under the subject's own key."""
        self._personal[subject] = content

    def erase(self, subject: UUID) -> None:
        """Delete the subject's key and data."""
        self._personal[subject] = None

    def aside(self, batch: UUID) -> "Books":
        """Books of their own for what takes effect only when the batch is released.

        They hold what is stored, and what this call sets aside; not what is staged already.
        """
        if batch not in self._asides:
            self._asides[batch] = Books(self._store, self._by)
            self._asides[batch]._histories = self._histories
        return self._asides[batch]

    @property
    def pending(self) -> int:
        """How many events there are to store."""
        return len(self._pending)

    def collisions(self, batch: UUID, limit: int) -> Sequence[UUID]:
        """Staged aggregates of a batch to which something happened elsewhere; some, if many."""
        return self._store.collisions(batch, limit)

    def release(self, batch: UUID, events: int) -> None:
        """Let all that was set aside for a batch take effect: so many events."""
        self._released = (batch, events)

    def discard(self, batch: UUID) -> None:
        """Forget what was set aside for a batch in earlier calls."""
        self._discarded = batch

    def changes(self, clock: Clock) -> Changes:
        """What to store: the events in the order they were decided, and all that follows."""
        now = clock()
        events = [
            Recorded(aggregate, version, now, event) for aggregate, version, event in self._pending
        ]
        grown = [(a, o) for a, o in self._opened.items() if o.version > o.stored_version]
        return Changes(
            events=events,
            snapshots=[_snapshot(a, o) for a, o in grown if _is_due(o)],
            agenda=[
                Awaiting(a, o.kind.name, wake)
                for a, o in grown
                if (wake := o.kind.wakes(o.state)) != o.stored_wake
            ],
            personal=self._personal,
            discard=self._discarded,
            staged=[aside._staged(batch, clock) for batch, aside in self._asides.items()],
            release=Release(*self._released, now) if self._released else None,
        )

    def _staged(self, batch: UUID, clock: Clock) -> Staged:
        changes = self.changes(clock)
        personal = {subject: c for subject, c in changes.personal.items() if c is not None}
        return Staged(batch=batch, events=changes.events, agenda=changes.agenda, personal=personal)

    def _open(self, kind: Kind[Any], aggregate: UUID) -> _Opened:
        if aggregate not in self._opened:
            self.prefetch([aggregate])
            history = self._histories[aggregate]
            if history.base is not None and history.base.form != kind.form:
                history = self._store.histories([aggregate], whole=True)[aggregate]
            if history.events and not isinstance(history.events[0].event, kind.events):
                raise IdOfAnotherKind(aggregate)
            state, version = None, 0
            if history.base is not None:
                version = history.base.version
                state = msgspec.json.decode(history.base.state, type=kind.state)
            for recorded in history.events:
                state = kind.evolve(state, recorded.event)
            version += len(history.events)
            wake = None if state is None else kind.wakes(state)
            self._opened[aggregate] = _Opened(kind, state, version, version, wake)
        return self._opened[aggregate]


def _is_due(opened: _Opened) -> bool:
    periods = opened.version // SNAPSHOT_EVENTS > opened.stored_version // SNAPSHOT_EVENTS
    return opened.kind.state is not None and periods


def _snapshot(aggregate: UUID, opened: _Opened) -> Snapshot:
    state = msgspec.json.encode(opened.state)
    return Snapshot(aggregate, opened.version, opened.kind.form, state)


class Command(Protocol):
    """A request to change something."""

    def touches(self) -> Iterable[UUID]:
        """The aggregates that are certainly needed, to load those of a whole sheet at once."""


Handlers = Mapping[type[Any], Callable[[Any, Books], None]]


class LinesRefused(Exception):
    """Some lines of a sheet may not be carried out; nothing was stored."""

    def __init__(self, refusals: Sequence[tuple[int, Refusal]], lines: int) -> None:
        super().__init__(f"{len(refusals)} of {lines} lines refused")
        self.refusals = refusals
        self.lines = lines


class KeyReused(Refusal):
    """The Idempotency-Key belongs to another call."""

    code = "idempotency-key-reused"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency-Key {key!r} was used before for a different request.",
            fix="Use a new key for a new request; repeat a request unchanged.",
        )


def carry_out(
    store: EventStore,
    clock: Clock,
    handlers: Handlers,
    commands: Sequence[Command],
    receipt: Receipt,
    by: Principal,
) -> Receipt:
    """Do what the commands ask, once: the receipt is stored with the events.

    Returns the receipt of the first time. Raises LinesRefused, KeyReused or ConcurrentChange.
    """
    for _ in range(ATTEMPTS_MAX):
        if (given := store.receipt(receipt.caller, receipt.key)) is not None:
            if given.fingerprint != receipt.fingerprint:
                raise KeyReused(receipt.key)
            return given
        try:
            changes = decide(Books(store, by), clock, handlers, commands)
        except LinesRefused:
            # It may be refused because the same call was carried out since its receipt was sought.
            if store.receipt(receipt.caller, receipt.key) is None:
                raise
            continue
        try:
            store.append(replace(changes, receipt=receipt))
        except Conflict:
            continue
        return receipt
    raise ConcurrentChange


def decide(books: Books, clock: Clock, handlers: Handlers, commands: Sequence[Command]) -> Changes:
    """What the commands lead to; raises LinesRefused with every refused line."""
    books.prefetch(aggregate for command in commands for aggregate in command.touches())
    refusals: list[tuple[int, Refusal]] = []
    for line, command in enumerate(commands):
        try:
            handlers[type(command)](command, books)
        except Refusal as refusal:
            refusals.append((line, refusal))
    if refusals:
        raise LinesRefused(refusals, len(commands))
    return books.changes(clock)
