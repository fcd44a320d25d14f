"""Kafka and the outbox in memory: for unit and simulation tests, held to the same contracts."""

from collections.abc import Sequence

from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.relay import START, Mark, MarkMoved
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.progress import Partition, Progress
from policy_credit_shared.store.recorded import Notified


class MemoryLog:
    """Topics as lists of records by partition."""

    def __init__(self) -> None:
        self.partitions: dict[Partition, list[Incoming]] = {}

    def append(self, record: Outgoing) -> None:
        """Add a record at the end of its partition."""
        partition = Partition(record.topic, record.partition)
        records = self.partitions.setdefault(partition, [])
        records.append(Incoming(partition, len(records), record.key, record.value, record.headers))

    def read(self, progress: Progress, limit: int) -> list[Incoming]:
        """Up to `limit` records of each partition after a reader's progress."""
        found: list[Incoming] = []
        for partition, records in sorted(self.partitions.items()):
            start = progress.offsets.get(partition, 0)
            found += records[start : start + limit]
        return found


class MemoryPublisher:
    """Publishes into a MemoryLog; every record is acknowledged at once."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def publish(self, records: Sequence[Outgoing]) -> None:
        for record in records:
            self._log.append(record)


class MemoryReader:
    """Reads a MemoryLog on from a progress."""

    def __init__(self, log: MemoryLog, topics: Sequence[str], limit: int = 500) -> None:
        self._log = log
        self._topics = topics
        self._limit = limit
        self._at = Progress.none()

    def seek(self, progress: Progress) -> None:
        self._at = progress.copy()

    def poll(self, _: float) -> list[Incoming]:
        found = [
            record
            for record in self._log.read(self._at, self._limit)
            if record.partition.topic in self._topics
        ]
        for record in found:
            self._at.offsets[record.partition] = record.offset + 1
        return found


class MemoryOutbox:
    """The notification log of a MemoryEventStore, with a mark."""

    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store
        self._mark = START

    def mark(self) -> Mark:
        return self._mark

    def read(self, after: int, limit: int) -> Sequence[Notified]:
        return self._store.log[after : after + limit]

    def move(self, before: Mark, after: Mark) -> None:
        if self._mark.position != before.position:
            raise MarkMoved(f"the mark is no longer at {before.position}")
        self._mark = after
