"""`policy-credit audit adjustments`: what has moved a published report, event by event."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from policy_credit_reporting.audit.adjustments import MovedSince, moved_since, progress_of
from policy_credit_reporting.audit.explain_command import print_lines, written
from policy_credit_reporting.audit.exporting import export, usable_output
from policy_credit_reporting.audit.log import log_to_end
from policy_credit_reporting.audit.published_commands import published_report, register_url
from policy_credit_reporting.audit.terminal import refused, say, signed
from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.reports.report_period import report_period
from policy_credit_reporting.reports.statement import Taken
from policy_credit_reporting.reports.taking import figures_of, known_measures
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.messaging.admission import OffsetsMissing
from policy_credit_shared.store.progress import Partition


def list_adjustments(
    report: Annotated[int, typer.Option(min=1, help="its number in the register")],
    unit: Annotated[
        str | None, typer.Option(help="one of the report's units; the one that published without")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="print so many events; all, page by page, without")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="write all of them to a new .csv, .parquet or .xlsx file")
    ] = None,
) -> None:
    """Name the events that have moved published figures since, and by how much.

    Reads the log from where the report stands and counts what is of business days of the report. At
    the end each figure is held against the live one, at the same offsets.

    Exit code 0 if published figures and these events give the live ones, 1 if not.
    """
    taken = published_report(report).report
    code = unit or taken.unit
    if code not in taken.figures:
        raise refused(
            f"the report has no unit {code!r}; it has {', '.join(taken.figures)}", "--unit"
        )
    if output is not None:
        written(lambda: usable_output(output))
    layout = Layout.of(ALGEBRA)
    localities = dated_trees()["bank"].on(taken.last_day).localities(code)
    # Before the log's end is known: so the log always holds what the live figures reflect.
    live, offsets = _live(taken, code)
    try:
        with log_to_end(progress_of(taken)) as fetches:
            found = moved_since(
                ALGEBRA,
                taken,
                frozenset(localities),
                fetches,
                lambda event: accept(layout, event),
                offsets,
            )
    except OffsetsMissing as gone:
        raise typer.BadParameter(f"{gone}: the log cannot explain the report any more") from None
    if output is not None:
        written(lambda: export(found.lines, output))
    if output is None or limit is not None:
        print_lines(found.lines, limit)
    say(f"{code}, {taken.period}, report {report}: {len(found.lines)} lines since")
    sys.exit(1 if _differ(taken, code, found, live) else 0)


def _live(taken: Taken, code: str) -> tuple[dict[str, int], dict[Partition, int]]:
    period = report_period(taken.period)
    tree = dated_trees()["bank"].on(period.last)
    with closing(Figures(register_url(), ALGEBRA)) as figures, figures.snapshot() as snapshot:
        measures = known_measures(ALGEBRA, snapshot)
        now = figures_of(snapshot, tree, [tree.unit(code)], period, measures)
        offsets = snapshot.position().ends()
    return dict(now[code]), offsets


def _differ(taken: Taken, code: str, found: MovedSince, live: dict[str, int]) -> bool:
    differ = False
    for name, published in taken.figures[code].items():
        if name not in live:
            continue
        given, moved = published + found.reflected.get(name, 0), found.moved.get(name, 0)
        if moved:
            label = ALGEBRA.measures[name].label.vi
            say(
                f"{label} ({name}): published {VI.whole(published)}, moved by {signed(moved)};"
                f" it is {VI.whole(published + moved)}"
            )
        if given != live[name]:
            differ = True
            say(
                f"DIFFERS {name}: the live figure is {VI.whole(live[name])}, published and later"
                f" events give {VI.whole(given)}, at the same offsets",
                "bold red",
            )
    return differ
