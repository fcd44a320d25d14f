"""Records that could not take effect, with the reason, kept and published for their sender."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from policy_credit_shared.messaging.admission import Quarantined
from policy_credit_shared.messaging.records import Outgoing
from policy_credit_shared.messaging.relay import Publisher


class DeadLetter(Struct, frozen=True, kw_only=True):
    """What was wrong with a record, where it is, and its bytes as they are."""

    reader: str
    reason: str
    detail: str
    path: str
    topic: str
    partition: int
    offset: int
    source: str | None
    sequence: int | None
    value: bytes | None


def dead_letter(reader: str, quarantined: Quarantined) -> DeadLetter:
    """The letter about one quarantined record."""
    record, place, error = quarantined.record, quarantined.place, quarantined.error
    return DeadLetter(
        reader=reader,
        reason=error.reason,
        detail=error.detail,
        path=error.path,
        topic=record.partition.topic,
        partition=record.partition.number,
        offset=record.offset,
        source=place.stream.source if place else None,
        sequence=place.head.sequence if place else None,
        value=record.value,
    )


def publish_letters(publisher: Publisher, topic: str, letters: Iterable[DeadLetter]) -> None:
    """Send letters and wait; a letter may be sent again, and is known by its coordinates.

    Raises PublishFailed: the reader stops there rather than drop a record.
    """
    records = [
        Outgoing(
            topic=topic,
            partition=0,
            key=f"{letter.reader}/{letter.topic}/{letter.partition}/{letter.offset}".encode(),
            value=msgspec.json.encode(letter),
            headers=(("content-type", b"application/json"),),
        )
        for letter in letters
    ]
    if records:
        publisher.publish(records)
