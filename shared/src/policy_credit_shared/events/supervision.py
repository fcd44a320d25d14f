"""Events of the oversight service."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from policy_credit_shared.events.public import Count, PublicEvent
from policy_credit_shared.kernel.identifiers import Association, Rating
from policy_credit_shared.kernel.money import DongOrNone

Body = Literal["representative_board", "association", "bank", "people"]
"""Who inspects: Ban đại diện HĐQT, hội nhận ủy thác, ngân hàng, giám sát nhân dân."""

BodyLevel = Literal["nation", "province", "district", "commune"]
"""The level of a body: trung ương, tỉnh, huyện, xã."""

UseResult = Literal["right_use", "wrong_use", "not_yet_used"]
"""Đúng mục đích, sai mục đích, chưa sử dụng."""

Severity = Literal["minor", "serious", "grave"]
"""Of a finding: nhẹ, nghiêm trọng, đặc biệt nghiêm trọng."""

FindingSubject = Literal[
    "entitlement", "loan_use", "group_management", "collection", "records", "other"
]
"""What a finding is about: bình xét, sử dụng vốn, quản lý tổ, thu nợ thu lãi, hồ sơ, khác."""

PartsPerMillion = Annotated[
    int, Meta(ge=0, le=1_000_000, description="A ratio as millionths: 1 200 is 0.12 %")
]

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
Points = Annotated[int, Meta(ge=0, le=100, description="Points of a score, of 100 in all")]

Targeted = Literal[
    "credit_growth",
    "overdue_ratio",
    "principal_when_due_rate",
    "interest_collection_rate",
    "communes_without_overdue",
    "groups_good_ratio",
    "local_capital",
]
"""Tăng trưởng tín dụng, tỷ lệ nợ quá hạn, tỷ lệ thu gốc đến hạn, tỷ lệ thu lãi, số xã không có nợ
quá hạn, tỷ lệ tổ xếp loại tốt, vốn ủy thác từ ngân sách địa phương."""

Bound = Literal["ceiling", "floor"]
"""Whether a target is the most that is allowed, or the least that is wanted."""

TargetedUnit = Literal["millionths", "count", "dong"]


class InspectionPlanned(PublicEvent, frozen=True, kw_only=True):
    """Kế hoạch kiểm tra: a body is to inspect one unit of its plan so often in a period.

    `unit` is the body's own, `inspected` the office or commune to be inspected, `groups` how many
    groups are named. A plan is one of these events for each unit to be inspected.
    """

    NAME: ClassVar[str] = "inspection.planned"

    plan: UUID
    body: Body
    level: BodyLevel
    unit: str
    inspected: str
    inspections: Count
    groups: Count
    period_from: date
    period_until: date


class InspectionCarriedOut(PublicEvent, frozen=True, kw_only=True):
    """Kiểm tra, giám sát: a body inspected a commune.

    `fulfils` is 1 if the inspection is one of those that `plan` foresaw, else 0.
    """

    NAME: ClassVar[str] = "inspection.carried_out"

    inspection: UUID
    body: Body
    groups_inspected: Count
    households_visited: Count
    level: BodyLevel | None = None
    unit: str = ""
    plan: UUID | None = None
    fulfils: Literal[0, 1] = 0


class _Finding(PublicEvent, frozen=True, kw_only=True):
    finding: UUID
    severity: Severity
    responsible: str
    deadline: date


class FindingRaised(_Finding, frozen=True, kw_only=True):
    """Phát hiện tồn tại, sai sót: `responsible` is the unit that has to remedy it by `deadline`.

    `inspection` found it, or a check of the use of `loan`.
    """

    NAME: ClassVar[str] = "finding.raised"

    body: Body
    subject: FindingSubject
    inspection: UUID | None = None
    loan: UUID | None = None


class FindingRemedied(_Finding, frozen=True, kw_only=True):
    """Khắc phục, chỉnh sửa: `on_time` is 1 if by the deadline, `lapsed` if it had lapsed before."""

    NAME: ClassVar[str] = "finding.remedied"

    days_after: Count
    on_time: Literal[0, 1]
    lapsed: Literal[0, 1]


class FindingLapsed(_Finding, frozen=True, kw_only=True):
    """Quá hạn khắc phục: the deadline passed without a remedy, which may still come."""

    NAME: ClassVar[str] = "finding.lapsed"


class _UseCheck(PublicEvent, frozen=True, kw_only=True):
    loan: UUID
    association: Association
    tranche: Count


class LoanUseCheckOpened(_UseCheck, frozen=True, kw_only=True):
    """Món vay phải kiểm tra: the use of a tranche is to be checked by `due_on`.

    `again` is 1 where the check was closed with the loan, which has principal again; it comes
    back among the overdue ones if `overdue` is 1.
    """

    NAME: ClassVar[str] = "loan_use.check_opened"

    disbursed_on: date
    due_on: date
    again: Literal[0, 1] = 0
    overdue: Literal[0, 1] = 0


class LoanUseChecked(PublicEvent, frozen=True, kw_only=True):
    """Kiểm tra sử dụng vốn vay (06/TD), due within 30 days of disbursement.

    Money not yet used is to be checked again, within 30 days of this check. `fell_due` is 1 if
    the check had fallen due before, `closes` if it was open and is no more, and `overdue` if it
    is one overdue check less.
    """

    NAME: ClassVar[str] = "loan_use.checked"

    loan: UUID
    association: Association
    result: UseResult
    days_after: Count
    on_time: Literal[0, 1]
    tranche: Count = 1
    fell_due: Literal[0, 1] = 0
    closes: Literal[0, 1] = 0
    overdue: Literal[0, 1] = 0


class LoanUseFellDue(_UseCheck, frozen=True, kw_only=True):
    """Quá hạn kiểm tra: at the close of the day after `due_on` no check was on record."""

    NAME: ClassVar[str] = "loan_use.fell_due"

    due_on: date


class LoanUseCheckClosed(_UseCheck, frozen=True, kw_only=True):
    """Không còn phải kiểm tra: the loan was settled or written off before its use was checked."""

    NAME: ClassVar[str] = "loan_use.check_closed"

    reason: Literal["settled", "written_off"]
    overdue: Literal[0, 1]


class LoanUseChecksMoved(PublicEvent, frozen=True, kw_only=True):
    """Open checks went along with a loan: they left an office or commune (`out`), or came (`in`).

    A move is two of these events, each with the office and locality that it is about.
    """

    NAME: ClassVar[str] = "loan_use.checks_moved"

    loan: UUID
    association: Association
    direction: Literal["out", "in"]
    checks: Count
    overdue: Count


class GroupRated(PublicEvent, frozen=True, kw_only=True):
    """Xếp loại tổ TK&VV for a month; `previous` is absent at a group's first rating.

    `proposed` is what the month's figures were worth and `points` by which components; `amended` is
    1 if a person rated it otherwise, for a `reason`. `scored` and `previously_scored` are 1 if the
    rating, and the one before it, have points: those of before there were proposals have none.
    """

    NAME: ClassVar[str] = "group.rated"

    group: UUID
    association: Association
    month: Month
    rating: Rating
    previous: Rating | None = None
    proposed: Rating | None = None
    amended: Literal[0, 1] = 0
    reason: str | None = None
    scored: Literal[0, 1] = 0
    points: Points = 0
    points_overdue: Points = 0
    points_at_point: Points = 0
    points_interest: Points = 0
    points_principal: Points = 0
    points_savings_growth: Points = 0
    points_members_saving: Points = 0
    previously_scored: Literal[0, 1] = 0
    previous_points: Points = 0
    previous_points_overdue: Points = 0
    previous_points_at_point: Points = 0
    previous_points_interest: Points = 0
    previous_points_principal: Points = 0
    previous_points_savings_growth: Points = 0
    previous_points_members_saving: Points = 0


class GroupRatingEnded(PublicEvent, frozen=True, kw_only=True):
    """Thôi xếp loại tổ TK&VV: a group that was rated was dissolved; `rating` is its last."""

    NAME: ClassVar[str] = "group.rating_ended"

    group: UUID
    association: Association
    rating: Rating
    scored: Literal[0, 1] = 0
    points: Points = 0
    points_overdue: Points = 0
    points_at_point: Points = 0
    points_interest: Points = 0
    points_principal: Points = 0
    points_savings_growth: Points = 0
    points_members_saving: Points = 0


class TargetSet(PublicEvent, frozen=True, kw_only=True):
    """Chỉ tiêu: what a unit's figure is to be in a year, at most (`ceiling`) or at least (`floor`).

    `value` is measured in millionths, a count or dong. The first targets were ceilings in
    millionths and have only `ceiling`; where a target is none it is 1 000 000, all that a ratio
    can be.
    """

    NAME: ClassVar[str] = "target.set"

    unit: str
    year: Annotated[int, Meta(ge=2000, le=2200)]
    indicator: str
    ceiling: PartsPerMillion
    bound: Bound = "ceiling"
    value: DongOrNone | None = None
    measured_in: TargetedUnit = "millionths"

    @property
    def amount(self) -> int:
        """What is to be reached."""
        return self.ceiling if self.value is None else self.value
