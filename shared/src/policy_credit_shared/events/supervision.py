"""Events of the oversight service."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from policy_credit_shared.events.public import Count, PublicEvent
from policy_credit_shared.kernel.identifiers import Association, Rating
from policy_credit_shared.kernel.money import DongOrNone

Body = Literal["representative_board", "association", "bank", "people"]
"""Who inspects: Ban đại diện HĐQT, hội nhận ủy thác, ngân hàng, giám sát nhân dân."""

UseResult = Literal["right_use", "wrong_use", "not_yet_used"]

PartsPerMillion = Annotated[
    int, Meta(ge=0, le=1_000_000, description="A ratio as millionths: 1 200 is 0.12 %")
]

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
Points = Annotated[int, Meta(ge=0, le=100, description="Points of a score, of 100 in all")]

Targeted = Literal[
    "credit_growth",
    "overdue_ratio",
    "principal_when_due_rate",
    "communes_without_overdue",
    "groups_good_ratio",
    "local_capital",
]
"""Tăng trưởng tín dụng, tỷ lệ nợ quá hạn, tỷ lệ thu gốc đến hạn, số xã không có nợ quá hạn, tỷ lệ
tổ xếp loại tốt, vốn ủy thác từ ngân sách địa phương."""

Bound = Literal["ceiling", "floor"]
"""Whether a target is the most that is allowed, or the least that is wanted."""

TargetedUnit = Literal["millionths", "count", "dong"]


class InspectionCarriedOut(PublicEvent, frozen=True, kw_only=True):
    """Kiểm tra, giám sát: a body inspected a commune."""

    NAME: ClassVar[str] = "inspection.carried_out"

    inspection: UUID
    body: Body
    groups_inspected: Count
    households_visited: Count


class LoanUseChecked(PublicEvent, frozen=True, kw_only=True):
    """Kiểm tra sử dụng vốn vay (06/TD), due within 30 days of disbursement."""

    NAME: ClassVar[str] = "loan_use.checked"

    loan: UUID
    association: Association
    result: UseResult
    days_after: Count
    on_time: Literal[0, 1]


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
