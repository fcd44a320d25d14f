"""The close of a day (đóng ngày): what follows from the calendar alone, for every aggregate due.

A close may be killed and started again, and done twice: what is done is no longer awaited.
Days may be closed one by one or several at once, with the same outcome.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.store.books import ATTEMPTS_MAX, Books
from policy_credit_shared.store.port import Conflict, EventStore

BATCH: Final = 500


class Closing(Struct, frozen=True):
    """What the close of a day does to each aggregate of a kind whose wake has come.

    What is too much for one transaction is done in parts: `close` does a part, and is called
    again as long as the aggregate's wake stays where it is.
    """

    kind: Kind[Any]
    close: Callable[[UUID, date, Books], None]


class Step(Struct, frozen=True):
    """Progress: how many aggregates a batch closed, of how many that were awaited at first."""

    closed: int
    awaited: int


def close_day(
    store: EventStore,
    clock: Clock,
    closings: Sequence[Closing],
    day: date,
    office: str | None = None,
    batch: int = BATCH,
) -> Iterator[Step]:
    """Close a day, in one office or in all, `batch` aggregates a transaction.

    Raises Conflict if others keep changing the same aggregates; start again, nothing is lost.
    """
    awaited = sum(store.count_awaited(c.kind.name, day, office=office) for c in closings)
    yield Step(0, awaited)
    for closing in closings:
        after: UUID | None = None
        while due := store.awaited(closing.kind.name, day, office=office, after=after, limit=batch):
            left = due
            while left:
                left = _close_batch(store, clock, closing, left, day)
            yield Step(len(due), awaited)
            after = due[-1]


def _close_batch(
    store: EventStore, clock: Clock, closing: Closing, due: Sequence[UUID], day: date
) -> Sequence[UUID]:
    """Close these aggregates; returns those that have more to do, in a transaction of its own."""
    attempts = 0
    while True:
        books = Books(store)
        books.prefetch(due)
        for aggregate in due:
            closing.close(aggregate, day, books)
        changes = books.changes(clock)
        left = [a for a in due if _awaits(books.get(closing.kind, a), closing, day)]
        moved = {recorded.aggregate for recorded in changes.events}
        check(set(left) <= moved, "an aggregate that has more to do did something")
        try:
            store.append(changes)
        except Conflict:
            attempts += 1
            if attempts == ATTEMPTS_MAX:
                raise
        else:
            return left


def _awaits(state: Any, closing: Closing, day: date) -> bool:
    wake = closing.kind.wakes(state)
    return wake is not None and wake.on <= day
