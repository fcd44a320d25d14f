"""Why the repayments service says no.

Refusal
├── LoanNotOpen
├── AccountRepeated
├── BeforeTheBooks
├── NothingPaid
├── AmountTwice
├── Overpayment
├── PrincipalByGroupLeader
├── MoreThanWrittenOff
├── MoreThanInTerm
├── InterestUpToDate
├── RecordedAlready
├── PaymentRepeated
├── PaymentUnknown
├── PaymentReversedAlready
├── ReversedByItsTaker
├── ReversalBeforePayment
├── ReversalTooLate
├── ReversedAfterTransfer
├── SavingsEntryRepeated
├── MoreThanSaved
├── SavingsTooSmall
├── HeldElsewhere
├── DepositorIsOther
├── SessionUnknown
├── SessionOpenedAlready
├── SessionClosedAlready
├── SessionOnAnotherDay
├── PointInSession
└── CashDiffers
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


class AccountRepeated(Refusal):
    """Existing books open accounts that there are not yet."""

    code: ClassVar[str] = "account-repeated"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Loan {loan} has an account already.",
            field="loan",
            fix="Carry each loan over once.",
        )


class BeforeTheBooks(Refusal):
    """What happened before existing books were opened is in their balances."""

    code: ClassVar[str] = "before-the-books"

    def __init__(self, field: str, on: date, opened_on: date) -> None:
        super().__init__(
            f"{on} is before {opened_on}: the balances carried over hold what happened until then.",
            field=field,
            fix=f"Give a day from {opened_on} on; what the old books left out is booked that day.",
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


class AmountTwice(Refusal):
    """Both an amount to allocate and its parts."""

    code: ClassVar[str] = "amount-twice"

    def __init__(self) -> None:
        super().__init__(
            "A payment has either an amount or principal and interest, not both.",
            field="amount",
            fix="Leave out the amount, or both principal and interest.",
        )


class Overpayment(Refusal):
    """More than is owed."""

    code: ClassVar[str] = "overpayment"

    def __init__(self, field: str, paid: int, due: int, made_of: str = "") -> None:
        of = f"{made_of}; " if made_of else ""
        super().__init__(
            f"{paid} dong of {field} is more than the {due} dong owed.",
            field=field,
            fix=f"Collect at most {due} dong of {field}: {of}interest after the last charge is not"
            " due yet."
            if made_of
            else f"Collect at most {due} dong of {field}.",
        )

    @classmethod
    def of_amount(cls, paid: int, overdue: int, interest: int, in_term: int) -> "Overpayment":
        """An amount to allocate that is more than all parts of the debt together."""
        parts = f"{overdue} overdue, {interest} of interest due and {in_term} in term"
        return cls("amount", paid, overdue + interest + in_term, parts)


class PrincipalByGroupLeader(Refusal):
    """A group leader brings interest and savings, never principal."""

    code: ClassVar[str] = "principal-by-group-leader"

    def __init__(self, field: str, interest: int) -> None:
        super().__init__(
            "A group leader does not bring principal; the borrower pays it to the bank in person.",
            field=field,
            fix=f"Take the {interest} dong of interest from the group leader, and the principal"
            " from the borrower.",
        )


class MoreThanWrittenOff(Refusal):
    """More is to be recovered than was written off and not recovered yet."""

    code: ClassVar[str] = "more-than-written-off"

    def __init__(self, amount: int, recoverable: int) -> None:
        super().__init__(
            f"{amount} dong cannot be recovered: {recoverable} dong are written off and not"
            " recovered.",
            field="amount",
            fix=f"Recover at most {recoverable} dong; what is still owed is a payment.",
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


class InterestUpToDate(Refusal):
    """Interest was charged up to that day or later."""

    code: ClassVar[str] = "interest-up-to-date"

    def __init__(self, until: date, charged_until: date) -> None:
        super().__init__(
            f"Interest is charged until {charged_until}; {until} is not later.",
            field="until",
            fix="Charge from that day on.",
        )


class RecordedAlready(Refusal):
    """The same was sent before and is recorded: who sends it again has nothing to do."""

    code: ClassVar[str] = "recorded-already"

    def __init__(self, field: str, identifier: UUID) -> None:
        super().__init__(
            f"{field.capitalize()} {identifier} is recorded already, with the same content.",
            field=field,
            fix="Leave it out: it counts since it was recorded.",
        )


class PaymentRepeated(Refusal):
    """The payment's id was used before, for another payment, or for one that was reversed."""

    code: ClassVar[str] = "payment-repeated"

    def __init__(self, payment: UUID, booked: str) -> None:
        super().__init__(
            f"Payment {payment} is booked already: {booked}.",
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


class ReversedByItsTaker(Refusal):
    """A second person reverses a payment."""

    code: ClassVar[str] = "reversed-by-its-taker"

    def __init__(self, payment: UUID) -> None:
        super().__init__(
            f"Payment {payment} was taken by the one who wants to reverse it.",
            field="payment",
            fix="Let another director of the office reverse it.",
        )


class ReversalBeforePayment(Refusal):
    """A reversal is dated before its payment."""

    code: ClassVar[str] = "reversal-before-payment"

    def __init__(self, reversed_on: date, taken_on: date) -> None:
        super().__init__(
            f"A payment of {taken_on} cannot be reversed on {reversed_on}.",
            field="reversed_on",
            fix=f"Date the reversal {taken_on} or later.",
        )


class ReversalTooLate(Refusal):
    """A payment is reversed in its calendar month or the next one."""

    code: ClassVar[str] = "reversal-too-late"

    def __init__(self, payment: UUID, taken_on: date, until: date) -> None:
        super().__init__(
            f"Payment {payment} of {taken_on} could be reversed until {until}; the books of"
            " that month are closed.",
            field="reversed_on",
            fix="Correct the balance by a new payment, or ask head office.",
        )


class ReversedAfterTransfer(Refusal):
    """The loan belonged elsewhere when the payment was taken."""

    code: ClassVar[str] = "reversed-after-transfer"

    def __init__(self, payment: UUID) -> None:
        super().__init__(
            f"Payment {payment} was taken before the loan was transferred.",
            field="payment",
            fix="Correct the balance by a new payment; the figures of the former place stay.",
        )


class SavingsEntryRepeated(Refusal):
    """The entry's id was used before, for another entry in these savings."""

    code: ClassVar[str] = "savings-entry-repeated"

    def __init__(self, entry: UUID, on: date, amount: int) -> None:
        way = "deposited" if amount > 0 else "withdrawn"
        super().__init__(
            f"Entry {entry} is booked already: {abs(amount)} dong {way} on {on}.",
            field="entry",
            fix="Give a new entry an id of its own.",
        )


class MoreThanSaved(Refusal):
    """More is to be withdrawn than was deposited and is still there."""

    code: ClassVar[str] = "more-than-saved"

    def __init__(self, amount: int, balance: int) -> None:
        super().__init__(
            f"{amount} dong cannot be withdrawn: the balance is {balance} dong.",
            field="amount",
            fix=f"Withdraw at most {balance} dong." if balance else "There is nothing to withdraw.",
        )


class SavingsTooSmall(Refusal):
    """A payment takes more than the household has saved."""

    code: ClassVar[str] = "savings-too-small"

    def __init__(self, field: str, payment: int, balance: int) -> None:
        super().__init__(
            f"The payment takes {payment} dong, but the household has saved {balance} dong.",
            field=field,
            fix=f"Repay at most {balance} dong from savings, and collect the rest as a payment.",
        )


class HeldElsewhere(Refusal):
    """The savings or the deposit are kept at another office or in another commune."""

    code: ClassVar[str] = "held-elsewhere"

    def __init__(self, field: str, balance: int, office: str, commune: str) -> None:
        super().__init__(
            f"{balance} dong are kept already at office {office} in commune {commune}.",
            field=field,
            fix=f"Deposit there, or withdraw the {balance} dong there first.",
        )


class DepositorIsOther(Refusal):
    """A depositor is either an individual or an organisation."""

    code: ClassVar[str] = "depositor-is-other"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The depositor is an {kind}.",
            field="kind",
            fix="Check the depositor's id; another depositor has an id of its own.",
        )


class SessionUnknown(Refusal):
    """No session of that id has been opened."""

    code: ClassVar[str] = "session-unknown"

    def __init__(self, session: UUID) -> None:
        super().__init__(
            f"Session {session} is not open.",
            field="session",
            fix="Open the session first, or check its id.",
        )


class SessionOpenedAlready(Refusal):
    """A session is opened once."""

    code: ClassVar[str] = "session-opened-already"

    def __init__(self, session: UUID, held_on: date) -> None:
        super().__init__(
            f"Session {session} of {held_on} was opened before.",
            field="session",
            fix="Give another session an id of its own.",
        )


class SessionClosedAlready(Refusal):
    """A closed session takes no more entries."""

    code: ClassVar[str] = "session-closed-already"

    def __init__(self, session: UUID, held_on: date) -> None:
        super().__init__(
            f"Session {session} of {held_on} is closed.",
            field="session",
            fix="Open another session, or leave the session out where the office made the entry.",
        )


class SessionOnAnotherDay(Refusal):
    """An entry of a session has the session's date."""

    code: ClassVar[str] = "session-on-another-day"

    def __init__(self, session: UUID, on: date, held_on: date) -> None:
        super().__init__(
            f"Session {session} is held on {held_on}; the entry is dated {on}.",
            field="session",
            fix=f"Date the entry {held_on}, or name the session of {on}.",
        )


class PointInSession(Refusal):
    """A point holds one session at a time."""

    code: ClassVar[str] = "point-in-session"

    def __init__(self, commune: str, held_on: date, session: UUID) -> None:
        super().__init__(
            f"Session {session} is open in commune {commune} on {held_on}.",
            field="session",
            fix="Make the entries in that session, or close it first.",
        )


class CashDiffers(Refusal):
    """The cash counted is not what opening cash and entries say."""

    code: ClassVar[str] = "cash-differs"

    def __init__(self, counted: int, expected: int, account: str) -> None:
        short = expected - counted
        super().__init__(
            f"{counted} dong were counted and {expected} must be there: {abs(short)} dong are "
            f"{'missing' if short > 0 else 'too many'}. {account}",
            field="counted_cash",
            fix="Count again; look for entries that are left out, made twice or wrong. "
            "Disbursements count a few seconds after they were recorded.",
        )
