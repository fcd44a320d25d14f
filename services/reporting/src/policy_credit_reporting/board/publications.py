"""What a unit has published, and one report of it: what was pinned, and what is another by now."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import Shown, notation_of, shown, signed
from policy_credit_reporting.board.words import ROLES, WORDS
from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.reports.adjusting import Adjustment, adjustments_of
from policy_credit_reporting.reports.answers import PublishedReport
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.reports.report_period import ReportPeriod, report_period
from policy_credit_reporting.reports.statement import Person
from policy_credit_reporting.store.answers import MeasureFigure
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_shared.kernel.clock import BUSINESS_ZONE, business_day
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.web.problems import Problem

LINES_SHOWN: Final = 60


class Line(Struct, frozen=True, kw_only=True):
    """A line of the register; a reopening has no report to look at."""

    number: int
    period: Label
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


class Signatory(Struct, frozen=True, kw_only=True):
    """Who proposed or approved: what they are, of which unit, and the account they did it by."""

    role: Label
    unit: str
    account: str


def lines(register: Register | None, view: View) -> list[Line]:
    """The register's lines of the unit, the latest first."""
    found = [] if register is None else register.lines()
    mine = [line for line in reversed(found) if line.unit == view.unit][:LINES_SHOWN]
    return [
        Line(
            number=line.number,
            period=called(report_period(line.period)),
            edition=line.edition,
            what=WORDS["reopening" if line.is_reopening else "publication"],
            digest=line.digest,
            address="" if line.is_reopening else view.address(f"/{line.number}"),
        )
        for line in mine
    ]


def called(period: ReportPeriod) -> Label:
    """What a period is called in a sentence: Tháng 10/2019, Quý 4/2019, Năm 2019."""
    first = period.first
    match period.step:
        case "month":
            return Label(f"Tháng {first:%m/%Y}", f"{first:%B %Y}")
        case "quarter":
            number = (first.month + 2) // 3
            return Label(f"Quý {number}/{first.year}", f"Quarter {number} of {first.year}")
        case _:
            return Label(f"Năm {first.year}", f"{first.year}")


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
    """The unit's figures as published, what moved since there and below, and who published them."""
    statement, taken = report.statement, report.statement.report
    notation, names = notation_of(view.lang), {unit.code: unit.name for unit in taken.units}
    moved = [
        (one, _pinned(names[one.unit], algebra, one.measure, one.published, one, notation))
        for one in adjustments_of(snapshot, algebra, taken, report.number).adjustments
    ]
    own = taken.figures[taken.unit]
    return {
        "report": report,
        "taken": taken,
        "period": called(report_period(taken.period)),
        "published_at": statement.published_at.astimezone(BUSINESS_ZONE),
        "signatories": [
            (word, _signatory(person, business_day(statement.published_at)))
            for word, person in (
                ("proposed_by", statement.proposed_by),
                ("approved_by", statement.approved_by),
            )
        ],
        "figures": [
            _pinned(names[taken.unit], algebra, measure, own[measure], None, notation)
            for measure in algebra.measures
            if own.get(measure)
        ],
        "adjusted": [pinned for one, pinned in moved if one.unit == taken.unit],
        "moved_below": [pinned for one, pinned in moved if one.unit != taken.unit],
    }


def _signatory(person: Person, on: date) -> Signatory:
    tree, _ = dated_trees()["bank"].latest_with(person.unit, on)
    return Signatory(
        role=ROLES[person.role], unit=tree.unit(person.unit).name, account=person.subject
    )


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
