"""What branches ask of the repayments service. Amounts are whole dong."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.entries import Via
from policy_credit_shared.kernel.identifiers import Office, Place, Text
from policy_credit_shared.kernel.money import Dong, DongOrNone


class _OnLoan(Struct, frozen=True, kw_only=True):
    office: Office
    loan: UUID

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class CollectPayment(_OnLoan, frozen=True, kw_only=True, tag="collect_payment"):
    """Thu nợ, thu lãi: a borrower pays principal, interest or both.

    Either `principal` and `interest`, or an `amount` that is allocated: overdue principal, interest
    due, instalments due by that day, then the next instalments early. A group leader (tổ trưởng)
    brings interest, never principal. The branch makes the payment's id, so that a payment sent
    twice is one payment.
    """

    payment: UUID
    principal: DongOrNone = 0
    interest: DongOrNone = 0
    amount: DongOrNone = 0
    via: Via = "borrower"
    collected_on: date
    place: Place
    session: UUID | None = None


class CollectRecovery(_OnLoan, frozen=True, kw_only=True, tag="collect_recovery"):
    """Thu nợ đã xóa: a borrower pays what was written off."""

    payment: UUID
    amount: Dong
    collected_on: date
    place: Place
    session: UUID | None = None


class ReversePayment(_OnLoan, frozen=True, kw_only=True, tag="reverse_payment"):
    """Đảo bút toán: a payment or a recovery was booked by mistake.

    Another person than the one who took it reverses it, in its calendar month or the next, and
    not once the loan has gone to another group, commune or office.
    """

    payment: UUID
    reversed_on: date
    reason: Text


class ChargeInterest(_OnLoan, frozen=True, kw_only=True, tag="charge_interest"):
    """Tính lãi: make the interest due that accrued until a day, that day not counted.

    The close of a month's last day does it by itself; before it, this is for a loan paid off.
    """

    until: date


class MarkOverdue(_OnLoan, frozen=True, kw_only=True, tag="mark_overdue"):
    """Thu hồi nợ trước hạn: principal is called in before its day, for wrong use of the loan.

    It is overdue from that day on, and no extension makes it in term again. Instalments that
    are not paid in time fall overdue by themselves, at the close of a day.
    """

    amount: Dong
    fell_on: date
