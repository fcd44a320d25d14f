"""Commands about Boards, obstacles, outreach, outcomes and reports: sensible unless a test says
otherwise."""

from datetime import date
from typing import Any

from build import COMMUNE, DAY, LOCALITY, OFFICE, Desk, some_id
from msgspec import convert

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.board import HoldMeeting
from policy_credit_oversight.domain.illegal_lending import (
    CloseIllegalLending,
    ReportIllegalLending,
)
from policy_credit_oversight.domain.obstacle import (
    AnswerObstacle,
    CloseObstacle,
    PassObstacleUp,
    RaiseObstacle,
)
from policy_credit_oversight.domain.outcome import RecordOutcome, TakeBackOutcome
from policy_credit_oversight.domain.outreach import HoldOutreach
from policy_credit_oversight.domain.periodic_report import SendReport, StartReporting
from policy_credit_oversight.domain.register import RegisterKept
from policy_credit_oversight.domain.resolution import AdoptResolution
from policy_credit_oversight.domain.seat import Seat
from policy_credit_oversight.domain.task import ReportTaskDone
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Command

PROVINCE = "58"
MEETING = some_id("meeting")
RESOLUTION = some_id("resolution")
OBSTACLE = some_id("obstacle")
OUTCOME = some_id("outcome")
LENDING = some_id("illegal lending")
AFTER = date(2019, 7, 1)
"""The day after the task of these tests is due."""

OFFICE_SEAT = Seat(unit=OFFICE, level="district", office=OFFICE, locality=LOCALITY)


class Oversight(Desk):
    """The service; what comes of a command or a close, without the registers that follow it."""

    def __init__(self) -> None:
        super().__init__(PARTS)

    def does(self, *commands: Command, by: Principal | None = None) -> list[DomainEvent]:
        return _without_registers(super().does(*commands, by=by))

    def closes(self, day: date, office: str | None = None) -> list[DomainEvent]:
        return _without_registers(super().closes(day, office))


def _without_registers(events: list[DomainEvent]) -> list[DomainEvent]:
    return [event for event in events if not isinstance(event, RegisterKept)]


def meet(**changes: Any) -> HoldMeeting:
    fields = {
        "unit": OFFICE,
        "meeting": MEETING,
        "kind": "regular",
        "members": 11,
        "attended": 9,
        "held_on": DAY,
    }
    return convert(fields | changes, HoldMeeting)


def asked(**changes: Any) -> dict[str, Any]:
    """A task of a resolution."""
    fields = {
        "unit": OFFICE,
        "addressee": "peoples_committee",
        "subject": "entrust a share of the budget",
        "due_on": date(2019, 6, 30),
        "amount": 2_000_000_000,
    }
    return fields | changes


def adopt(*tasks: dict[str, Any], **changes: Any) -> AdoptResolution:
    fields = {
        "unit": OFFICE,
        "meeting": MEETING,
        "resolution": RESOLUTION,
        "reference": "12/NQ-BĐD",
        "subject": "local capital",
        "tasks": tasks or (asked(),),
        "adopted_on": DAY,
    }
    return convert(fields | changes, AdoptResolution)


def report_done(**changes: Any) -> ReportTaskDone:
    fields = {
        "unit": OFFICE,
        "resolution": RESOLUTION,
        "number": 1,
        "done": "the money came",
        "amount": 2_000_000_000,
        "done_on": date(2019, 6, 30),
    }
    return convert(fields | changes, ReportTaskDone)


def raise_obstacle(**changes: Any) -> RaiseObstacle:
    fields = {
        "unit": OFFICE,
        "obstacle": OBSTACLE,
        "to": PROVINCE,
        "kind": "capital",
        "summary": "too little capital for jobs",
        "raised_on": DAY,
    }
    return convert(fields | changes, RaiseObstacle)


def pass_up(**changes: Any) -> PassObstacleUp:
    fields = {
        "unit": PROVINCE,
        "obstacle": OBSTACLE,
        "to": "VN",
        "passed_on": date(2019, 3, 12),
    }
    return convert(fields | changes, PassObstacleUp)


def answer(**changes: Any) -> AnswerObstacle:
    fields = {
        "unit": PROVINCE,
        "obstacle": OBSTACLE,
        "answer": "resolved",
        "words": "another 5 billion from April",
        "answered_on": date(2019, 3, 25),
    }
    return convert(fields | changes, AnswerObstacle)


def close_obstacle(**changes: Any) -> CloseObstacle:
    fields = {
        "unit": OFFICE,
        "obstacle": OBSTACLE,
        "reason": "answer_accepted",
        "closed_on": date(2019, 4, 2),
    }
    return convert(fields | changes, CloseObstacle)


def reach_out(**changes: Any) -> HoldOutreach:
    fields = {
        "office": OFFICE,
        "commune": COMMUNE,
        "outreach": some_id("outreach"),
        "kind": "meeting",
        "organiser": "association",
        "attendance": 64,
        "held_on": DAY,
    }
    return convert(fields | changes, HoldOutreach)


def record_outcome(**changes: Any) -> RecordOutcome:
    fields = {
        "office": OFFICE,
        "commune": COMMUNE,
        "outcome": OUTCOME,
        "kind": "households_out_of_poverty",
        "count": 14,
        "recorded_on": DAY,
    }
    return convert(fields | changes, RecordOutcome)


def take_back(**changes: Any) -> TakeBackOutcome:
    fields = {
        "office": OFFICE,
        "outcome": OUTCOME,
        "mistake": "wrong_count",
        "taken_back_on": date(2019, 3, 8),
    }
    return convert(fields | changes, TakeBackOutcome)


def report_lending(**changes: Any) -> ReportIllegalLending:
    fields = {
        "office": OFFICE,
        "commune": COMMUNE,
        "report": LENDING,
        "kind": "loan_app",
        "reported_on": DAY,
    }
    return convert(fields | changes, ReportIllegalLending)


def close_lending(**changes: Any) -> CloseIllegalLending:
    fields = {
        "office": OFFICE,
        "report": LENDING,
        "result": "prosecuted",
        "closed_on": date(2019, 4, 5),
    }
    return convert(fields | changes, CloseIllegalLending)


def start_reporting(**changes: Any) -> StartReporting:
    fields = {"unit": OFFICE, "first_month": "2019-01", "started_on": date(2019, 1, 2)}
    return convert(fields | changes, StartReporting)


def send_report(**changes: Any) -> SendReport:
    fields = {
        "unit": OFFICE,
        "duty": "district_party",
        "period": "2019-Q1",
        "reference": "45/BC-NHCS",
        "sent_on": date(2019, 4, 15),
    }
    return convert(fields | changes, SendReport)
