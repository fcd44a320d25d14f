"""Events of the oversight service."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from policy_credit_shared.events.public import Count, PublicEvent
from policy_credit_shared.kernel.identifiers import Association, Rating

Body = Literal["representative_board", "association", "bank", "people"]
"""Who inspects: Ban đại diện HĐQT, hội nhận ủy thác, ngân hàng, giám sát nhân dân."""

UseResult = Literal["right_use", "wrong_use", "not_yet_used"]

PartsPerMillion = Annotated[
    int, Meta(ge=0, le=1_000_000, description="A ratio as millionths: 1 200 is 0.12 %")
]


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
    """Xếp loại tổ TK&VV for a month; `previous` is absent at a group's first rating."""

    NAME: ClassVar[str] = "group.rated"

    group: UUID
    association: Association
    month: Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
    rating: Rating
    previous: Rating | None = None


class TargetSet(PublicEvent, frozen=True, kw_only=True):
    """Chỉ tiêu: the ceiling of a unit's ratio for a year."""

    NAME: ClassVar[str] = "target.set"

    unit: str
    year: Annotated[int, Meta(ge=2000, le=2200)]
    indicator: str
    ceiling: PartsPerMillion
