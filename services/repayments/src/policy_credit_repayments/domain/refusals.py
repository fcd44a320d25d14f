"""Why the repayments service says no.

Refusal
├── LoanNotOpen
├── NothingPaid
├── Overpayment
├── MoreThanInTerm
├── MoreThanCollectable
├── InterestUpToDate
├── PaymentRepeated
├── PaymentUnknown
└── PaymentReversedAlready
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class LoanNotOpen(Refusal):
    """No account: the loan is unknown, or its disbursement has not arrived yet."""

    code: ClassVar[str] = "loan-not-open"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Loan {loan} has no account here.",
            field="loan",
            fix="Check the loan's id; after a disbursement, try again in a few seconds.",
        )


class NothingPaid(Refusal):
    """Neither principal nor interest."""

    code: ClassVar[str] = "nothing-paid"

    def __init__(self) -> None:
        super().__init__(
            "A payment has principal, interest or both.",
            field="principal",
            fix="Leave the line out.",
        )


class Overpayment(Refusal):
    """More than is owed."""

    code: ClassVar[str] = "overpayment"

    def __init__(self, field: str, paid: int, due: int) -> None:
        super().__init__(
            f"{paid} dong of {field} is more than the {due} dong owed.",
            field=field,
            fix=f"Collect at most {due} dong of {field}.",
        )


class MoreThanInTerm(Refusal):
    """More is said to fall overdue than is in term."""

    code: ClassVar[str] = "more-than-in-term"

    def __init__(self, amount: int, in_term: int) -> None:
        super().__init__(
            f"{amount} dong cannot fall overdue: {in_term} dong are in term.",
            field="amount",
            fix=f"At most {in_term} dong can fall overdue.",
        )


class MoreThanCollectable(Refusal):
    """More is to be frozen than is in term and overdue."""

    code: ClassVar[str] = "more-than-collectable"

    def __init__(self, amount: int, collectable: int) -> None:
        super().__init__(
            f"{amount} dong cannot be frozen: {collectable} dong are in term or overdue.",
            field="amount",
            fix=f"Freeze at most {collectable} dong.",
        )


class InterestUpToDate(Refusal):
    """Interest was charged up to that day or later."""

    code: ClassVar[str] = "interest-up-to-date"

    def __init__(self, until: date, charged_until: date) -> None:
        super().__init__(
            f"Interest is charged until {charged_until}; {until} is not later.",
            field="until",
            fix="Charge from that day on.",
        )


class PaymentRepeated(Refusal):
    """The payment's id was used before."""

    code: ClassVar[str] = "payment-repeated"

    def __init__(self, payment: UUID) -> None:
        super().__init__(
            f"Payment {payment} is booked already.",
            field="payment",
            fix="Give a new payment an id of its own.",
        )


class PaymentUnknown(Refusal):
    """No such payment on this loan."""

    code: ClassVar[str] = "payment-unknown"

    def __init__(self, payment: UUID) -> None:
        super().__init__(
            f"Payment {payment} is not on this loan.",
            field="payment",
            fix="Check the payment's and the loan's ids.",
        )


class PaymentReversedAlready(Refusal):
    """A payment is reversed once."""

    code: ClassVar[str] = "payment-reversed-already"

    def __init__(self, payment: UUID) -> None:
        super().__init__(f"Payment {payment} is reversed already.", field="payment")
