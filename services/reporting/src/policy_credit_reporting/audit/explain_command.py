"""`policy-credit audit explain`: a figure as the events that it is made of."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, get_args

import msgspec
import typer
from msgspec.structs import replace

from policy_credit_reporting.audit.comparing import compare, figure_events, not_counted
from policy_credit_reporting.audit.explain import Asked, Explained, explain
from policy_credit_reporting.audit.exporting import CannotExport, export, usable_output
from policy_credit_reporting.audit.live import live_figures
from policy_credit_reporting.audit.log import log_to_end
from policy_credit_reporting.audit.terminal import DAY, out, refused, say, signed, tree_of
from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.algebra import Dimension, Measure, Ratio
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import FIRST_DAY, LAST_DAY, Layout
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.audited import EventLine
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.identifiers import Association, Fund, Programme
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.messaging.admission import OffsetsMissing

VALUES: Final[dict[Dimension, tuple[str, ...]]] = {
    "programme": get_args(Programme),
    "association": get_args(Association),
    "fund": get_args(Fund),
}


def explain_figure(
    unit: Annotated[str, typer.Option(help="VN, or a province (58), district (587), commune")],
    measure: Annotated[
        str, typer.Option(help="a measure of docs/indicators.md, or a ratio: both of its parts")
    ],
    day: Annotated[
        datetime, typer.Option("--date", formats=DAY, help="the figure's business day, 2026-06-30")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=DAY,
            help="first day: a flow's period, or a stock's change; the beginning without it",
        ),
    ] = None,
    programme: Annotated[str | None, typer.Option(help="only this programme, e.g. HN")] = None,
    association: Annotated[
        str | None, typer.Option(help="only what farmers, women, veterans or youth manage")
    ] = None,
    fund: Annotated[str | None, typer.Option(help="only money that is central or local")] = None,
    tree: Annotated[
        TreeName, typer.Option(help="the bank's units or the administrative ones")
    ] = "bank",
    tree_date: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="the unit on the tree of this day; of --date without it"),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="print so many events; all, page by page, without")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="write all of them to a new .csv, .parquet or .xlsx file")
    ] = None,
    answer: Annotated[
        Path | None,
        typer.Option(help="write sums and --limit events to this file as JSON, and say nothing"),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="of --answer: leave out so many before")] = 0,
    latest_first: Annotated[
        bool, typer.Option("--latest-first", help="of --answer: begin with the latest")
    ] = False,
) -> None:
    """Name the exact events that a figure is made of, and what they add up to.

    Reads the log from its beginning: each event counts once, dead letters do not count, and a
    reversal counts on its own day. Of each event it says by how much it moved the figure, what it
    is, when it was recorded, and where it is in the log, with the hash of its chain, which `audit
    verify` checks. At the end the sum is held against the live figure, if
    POLICY_CREDIT_REPORTING_DATABASE_URL is set, at the same offsets.

    Exit code 0 if they are the same or there is nothing to compare with, 1 if they differ.

    policy-credit audit explain --unit 587 --measure overdue --date 2026-06-30 --output overdue.xlsx
    """
    question = Question(
        day=_kept(day.date(), "--date"),
        tree=tree,
        tree_date=tree_date.date() if tree_date else None,
        filters=_filters({"programme": programme, "association": association, "fund": fund}),
    )
    measures = _measures(measure)
    for asked_for in question.filters:
        for one in measures:
            if asked_for not in one.by:
                by = ", ".join(one.by) or "no dimension"
                raise refused(f"{one.name} is kept by {by}; leave it out", f"--{asked_for}")
    layout = Layout.of(ALGEBRA)
    units, reading = tree_of(question, unit)
    asked = Asked(
        measures=measures,
        localities=frozenset(
            layout.localities[number] for number in territories(units, layout).localities(unit)
        ),
        until=question.day,
        since=_since(since.date(), question.day) if since else None,
        filters=question.filters,
    )
    if output is not None:
        written(lambda: usable_output(output))
    # Before the log's end is known: so the log always holds what the live figures reflect.
    live = live_figures(ALGEBRA, asked, unit, question)
    try:
        with log_to_end() as fetches:
            explained = explain(
                ALGEBRA, asked, fetches, lambda event: accept(layout, event), live.offsets
            )
    except OffsetsMissing as gone:
        raise typer.BadParameter(f"{gone}: the log cannot explain the figure any more") from None
    if output is not None:
        written(lambda: export(explained.lines, output))
    compared = compare(explained, live)
    if answer is not None:
        name = units.unit(unit).name
        page = slice(offset, None if limit is None else offset + limit)
        if latest_first:
            explained = replace(explained, lines=explained.lines[::-1])
        found = figure_events(unit, name, asked, explained, live, compared, page)
        answer.write_bytes(msgspec.json.encode(found))
        sys.exit(1 if compared.differ else 0)
    if output is None or limit is not None:
        print_lines(explained.lines, limit)
    place = f"{units.unit(unit).name}, {question.day}"
    say(f"{place}; {reading.note}" if reading.note else place)
    _print_sums(asked, explained)
    if output is not None:
        say(f"{len(explained.lines)} lines in {output}")
    for sentence in compared.sentences:
        say(sentence, "bold red" if compared.differ else "green")
    if compared.differ:
        sys.exit(1)


def _measures(name: str) -> tuple[Measure, ...]:
    found = ALGEBRA.indicator(name)
    if isinstance(found, Ratio):
        return (found.numerator, found.denominator)
    if found is not None:
        return (found,)
    close = get_close_matches(name, [one.name for one in ALGEBRA.indicators()])
    fix = f"perhaps {' or '.join(close)} is meant" if close else "docs/indicators.md lists all"
    raise refused(f"no measure {name[:60]!r}; {fix}", "--measure")


def _filters(asked: dict[Dimension, str | None]) -> dict[Dimension, str]:
    found = {name: value for name, value in asked.items() if value is not None}
    for name, value in found.items():
        if value not in VALUES[name]:
            raise refused(f"no {name} {value!r}; there are {', '.join(VALUES[name])}", f"--{name}")
    return found


def _kept(day: date, option: str) -> date:
    if not FIRST_DAY < day <= LAST_DAY:
        raise refused(f"{day} is not after {FIRST_DAY} and until {LAST_DAY}", option)
    return day


def _since(day: date, until: date) -> date:
    if day > until:
        raise refused(f"{day} is after {until}; give a day until --date", "--from")
    return _kept(day, "--from")


def written(write: Callable[[], None]) -> None:
    """Write a file; what cannot be written is refused by the option."""
    try:
        write()
    except CannotExport as error:
        raise refused(str(error), "--output") from None


def print_lines(lines: list[EventLine], limit: int | None) -> None:
    """Each event with its amount and its place in the log, page by page on a terminal."""
    shown = lines if limit is None else lines[:limit]
    with out.pager() if out.is_terminal and limit is None else nullcontext():
        for line in shown:
            say(
                f"{line.business_day}  {line.measure} {signed(line.amount)}  {line.event_type}"
                f"  {line.locality}\n"
                f"    {line.topic}[{line.partition}] offset {line.offset},"
                f" source {line.source}, sequence {line.sequence}\n"
                f"    event {line.event_id}, recorded {line.recorded_at.isoformat()}\n"
                f"    chain {line.chain}"
            )
    if more := len(lines) - len(shown):
        say(f"… and {more} more; --output writes all of them to a file")


def _print_sums(asked: Asked, explained: Explained) -> None:
    for measure in asked.measures:
        amounts = [line.amount for line in explained.lines if line.measure == measure.name]
        moved = f"{len(amounts)} events move it by {signed(sum(amounts))}"
        if asked.since is not None and measure.kind == "stock":
            opening = VI.whole(explained.opening[measure.name])
            moved = f"{opening} before {asked.since}, {moved}"
        total = VI.whole(explained.figures[measure.name])
        say(f"{measure.label.vi} ({measure.name}): {moved}; it is {total} {measure.unit}")
    for remark in not_counted(explained):
        say(remark)
