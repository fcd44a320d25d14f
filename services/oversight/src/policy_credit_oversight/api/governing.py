"""Where commands of governing are posted, and by whom: Boards, obstacles, outreach, outcomes,
reports."""

from typing import Final

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
from policy_credit_oversight.domain.resolution import AdoptResolution
from policy_credit_oversight.domain.task import ReportTaskDone
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

_BANK: Final[set[Role]] = {"credit_officer", "branch_director"}
_DIRECTOR: Final[set[Role]] = {"branch_director"}
_BELOW: Final[set[Role]] = {"credit_officer", "branch_director", "peoples_committee"}
_WITNESS: Final[set[Role]] = {"teller", "credit_officer", "branch_director", "inspector"}

ROUTES: Final = [
    CommandRoute("/board-meetings", HoldMeeting, _BANK, writer="unit"),
    CommandRoute("/resolutions", AdoptResolution, _BANK, writer="unit"),
    CommandRoute("/task-reports", ReportTaskDone, _BELOW, writer="unit"),
    CommandRoute("/obstacles", RaiseObstacle, _BELOW, writer="unit"),
    CommandRoute("/obstacle-referrals", PassObstacleUp, _DIRECTOR, writer="unit"),
    CommandRoute("/obstacle-answers", AnswerObstacle, _DIRECTOR, writer="unit"),
    CommandRoute("/obstacle-closings", CloseObstacle, _BELOW, writer="unit"),
    CommandRoute("/outreach-sessions", HoldOutreach, _BANK),
    CommandRoute("/outcomes", RecordOutcome, _BANK),
    CommandRoute("/outcome-withdrawals", TakeBackOutcome, _BANK),
    CommandRoute("/illegal-lending-reports", ReportIllegalLending, _WITNESS),
    CommandRoute("/illegal-lending-closings", CloseIllegalLending, _BANK),
    CommandRoute("/reporting-starts", StartReporting, _DIRECTOR, writer="unit"),
    CommandRoute("/periodic-reports", SendReport, _BANK, writer="unit"),
]
