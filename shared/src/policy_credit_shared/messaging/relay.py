"""From a service's notification log to its fact topic, in log order, exactly as often as needed.

The log is the outbox. The relay reads it after its mark, numbers and chains the records, sends a
bounded window, waits for every acknowledgement and only then moves the mark. Numbers, bytes and
hashes follow from the log alone, so a relay that dies anywhere sends the same again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.events.envelope import encode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import Outgoing, partition_of, place_headers
from policy_credit_shared.store.recorded import Notified, Recorded

WINDOW_EVENTS_MAX: Final = 2_000


class Publication(Struct, frozen=True):
    """A public event to send; `office` is the one that opened the aggregate, for its partition."""

    office: str
    event: PublicEvent


Translate = Callable[[Recorded], Sequence[Publication]]
"""What a private event says publicly: a pure function of the stored event, empty for nothing."""


class Mark(Struct, frozen=True):
    """The log up to `position` is published; `heads` by partition."""

    position: int
    heads: Mapping[int, Head]


START: Final = Mark(0, {})


class MarkMoved(Exception):
    """Another relay has published from where this one stood; this one must start again."""


class PublishFailed(Exception):
    """At least one record of the window was not acknowledged."""


class Outbox(Protocol):
    """The notification log and the relay's mark in it."""

    def mark(self) -> Mark: ...

    def read(self, after: int, limit: int) -> Sequence[Notified]:
        """The next entries of the log, in order."""

    def move(self, before: Mark, after: Mark) -> None:
        """Store the mark if it still is `before`; raises MarkMoved."""


class Publisher(Protocol):
    """Sends records to Kafka."""

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Return when all are acknowledged; raises PublishFailed, after which it is of no use."""


def event_id(source: str, aggregate: UUID, version: int, index: int) -> UUID:
    """The CloudEvents id of the nth public event that a source's stored event says.

    A loan is an aggregate of two services under one id: the source keeps their events apart.
    """
    return derived_id("event", source, aggregate, version, index)


class Route(Struct, frozen=True):
    """Where one service publishes."""

    source: str
    topic: str
    partitions: int


def window(
    mark: Mark, entries: Sequence[Notified], translate: Translate, route: Route
) -> tuple[list[Outgoing], Mark]:
    """The records that the entries make after `mark`, and the mark once they are published."""
    heads = dict(mark.heads)
    records: list[Outgoing] = []
    for entry in entries:
        recorded = entry.recorded
        subject = str(recorded.aggregate)
        for index, publication in enumerate(translate(recorded)):
            value = encode(
                publication.event,
                event_id=event_id(route.source, recorded.aggregate, recorded.version, index),
                source=route.source,
                subject=subject,
                recorded_at=recorded.recorded_at,
            )
            partition = partition_of(publication.office, route.partitions)
            head = heads.get(partition, GENESIS).next(value)
            heads[partition] = head
            records.append(
                Outgoing(
                    topic=route.topic,
                    partition=partition,
                    key=subject.encode(),
                    value=value,
                    headers=place_headers(route.source, head),
                )
            )
    return records, Mark(entries[-1].position if entries else mark.position, heads)


def republished(outbox: Outbox, translate: Translate, route: Route) -> Iterator[Outgoing]:
    """What the log says up to the relay's mark, anew from its first entry; nothing is sent."""
    end, at = outbox.mark().position, START
    while at.position < end:
        entries = outbox.read(at.position, WINDOW_EVENTS_MAX)
        records, at = window(at, [e for e in entries if e.position <= end], translate, route)
        yield from records


class Relay:
    """One run of publishing, from the stored mark until something fails."""

    def __init__(
        self, outbox: Outbox, publisher: Publisher, translate: Translate, route: Route
    ) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._translate = translate
        self._route = route
        self._mark = outbox.mark()

    def step(self, limit: int = WINDOW_EVENTS_MAX) -> int:
        """Publish the next window; returns how many entries of the log it covered."""
        entries = self._outbox.read(self._mark.position, limit)
        if not entries:
            return 0
        records, after = window(self._mark, entries, self._translate, self._route)
        self._publisher.publish(records)
        self._outbox.move(self._mark, after)
        self._mark = after
        return len(entries)
