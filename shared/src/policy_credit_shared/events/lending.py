"""Events of the loans service: who may borrow, what was agreed, what was paid out."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from policy_credit_shared.events.public import Count, LoanEvent, PublicEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Fund,
    Locality,
    Office,
    Place,
    Programme,
    Text,
)
from policy_credit_shared.kernel.instalments import Ageing, FellOverdue, Plan
from policy_credit_shared.kernel.money import AnnualRate, Dong, DongChange, DongOrNone


class CapitalAllocated(PublicEvent, frozen=True, kw_only=True):
    """Phân bổ nguồn vốn: capital of a fund was given to an office, or taken back."""

    NAME: ClassVar[str] = "capital.allocated"

    fund: Fund
    amount: DongChange
    decision: Text


class PlanAssigned(PublicEvent, frozen=True, kw_only=True):
    """Giao chỉ tiêu kế hoạch: what an office's outstanding of a programme may reach in a year.

    It holds from `occurred_on`: the day it was assigned, or the first of its year. `previous` held
    until then, 0 if none did: the year's target before, or that of the year that ended, whose
    successor has a target of 0 until it is assigned one.
    """

    NAME: ClassVar[str] = "plan.assigned"

    programme: Programme
    year: int
    target: DongOrNone
    previous: DongOrNone = 0


class GroupFormed(PublicEvent, frozen=True, kw_only=True):
    """Thành lập tổ tiết kiệm và vay vốn; `.member_joined` follows for each first member.

    `formed_on` is given for a group that came with its office's existing books.
    """

    NAME: ClassVar[str] = "group.formed"

    group: UUID
    association: Association
    village: Text
    formed_on: date | None = None


class GroupMemberJoined(PublicEvent, frozen=True, kw_only=True):
    """Kết nạp tổ viên."""

    NAME: ClassVar[str] = "group.member_joined"

    group: UUID
    association: Association
    household: UUID


class GroupMemberLeft(PublicEvent, frozen=True, kw_only=True):
    """Tổ viên ra khỏi tổ."""

    NAME: ClassVar[str] = "group.member_left"

    group: UUID
    association: Association
    household: UUID


class GroupDissolved(PublicEvent, frozen=True, kw_only=True):
    """Giải thể tổ; `.member_left` came before it for each last member."""

    NAME: ClassVar[str] = "group.dissolved"

    group: UUID
    association: Association


class _Entitlement(PublicEvent, frozen=True, kw_only=True):
    household: UUID
    group: UUID
    programme: Programme
    category: Category


class EntitlementListed(_Entitlement, frozen=True, kw_only=True):
    """Bình xét: a group named the household in a public meeting (10C/TD, 03/TD)."""

    NAME: ClassVar[str] = "entitlement.listed"


class EntitlementPosted(_Entitlement, frozen=True, kw_only=True):
    """Niêm yết công khai: the list with the household was posted in public."""

    NAME: ClassVar[str] = "entitlement.posted"

    days_since_listed: Count


class EntitlementConfirmed(_Entitlement, frozen=True, kw_only=True):
    """UBND xã xác nhận (03/TD): the household may borrow in the programme until a day."""

    NAME: ClassVar[str] = "entitlement.confirmed"

    days_since_listed: Count
    days_since_posted: Count
    valid_until: date


class EntitlementRejected(_Entitlement, frozen=True, kw_only=True):
    """UBND xã không xác nhận, with the reason given in public."""

    NAME: ClassVar[str] = "entitlement.rejected"

    days_since_listed: Count
    days_since_posted: Count
    reason: Text


class LoanApplied(LoanEvent, frozen=True, kw_only=True):
    """Đề nghị vay vốn (01/TD)."""

    NAME: ClassVar[str] = "loan.applied"

    group: UUID
    amount: Dong
    purpose: Text
    term_months: Count


class LoanApproved(LoanEvent, frozen=True, kw_only=True):
    """Phê duyệt cho vay (04/TD), with the terms of the contract."""

    NAME: ClassVar[str] = "loan.approved"

    group: UUID
    amount: Dong
    annual_rate: AnnualRate
    term_months: Count
    days_since_applied: Count


class LoanDeclined(LoanEvent, frozen=True, kw_only=True):
    """Từ chối cho vay (04/TD), or the approval was withdrawn before anything was paid out."""

    NAME: ClassVar[str] = "loan.declined"

    group: UUID
    amount: Dong
    reason: Text


class LoanDisbursed(LoanEvent, frozen=True, kw_only=True):
    """Giải ngân: a tranche of a loan was paid out.

    `plan` pays back what was paid out so far, this tranche included; empty, all of it is due on
    `due_on`. `confirmed_on` is when the commune confirmed the household's entitlement.
    """

    NAME: ClassVar[str] = "loan.disbursed"

    group: UUID
    tranche: int
    amount: Dong
    annual_rate: AnnualRate
    due_on: date
    place: Place
    plan: Plan = ()
    ageing: Ageing = "at_once"
    confirmed_on: date | None = None
    session: UUID | None = None


class LoanExtended(LoanEvent, frozen=True, kw_only=True):
    """Gia hạn nợ: what is still owed may be paid later."""

    NAME: ClassVar[str] = "loan.extended"

    until: date
    previously: date


class LoanRescheduled(LoanEvent, frozen=True, kw_only=True):
    """Điều chỉnh kỳ hạn nợ: a new plan for what was paid out, within the loan's term."""

    NAME: ClassVar[str] = "loan.rescheduled"

    plan: Plan


class LoanRerated(LoanEvent, frozen=True, kw_only=True):
    """Điều chỉnh lãi suất: a change of the programme's rate that reaches existing contracts."""

    NAME: ClassVar[str] = "loan.rerated"

    annual_rate: AnnualRate
    previously: AnnualRate
    legal_basis: Text


class LoanFreezingApproved(LoanEvent, frozen=True, kw_only=True):
    """Duyệt khoanh nợ: the principal owed is to be frozen until a day; repayments freezes it."""

    NAME: ClassVar[str] = "loan.freezing_approved"

    amount: Dong
    until: date
    reason: Text


class LoanUnfreezingApproved(LoanEvent, frozen=True, kw_only=True):
    """Hết khoanh nợ trước hạn: frozen principal is to be owed again; repayments unfreezes it."""

    NAME: ClassVar[str] = "loan.unfreezing_approved"

    reason: Text


class LoanWriteOffApproved(LoanEvent, frozen=True, kw_only=True):
    """Duyệt xóa nợ: principal is to be written off; repayments writes it off."""

    NAME: ClassVar[str] = "loan.write_off_approved"

    amount: Dong
    decision: Text


class LoanReassigned(LoanEvent, frozen=True, kw_only=True):
    """Bàn giao món vay: the contract goes to another group, commune or office.

    The event's own fields say where it was. Repayments moves the balances.
    """

    NAME: ClassVar[str] = "loan.reassigned"

    group: UUID
    to_office: Office
    to_locality: Locality
    to_association: Association
    to_group: UUID


class LoanCarriedOver(LoanEvent, frozen=True, kw_only=True):
    """Số dư đầu kỳ: a loan of an office's existing books, with its balances at the beginning of
    the day. Nothing was paid out or collected that day.

    `plan` is the instalments left in term, `fell_overdue` what is overdue by its day, and `frozen`
    is owed again on `frozen_until`, overdue since `frozen_overdue_since` if it was overdue.
    `interest_arrears` (lãi tồn đọng) is all interest owed up to the day, that day not counted.
    `loans` is 1, `overdue_loans` is 1 if anything is overdue.
    """

    NAME: ClassVar[str] = "loan.carried_over"

    group: UUID
    disbursed_on: date
    annual_rate: AnnualRate
    due_on: date
    ageing: Ageing
    plan: Plan
    fell_overdue: tuple[FellOverdue, ...]
    frozen_until: date | None = None
    frozen_overdue_since: date | None = None
    interest_arrears: DongOrNone
    in_term: DongOrNone
    frozen: DongOrNone
    overdue_1_90: DongOrNone
    overdue_91_180: DongOrNone
    overdue_181_360: DongOrNone
    overdue_over_360: DongOrNone
    overdue: DongOrNone
    outstanding: Dong
    loans: Literal[1]
    overdue_loans: Literal[0, 1]


class SavingsCarriedOver(PublicEvent, frozen=True, kw_only=True):
    """Số dư tiết kiệm đầu kỳ: what a group member had saved, by an office's existing books."""

    NAME: ClassVar[str] = "savings.carried_over"

    association: Association
    household: UUID
    group: UUID
    amount: Dong
