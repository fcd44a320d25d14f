"""`policy-credit archive …`: every record of the fact topics in an Apache Iceberg table."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from policy_credit_reporting.audit.archive.archiving import archive_once, archive_until_stopped
from policy_credit_reporting.audit.archive.settings import usable_archive
from policy_credit_reporting.audit.archive.table import Archive, RolledBack
from policy_credit_reporting.audit.terminal import out
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.running.collecting import collect_seldom
from policy_credit_shared.running.exposing import exposed_registry
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.telemetry.logs import configure_logs
from policy_credit_shared.telemetry.metrics import ReaderMetrics

archive = typer.Typer(help="Keep every record in an archive that auditors can replay.")


def open_archive() -> Archive:
    """The archive that the settings name; raises SettingRefused."""
    settings = usable_archive()
    return Archive(settings.database_url, settings.warehouse, ALGEBRA)


@archive.command("run")
def run_command(
    once: Annotated[bool, typer.Option(help="end when all that is there now is archived")] = False,
) -> None:
    """Write the fact topics into the archive, each record once, whatever is killed when.

    Reads on from what the archive covers; two at a time do no harm. Every chain is checked on the
    way, and one that is broken is told as an incident. Now and then small files are merged.
    """
    if not once:
        return run_archive()
    collect_seldom()
    opened, settings = open_archive(), reachable_kafka()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task("records archived", total=None)
        try:
            archive_once(opened, ALGEBRA, settings, lambda n: bar.advance(task, n))
        except RolledBack as found:
            raise typer.BadParameter(f"{found}; restore the catalogue before going on") from None
    held = opened.covered()
    out.print(f"{sum(held.offsets.values())} records in {len(held.heads)} chains are archived")
    return None


@archive.command("compact")
def compact_command() -> None:
    """Merge small files of the same month and province; readers notice nothing.

    Files that were merged before, and that no snapshot has named for a day, are deleted. `run` does
    the same by itself from time to time.
    """
    opened = open_archive()
    before = len(opened.files())
    merged, swept = opened.tidy(system_clock())
    out.print(f"{merged} files merged: {before} before, {len(opened.files())} now; {swept} deleted")


def run_archive() -> None:
    """Archive until stopped."""
    collect_seldom()
    metrics = ReaderMetrics(exposed_registry("reporting", "archive"))
    opened, settings = open_archive(), reachable_kafka()
    configure_logs("reporting.archive", usable_archive().log_level)
    archive_until_stopped(opened, ALGEBRA, settings, metrics)
