"""What oversight found, what is due and what is late: of a unit, and of the units below it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.structure import Line, lines
from policy_credit_reporting.board.words import BODIES, SEVERITIES, SUBJECTS, WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.units import UnitTree

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "inspections": (
        "inspections",
        "inspection_plan_fulfilment",
        "groups_inspected",
        "households_visited",
        "findings_raised",
        "findings_open",
        "findings_past_deadline",
        "findings_remedied_on_time_rate",
    ),
    "use_checks": (
        "use_checks_open",
        "use_checks_overdue",
        "use_checks",
        "use_checks_on_time_rate",
        "use_checks_late",
        "wrong_uses",
    ),
    "governing": (
        "board_meetings",
        "resolutions",
        "tasks_open",
        "tasks_late",
        "tasks_on_time_rate",
        "obstacles_open",
        "average_obstacle_days",
        "reports_late",
        "reports_on_time_rate",
    ),
    "outcomes": (
        "outreach_sessions",
        "outreach_attendance",
        "households_out_of_poverty",
        "jobs_created",
        "students_supported",
        "water_sanitation_works",
        "houses_built",
    ),
    "illegal": ("illegal_lending_reported", "illegal_lending_open", "illegal_lending_closed"),
}
LATE: Final = frozenset(
    {"findings_past_deadline", "use_checks_overdue", "tasks_late", "reports_late", "wrong_uses"}
)
"""What ought to be nought."""
COLUMNS: Final = (
    "findings_open",
    "findings_past_deadline",
    "use_checks_open",
    "use_checks_overdue",
    "use_checks_on_time_rate",
    "tasks_late",
    "groups_weak",
)
FINDINGS_SHOWN: Final = 50


class Remark(Struct, frozen=True, kw_only=True):
    """A figure; `is_late` if it ought to be nought and is not."""

    line: Line
    is_late: bool


class Section(Struct, frozen=True, kw_only=True):
    """Figures of one subject."""

    title: Label
    remarks: list[Remark]


class Finding(Struct, frozen=True, kw_only=True):
    """An open finding in words; `where` and `responsible` are names of units."""

    deadline: date
    is_late: bool
    severity: Label
    subject: Label
    body: Label
    where: str
    responsible: str
    raised_on: date


def findings(reporter: Reporter, snapshot: Snapshot, view: View, today: date) -> list[Finding]:
    """The open findings that were or are due first; none under a filter, which they do not know."""
    question = view.question(today)
    if question.filters:
        return []
    tree, _ = question.read(view.unit)
    found = reporter.findings(snapshot, view.unit, question, Excerpt(limit=FINDINGS_SHOWN))
    return [
        Finding(
            deadline=one.deadline,
            is_late=one.past_deadline,
            severity=SEVERITIES[one.severity],
            subject=SUBJECTS[one.subject],
            body=BODIES[one.body],
            where=_name(tree, one.locality),
            responsible=_name(tree, one.responsible),
            raised_on=one.raised_on,
        )
        for one in found.rows
    ]


def _name(tree: UnitTree, code: str) -> str:
    """A unit's name; one of another tree is named by its code."""
    return tree.unit(code).name if code in tree else code


def sections(reporter: Reporter, snapshot: Snapshot, view: View, today: date) -> list[Section]:
    """What oversight knows of a unit."""
    names = [name for section in SECTIONS.values() for name in section]
    answer = reporter.unit(snapshot, view.unit, view.question(today, *names), today)
    by_name = {figure.name: figure for figure in answer.indicators}
    return [
        Section(
            title=WORDS[word],
            remarks=[
                Remark(line=line, is_late=name in LATE and bool(by_name[name].value))
                for name, line in zip(names, lines(names, by_name, view), strict=True)
            ],
        )
        for word, names in SECTIONS.items()
    ]
