"""`policy-credit reporting …`: what is done to the read model as a whole."""

import sys
from contextlib import closing
from typing import Annotated

import psycopg
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policy_credit_reporting.audit.archive.mark import anything_archived
from policy_credit_reporting.audit.terminal import out, refused, say
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.rebuilding.archived import Archived
from policy_credit_reporting.rebuilding.comparing import BESIDE, Comparison
from policy_credit_reporting.rebuilding.rebuild import Outcome, Rebuild
from policy_credit_reporting.rebuilding.settings import RebuildSettings
from policy_credit_reporting.rebuilding.sources import LogIncomplete
from policy_credit_reporting.store.generations import GOAL_TABLE
from policy_credit_reporting.store.swapping import AnotherRebuilds, ServingChanged
from policy_credit_shared.messaging.admission import OffsetsMissing
from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import PREFIX, SettingRefused
from policy_credit_shared.store.postgres import problem_with

SAID = {
    "records": "đọc lại lịch sử · reading history",
    "offices": "so sánh từng phòng giao dịch · comparing offices",
}

reporting = typer.Typer(help="Look after the read model of figures.", no_args_is_help=True)


@reporting.callback()
def _reporting() -> None:
    """Look after the read model of figures."""


@reporting.command("rebuild")
def rebuild_figures(
    explained: Annotated[
        list[str] | None,
        typer.Option(
            help="a measure that is to change, and why (MEASURE=REASON); once for each;"
            f" {' and '.join(BESIDE)} are what stands beside figures"
        ),
    ] = None,
    from_kafka: Annotated[
        bool, typer.Option("--from-kafka", help="read all of it from Kafka, not from the archive")
    ] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="drop what an interrupted run has filled")
    ] = False,
) -> None:
    """Dựng lại số liệu: fill the figures anew from history, compare them, and swap.

    The figures that are served stay as they are until the very end. History comes from the archive
    as far as that goes, then from Kafka. Every cell of every day at every level is compared at the
    same offsets: if one differs, nothing is swapped, exit code 1, unless its measure is named by
    --explained. Can be stopped at any moment, and goes on from there when it is started again.

    policy-credit reporting rebuild --explained "overdue=Decision 12 counts from the due date"
    """
    reasons = dict(_reason(one) for one in explained or [])
    archived, url, reader = _opened(from_kafka)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        closing(reader),
        Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as bar,
    ):
        tasks = {step: bar.add_task(said, total=None) for step, said in SAID.items()}

        def told(step: str, done: int, of: int) -> None:
            bar.update(tasks[step], completed=done, total=of)

        try:
            outcome = Rebuild(url, ALGEBRA, archived, reader, told).run(reasons, afresh=afresh)
        except (AnotherRebuilds, ServingChanged, LogIncomplete) as problem:
            raise typer.BadParameter(f"{problem}; the figures that serve are untouched") from None
        except OffsetsMissing as gone:
            fix = "with --from-kafka the archive is not read" if archived else "nothing holds them"
            raise typer.BadParameter(f"{gone}; {fix}") from None
        except psycopg.OperationalError as failure:
            say(f"{str(failure).strip()}; run it again: it goes on from there", "bold red")
            sys.exit(1)
    _print(outcome)
    if not outcome.swapped:
        sys.exit(1)


def _opened(from_kafka: bool) -> tuple[Archived | None, str, KafkaReader]:
    """The archive if there is one, the read model, and the log; raises SettingRefused."""
    settings, log = RebuildSettings.read(), reachable_kafka()
    url = settings.database_url
    if problem := problem_with(url, GOAL_TABLE):
        raise SettingRefused(f"{PREFIX}REPORTING_DATABASE_URL", f"names a database that {problem}")
    archived = None
    if not from_kafka and anything_archived(url):
        archived = Archived(url)
    topics = Topics(log.topic_prefix, log.fact_partitions)
    try:
        return archived, url, KafkaReader(log.kafka_bootstrap, topics.all_facts())
    except TopicMissing as missing:
        raise typer.BadParameter(str(missing)) from None


def _reason(given: str) -> tuple[str, str]:
    name, _, reason = (part.strip() for part in given.partition("="))
    if not name or not reason:
        raise refused(f"{given!r} is not MEASURE=REASON", "--explained")
    return name, reason


def _print(outcome: Outcome) -> None:
    comparison = outcome.comparison
    _print_differences(comparison)
    cells = VI.whole(comparison.cells)
    if not outcome.swapped:
        names = " ".join(f'--explained "{name}=…"' for name in comparison.counts)
        say(
            f"KHÁC NHAU · the rebuilt figures differ; those that serve are untouched. If that is"
            f" right, run it again with {names}; if what was rebuilt is not, with --afresh",
            "bold red",
        )
        return
    say(
        f"ĐÃ THAY · {outcome.generation} serves now: {cells} cells of every day,"
        f" {VI.whole(outcome.archived)} records from the archive, "
        + ("all others are the same" if comparison.counts else "every one of them the same"),
        "green",
    )
    if not outcome.dropped:
        say("the one before is still being read; the next rebuild drops it")


def _print_differences(comparison: Comparison) -> None:
    for name, counts in comparison.counts.items():
        label = ALGEBRA.measures[name].label.vi if name in ALGEBRA.measures else name
        said = ", ".join(f"{kind} {VI.whole(count)}" for kind, count in counts.items())
        say(f"DIFFERS {label} ({name}): {said}", "bold")
        for one in comparison.listed:
            if one.of == name:
                say(f"  {one.where}: serving {one.serving}, rebuilt {one.rebuilt}")
