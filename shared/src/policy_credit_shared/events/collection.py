"""Events of the repayments service."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Raw

from policy_credit_shared.events.public import LoanEvent, PublicEvent
from policy_credit_shared.kernel.identifiers import Association, DebtClass, Place, Programme
from policy_credit_shared.kernel.money import Dong


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


class PrincipalCollected(LoanEvent, frozen=True, kw_only=True):
    """Thu nợ gốc, of one debt class."""

    NAME: ClassVar[str] = "principal.collected"

    payment: UUID
    amount: Dong
    debt_class: DebtClass
    place: Place


class PrincipalFellOverdue(LoanEvent, frozen=True, kw_only=True):
    """Chuyển nợ quá hạn: part of the principal in term passed its due date (Decision 976/2015)."""

    NAME: ClassVar[str] = "principal.fell_overdue"

    amount: Dong


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
