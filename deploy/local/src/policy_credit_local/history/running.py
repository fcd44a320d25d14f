"""A run of `policy-credit simulate`: what is asked for is checked, made, and summed up."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from policy_credit_local.history.published import EXTENTS, Scale
from policy_credit_local.history.sending import first_used
from policy_credit_local.history.simulating import (
    EXPECTED,
    Work,
    processors,
    send_records,
    steps,
    write_files,
)
from policy_credit_local.history.tally import Tally
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import UnknownUnit
from policy_credit_shared.messaging.kafka import KafkaPublisher, TopicMissing
from policy_credit_shared.messaging.relay import PublishFailed
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import KafkaSettings

CLIENT: Final = "policy-credit-simulate"
SHOWN: Final = (
    ("outstanding", "Dư nợ · Outstanding"),
    ("overdue", "Nợ quá hạn · Overdue"),
    ("frozen", "Nợ khoanh · Frozen"),
    ("savings", "Tiết kiệm tổ viên · Members' savings"),
    ("disbursed", "Doanh số cho vay · Disbursed"),
    ("collected", "Doanh số thu nợ · Collected"),
    ("interest_collected", "Lãi đã thu · Interest collected"),
)
COUNTED: Final = (
    ("loans", "Số món vay · Loans"),
    ("households", "Số hộ còn dư nợ · Households in debt"),
    ("groups", "Số tổ TK&VV · Groups"),
    ("sessions", "Số phiên giao dịch · Sessions"),
)

out = Console()


def run(
    *,
    scale: Scale,
    months: int,
    seed: int,
    to: Literal["parquet", "kafka"],
    folder: Path,
    until: str,
    unit: str | None,
    households: int | None,
    partitions: int | None,
    processes: int | None,
) -> None:
    """Make a history; raises typer.BadParameter with the option that is wrong."""
    settings = reachable_kafka() if to == "kafka" else None
    if settings and partitions not in (None, settings.fact_partitions):
        raise typer.BadParameter("--partitions: Kafka's are POLICY_CREDIT_FACT_PARTITIONS")
    if folder.exists() and any(folder.iterdir()):
        raise typer.BadParameter(f"--out: {folder} is not empty; empty it or name another")
    default = KafkaSettings.model_fields
    extent = EXTENTS[scale]
    work = Work(
        unit=unit or extent.unit,
        households=households or extent.households.value,
        first=_first_month(until, months),
        months=months,
        seed=seed,
        partitions=settings.fact_partitions
        if settings
        else partitions or default["fact_partitions"].default,
        folder=str(folder),
        prefix=settings.topic_prefix if settings else default["topic_prefix"].default,
    )
    try:
        work.ground()
    except UnknownUnit as unknown:
        raise typer.BadParameter(f"--unit: {unknown}, or it has no communes") from None
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with _progress(steps(work)) as step:
        if settings:
            tally = _send(work, settings, step)
        else:
            tally = write_files(work, processes or processors(), step)
    _show(work, tally, time.monotonic() - began)


def _first_month(until: str, months: int) -> date:
    try:
        last = date.fromisoformat(f"{until}-01")
    except ValueError:
        raise typer.BadParameter(f"--until: {until!r} is not a month such as 2025-12") from None
    number = last.year * 12 + last.month - months
    if not 2015 * 12 <= number < 2060 * 12:
        raise typer.BadParameter("--until: a history lies between 2015 and 2060")
    return date(number // 12, number % 12 + 1, 1)


def _send(work: Work, settings: KafkaSettings, step: Callable[[int], None]) -> Tally:
    topics = work.topics()
    try:
        used = first_used(settings.kafka_bootstrap, topics)
    except TopicMissing as missing:
        raise typer.BadParameter(str(missing)) from None
    if used:
        raise typer.BadParameter(
            f"{used} already holds records, and readers would take a history for their repetition;"
            " use another POLICY_CREDIT_TOPIC_PREFIX and `policy-credit topics create`"
        )
    publisher = KafkaPublisher(settings.kafka_bootstrap, CLIENT)
    try:
        if (found := publisher.partitions(topics.all_facts()[0])) != work.partitions:
            raise typer.BadParameter(
                f"POLICY_CREDIT_FACT_PARTITIONS is {work.partitions}, the topics have {found}"
            )
        return send_records(work, publisher, step)
    except PublishFailed as failed:
        raise typer.BadParameter(f"Kafka did not take the records: {failed}") from None
    finally:
        publisher.close()


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.fields[events]:>14,} events"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out) as bars:
        bar = bars.add_task("", total=total, events=0)
        events = 0

        def step(count: int) -> None:
            nonlocal events
            events += count
            bars.update(bar, advance=1, events=events)

        yield step


def _show(work: Work, tally: Tally, seconds: float) -> None:
    table = Table(title=f"{work.unit}, {work.months} months from {work.first:%Y-%m}")
    table.add_column("Chỉ tiêu · Indicator")
    table.add_column("triệu đồng · million dong", justify="right")
    for measure, label in SHOWN:
        table.add_row(label, f"{tally.total(measure) / MILLION:,.0f}")
    for measure, label in COUNTED:
        table.add_row(label, f"{tally.total(measure):,}")
    out.print(table)
    events = tally.events.total()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    out.print(
        f"{events:,} events in {seconds:,.1f} s: {events / seconds:,.0f} a second,"
        f" {events / processor:,.0f} a second of one processor;"
        f" {max(one.ru_maxrss for one in used) / 1024:,.0f} MiB at most in a process\n"
        f"what every measure must come to: {Path(work.folder) / EXPECTED}",
        highlight=False,
        soft_wrap=True,
    )
