"""A Kafka record on its way out and on its way in, and the headers that carry its place."""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from msgspec import Struct

from policy_credit_shared.events.envelope import CONTENT_TYPE
from policy_credit_shared.events.errors import EventError
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.store.progress import Partition, Stream

SEQUENCE_DIGITS_MAX: Final = 18

Header = tuple[str, bytes]


class Outgoing(Struct, frozen=True):
    """A record to publish, its partition already chosen."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[Header, ...]


class Incoming(Struct, frozen=True, gc=False):
    """A record as read, its value not yet looked at."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]


class BadHeaders(EventError):
    """The headers that carry a record's place are missing or malformed."""

    reason = "bad-headers"


class Place(Struct, frozen=True):
    """Where a record stands in what its source published."""

    stream: Stream
    head: Head


def place_headers(source: str, head: Head) -> tuple[Header, ...]:
    """The transport headers of a record; the relay and nobody else writes them."""
    return (
        ("content-type", CONTENT_TYPE.encode()),
        ("source", source.encode()),
        ("sequence", str(head.sequence).encode()),
        ("chain", head.digest.hex().encode()),
    )


def read_place(record: Incoming) -> Place:
    """The place that a record's headers claim; raises BadHeaders."""
    headers = dict(record.headers)
    try:
        source = headers["source"].decode()
        sequence = headers["sequence"].decode()
        digest = bytes.fromhex(headers["chain"].decode())
    except KeyError as missing:
        raise BadHeaders("header is missing", f"$.headers.{missing.args[0]}") from None
    except (ValueError, AttributeError):
        raise BadHeaders("headers are not readable text", "$.headers") from None
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) <= SEQUENCE_DIGITS_MAX):
        raise BadHeaders(f"{sequence[:40]!r} is not a sequence", "$.headers.sequence")
    if int(sequence) < 1:
        raise BadHeaders("sequences start at 1", "$.headers.sequence")
    return Place(Stream(record.partition, source), Head(int(sequence), digest))


def partition_of(office: str, partitions: int) -> int:
    """The partition of everything that an office opened, the same for ever."""
    return crc32(office.encode()) % partitions
