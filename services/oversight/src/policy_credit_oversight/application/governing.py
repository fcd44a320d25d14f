"""Which use case carries out which command about Boards, obstacles, outreach, outcomes and reports,
what closes a day, and what they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_oversight.application.adopt import adopt
from policy_credit_oversight.application.answer import answer, close, pass_up
from policy_credit_oversight.application.close_lending import close_lending
from policy_credit_oversight.application.fulfil import fulfil
from policy_credit_oversight.application.meet import meet
from policy_credit_oversight.application.pass_days import close_reporting, close_task
from policy_credit_oversight.application.raise_obstacle import raise_obstacle
from policy_credit_oversight.application.reach_out import reach_out
from policy_credit_oversight.application.record_outcome import record_outcome
from policy_credit_oversight.application.report_lending import report_lending
from policy_credit_oversight.application.send import send, start
from policy_credit_oversight.application.take_back import take_back
from policy_credit_oversight.domain.board import MEETING, HoldMeeting
from policy_credit_oversight.domain.illegal_lending import (
    LENDING_REPORT,
    CloseIllegalLending,
    ReportIllegalLending,
)
from policy_credit_oversight.domain.obstacle import (
    OBSTACLE,
    AnswerObstacle,
    CloseObstacle,
    PassObstacleUp,
    RaiseObstacle,
)
from policy_credit_oversight.domain.outcome import OUTCOME, RecordOutcome, TakeBackOutcome
from policy_credit_oversight.domain.outreach import OUTREACH, HoldOutreach
from policy_credit_oversight.domain.periodic_report import REPORTING, SendReport, StartReporting
from policy_credit_oversight.domain.resolution import RESOLUTION, AdoptResolution
from policy_credit_oversight.domain.task import TASK, ReportTaskDone
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    HoldMeeting: meet,
    AdoptResolution: adopt,
    ReportTaskDone: fulfil,
    RaiseObstacle: raise_obstacle,
    PassObstacleUp: pass_up,
    AnswerObstacle: answer,
    CloseObstacle: close,
    HoldOutreach: reach_out,
    RecordOutcome: record_outcome,
    TakeBackOutcome: take_back,
    ReportIllegalLending: report_lending,
    CloseIllegalLending: close_lending,
    StartReporting: start,
    SendReport: send,
}
CLOSINGS: Final[Sequence[Closing]] = (
    Closing(TASK, close_task),
    Closing(REPORTING, close_reporting),
)
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    *MEETING.events,
    *RESOLUTION.events,
    *TASK.events,
    *OBSTACLE.events,
    *OUTREACH.events,
    *OUTCOME.events,
    *LENDING_REPORT.events,
    *REPORTING.events,
]
