"""`policy-credit audit replay`: figures recomputed from the archive alone, and what differs."""

import sys
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from msgspec import structs

from policy_credit_reporting.audit.archive.commands import open_archive
from policy_credit_reporting.audit.archive.effects import provinces
from policy_credit_reporting.audit.archive.settings import usable_archive
from policy_credit_reporting.audit.published_commands import published_body
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.moments import (
    NotAMoment,
    ReportNamed,
    Until,
    read_until,
)
from policy_credit_reporting.audit.replay.recompute import MEMORY, by_duckdb
from policy_credit_reporting.audit.replay.replaying import CannotReplay, Place, Replaying
from policy_credit_reporting.audit.replay.saying import say_replay
from policy_credit_reporting.audit.replay.spark import by_spark
from policy_credit_reporting.audit.terminal import DAY, NotNow, refused, tree_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.reports.answers import published_statement
from policy_credit_reporting.store.audited import Replay
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.kernel.units import NATION


def replay_figures(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=DAY, help="the figures' business day, 2026-03-31"),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(help="VN, or a province (58), district (587), commune; of a report all units"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="what was known: by the end of a day (2026-04-05), at a moment, until offsets"
            " (topic[0]=120,topic[1]=80), or where a published report was taken (its number or"
            " digest); without it, what the live figures reflect"
        ),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="first day of flows")
    ] = None,
    tree: Annotated[
        TreeName, typer.Option(help="the bank's units or the administrative ones")
    ] = "bank",
    tree_date: Annotated[
        datetime | None, typer.Option(formats=DAY, help="the unit on the tree of this day")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="events to list behind a difference")] = 20,
    memory: Annotated[
        str, typer.Option(help="what the replay may take, the rest on disk")
    ] = MEMORY,
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option(
            help="what runs the SQL; spark needs the extra policy-credit-reporting[spark]"
        ),
    ] = "duckdb",
    answer: Annotated[
        Path | None, typer.Option(help="write the answer to this file as JSON, and say nothing")
    ] = None,
) -> None:
    """Recompute every figure of a unit from the archive alone.

    Without --until the replay stops where the live figures do, and every measure of every locality
    of the unit is held against them: exit code 1 if one differs, with the events behind it. With
    it, only what was known then counts, and what became known since is listed. Until a published
    report, every figure that the report says is held against what the archive gives at the offsets
    that it pins, its chains and its signature too: exit code 1 as well if one differs. Exit code 3
    if there is nothing to compare with, or the archive does not reach as far.

    policy-credit audit replay --unit 58 --date 2026-03-31 --until 2026-04-05

    policy-credit audit replay --until 12
    """
    meant = None if until is None else _read(until)
    if engine == "spark" and find_spec("pyspark") is None:
        raise refused("install the extra: policy-credit-reporting[spark]", "--engine")
    opened = by_spark if engine == "spark" else by_duckdb
    replaying = Replaying(open_archive(), ALGEBRA, limit, memory, opened)
    try:
        if isinstance(meant, ReportNamed):
            if day or since or tree_date or tree != "bank":
                fix = "leave out --date, --from, --tree and --tree-date"
                raise refused(f"a report has its own days and its tree; {fix}", "--until")
            replay = _as_published(replaying, meant, unit)
        else:
            if day is None:
                raise refused("name the figures' business day, 2026-03-31", "--date")
            question = Question(
                day=day.date(), tree=tree, tree_date=tree_date.date() if tree_date else None
            )
            place = _place(unit or NATION, question)
            cut = Cut(until=question.day, since=since.date() if since else None)
            if meant is None:
                replay = replaying.beside_live(place, cut, usable_archive().database_url)
            elif isinstance(meant, datetime):
                cut = structs.replace(cut, known_at=meant)
                replay = replaying.beside_present(place, cut, meant.isoformat())
            else:
                cut = structs.replace(cut, offsets=meant)
                replay = replaying.beside_present(place, cut, "those offsets")
    except CannotReplay as why:
        raise NotNow(str(why)) from None
    if answer is None:
        say_replay(replay)
    else:
        answer.write_bytes(msgspec.json.encode(replay))
    if not replay.is_right:
        sys.exit(1)


def _as_published(replaying: Replaying, named: ReportNamed, unit: str | None) -> Replay:
    body = published_body(named.name, "--until")
    report = published_statement(body).report
    if unit is not None and unit not in report.figures:
        raise refused(
            f"the report has no unit {unit!r}; it has {', '.join(report.figures)}", "--unit"
        )
    code = unit or report.unit
    codes = [code] if unit else list(report.figures)
    return replaying.beside_published(_place(code, Question(day=report.last_day)), body, codes)


def _place(code: str, question: Question) -> Place:
    layout = Layout.of(ALGEBRA)
    units, reading = tree_of(question, code)
    numbers = territories(units, layout).localities(code)
    name = units.unit(code).name
    in_provinces = {provinces()[layout.localities[number]] for number in numbers.tolist()}
    return Place(
        code,
        f"{name} ({reading.note})" if reading.note else name,
        numbers,
        [] if code == NATION else sorted(in_provinces),
    )


def _read(until: str) -> Until:
    try:
        return read_until(until)
    except NotAMoment as problem:
        raise refused(str(problem), "--until") from None
