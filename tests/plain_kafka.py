"""Reading topics with nothing but kafka-python."""

from collections.abc import Iterable

from kafka import KafkaConsumer, TopicPartition


def record_values(bootstrap: str, topics: Iterable[str]) -> list[bytes]:
    """The value of every record in the topics, from the beginning to the present end."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, max_poll_records=20_000)
    parts = [TopicPartition(t, n) for t in topics for n in consumer.partitions_for_topic(t)]
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    left = sum(consumer.end_offsets(parts).values())
    values: list[bytes] = []
    while len(values) < left:
        for records in consumer.poll(timeout_ms=1_000).values():
            values += [record.value for record in records]
    consumer.close()
    return values
