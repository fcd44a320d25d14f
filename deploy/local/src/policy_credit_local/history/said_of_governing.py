"""How the events about Boards, obstacles, outreach, outcomes and reports are written."""

from collections.abc import Mapping
from typing import Final, get_args

from policy_credit_local.history.duties import DUTIES, PERIODS
from policy_credit_local.history.fields import ANY, FLAG, Said, quoted
from policy_credit_local.history.pieces import Code, Day, Id, Number, Piece, Words
from policy_credit_local.history.tally import LEVELS, OUTCOMES
from policy_credit_shared.events import governance

_UNIT: Final[Mapping[str, Piece]] = {**ANY, "unit": Code("unit"), "level": quoted(LEVELS, "level")}
_TASK: Final[Mapping[str, Piece]] = {
    **_UNIT,
    "task": Id("task", "key"),
    "resolution": Id("resolution", "key"),
    "addressee": quoted(get_args(governance.Addressee), "addressee"),
}
_OBSTACLE: Final[Mapping[str, Piece]] = {
    **_UNIT,
    "obstacle": Id("obstacle", "key"),
    "kind": quoted(get_args(governance.ObstacleKind), "obstacle_kind"),
}
_REPORT: Final[Mapping[str, Piece]] = {
    **_UNIT,
    "duty": quoted(tuple(duty.name for duty in DUTIES), "duty"),
    "to": quoted(tuple(duty.to for duty in DUTIES), "duty"),
    "period": quoted(PERIODS, "period"),
    "deadline": Day("deadline"),
}
_SUBJECTS: Final = (
    "Bổ sung vốn ủy thác từ ngân sách địa phương",
    "Xử lý nợ quá hạn tồn đọng",
    "Rà soát đối tượng thụ hưởng",
    "Nâng cao chất lượng điểm giao dịch xã",
)
_SUBJECT: Final = quoted(_SUBJECTS, "subject")
_USURY: Final[Mapping[str, Piece]] = {
    **ANY,
    "report": Id("illegal lending", "key"),
    "kind": quoted(get_args(governance.IllegalLending), "usury_kind"),
}

SAID_OF_GOVERNING: Final[Said] = {
    governance.BoardMet: (
        Id("meeting", "key"),
        {
            **_UNIT,
            "meeting": Id("meeting", "key"),
            "kind": Words(['"regular"'], "zero"),
            "members": Number("members", 3),
            "attended": Number("attended", 3),
        },
    ),
    governance.ResolutionAdopted: (
        Id("resolution", "key"),
        {
            **_UNIT,
            "resolution": Id("resolution", "key"),
            "meeting": Id("meeting", "key"),
            "reference": Words(['"01/NQ-BĐD"'], "zero"),
            "subject": _SUBJECT,
            "tasks": Words(["1"], "zero"),
        },
    ),
    governance.TaskAssigned: (
        Id("task", "key"),
        {
            **_TASK,
            "reference": Words(['"01/NQ-BĐD"'], "zero"),
            "subject": _SUBJECT,
            "due_on": Day("due_on"),
        },
    ),
    governance.TaskPassedDue: (Id("task", "key"), {**_TASK, "due_on": Day("due_on")}),
    governance.TaskDone: (
        Id("task", "key"),
        {
            **_TASK,
            "done": Words(['"Đã thực hiện"'], "zero"),
            "on_time": Words(FLAG, "on_time"),
            "was_past_due": Words(FLAG, "was_past_due"),
        },
    ),
    governance.ObstacleRaised: (
        Id("obstacle", "key"),
        {**_OBSTACLE, "to": Code("to"), "summary": Words(['"Đề nghị tháo gỡ"'], "zero")},
    ),
    governance.ObstaclePassedUp: (
        Id("obstacle", "key"),
        {
            **_OBSTACLE,
            "by": Code("by"),
            "to": Code("to"),
            "days_since_received": Number("days_after", 4),
        },
    ),
    governance.ObstacleAnswered: (
        Id("obstacle", "key"),
        {
            **_OBSTACLE,
            "by": Code("by"),
            "answer": quoted(get_args(governance.Answer), "answer"),
            "words": Words(['"Đã xem xét"'], "zero"),
            "days_since_raised": Number("days_after", 4),
        },
    ),
    governance.ObstacleClosed: (
        Id("obstacle", "key"),
        {
            **_OBSTACLE,
            "reason": quoted(get_args(governance.ClosingReason), "reason"),
            "answered": Words(FLAG, "answered"),
        },
    ),
    governance.OutreachHeld: (
        Id("outreach", "key"),
        {
            **ANY,
            "outreach": Id("outreach", "key"),
            "kind": quoted(get_args(governance.OutreachKind), "outreach_kind"),
            "organiser": quoted(get_args(governance.Organiser), "organiser"),
            "attendance": Number("attendance", 4),
        },
    ),
    governance.OutcomeRecorded: (
        Id("outcome", "key"),
        {
            **ANY,
            "outcome": Id("outcome", "key"),
            "kind": quoted(OUTCOMES, "outcome_kind"),
            "count": Number("count", 4),
        },
    ),
    governance.OutcomeTakenBack: (
        Id("outcome", "key"),
        {
            **ANY,
            "outcome": Id("outcome", "key"),
            "kind": quoted(OUTCOMES, "outcome_kind"),
            "count": Number("count", 4),
            "mistake": Words(['"recorded_twice"'], "zero"),
        },
    ),
    governance.IllegalLendingReported: (Id("illegal lending", "key"), _USURY),
    governance.IllegalLendingClosed: (
        Id("illegal lending", "key"),
        {
            **_USURY,
            "result": quoted(get_args(governance.IllegalLendingResult), "result"),
            "days_since_reported": Number("days_after", 4),
        },
    ),
    governance.PeriodicReportFellDue: (Id("reporting", "unit"), _REPORT),
    governance.PeriodicReportPassedDeadline: (Id("reporting", "unit"), _REPORT),
    governance.PeriodicReportSent: (
        Id("reporting", "unit"),
        {
            **_REPORT,
            "reference": Words(['"01/BC-NHCS"'], "zero"),
            "on_time": Words(FLAG, "on_time"),
            "was_past_deadline": Words(FLAG, "was_past_deadline"),
        },
    ),
}
