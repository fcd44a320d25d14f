"""Kafka through kafka-python: creating topics, publishing, reading whole partitions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.relay import PublishFailed
from policy_credit_shared.messaging.topics import Topic
from policy_credit_shared.store.progress import Partition, Progress

ACKNOWLEDGE_SECONDS_MAX: Final = 30
REQUEST_SECONDS_MAX: Final = 10
FETCH_RECORDS_MAX: Final = 5_000


def reachable(bootstrap: str) -> str | None:
    """Why the brokers cannot be reached, or None if they can."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=5_000)
        admin.close()
    except (KafkaError, ValueError, OSError) as error:
        return str(error) or type(error).__name__
    return None


def create_topics(bootstrap: str, topics: Iterable[Topic]) -> list[str]:
    """Create those that do not exist; returns their names."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    created = []
    try:
        existing = set(admin.list_topics())
        for topic in topics:
            if topic.name in existing:
                continue
            new = NewTopic(
                name=topic.name,
                num_partitions=topic.partitions,
                replication_factor=-1,
                topic_configs=topic.config,
            )
            try:
                admin.create_topics([new])
            except TopicAlreadyExistsError:
                continue
            created.append(topic.name)
    finally:
        admin.close()
    return created


class TopicMissing(Exception):
    """A topic that is to be read does not exist."""


class KafkaPublisher:
    """An idempotent producer that is used until its first failure."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=client_id,
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            batch_size=1 << 18,
            max_in_flight_requests_per_connection=5,
            request_timeout_ms=REQUEST_SECONDS_MAX * 1_000,
            delivery_timeout_ms=ACKNOWLEDGE_SECONDS_MAX * 1_000,
            allow_auto_create_topics=False,
        )

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has; raises PublishFailed if it does not exist."""
        try:
            found = self._producer.partitions_for(topic)
        except KafkaError as error:
            raise PublishFailed(f"{topic}: {error}") from error
        if not found:
            raise PublishFailed(f"{topic} does not exist; run `policy-credit topics create`")
        return len(found)

    def publish(self, records: Sequence[Outgoing]) -> None:
        try:
            sent = [
                self._producer.send(
                    record.topic,
                    partition=record.partition,
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                )
                for record in records
            ]
            self._producer.flush(timeout=ACKNOWLEDGE_SECONDS_MAX)
            for future in sent:
                future.get(timeout=0)
        except KafkaError as error:
            raise PublishFailed(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Drop what is unsent: after a failure it must not follow what comes next."""
        self._producer.close(timeout=0)


class KafkaReader:
    """Reads all partitions of some topics from given offsets; it belongs to no group.

    With `only`, it reads those of them alone.
    """

    def __init__(
        self, bootstrap: str, topics: Sequence[str], only: Sequence[Partition] | None = None
    ) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_poll_records=FETCH_RECORDS_MAX,
            fetch_max_wait_ms=100,
            fetch_min_bytes=1,
            max_partition_fetch_bytes=4 << 20,
            allow_auto_create_topics=False,
        )
        self._partitions = [
            partition
            for topic in topics
            for partition in (Partition(topic, number) for number in self._numbers(topic))
            if only is None or partition in only
        ]
        self._consumer.assign([TopicPartition(*p) for p in self._partitions])
        self.seek(Progress.none())

    def _numbers(self, topic: str) -> list[int]:
        numbers = self._consumer.partitions_for_topic(topic)
        if not numbers:
            self.close()
            raise TopicMissing(f"{topic} does not exist; run `policy-credit topics create`")
        return sorted(numbers)

    def seek(self, progress: Progress) -> None:
        """Go on from a reader's progress, from the beginning where it has none."""
        for partition in self._partitions:
            self._consumer.seek(TopicPartition(*partition), progress.offsets.get(partition, 0))

    def ends(self) -> dict[Partition, int]:
        """The offset after the last record of each partition, now."""
        found = self._consumer.end_offsets([TopicPartition(*p) for p in self._partitions])
        return {Partition(p.topic, p.partition): offset for p, offset in found.items()}

    def lags(self) -> dict[Partition, int]:
        """Records of each partition not yet read, as far as the last fetches told."""
        found = {}
        for partition in self._partitions:
            there = TopicPartition(*partition)
            end = self._consumer.highwater(there)
            if end is not None:
                found[partition] = max(end - self._consumer.position(there), 0)
        return found

    def poll(self, seconds: float) -> list[Incoming]:
        """The next records, partition by partition in order; empty if none came in time."""
        fetched: dict[TopicPartition, list[Any]] = self._consumer.poll(
            timeout_ms=int(seconds * 1_000)
        )
        return incoming(fetched)

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def incoming(fetched: Mapping[TopicPartition, Sequence[Any]]) -> list[Incoming]:
    """A consumer's records, of kafka-python or aiokafka alike, partition by partition."""
    found: list[Incoming] = []
    for place, records in fetched.items():
        partition = Partition(place.topic, place.partition)
        found += [Incoming(partition, r.offset, r.key, r.value, r.headers) for r in records]
    return found
