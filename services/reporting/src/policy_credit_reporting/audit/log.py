"""The fact topics from their beginning to where they end now, with a progress bar."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.store.progress import Partition

Fetches = Iterator[Sequence[Incoming]]

POLL_SECONDS = 1.0
out = Console()


@contextmanager
def log_to_end() -> Iterator[Fetches]:
    """Everything that the log holds when the block begins."""
    settings = reachable_kafka()
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    try:
        reader = KafkaReader(settings.kafka_bootstrap, topics.all_facts())
    except TopicMissing as missing:
        raise typer.BadParameter(str(missing)) from None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        closing(reader),
        Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as bar,
    ):
        yield _until(reader, reader.ends(), bar)


def _until(reader: KafkaReader, ends: dict[Partition, int], bar: Progress) -> Fetches:
    """Fetches up to the ends that the log had when the walk began."""
    task = bar.add_task("records", total=sum(ends.values()))
    left = {partition for partition, end in ends.items() if end > 0}
    while left:
        fetched = [r for r in reader.poll(POLL_SECONDS) if r.offset < ends[r.partition]]
        left -= {r.partition for r in fetched if r.offset == ends[r.partition] - 1}
        yield fetched
        bar.advance(task, len(fetched))
