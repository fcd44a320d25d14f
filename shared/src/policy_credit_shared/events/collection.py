"""Events of the repayments service."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct

from policy_credit_shared.events.public import Count, LoanEvent, PublicEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Bucket,
    DebtClass,
    Place,
    Programme,
)
from policy_credit_shared.kernel.money import Dong, DongChange, DongOrNone

Depositor = Literal["individual", "organisation"]


class SessionAmounts(Struct, frozen=True, kw_only=True):
    """Amounts of a session by kind, in dong; withdrawals and disbursements were paid out."""

    disbursed: DongOrNone = 0
    principal: DongOrNone = 0
    interest: DongOrNone = 0
    savings_deposited: DongOrNone = 0
    savings_withdrawn: DongOrNone = 0


class InterestCharged(LoanEvent, frozen=True, kw_only=True):
    """Lãi phải thu: interest became due for a period, its first day counted, its last not."""

    NAME: ClassVar[str] = "interest.charged"

    amount: Dong
    period_from: date
    period_until: date


class InterestCollected(LoanEvent, frozen=True, kw_only=True):
    """Thu lãi."""

    NAME: ClassVar[str] = "interest.collected"

    payment: UUID
    amount: Dong
    place: Place


class PrincipalFellDue(LoanEvent, frozen=True, kw_only=True):
    """Gốc đến hạn: an instalment's day came; `paid` of it was paid by then."""

    NAME: ClassVar[str] = "principal.fell_due"

    amount: Dong
    paid: DongOrNone


class PrincipalCollected(LoanEvent, frozen=True, kw_only=True):
    """Thu nợ gốc, of one debt class; of overdue principal, `bucket` says how old."""

    NAME: ClassVar[str] = "principal.collected"

    payment: UUID
    amount: Dong
    debt_class: DebtClass
    place: Place
    bucket: Bucket | None = None


class InstalmentCarriedForward(LoanEvent, frozen=True, kw_only=True):
    """Chuyển kỳ hạn: a missed instalment is to be paid with the next one; it is not overdue."""

    NAME: ClassVar[str] = "instalment.carried_forward"

    amount: Dong
    new_due_on: date


class CarriedForwardChanged(LoanEvent, frozen=True, kw_only=True):
    """Gốc chuyển kỳ hạn còn nợ: more, or less, is owed of instalments carried forward.

    Less when it is paid, falls overdue, is frozen or written off, or a new plan gives it another
    day. A transfer is said by `loan.transferred`.
    """

    NAME: ClassVar[str] = "carried_forward.changed"

    amount: DongChange


class PrincipalFellOverdue(LoanEvent, frozen=True, kw_only=True):
    """Chuyển nợ quá hạn: part of the principal in term passed its due date (Decision 976/2015)."""

    NAME: ClassVar[str] = "principal.fell_overdue"

    amount: Dong


class OverdueAged(LoanEvent, frozen=True, kw_only=True):
    """Overdue principal grew older, from one bucket into another."""

    NAME: ClassVar[str] = "overdue.aged"

    amount: Dong
    from_bucket: Bucket
    to_bucket: Bucket


class OverdueCured(LoanEvent, frozen=True, kw_only=True):
    """Overdue principal is in term again: the loan was extended or rescheduled."""

    NAME: ClassVar[str] = "overdue.cured"

    amount: Dong
    bucket: Bucket


class LoanFellOverdue(LoanEvent, frozen=True, kw_only=True):
    """A loan without overdue principal came to have some."""

    NAME: ClassVar[str] = "loan.fell_overdue"


class LoanCured(LoanEvent, frozen=True, kw_only=True):
    """A loan with overdue principal came to have none."""

    NAME: ClassVar[str] = "loan.cured"


class LoanFrozen(LoanEvent, frozen=True, kw_only=True):
    """Khoanh nợ: principal of one class was frozen."""

    NAME: ClassVar[str] = "loan.frozen"

    amount: Dong
    from_class: Literal["in_term", "overdue"]
    bucket: Bucket | None = None


class LoanUnfrozen(LoanEvent, frozen=True, kw_only=True):
    """Hết thời gian khoanh nợ: frozen principal is owed again, in the class that it was in."""

    NAME: ClassVar[str] = "loan.unfrozen"

    amount: Dong
    to_class: Literal["in_term", "overdue"]
    bucket: Bucket | None = None


class LoanWrittenOff(LoanEvent, frozen=True, kw_only=True):
    """Xóa nợ: principal of one class was written off; `closes` is 1 if none is left, else 0."""

    NAME: ClassVar[str] = "loan.written_off"

    amount: Dong
    debt_class: DebtClass
    bucket: Bucket | None = None
    closes: Literal[0, 1]


class DebtRecovered(LoanEvent, frozen=True, kw_only=True):
    """Thu nợ đã xóa: a borrower paid what had been written off."""

    NAME: ClassVar[str] = "debt.recovered"

    payment: UUID
    amount: Dong
    place: Place


class LoanTransferred(LoanEvent, frozen=True, kw_only=True):
    """Bàn giao dư nợ: balances left a group, commune or office (`out`), or came to it (`in`).

    A transfer is two of these events, each with the office and locality that it is about.
    `loans` and `overdue_loans` are 1 if the loan counts there, else 0. `carried_forward` is part
    of `in_term`.
    """

    NAME: ClassVar[str] = "loan.transferred"

    direction: Literal["out", "in"]
    group: UUID
    in_term: DongOrNone
    frozen: DongOrNone
    overdue_1_90: DongOrNone
    overdue_91_180: DongOrNone
    overdue_181_360: DongOrNone
    overdue_over_360: DongOrNone
    overdue: DongOrNone
    outstanding: DongOrNone
    loans: Literal[0, 1]
    overdue_loans: Literal[0, 1]
    carried_forward: DongOrNone = 0


class LoanSettled(LoanEvent, frozen=True, kw_only=True):
    """Tất toán: the last dong of principal was collected."""

    NAME: ClassVar[str] = "loan.settled"


class LoanReopened(LoanEvent, frozen=True, kw_only=True):
    """A settled loan has principal again: a tranche was added or a payment reversed."""

    NAME: ClassVar[str] = "loan.reopened"


class SavingsDeposited(PublicEvent, frozen=True, kw_only=True):
    """Gửi tiền tiết kiệm of a group member."""

    NAME: ClassVar[str] = "savings.deposited"

    association: Association
    household: UUID
    group: UUID
    amount: Dong
    place: Place


class SavingsWithdrawn(PublicEvent, frozen=True, kw_only=True):
    """Rút tiền tiết kiệm of a group member."""

    NAME: ClassVar[str] = "savings.withdrawn"

    association: Association
    household: UUID
    group: UUID
    amount: Dong
    place: Place


class MobilisedDeposited(PublicEvent, frozen=True, kw_only=True):
    """Huy động tiền gửi of an individual or an organisation."""

    NAME: ClassVar[str] = "mobilised.deposited"

    depositor: UUID
    kind: Depositor
    amount: Dong
    place: Place


class MobilisedWithdrawn(PublicEvent, frozen=True, kw_only=True):
    """Chi trả tiền gửi of an individual or an organisation."""

    NAME: ClassVar[str] = "mobilised.withdrawn"

    depositor: UUID
    kind: Depositor
    amount: Dong
    place: Place


class SessionHeld(PublicEvent, frozen=True, kw_only=True):
    """Phiên giao dịch xã: a transaction-point session was closed, its cash counted and right.

    `realised` holds each entry of the session that was not reversed before the close, so that it
    adds up to its cash: recoveries count as principal, and what individuals and organisations
    deposited and withdrew as savings. A repayment from savings counts as principal or interest
    and as savings withdrawn. `lines` counts the entries; a repayment from savings is two.
    """

    NAME: ClassVar[str] = "session.held"

    session: UUID
    planned: SessionAmounts
    realised: SessionAmounts
    lines: Count


class EntrustmentFeeAccrued(PublicEvent, frozen=True, kw_only=True):
    """Phí ủy thác of an association for a month: `amount` = `base` × rate × `share_percent`.

    `base` is the outstanding of loans that owe no interest from before the month, and the share
    follows from the ratio `overdue` ÷ `outstanding`.
    """

    NAME: ClassVar[str] = "entrustment_fee.accrued"

    association: Association
    month: Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
    base: DongOrNone
    overdue: DongOrNone
    outstanding: DongOrNone
    share_percent: Literal[0, 50, 80, 100]
    amount: DongOrNone


class HouseholdEnteredDebt(PublicEvent, frozen=True, kw_only=True):
    """A household without debt in the programme came to have some.

    `overall` is 1 if it had no debt in any programme before, else 0.
    """

    NAME: ClassVar[str] = "household.entered_debt"

    household: UUID
    programme: Programme
    overall: Literal[0, 1]


class HouseholdLeftDebt(PublicEvent, frozen=True, kw_only=True):
    """A household has no debt left in the programme; `overall` is 1 if none in any, else 0."""

    NAME: ClassVar[str] = "household.left_debt"

    household: UUID
    programme: Programme
    overall: Literal[0, 1]


class EntryReversed(PublicEvent, frozen=True, kw_only=True):
    """Bút toán đảo: an event was booked by mistake; this one moves the opposite of what it moved.

    `entry` is the reversed event's data as it stood, `entry_type` its CloudEvents type and
    `entry_id` its CloudEvents id.
    """

    NAME: ClassVar[str] = "entry.reversed"

    entry_id: UUID
    entry_type: str
    entry: Raw
    reason: str
