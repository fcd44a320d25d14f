"""Private events with their place in an aggregate and in the log, and their stored form."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent
from msgspec import Raw, Struct

from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.checks import check


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


class _State(Struct, frozen=True):
    recorded_at: datetime
    event: Raw


class EventMapper:
    """Turns recorded events into rows of the event store and back."""

    def __init__(self, kinds: Iterable[type[DomainEvent]]) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[DomainEvent]] = {}
        for kind in kinds:
            check(kind.TOPIC not in self._decoders, f"topic {kind.TOPIC} is used once")
            self._decoders[kind.TOPIC] = msgspec.json.Decoder(kind)
        self._encoder = msgspec.json.Encoder()
        self._state = msgspec.json.Decoder(_State)

    def to_stored(self, recorded: Recorded) -> StoredEvent:
        """The row of an event."""
        check(recorded.event.TOPIC in self._decoders, f"{recorded.event.TOPIC} is registered")
        state = _State(recorded.recorded_at, Raw(self._encoder.encode(recorded.event)))
        return StoredEvent(
            originator_id=recorded.aggregate,
            originator_version=recorded.version,
            topic=recorded.event.TOPIC,
            state=self._encoder.encode(state),
        )

    def to_recorded(self, aggregate: UUID, version: int, topic: str, state: bytes) -> Recorded:
        """The event of a row."""
        content = self._state.decode(state)
        event = self._decoders[topic].decode(content.event)
        return Recorded(aggregate, version, content.recorded_at, event)
