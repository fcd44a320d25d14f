"""`policy-credit audit …`."""

import sys
from datetime import datetime
from os import cpu_count
from time import monotonic, sleep
from typing import Annotated, Final, Literal

import psycopg
import typer
from msgspec import structs

from policy_credit_reporting.audit.adjustments_command import list_adjustments
from policy_credit_reporting.audit.archive.commands import open_archive
from policy_credit_reporting.audit.archive.settings import TopicSettings
from policy_credit_reporting.audit.archived import verify_archive
from policy_credit_reporting.audit.archived_columns import verify_columns
from policy_credit_reporting.audit.explain_command import explain_figure
from policy_credit_reporting.audit.heads import known_chains, known_heads, never_published
from policy_credit_reporting.audit.kafka_shares import verify_kafka
from policy_credit_reporting.audit.live import ReadModelSettings
from policy_credit_reporting.audit.published_commands import check_register, export_report
from policy_credit_reporting.audit.replay.command import replay_figures
from policy_credit_reporting.audit.terminal import out, say
from policy_credit_reporting.audit.verify import Break, Report
from policy_credit_reporting.store.audited import Verification, VerifiedBreak
from policy_credit_reporting.store.verifications import note
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.writing import reachable_kafka

NOTE_SECONDS_MAX: Final = 5.0
"""How long a relay may take between the last acknowledgement and its mark."""

audit = typer.Typer(help="Check the log that all figures come from.", no_args_is_help=True)
audit.command("explain")(explain_figure)
audit.command("replay")(replay_figures)
audit.command("export")(export_report)
audit.command("published")(check_register)
audit.command("adjustments")(list_adjustments)


@audit.callback()
def _audit() -> None:
    """Check the log that all figures come from."""


@audit.command("verify")
def verify_log(
    archived: Annotated[
        bool, typer.Option("--archive", help="the archive instead of Kafka, on all cores")
    ] = False,
    chains: Annotated[
        bool, typer.Option("--chains", help="of the archive only chains, not parsed columns: fast")
    ] = False,
    stores: Annotated[
        bool, typer.Option("--stores", help="hold each record against its event store's own row")
    ] = False,
) -> None:
    """Walk every fact topic from the beginning and check each sequence and each chain.

    Names the first break of every stream: topic, partition, offset, source and sequence. Event
    stores that are set by POLICY_CREDIT_…_DATABASE_URL are asked how far they have published, and
    that all of it is there, and nothing else. Of the archive every event is also parsed anew, and
    its columns, which replays add up, are held against its bytes. What
    was found is kept in the reporting database, if that is set. Exit code 0 if everything is whole,
    1 if not.
    """
    began = system_clock()
    report = _verify_archive(chains, stores) if archived else _verify_kafka(stores)
    _print(report)
    columns = archived and not chains
    _keep(_found(report, began, "archive" if archived else "kafka", columns, stores))
    if report.breaks:
        sys.exit(1)


def _verify_kafka(stores: bool) -> Report:
    settings = reachable_kafka()
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    # Before the log's end is known: so all that they have published is in the log.
    known = known_chains(topics) if stores else known_heads(topics)
    began = monotonic()
    report = verify_kafka(known)
    say(f"{report.records / (monotonic() - began):,.0f} events/s on {cpu_count()} cores")
    return _held_against(report, topics)


def _verify_archive(only_chains: bool, stores: bool) -> Report:
    settings = TopicSettings.read()
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    known = known_chains(topics) if stores else known_heads(topics)
    archive = open_archive()
    began = monotonic()
    report = verify_archive(archive.files(), archive.covered(), known)
    seconds = monotonic() - began
    out.print(f"chains: {report.records / seconds:,.0f} events/s on {cpu_count()} cores")
    found = [
        Break("rolled-back", stream.partition, 0, stream.source, held.sequence + 1, detail)
        for stream, held, detail in archive.rolled_back()
    ]
    found += report.breaks
    if not only_chains:
        found += verify_columns(archive.files(), archive.covered())
        seconds = monotonic() - began - seconds
        out.print(f"columns: {report.records / seconds:,.0f} events/s on {cpu_count()} cores")
    report = structs.replace(report, breaks=found)
    return _held_against(report, topics)


def _held_against(report: Report, topics: Topics) -> Report:
    """The report, with what sources have never published; a relay may be about to note it."""
    until = monotonic() + NOTE_SECONDS_MAX
    while True:
        found = never_published(report, known_heads(topics))
        if not found or monotonic() > until:
            return structs.replace(report, breaks=[*report.breaks, *found])
        sleep(0.5)


def _keep(found: Verification) -> None:
    url = ReadModelSettings.read().database_url
    if url is None:
        return
    try:
        note(url, found)
    except psycopg.Error as error:
        say(f"what was found is not kept in the reporting database: {error}")


def _found(
    report: Report,
    began: datetime,
    walked: Literal["kafka", "archive"],
    columns: bool,
    stores: bool,
) -> Verification:
    return Verification(
        walked=walked,
        columns=columns,
        stores=stores,
        began_at=began,
        ended_at=system_clock(),
        records=report.records,
        chains=len(report.heads),
        breaks=[
            VerifiedBreak(
                fault=found.fault,
                topic=found.partition.topic,
                partition=found.partition.number,
                offset=found.offset,
                source=found.source,
                sequence=found.sequence,
                detail=found.detail,
            )
            for found in report.breaks
        ],
        is_whole=not report.breaks,
    )


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
