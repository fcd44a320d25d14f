"""Private events with their place in an aggregate and in the log, and their stored form."""

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent
from msgspec import Struct

from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.checks import check

E = TypeVar("E")


class Recorded(Struct, frozen=True):
    """A domain event with its place in its aggregate (version from 1) and its moment."""

    aggregate: UUID
    version: int
    recorded_at: datetime
    event: DomainEvent


class Notified(Struct, frozen=True):
    """A recorded event with its place in the whole log of its service: `position` grows."""

    position: int
    recorded: Recorded


class _State(Struct, Generic[E], frozen=True):
    recorded_at: datetime
    event: E


class EventMapper:
    """Turns recorded events into rows of the event store and back."""

    def __init__(self, kinds: Iterable[type[DomainEvent]]) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[_State[DomainEvent]]] = {}
        for kind in kinds:
            check(kind.TOPIC not in self._decoders, f"topic {kind.TOPIC} is used once")
            self._decoders[kind.TOPIC] = msgspec.json.Decoder(_State[kind])  # type: ignore[valid-type]
        self._encoder = msgspec.json.Encoder()

    def to_stored(self, recorded: Recorded) -> StoredEvent:
        """The row of an event."""
        check(recorded.event.TOPIC in self._decoders, f"{recorded.event.TOPIC} is registered")
        return StoredEvent(
            originator_id=recorded.aggregate,
            originator_version=recorded.version,
            topic=recorded.event.TOPIC,
            state=self._encoder.encode(_State(recorded.recorded_at, recorded.event)),
        )

    def state_of(self, event: DomainEvent) -> bytes:
        """An event's own part of its row's state."""
        check(event.TOPIC in self._decoders, f"{event.TOPIC} is registered")
        return self._encoder.encode(event)

    def around_state(self, recorded_at: datetime) -> tuple[bytes, bytes]:
        """What stands before and after an event's own part."""
        return b'{"recorded_at":' + self._encoder.encode(recorded_at) + b',"event":', b"}"

    def to_recorded(self, aggregate: UUID, version: int, topic: str, state: bytes) -> Recorded:
        """The event of a row."""
        content = self._decoders[topic].decode(state)
        return Recorded(aggregate, version, content.recorded_at, content.event)
