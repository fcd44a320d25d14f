"""What a unit has published, and one report of it: what was pinned, and what is another by now."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import Shown, notation_of, shown, signed
from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.reports.adjusting import Adjustment, adjustments_of
from policy_credit_reporting.reports.answers import PublishedReport
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.answers import MeasureFigure
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_shared.kernel.clock import BUSINESS_ZONE
from policy_credit_shared.web.problems import Problem

LINES_SHOWN: Final = 60


class Line(Struct, frozen=True, kw_only=True):
    """A line of the register; a reopening has no report to look at."""

    number: int
    period: str
    edition: int
    what: Label
    digest: str
    address: str


class Pinned(Struct, frozen=True, kw_only=True):
    """A published figure; `now` is empty if it is the same still."""

    unit: str
    label: Label
    published: Shown
    now: Shown | None
    difference: str


def lines(register: Register | None, view: View) -> list[Line]:
    """The register's lines of the unit, the latest first."""
    found = [] if register is None else register.lines()
    mine = [line for line in reversed(found) if line.unit == view.unit][:LINES_SHOWN]
    return [
        Line(
            number=line.number,
            period=line.period,
            edition=line.edition,
            what=WORDS["reopening" if line.is_reopening else "publication"],
            digest=line.digest,
            address="" if line.is_reopening else view.address(f"/{line.number}"),
        )
        for line in mine
    ]


def report_of_unit(register: Register | None, unit: str, number: int) -> PublishedReport:
    """A report of the unit; raises Problem 404."""
    found = None if register is None else register.report(number)
    if found is None or found.statement.report.unit != unit:
        detail = f"{unit} published nothing as number {number}."
        raise Problem(404, "unknown-report", "Unknown report", detail)
    return found


def beside_now(
    report: PublishedReport, snapshot: Snapshot, algebra: Algebra, view: View
) -> Mapping[str, Any]:
    """The unit's figures as published, what moved since there and below, and when it was done."""
    taken, notation = report.statement.report, notation_of(view.lang)
    moved = {
        (one.unit, one.measure): one
        for one in adjustments_of(snapshot, algebra, taken, report.number).adjustments
    }
    names = {unit.code: unit.name for unit in taken.units}

    def pinned(unit: str, measure: str, amount: int) -> Pinned:
        return _pinned(names[unit], algebra, measure, amount, moved.get((unit, measure)), notation)

    own = taken.figures[taken.unit]
    return {
        "report": report,
        "taken": taken,
        "published_at": report.statement.published_at.astimezone(BUSINESS_ZONE),
        "figures": [
            pinned(taken.unit, measure, amount)
            for measure, amount in own.items()
            if measure in algebra.measures and (amount or (taken.unit, measure) in moved)
        ],
        "moved_below": [
            pinned(unit, measure, one.published)
            for (unit, measure), one in moved.items()
            if unit != taken.unit
        ],
    }


def _pinned(
    unit: str,
    algebra: Algebra,
    name: str,
    amount: int,
    moved: Adjustment | None,
    notation: Notation,
) -> Pinned:
    measure = algebra.measures[name]

    def figure(value: int) -> Shown:
        return shown(
            MeasureFigure(name=name, label=measure.label, unit=measure.unit, value=value), notation
        )

    difference = ""
    if moved is not None:
        difference = signed(notation.amount(measure.unit, moved.difference), moved.difference)
    return Pinned(
        unit=unit,
        label=measure.label,
        published=figure(amount),
        now=figure(moved.now) if moved is not None else None,
        difference=difference,
    )
