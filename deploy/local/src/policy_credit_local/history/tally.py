"""What the figures must come to: rows added up by month, written down apart from the indicators.

A row counts in the month of its business day, a reversal in the month of its own. Measures have the
names that they have in the reporting service.
"""

from collections import Counter
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_local.history.calendar import Calendar
from policy_credit_local.history.chance import Whole

BUCKETS: Final = ("1_90", "91_180", "181_360", "over_360")
POINT, OFFICE = 0, 1
RATINGS: Final = ("good", "fair", "average", "weak")
OUTCOMES: Final = (
    "households_out_of_poverty",
    "jobs_created",
    "students_supported",
    "water_sanitation_works",
    "houses_built",
)
LEVELS: Final = ("nation", "province", "district", "commune")
POINTS: Final = (
    ("overdue", 30),
    ("at_point", 20),
    ("interest", 20),
    ("principal", 15),
    ("savings_growth", 10),
    ("members_saving", 5),
)
"""The components of a group's score, and the most points that each earns."""
REVERSED: Final = "reversed "
"""What the kind of a reversal begins with; its entry's kind follows."""


class Move(Struct, frozen=True):
    """A measure moves by a column's value, or by 1, where another column has a value."""

    measure: str
    sign: int = 1
    column: str | None = None
    where: str | None = None
    value: int = 0


def _amount(measure: str, sign: int = 1) -> Move:
    return Move(measure, sign, "amount")


def _at_point(measure: str) -> list[Move]:
    return [_amount(measure), Move(f"{measure}_at_point", 1, "amount", "place", POINT)]


def _buckets(column: str, sign: int) -> list[Move]:
    """A bucket's column is its index + 1, 0 for none."""
    return [
        Move(f"overdue_{name}", sign, "amount", column, index + 1)
        for index, name in enumerate(BUCKETS)
    ]


def _off(measure: str) -> list[Move]:
    """An amount taken off a class: 0 in term, 1 overdue, 2 frozen."""
    return [
        _amount(measure),
        Move("in_term", -1, "amount", "debt_class", 0),
        Move("overdue", -1, "amount", "debt_class", 1),
        *_buckets("bucket", -1),
    ]


def _deposits(sign: int) -> list[Move]:
    return [
        Move(f"mobilised_{kind}", sign, "amount", "depositor_kind", n)
        for n, kind in enumerate(("organisations", "individuals"))
    ]


def _of_level(measure: str, sign: int = 1, column: str | None = None) -> list[Move]:
    """By a column, or 1: what units above offices do is kept apart."""
    return [
        Move(f"{measure}_above" if level in (0, 1) else measure, sign, column, "level", level)
        for level in range(len(LEVELS))
    ]


def _scored(prefix: str, sign: int) -> list[Move]:
    return [
        Move("points", sign, f"{prefix}points"),
        *(Move(f"{name}_points", sign, f"{prefix}points_{name}") for name, _ in POINTS),
    ]


MOVES: Final[dict[str, list[Move]]] = {
    "capital.allocated": [_amount("capital")],
    "plan.assigned": [Move("plan", 1, "target"), Move("plan", -1, "previous")],
    "group.formed": [Move("groups")],
    "group.member_joined": [Move("group_members")],
    "group.member_left": [Move("group_members", -1)],
    "entitlement.listed": [Move("entitlements_listed")],
    "entitlement.posted": [Move("entitlements_posted")],
    "entitlement.confirmed": [
        Move("entitlements_confirmed"),
        Move("entitlements_decided"),
        Move("entitlement_days", 1, "days_listed"),
    ],
    "entitlement.rejected": [
        Move("entitlements_rejected"),
        Move("entitlements_decided"),
        Move("entitlement_days", 1, "days_listed"),
    ],
    "loan.applied": [Move("applications")],
    "loan.approved": [
        Move("approvals"),
        _amount("approved"),
        Move("approval_days", 1, "days_applied"),
    ],
    "loan.disbursed": [
        _amount("outstanding"),
        _amount("in_term"),
        Move("loans"),
        *_at_point("disbursed"),
        Move("disbursements"),
        Move("confirmed_loans", 1, "is_confirmed"),
        Move("lead_days", 1, "lead"),
    ],
    "loan.declined": [Move("declined")],
    "loan.extended": [Move("extensions")],
    "loan.rescheduled": [Move("reschedulings")],
    "interest.charged": [_amount("interest_due")],
    "interest.collected": _at_point("interest_collected"),
    "principal.fell_due": [_amount("principal_due"), Move("principal_due_paid", 1, "paid")],
    "principal.collected": [
        *_off("collected"),
        _amount("outstanding", -1),
        Move("collected_at_point", 1, "amount", "place", POINT),
    ],
    "instalment.carried_forward": [_amount("carried_forward")],
    "carried_forward.changed": [_amount("carried_forward_owed")],
    "principal.fell_overdue": [
        _amount("fell_overdue"),
        _amount("in_term", -1),
        _amount("overdue"),
        _amount("overdue_1_90"),
    ],
    "overdue.aged": [*_buckets("from_bucket", -1), *_buckets("to_bucket", 1)],
    "overdue.cured": [
        _amount("cured"),
        _amount("in_term"),
        _amount("overdue", -1),
        *_buckets("bucket", -1),
    ],
    "loan.fell_overdue": [Move("overdue_loans")],
    "loan.cured": [Move("overdue_loans", -1)],
    "loan.frozen": [*_off("newly_frozen"), _amount("frozen")],
    "loan.written_off": [
        *_off("written_off"),
        _amount("outstanding", -1),
        Move("loans", -1, "closes"),
    ],
    "debt.recovered": [_amount("recovered")],
    "loan.settled": [Move("loans", -1)],
    "savings.deposited": [_amount("savings"), *_at_point("savings_deposited")],
    "savings.withdrawn": [_amount("savings", -1), *_at_point("savings_withdrawn")],
    "mobilised.deposited": [_amount("mobilised"), *_deposits(1)],
    "mobilised.withdrawn": [_amount("mobilised", -1), *_deposits(-1)],
    "session.held": [Move("sessions")],
    "entrustment_fee.accrued": [_amount("entrustment_fees")],
    "household.entered_debt": [Move("households", 1, "overall"), Move("programme_households")],
    "household.left_debt": [
        Move("households", -1, "overall"),
        Move("programme_households", -1),
    ],
    "inspection.planned": [Move("inspections_planned", 1, "inspections")],
    "finding.raised": [Move("findings_raised"), Move("findings_open")],
    "finding.remedied": [
        Move("findings_open", -1),
        Move("findings_past_deadline", -1, "lapsed"),
        Move("findings_remedied_on_time", 1, "on_time"),
        Move("findings_remedied_late", 1, "lapsed"),
        Move("findings_due", 1, "on_time"),
    ],
    "finding.lapsed": [
        Move("findings_lapsed"),
        Move("findings_past_deadline"),
        Move("findings_due"),
    ],
    "inspection.carried_out": [
        Move("inspections"),
        Move("inspections_as_planned", 1, "fulfils"),
        Move("groups_inspected", 1, "groups_inspected"),
        Move("households_visited", 1, "households_visited"),
    ],
    "loan_use.check_opened": [Move("use_checks_opened"), Move("use_checks_open")],
    "loan_use.checked": [
        Move("use_checks"),
        Move("use_checks_on_time", 1, "on_time"),
        Move("use_checks_late", 1, None, "on_time", 0),
        Move("wrong_uses", 1, None, "result", 1),
        Move("use_checks_due", 1, None, "fell_due", 0),
        Move("use_checks_open", -1),
        Move("use_checks_overdue", -1, "fell_due"),
    ],
    "loan_use.fell_due": [
        Move("use_checks_fell_due"),
        Move("use_checks_due"),
        Move("use_checks_overdue"),
    ],
    "outreach.held": [
        Move("outreach_sessions"),
        Move("outreach_attendance", 1, "attendance"),
    ],
    "outcome.recorded": [
        Move(kind, 1, "count", "outcome_kind", n) for n, kind in enumerate(OUTCOMES)
    ],
    "outcome.taken_back": [
        Move(kind, -1, "count", "outcome_kind", n) for n, kind in enumerate(OUTCOMES)
    ],
    "board.met": [
        Move("board_meetings"),
        *(Move(f"board_meetings_{name}", 1, None, "level", n) for n, name in enumerate(LEVELS)),
    ],
    "resolution.adopted": _of_level("resolutions"),
    "task.assigned": [*_of_level("tasks_assigned"), *_of_level("tasks_open")],
    "task.passed_due": [*_of_level("tasks_late"), *_of_level("tasks_judged")],
    "task.done": [
        *_of_level("tasks_done"),
        *_of_level("tasks_done_on_time", 1, "on_time"),
        *_of_level("tasks_judged", 1, "on_time"),
        *_of_level("tasks_open", -1),
        *_of_level("tasks_late", -1, "was_past_due"),
    ],
    "obstacle.raised": [*_of_level("obstacles_raised"), *_of_level("obstacles_open")],
    "obstacle.passed_up": _of_level("obstacles_passed_up"),
    "obstacle.answered": [
        *_of_level("obstacles_answered"),
        *_of_level("obstacle_days", 1, "days_after"),
        *_of_level("obstacles_open", -1),
    ],
    "obstacle.closed": _of_level("obstacles_open", -1, "unanswered"),
    "illegal_lending.reported": [
        Move("illegal_lending_reported"),
        Move("illegal_lending_open"),
    ],
    "illegal_lending.closed": [
        Move("illegal_lending_closed"),
        Move("illegal_lending_open", -1),
    ],
    "periodic_report.fell_due": _of_level("reports_due"),
    "periodic_report.passed_deadline": [*_of_level("reports_late"), *_of_level("reports_judged")],
    "periodic_report.sent": [
        *_of_level("reports_sent"),
        *_of_level("reports_on_time", 1, "on_time"),
        *_of_level("reports_judged", 1, "on_time"),
        *_of_level("reports_late", -1, "was_past_deadline"),
    ],
    "target.set": [],
    "group.rated": [
        Move("groups_rated", 1, None, "previous", 0),
        Move("groups_scored", 1, None, "previous", 0),
        *_scored("", 1),
        *_scored("previous_", -1),
        *(Move(f"groups_{n}", 1, None, "rating", i) for i, n in enumerate(RATINGS)),
        *(Move(f"groups_{n}", -1, None, "previous", i + 1) for i, n in enumerate(RATINGS)),
        *(Move("groups_good_or_fair", 1, None, "rating", i) for i in (0, 1)),
        *(Move("groups_good_or_fair", -1, None, "previous", i + 1) for i in (0, 1)),
    ],
    # A transfer is two rows that cancel out in the whole unit; the rest moves nothing.
    "loan.transferred": [],
    "loan.reassigned": [],
    "loan.freezing_approved": [],
    "loan.write_off_approved": [],
}


class Tally:
    """Sums by measure and month; the opening comes before the first month."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._months = len(calendar.months)
        self.moved: dict[str, Whole] = {}
        self.events: Counter[str] = Counter()

    def count(self, kind: str, columns: dict[str, NDArray[Any]]) -> None:
        """Add rows up."""
        entry = kind.removeprefix(REVERSED)
        turned = 1 if entry == kind else -1
        self.events[kind if entry == kind else "entry.reversed"] += len(columns["recorded"])
        month = self._calendar.index_of(columns["occurred"]) + 1
        for move in MOVES[entry]:
            by = np.ones(len(month), np.int64) if move.column is None else columns[move.column]
            at = month
            if move.where is not None:
                there = columns[move.where] == move.value
                by, at = by[there], month[there]
            self._add(move.measure, at, turned * move.sign * by)

    def merge(self, moved: dict[str, Whole], events: Counter[str]) -> None:
        """Add what another partition came to."""
        self.events.update(events)
        for measure, by in moved.items():
            self.moved[measure] = self.moved.get(measure, 0) + by

    def total(self, measure: str) -> int:
        """What the measure comes to over the whole history."""
        return int(self.moved[measure].sum()) if measure in self.moved else 0

    def by_month(self, measure: str) -> list[int]:
        """By how much the measure moved at the opening and in each month."""
        return [int(by) for by in self.moved[measure]]

    def _add(self, measure: str, months: Whole, by: Whole) -> None:
        if measure not in self.moved:
            # Late loan-use checks may fall into the month after the last.
            self.moved[measure] = np.zeros(self._months + 2, np.int64)
        sums = self.moved[measure]
        if not len(months):
            return
        if (month := months[0]) == months.max() == months.min():
            sums[month] += by.sum()
        else:
            np.add.at(sums, months, by)
