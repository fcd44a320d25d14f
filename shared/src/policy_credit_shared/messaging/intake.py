"""How a writing service takes in other services' facts: each once, with what it makes of them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.events.errors import EventError
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.messaging.admission import Batch, Quarantined, admit, apply_advance
from policy_credit_shared.messaging.dead_letters import dead_letter, publish_letters
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.relay import Publisher
from policy_credit_shared.store.books import ATTEMPTS_MAX, Books
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.port import Conflict, EventStore
from policy_credit_shared.store.progress import Progress

log = logging.getLogger(__name__)


def _nothing(_: Any, __: Books) -> Iterable[UUID]:
    return ()


class TakeIn(Struct, frozen=True):
    """What a service makes of one event type: the aggregates needed, then the decision.

    `follows` are aggregates that only those needed lead to, so that a whole batch is loaded in two
    queries and not in one for each event.
    """

    touches: Callable[[Any], Iterable[UUID]]
    handle: Callable[[Any, Books], None]
    follows: Callable[[Any, Books], Iterable[UUID]] = _nothing


class Reader(Protocol):
    """A source of records that can be put back to a reader's progress."""

    def seek(self, progress: Progress) -> None: ...

    def poll(self, seconds: float) -> Sequence[Incoming]: ...


Watch = Callable[[Batch, Sequence[Quarantined]], None]
"""Told of each batch that took effect, with what contradicted what is known."""


def _unwatched(_: Batch, __: Sequence[Quarantined]) -> None:
    return


class CannotTakeIn(EventError):
    """The event is readable, but contradicts what this service knows."""

    reason = "contradiction"


class Intake:
    """One run of reading, from the stored progress until something fails."""

    def __init__(
        self,
        name: str,
        reader: Reader,
        store: EventStore,
        handlers: Mapping[type[PublicEvent], TakeIn],
        dead_letters: tuple[Publisher, str],
        clock: Clock,
        watch: Watch = _unwatched,
    ) -> None:
        self._name = name
        self._reader = reader
        self._store = store
        self._handlers = handlers
        self._publisher, self._letters_topic = dead_letters
        self._clock = clock
        self._watch = watch
        self._progress = store.progress()
        reader.seek(self._progress)

    def step(self, seconds: float) -> int:
        """Take in the next records; returns how many. Raises Conflict, Fenced, PublishFailed."""
        batch = admit(self._progress, self._reader.poll(seconds))
        if not batch.advance.end:
            return 0
        for wrong in batch.quarantined:
            log.warning("quarantined %s: %s", wrong.record.partition, wrong.error)
        attempts = 0
        while True:
            changes, contradictions = self._decide(batch)
            letters = [dead_letter(self._name, w) for w in (*batch.quarantined, *contradictions)]
            publish_letters(self._publisher, self._letters_topic, letters)
            try:
                self._store.append(replace(changes, advance=batch.advance))
            except Conflict:
                # A branch's call changed the same aggregates meanwhile: decide again on theirs.
                attempts += 1
                if attempts == ATTEMPTS_MAX:
                    raise
            else:
                break
        apply_advance(self._progress, batch.advance)
        self._watch(batch, contradictions)
        return batch.consumed

    def _decide(self, batch: Batch) -> tuple[Changes, list[Quarantined]]:
        """What the admitted events lead to, and those that contradict what is known here."""
        books = Books(self._store)
        contradictions: list[Quarantined] = []
        wanted = [a for a in batch.admitted if type(a.event) in self._handlers]
        books.prefetch(
            aggregate
            for admitted in wanted
            for aggregate in self._handlers[type(admitted.event)].touches(admitted.event)
        )
        books.prefetch(
            aggregate
            for admitted in wanted
            for aggregate in self._handlers[type(admitted.event)].follows(admitted.event, books)
        )
        for admitted in wanted:
            before = books.recorded
            try:
                self._handlers[type(admitted.event)].handle(admitted.event, books)
            except Refusal as refusal:
                check(books.recorded == before, "what cannot be taken in leaves nothing behind")
                error = CannotTakeIn(refusal.detail, f"$.data.{refusal.field}")
                log.warning("quarantined %s: %s", admitted.record.partition, error)
                contradictions.append(Quarantined(admitted.record, admitted.place, error))
        return books.changes(self._clock), contradictions
