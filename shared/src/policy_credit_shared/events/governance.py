"""Events of the oversight service about Boards, obstacles, outreach, outcomes and reports.

They are public and stay for ever. What they say in words is short and names no person; of illegal
lending they say nothing in words at all.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from policy_credit_shared.events.public import Count, PublicEvent
from policy_credit_shared.events.supervision import BodyLevel
from policy_credit_shared.kernel.money import DongOrNone

UnitCode = Annotated[
    str,
    Meta(
        pattern=r"^(VN|[0-9]{2}|[0-9]{3}|[0-9]{5})$",
        max_length=5,
        description="VN, a province, a transaction office or a commune, by its code in the list of"
        " units before 2025-07-01",
    ),
]
Note = Annotated[
    str, Meta(min_length=1, max_length=200, description="In a few words that name no person")
]
Reference = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Za-zĐđ][0-9A-Za-zĐđ./-]*$",
        max_length=40,
        description="The number of a document (số, ký hiệu văn bản), for example 12/NQ-BĐD",
    ),
]

MeetingKind = Literal["regular", "extraordinary"]
"""Họp định kỳ, họp đột xuất."""

Addressee = Literal["bank", "peoples_committee", "association", "police", "representative_board"]
"""Who is asked: NHCSXH, UBND, hội nhận ủy thác, công an, Ban đại diện."""

ObstacleKind = Literal[
    "capital",
    "programme_terms",
    "entitlement",
    "debt_treatment",
    "entrustment",
    "transaction_point",
    "staff_and_equipment",
    "other",
]
"""Nguồn vốn, cơ chế chính sách, xác nhận đối tượng, xử lý nợ, ủy thác, điểm giao dịch, nhân lực và
trang thiết bị, khác."""

Answer = Literal["resolved", "declined"]
"""Đã tháo gỡ, không giải quyết."""

ClosingReason = Literal["answer_accepted", "solved_below", "withdrawn"]
"""Đồng ý với trả lời, tự giải quyết được, rút kiến nghị."""

OutreachKind = Literal["meeting", "group_meeting", "training", "broadcast", "at_the_point"]
"""Hội nghị, sinh hoạt tổ, tập huấn, phát thanh, tại điểm giao dịch."""

Organiser = Literal["bank", "association", "peoples_committee", "representative_board"]
"""NHCSXH, hội nhận ủy thác, UBND, Ban đại diện."""

OutcomeKind = Literal[
    "households_out_of_poverty",
    "jobs_created",
    "students_supported",
    "water_sanitation_works",
    "houses_built",
]
"""Hộ thoát nghèo, việc làm, học sinh sinh viên, công trình nước sạch và vệ sinh, nhà ở."""

Mistake = Literal["recorded_twice", "wrong_count", "wrong_kind", "wrong_commune", "not_confirmed"]
"""Ghi trùng, sai số lượng, sai loại, sai xã, chưa được xác nhận."""

IllegalLending = Literal[
    "usury", "loan_app", "pawnshop", "rotating_fund", "debt_collection", "advertising"
]
"""Cho vay lãi nặng, ứng dụng vay tiền, núp bóng cầm đồ, hụi họ, đòi nợ trái luật, quảng cáo."""

IllegalLendingResult = Literal[
    "prosecuted", "fined", "stopped", "lent_by_the_bank", "passed_on", "unfounded"
]
"""Khởi tố, xử phạt hành chính, đã chấm dứt, được vay vốn chính sách thay thế, chuyển cơ quan khác,
không có căn cứ."""

ReportedTo = Literal["party_committee", "peoples_committee", "representative_board"]
"""Cấp ủy, UBND, Ban đại diện."""

Duty = Annotated[
    str,
    Meta(
        pattern=r"^[a-z_]{1,40}$",
        max_length=40,
        description="A report that is owed regularly, as the list of duties names it",
    ),
]
Period = Annotated[
    str,
    Meta(
        pattern=r"^2[0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$",
        max_length=7,
        description="2019-03, 2019-Q1, 2019-H1 or 2019",
    ),
]
Days = Annotated[int, Meta(ge=0, le=4_000_000)]
"""More than there are between any two dates."""

YesNo = Literal[0, 1]


class _OfUnit(PublicEvent, frozen=True, kw_only=True):
    """A branch's or the head office's events count at its seat, as `level` tells."""

    unit: UnitCode
    level: BodyLevel


class BoardMet(_OfUnit, frozen=True, kw_only=True):
    """Họp Ban đại diện HĐQT: the Representative Board of `unit` met.

    Of a commune's Board, the code is of the list of units since 2025-07-01.
    """

    NAME: ClassVar[str] = "board.met"

    meeting: UUID
    kind: MeetingKind
    members: Count
    attended: Count


class ResolutionAdopted(_OfUnit, frozen=True, kw_only=True):
    """Nghị quyết của Ban đại diện; `task.assigned` follows for each task of it.

    Of a commune's Board, the code is of the list of units since 2025-07-01.
    """

    NAME: ClassVar[str] = "resolution.adopted"

    resolution: UUID
    meeting: UUID
    reference: Reference
    subject: Note
    tasks: Count


class TaskAssigned(_OfUnit, frozen=True, kw_only=True):
    """A resolution asked something of `unit` by a day; `amount` dong, where it is about money."""

    NAME: ClassVar[str] = "task.assigned"

    task: UUID
    resolution: UUID
    reference: Reference
    addressee: Addressee
    subject: Note
    due_on: date
    amount: DongOrNone = 0


class TaskPassedDue(_OfUnit, frozen=True, kw_only=True):
    """The day after a task was due, with nothing reported done."""

    NAME: ClassVar[str] = "task.passed_due"

    task: UUID
    resolution: UUID
    addressee: Addressee
    due_on: date


class TaskDone(_OfUnit, frozen=True, kw_only=True):
    """A task was done, as the event says; `was_past_due` if `task.passed_due` came before."""

    NAME: ClassVar[str] = "task.done"

    task: UUID
    resolution: UUID
    addressee: Addressee
    done: Note
    amount: DongOrNone = 0
    on_time: YesNo
    was_past_due: YesNo


class _Obstacle(_OfUnit, frozen=True, kw_only=True):
    obstacle: UUID
    kind: ObstacleKind


class ObstacleRaised(_Obstacle, frozen=True, kw_only=True):
    """Khó khăn, vướng mắc: `unit` asked a unit above it for help."""

    NAME: ClassVar[str] = "obstacle.raised"

    to: UnitCode
    summary: Note


class ObstaclePassedUp(_Obstacle, frozen=True, kw_only=True):
    """Chuyển cấp trên: the unit that was asked asked one above itself."""

    NAME: ClassVar[str] = "obstacle.passed_up"

    by: UnitCode
    to: UnitCode
    days_since_received: Days


class ObstacleAnswered(_Obstacle, frozen=True, kw_only=True):
    """Trả lời: the unit that was asked answered."""

    NAME: ClassVar[str] = "obstacle.answered"

    by: UnitCode
    answer: Answer
    words: Note
    days_since_raised: Days


class ObstacleClosed(_Obstacle, frozen=True, kw_only=True):
    """Kết thúc: the unit that raised it holds it for settled, after an answer or without."""

    NAME: ClassVar[str] = "obstacle.closed"

    reason: ClosingReason
    answered: YesNo


class OutreachHeld(PublicEvent, frozen=True, kw_only=True):
    """Tuyên truyền: people were told what they are entitled to; `attendance` of them came."""

    NAME: ClassVar[str] = "outreach.held"

    outreach: UUID
    kind: OutreachKind
    organiser: Organiser
    attendance: Count


class OutcomeRecorded(PublicEvent, frozen=True, kw_only=True):
    """Kết quả: what policy lending brought about in a commune, so many of a kind."""

    NAME: ClassVar[str] = "outcome.recorded"

    outcome: UUID
    kind: OutcomeKind
    count: Count


class OutcomeTakenBack(PublicEvent, frozen=True, kw_only=True):
    """Hủy kết quả ghi nhầm: a second person took a mistaken record back, whole."""

    NAME: ClassVar[str] = "outcome.taken_back"

    outcome: UUID
    kind: OutcomeKind
    count: Count
    mistake: Mistake


class IllegalLendingReported(PublicEvent, frozen=True, kw_only=True):
    """Tín dụng đen: illegal lending was reported. Who and where are in the police's file only."""

    NAME: ClassVar[str] = "illegal_lending.reported"

    report: UUID
    kind: IllegalLending


class IllegalLendingClosed(PublicEvent, frozen=True, kw_only=True):
    """How a report of illegal lending ended."""

    NAME: ClassVar[str] = "illegal_lending.closed"

    report: UUID
    kind: IllegalLending
    result: IllegalLendingResult
    days_since_reported: Days


class _PeriodicReport(_OfUnit, frozen=True, kw_only=True):
    duty: Duty
    to: ReportedTo
    period: Period
    deadline: date


class PeriodicReportFellDue(_PeriodicReport, frozen=True, kw_only=True):
    """Báo cáo định kỳ: a period ended, and `unit` owes a report of it by a deadline."""

    NAME: ClassVar[str] = "periodic_report.fell_due"


class PeriodicReportPassedDeadline(_PeriodicReport, frozen=True, kw_only=True):
    """Quá hạn gửi báo cáo: the day after the deadline, with no report sent."""

    NAME: ClassVar[str] = "periodic_report.passed_deadline"


class PeriodicReportSent(_PeriodicReport, frozen=True, kw_only=True):
    """Đã gửi báo cáo, as the document of that number proves.

    `was_past_deadline` if `periodic_report.passed_deadline` came before.
    """

    NAME: ClassVar[str] = "periodic_report.sent"

    reference: Reference
    on_time: YesNo
    was_past_deadline: YesNo
