"""`policy-credit audit replay`: figures recomputed from the archive alone, and what differs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated

import numpy as np
import typer
from msgspec import Struct, structs

from policy_credit_reporting.audit.archive.commands import open_archive
from policy_credit_reporting.audit.archive.rows import provinces
from policy_credit_reporting.audit.archive.settings import usable_archive
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.audit.explain import Line
from policy_credit_reporting.audit.replay.behind import events_behind
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.live import live_by_locality
from policy_credit_reporting.audit.replay.moments import NotAMoment, read_until
from policy_credit_reporting.audit.replay.recompute import MEMORY, recompute
from policy_credit_reporting.audit.terminal import DAY, refused, say, signed, tree_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Integers, Layout
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.store.progress import Partition


class Place(Struct, frozen=True):
    """The unit asked for: its localities by number, and the files that can be about them."""

    name: str
    localities: Integers
    provinces: list[str]


def replay_figures(
    day: Annotated[
        datetime, typer.Option("--date", formats=DAY, help="the figures' business day, 2026-03-31")
    ],
    unit: Annotated[
        str, typer.Option(help="VN, or a province (58), district (587), commune")
    ] = NATION,
    until: Annotated[
        str | None,
        typer.Option(
            help="what was known: by the end of a day (2026-04-05), at a moment, or until offsets"
            " (topic[0]=120,topic[1]=80); without it, what the live figures reflect"
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
) -> None:
    """Recompute every figure of a unit from the archive alone.

    Without --until the replay stops where the live figures do, and every measure of every locality
    of the unit is held against them: exit code 1 if one differs, with the events behind it. With
    it, only what was known then counts, and what became known since is listed.

    policy-credit audit replay --unit 58 --date 2026-03-31 --until 2026-04-05
    """
    question = Question(
        day=day.date(), tree=tree, tree_date=tree_date.date() if tree_date else None
    )
    layout = Layout.of(ALGEBRA)
    place = _place(unit, question, layout)
    archive = open_archive()
    cut = Cut(
        until=question.day,
        since=since.date() if since else None,
        provinces=[] if unit == NATION else place.provinces,
    )
    differ = (
        _against_live(archive, layout, place, cut, limit, memory)
        if until is None
        else _as_known(archive, layout, place, cut, _moment(until), limit, memory)
    )
    if differ:
        sys.exit(1)


def _against_live(
    archive: Archive, layout: Layout, place: Place, cut: Cut, limit: int, memory: str
) -> bool:
    """Compare at the offsets of the live figures; true if a figure differs."""
    url = usable_archive().database_url
    live = live_by_locality(url, ALGEBRA, cut.until, cut.since, cut.filters)
    if live.figures is None:
        raise refused(f"not compared with live figures: {live.missing}", "--until")
    archive.refresh()
    if behind := _behind(archive.covered().offsets, live.offsets):
        fix = "wait for the archiver, or run `policy-credit archive run --once`"
        raise refused(f"the archive ends before the live figures do: {behind}; {fix}", "--until")
    cut = structs.replace(cut, offsets=_cutting(archive, live.offsets))
    found = _recomputed(archive, layout, cut, memory)[:, place.localities]
    shown = live.figures[:, place.localities]
    say(f"{place.name}, {cut.until}, at the offsets of the live figures")
    _print_figures(found.sum(axis=1))
    wrong = np.argwhere(found != shown)
    if not len(wrong):
        say(f"all {found.size} live figures of {found.shape[1]} localities are the same", "green")
        return False
    names = list(ALGEBRA.measures)
    for row, column in wrong[:limit].tolist():
        locality = layout.localities[int(place.localities[column])]
        say(
            f"DIFFERS {names[row]} of {locality}: the live figure is"
            f" {VI.whole(int(shown[row, column]))}, the archive gives"
            f" {VI.whole(int(found[row, column]))}, at the same offsets",
            "bold red",
        )
        files = archive.files(cut.provinces)
        _print_lines(events_behind(ALGEBRA, files, cut, {names[row]}, {locality}), limit)
    say(f"{len(wrong)} figures differ", "bold red")
    return True


def _as_known(
    archive: Archive,
    layout: Layout,
    place: Place,
    cut: Cut,
    known: datetime | dict[Partition, int],
    limit: int,
    memory: str,
) -> bool:
    """Say what was known, and what came to be known since; nothing is wrong with either."""
    then = (
        structs.replace(cut, known_at=known)
        if isinstance(known, datetime)
        else structs.replace(cut, offsets=known)
    )
    found = _recomputed(archive, layout, then, memory)[:, place.localities].sum(axis=1)
    now = _recomputed(archive, layout, cut, memory)[:, place.localities].sum(axis=1)
    said = known.isoformat() if isinstance(known, datetime) else "those offsets"
    say(f"{place.name}, {cut.until}, as it was known at {said}")
    _print_figures(found)
    names = list(ALGEBRA.measures)
    changed = [n for n in range(len(names)) if found[n] != now[n]]
    if not changed:
        say("nothing that became known since changes a figure", "green")
        return False
    for n in changed:
        say(f"SINCE {names[n]}: {signed(int(now[n] - found[n]))}, now {VI.whole(int(now[n]))}")
    localities = {layout.localities[number] for number in place.localities.tolist()}
    measures = {names[n] for n in changed}
    files = archive.files(cut.provinces)
    _print_lines(events_behind(ALGEBRA, files, cut, measures, localities, then), limit)
    return False


def _recomputed(archive: Archive, layout: Layout, cut: Cut, memory: str) -> Integers:
    files = archive.files(cut.provinces)
    return recompute(ALGEBRA, layout, files, cut, memory).figures(ALGEBRA)


def _cutting(archive: Archive, offsets: dict[Partition, int]) -> dict[Partition, int] | None:
    """The offsets to stop at; None where the archive ends there itself."""
    return None if archive.covered().offsets == offsets else offsets


def _behind(archived: dict[Partition, int], wanted: dict[Partition, int]) -> str:
    return ", ".join(
        f"{topic}[{number}] at {archived.get(Partition(topic, number), 0)} of {offset}"
        for (topic, number), offset in sorted(wanted.items())
        if archived.get(Partition(topic, number), 0) < offset
    )


def _place(code: str, question: Question, layout: Layout) -> Place:
    units, reading = tree_of(question, code)
    numbers = territories(units, layout).localities(code)
    name = units.unit(code).name
    return Place(
        f"{name} ({reading.note})" if reading.note else name,
        numbers,
        sorted({provinces()[layout.localities[n]] for n in numbers.tolist()}),
    )


def _moment(until: str) -> datetime | dict[Partition, int]:
    try:
        return read_until(until)
    except NotAMoment as problem:
        raise refused(str(problem), "--until") from None


def _print_figures(totals: Sequence[int] | Integers) -> None:
    for measure, total in zip(ALGEBRA.measures.values(), totals, strict=True):
        if total:
            figure = VI.whole(int(total))
            say(f"  {measure.label.vi} ({measure.name}): {figure} {measure.unit}")


def _print_lines(lines: Iterable[Line], limit: int) -> None:
    for line in islice(lines, limit):
        say(
            f"    {line.business_day}  {line.measure} {signed(line.amount)}  {line.event_type}"
            f"  {line.locality}\n"
            f"      {line.topic}[{line.partition}] offset {line.offset}, source {line.source},"
            f" sequence {line.sequence}, recorded {line.recorded_at.isoformat()}"
        )
