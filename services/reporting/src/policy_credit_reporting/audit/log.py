"""The fact topics from their beginning to where they end now, with a progress bar."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

import typer
from kafka.errors import CorruptRecordError
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from policy_credit_reporting.audit.terminal import out
from policy_credit_reporting.audit.verify import Break
from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.store.progress import Partition, Progress

Fetches = Iterator[Sequence[Incoming]]

POLL_SECONDS = 1.0
_AT: Final = re.compile(r"topic='([^']+)', partition=([0-9]+).* at offset ([0-9]+)")


@contextmanager
def log_to_end(since: Progress | None = None) -> Iterator[Fetches]:
    """Everything that the log holds when the block begins, after a reader's progress if named."""
    reader = opened()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        closing(reader),
        Bar(*columns, TimeRemainingColumn(), console=out, transient=True) as bar,
    ):
        starts = {} if since is None else since.offsets
        if since is not None:
            reader.seek(since)
        ends = reader.ends()
        task = bar.add_task("records", total=sum(ends[p] - starts.get(p, 0) for p in ends))
        yield until_ends(reader, starts, ends, lambda records: bar.advance(task, records))


def opened(partitions: Sequence[Partition] | None = None) -> KafkaReader:
    """A reader of the fact topics at their beginning, or of some of their partitions."""
    settings = reachable_kafka()
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    try:
        return KafkaReader(settings.kafka_bootstrap, topics.all_facts(), partitions)
    except TopicMissing as missing:
        raise typer.BadParameter(str(missing)) from None


class Readable:
    """Fetches until one cannot be read: its bytes are not those that the broker was given."""

    def __init__(self, fetches: Fetches) -> None:
        self._fetches = fetches
        self.stopped: Break | None = None

    def __iter__(self) -> Fetches:
        try:
            yield from self._fetches
        except CorruptRecordError as error:
            at = _AT.search(str(error))
            topic, number, offset = at.groups() if at else ("?", "0", "0")
            self.stopped = Break(
                "unreadable", Partition(topic, int(number)), int(offset), "?", 0, str(error)
            )


def until_ends(
    reader: KafkaReader,
    starts: dict[Partition, int],
    ends: dict[Partition, int],
    done: Callable[[int], None] = lambda _: None,
) -> Fetches:
    """Fetches from the starts up to the ends that the log had when the walk began."""
    left = {partition for partition, end in ends.items() if end > starts.get(partition, 0)}
    while left:
        fetched = [r for r in reader.poll(POLL_SECONDS) if r.offset < ends[r.partition]]
        left -= {r.partition for r in fetched if r.offset == ends[r.partition] - 1}
        yield fetched
        done(len(fetched))
