"""What oversight found, what is due and what is late: of a unit, and of the units below it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.structure import Line, lines
from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter

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


class Remark(Struct, frozen=True, kw_only=True):
    """A figure; `is_late` if it ought to be nought and is not."""

    line: Line
    is_late: bool


class Section(Struct, frozen=True, kw_only=True):
    """Figures of one subject."""

    title: Label
    remarks: list[Remark]


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
