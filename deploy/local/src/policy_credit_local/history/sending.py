"""A history into Kafka: the records that a relay would send, with the same headers."""

from collections.abc import Iterator

from policy_credit_local.history.chaining import Batch
from policy_credit_shared.events.envelope import decode_envelope
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Outgoing, place_headers
from policy_credit_shared.messaging.relay import WINDOW_EVENTS_MAX, Publisher
from policy_credit_shared.messaging.topics import Topics, source_of


def records_of(batch: Batch, topics: Topics) -> Iterator[Outgoing]:
    """The records of a batch as the publisher takes them."""
    topic, source = topics.facts(batch.emitter), source_of(batch.emitter)
    values: list[bytes] = batch.values.to_pylist()
    for number, (digest, value) in enumerate(zip(batch.digests, values, strict=True)):
        yield Outgoing(
            topic=topic,
            partition=batch.partition,
            key=decode_envelope(value).subject.encode(),
            value=value,
            headers=place_headers(source, Head(batch.first_sequence + number, digest)),
        )


def send(publisher: Publisher, batch: Batch, topics: Topics) -> None:
    """Publish a batch, window by window; raises PublishFailed."""
    records = list(records_of(batch, topics))
    for start in range(0, len(records), WINDOW_EVENTS_MAX):
        publisher.publish(records[start : start + WINDOW_EVENTS_MAX])


def first_used(bootstrap: str, topics: Topics) -> str | None:
    """A fact topic that already holds records, which a history's would be taken to repeat."""
    reader = KafkaReader(bootstrap, topics.all_facts())
    try:
        ends = reader.ends()
    finally:
        reader.close()
    return next((partition.topic for partition, end in sorted(ends.items()) if end), None)
