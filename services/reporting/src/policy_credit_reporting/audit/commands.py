"""`policy-credit audit …`."""

import sys
from collections.abc import Iterator, Sequence

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policy_credit_reporting.audit.verify import Report, verify
from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.store.progress import Partition

audit = typer.Typer(help="Check the log that all figures come from.", no_args_is_help=True)
out = Console()

POLL_SECONDS = 1.0


@audit.callback()
def _audit() -> None:
    """Check the log that all figures come from."""


@audit.command("verify")
def verify_log() -> None:
    """Walk every fact topic from the beginning and check each sequence and each chain.

    Names the first break of every stream: topic, partition, offset, source and sequence.
    Exit code 0 if everything is whole, 1 if not.
    """
    settings = reachable_kafka()
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    try:
        reader = KafkaReader(settings.kafka_bootstrap, topics.all_facts())
    except TopicMissing as missing:
        raise typer.BadParameter(str(missing)) from None
    ends = reader.ends()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as bar:
        task = bar.add_task("records", total=sum(ends.values()))
        report = verify(_until(reader, ends), lambda count: bar.advance(task, count))
    reader.close()
    _print(report)
    if report.breaks:
        sys.exit(1)


def _until(reader: KafkaReader, ends: dict[Partition, int]) -> Iterator[Sequence[Incoming]]:
    """Fetches up to the ends that the log had when the walk began."""
    left = {partition for partition, end in ends.items() if end > 0}
    while left:
        fetched = [r for r in reader.poll(POLL_SECONDS) if r.offset < ends[r.partition]]
        left -= {r.partition for r in fetched if r.offset == ends[r.partition] - 1}
        yield fetched


def _print(report: Report) -> None:
    out.print(
        f"{report.records} records in {len(report.heads)} chains, {report.resent} of them resent"
    )
    for stream, head in sorted(report.heads.items()):
        name = f"{stream.partition.topic}[{stream.partition.number}] {stream.source}"
        out.print(f"  {name}: {head.sequence} events, head {head.digest.hex()[:16]}…")
    for found in report.breaks:
        out.print(f"[bold red]BREAK[/bold red] {found}", highlight=False)
    if not report.breaks:
        out.print("[green]every sequence is contiguous and every chain holds[/green]")
