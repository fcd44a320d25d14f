"""One call's work on aggregates: load them once, decide in memory, save in one transaction.

A call is one command, or a transaction-point session sheet (bảng kê phiên giao dịch) of hundreds
of lines. It is all or nothing: if any line is refused, nothing is stored and every refused line
is reported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.refusals import ConcurrentChange, Refusal
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded

ATTEMPTS_MAX: Final = 5

S = TypeVar("S")


class Books:
    """The aggregates that one call touches, and the events it has decided on."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._histories: dict[UUID, Sequence[Recorded]] = {}
        self._states: dict[UUID, Any] = {}
        self._versions: dict[UUID, int] = {}
        self._pending: list[tuple[UUID, int, DomainEvent]] = []

    def prefetch(self, aggregates: Iterable[UUID]) -> None:
        """Load many histories in one query; what is not prefetched is loaded when asked for."""
        wanted = {a for a in aggregates if a not in self._histories}
        if wanted:
            found = self._store.histories(list(wanted))
            self._histories.update({a: found.get(a, ()) for a in wanted})

    def get(self, kind: Kind[S], aggregate: UUID) -> S | None:
        """The state now, with this call's own events; None if nothing ever happened to it."""
        if aggregate not in self._states:
            self.prefetch([aggregate])
            state: S | None = None
            for recorded in self._histories[aggregate]:
                state = kind.evolve(state, recorded.event)
            self._states[aggregate] = state
            self._versions[aggregate] = len(self._histories[aggregate])
        return self._states[aggregate]  # type: ignore[no-any-return]

    def record(self, kind: Kind[S], aggregate: UUID, *events: DomainEvent) -> None:
        """Decide that these events happened."""
        state = self.get(kind, aggregate)
        for event in events:
            state = kind.evolve(state, event)
            self._versions[aggregate] += 1
            self._pending.append((aggregate, self._versions[aggregate], event))
        self._states[aggregate] = state

    def decided(self, clock: Clock) -> list[Recorded]:
        """The events to store, in the order they were decided."""
        now = clock()
        return [
            Recorded(aggregate, version, now, event) for aggregate, version, event in self._pending
        ]


class Command(Protocol):
    """A request to change something, made by an office."""

    @property
    def office(self) -> str: ...

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
) -> Receipt:
    """Do what the commands ask, once: the receipt is stored with the events.

    Returns the receipt of the first time. Raises LinesRefused, KeyReused or ConcurrentChange.
    """
    for _ in range(ATTEMPTS_MAX):
        if (given := store.receipt(receipt.caller, receipt.key)) is not None:
            if given.fingerprint != receipt.fingerprint:
                raise KeyReused(receipt.key)
            return given
        events = decide(Books(store), clock, handlers, commands)
        try:
            store.append(events, receipt=receipt)
        except Conflict:
            continue
        return receipt
    raise ConcurrentChange


def decide(
    books: Books, clock: Clock, handlers: Handlers, commands: Sequence[Command]
) -> list[Recorded]:
    """The events that the commands lead to; raises LinesRefused with every refused line."""
    books.prefetch(aggregate for command in commands for aggregate in command.touches())
    refusals: list[tuple[int, Refusal]] = []
    for line, command in enumerate(commands):
        try:
            handlers[type(command)](command, books)
        except Refusal as refusal:
            refusals.append((line, refusal))
    if refusals:
        raise LinesRefused(refusals, len(commands))
    return books.decided(clock)
