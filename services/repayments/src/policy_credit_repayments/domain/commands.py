"""What branches ask of the repayments service. Amounts are whole dong."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.kernel.identifiers import Office, Place, Text
from policy_credit_shared.kernel.money import Dong, DongOrNone


class _OnLoan(Struct, frozen=True, kw_only=True):
    office: Office
    loan: UUID

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class CollectPayment(_OnLoan, frozen=True, kw_only=True, tag="collect_payment"):
    """Thu nợ, thu lãi: a borrower pays principal, interest or both.

    The branch makes the payment's id, so that a payment sent twice is one payment.
    """

    payment: UUID
    principal: DongOrNone = 0
    interest: DongOrNone = 0
    collected_on: date
    place: Place
    session: UUID | None = None


class ReversePayment(_OnLoan, frozen=True, kw_only=True, tag="reverse_payment"):
    """Đảo bút toán: a payment was booked by mistake."""

    payment: UUID
    reversed_on: date
    reason: Text


class ChargeInterest(_OnLoan, frozen=True, kw_only=True, tag="charge_interest"):
    """Tính lãi: make the interest due that accrued until a day, that day not counted."""

    until: date


class MarkOverdue(_OnLoan, frozen=True, kw_only=True, tag="mark_overdue"):
    """Chuyển nợ quá hạn: principal in term passed its due date."""

    amount: Dong
    fell_on: date


class FreezeDebt(_OnLoan, frozen=True, kw_only=True, tag="freeze_debt"):
    """Khoanh nợ: freeze principal, overdue first. It earns no interest and is not collected."""

    amount: Dong
    frozen_on: date
