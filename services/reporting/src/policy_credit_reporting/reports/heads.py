"""The heads of the chains at a position: read from the log itself, backwards from its offsets."""

from collections.abc import Callable
from contextlib import closing
from typing import Final, Protocol

from kafka.errors import KafkaError

from policy_credit_reporting.reports.refusals import LogUnreachable
from policy_credit_reporting.reports.statement import ChainHead
from policy_credit_reporting.store.reflected import Position
from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.records import BadHeaders, Incoming, Place, read_place
from policy_credit_shared.settings import KafkaSettings
from policy_credit_shared.store.progress import Partition, Progress, Stream

POLL_SECONDS: Final = 0.2
EMPTY_POLLS_MAX: Final = 50
FIRST_LOOK_RECORDS: Final = 4
"""The last record is nearly always the head; only resent or unreadable ones stand after it."""

WIDER: Final = 16


class LogReader(Protocol):
    """Reads partitions from given offsets."""

    def seek(self, progress: Progress) -> None: ...

    def poll(self, seconds: float) -> list[Incoming]: ...


Heads = Callable[[Position], list[ChainHead]]
"""The head of each stream that a position names; raises LogUnreachable."""


def kafka_heads(settings: KafkaSettings) -> Heads:
    """The heads as Kafka holds them."""

    def heads(position: Position) -> list[ChainHead]:
        try:
            with closing(KafkaReader(settings.kafka_bootstrap, list(position.offsets))) as reader:
                return heads_at(reader, position)
        except (KafkaError, TopicMissing, OSError) as error:
            raise LogUnreachable(str(error) or type(error).__name__) from None

    return heads


def heads_at(reader: LogReader, position: Position) -> list[ChainHead]:
    """The heads at a position; raises LogUnreachable if one of them is not before its offset."""
    ends = position.ends()
    wanted = {
        Stream(Partition(s.topic, s.partition), s.source): s.sequence for s in position.streams
    }
    found: dict[Stream, ChainHead] = {}
    back = FIRST_LOOK_RECORDS
    while missing := wanted.keys() - found.keys():
        asked = {stream.partition for stream in missing}
        starts = {p: max(end - back, 0) if p in asked else end for p, end in ends.items()}
        for record in _between(reader, starts, ends):
            try:
                place = read_place(record)
            except BadHeaders:
                continue
            if wanted.get(place.stream) == place.head.sequence:
                found.setdefault(place.stream, _head(place))
        if all(starts[partition] == 0 for partition in asked):
            break
        back *= WIDER
    if missing := wanted.keys() - found.keys():
        raise LogUnreachable(f"the log does not hold the last record of {sorted(missing)[0]}")
    return [found[stream] for stream in sorted(found)]


def _between(
    reader: LogReader, starts: dict[Partition, int], ends: dict[Partition, int]
) -> list[Incoming]:
    reader.seek(Progress(dict(starts), {}))
    found: list[Incoming] = []
    left = {partition for partition, start in starts.items() if start < ends[partition]}
    empty = 0
    while left:
        fetched = reader.poll(POLL_SECONDS)
        empty = 0 if fetched else empty + 1
        if empty > EMPTY_POLLS_MAX:
            raise LogUnreachable(f"no records come from {sorted(left)[0]}")
        for record in fetched:
            end = ends.get(record.partition, 0)
            if record.offset < end:
                found.append(record)
            if record.offset >= end - 1:
                left.discard(record.partition)
    return found


def _head(place: Place) -> ChainHead:
    return ChainHead(
        topic=place.stream.partition.topic,
        partition=place.stream.partition.number,
        source=place.stream.source,
        sequence=place.head.sequence,
        chain=place.head.digest.hex(),
    )
