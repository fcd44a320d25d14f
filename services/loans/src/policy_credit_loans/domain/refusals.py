"""Why the loans service says no about a loan.

Refusal
├── of a loan's life
│   ├── AlreadyFrozen
│   ├── AlreadyMatured
│   ├── BeyondApproved
│   ├── ExtensionTooLong
│   ├── FreezingPeriodWrong
│   ├── InstalmentsTooFar
│   ├── LoanAnswered
│   ├── LoanNotApproved
│   ├── LoanPaidOut
│   ├── LoanRepeated
│   ├── LoanSettled
│   ├── LoanUnknown
│   ├── MoreThanLent
│   ├── MoreThanOwed
│   ├── NotFrozen
│   ├── NotLonger
│   ├── NothingOwed
│   ├── NothingProposed
│   ├── PlanOutsideTerm
│   ├── PlanSumDiffers
│   ├── TermOver
│   ├── TermTooLong
│   └── TrancheRepeated
├── of who decides
│   ├── DirectorNeeded
│   ├── NotTheirsToApprove
│   └── SecondPersonNeeded
└── of handing over
    ├── GroupElsewhere
    ├── SameGroup
    └── UnitNotAboveBoth
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class LoanRepeated(Refusal):
    """There is a loan of that id."""

    code: ClassVar[str] = "loan-repeated"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Loan {loan} was applied for already.",
            field="loan",
            fix="Give each application an id of its own.",
        )


class LoanUnknown(Refusal):
    """There is no loan of that id."""

    code: ClassVar[str] = "loan-unknown"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Nobody applied for a loan {loan}.",
            field="loan",
            fix="Use the id that the application gave.",
        )


class LoanAnswered(Refusal):
    """The application was answered before."""

    code: ClassVar[str] = "loan-answered"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"The application for loan {loan} was approved or declined before.",
            field="loan",
            fix="Let the household apply again.",
        )


class LoanPaidOut(Refusal):
    """Something was paid out; the approval stands."""

    code: ClassVar[str] = "loan-paid-out"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Loan {loan} has been paid out, at least in part.",
            field="loan",
            fix="A loan is declined before its first disbursement only.",
        )


class LoanNotApproved(Refusal):
    """Nothing was agreed that could be paid out."""

    code: ClassVar[str] = "loan-not-approved"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Loan {loan} is not approved, or its approval was taken back.",
            field="loan",
            fix="Have the loan approved first.",
        )


class LoanSettled(Refusal):
    """The loan is paid back."""

    code: ClassVar[str] = "loan-paid-back"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Everything paid out of loan {loan} is paid back.",
            field="loan",
            fix="Let the household apply for a new loan.",
        )


class TermTooLong(Refusal):
    """Longer than the programme lends for."""

    code: ClassVar[str] = "term-too-long"

    def __init__(self, programme: str, months: int, most: int) -> None:
        super().__init__(
            f"Programme {programme} lends for at most {most} months, not {months}.",
            field="term_months",
            fix=f"Give at most {most}.",
        )


class InstalmentsTooFar(Refusal):
    """The first instalment would lie beyond the term."""

    code: ClassVar[str] = "instalments-too-far"

    def __init__(self, months: int, term: int) -> None:
        super().__init__(
            f"Instalments every {months} months do not fit a term of {term} months.",
            field="instalment_months",
            fix=f"Give at most {term}, or 0 for one instalment at the end.",
        )


class TermOver(Refusal):
    """The loan's term is over before the tranche."""

    code: ClassVar[str] = "term-over"

    def __init__(self, on: date, due_on: date) -> None:
        super().__init__(
            f"The loan is due on {due_on}; nothing is paid out on {on}.",
            field="disbursed_on",
            fix="Extend the loan, or let the household apply for a new one.",
        )


class TrancheRepeated(Refusal):
    """That tranche was disbursed already, or one before it was not."""

    code: ClassVar[str] = "tranche-out-of-order"

    def __init__(self, given: int, expected: int) -> None:
        super().__init__(
            f"The next tranche of this loan is number {expected}, not {given}.",
            field="tranche",
            fix="Number the tranches 1, 2, 3 … in the order they are paid out.",
        )


class BeyondApproved(Refusal):
    """More would be paid out than was approved."""

    code: ClassVar[str] = "beyond-approved"

    def __init__(self, amount: int, approved: int, disbursed: int) -> None:
        super().__init__(
            f"{amount} dong is more than is left of the {approved} approved;"
            f" {disbursed} is paid out.",
            field="amount",
            fix=f"Pay out at most {approved - disbursed} dong.",
        )


class NothingOwed(Refusal):
    """Nothing is owed on the loan."""

    code: ClassVar[str] = "nothing-owed"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Nothing is owed on loan {loan}: not paid out, paid back, or written off.",
            field="loan",
            fix="Name a loan with outstanding principal.",
        )


class MoreThanOwed(Refusal):
    """A treatment of more principal than there is."""

    code: ClassVar[str] = "more-than-owed"

    def __init__(self, amount: int, outstanding: int, to_write_off: int) -> None:
        super().__init__(
            f"{amount} dong is more than the loan's outstanding: {outstanding}, of which"
            f" {to_write_off} is to be written off.",
            field="amount",
            fix=f"Give at most {outstanding - to_write_off} dong.",
        )


class MoreThanLent(Refusal):
    """Another service says more of a loan's principal than was paid out."""

    code: ClassVar[str] = "more-than-lent"

    def __init__(self, loan: UUID, amount: int, most: int) -> None:
        super().__init__(
            f"{amount} dong of loan {loan} cannot have moved; it is {most} at most.",
            field="amount",
            fix="Compare the loan's account with its contract.",
        )


class AlreadyMatured(Refusal):
    """An extension is agreed before final maturity."""

    code: ClassVar[str] = "already-matured"

    def __init__(self, due_on: date, on: date) -> None:
        super().__init__(
            f"The loan is due on {due_on}; an extension on {on} is too late.",
            field="extended_on",
            fix=f"An extension is agreed before {due_on}.",
        )


class NotLonger(Refusal):
    """An extension that does not extend."""

    code: ClassVar[str] = "not-longer"

    def __init__(self, until: date, due_on: date) -> None:
        super().__init__(
            f"The loan is due on {due_on}; {until} is not later.",
            field="until",
            fix=f"Give a day after {due_on}.",
        )


class ExtensionTooLong(Refusal):
    """Longer than a loan of that term may be extended in all."""

    code: ClassVar[str] = "extension-too-long"

    def __init__(self, until: date, latest: date, months: int) -> None:
        super().__init__(
            f"The loan may be extended by {months} months in all, until {latest}, not {until}.",
            field="until",
            fix=f"Give {latest} or an earlier day.",
        )


class PlanSumDiffers(Refusal):
    """The new plan is not for what was paid out."""

    code: ClassVar[str] = "plan-sum-differs"

    def __init__(self, given: int, disbursed: int) -> None:
        super().__init__(
            f"The plan pays back {given} dong; {disbursed} was paid out.",
            field="plan",
            fix=f"Let the instalments sum to {disbursed} dong, those already paid included.",
        )


class PlanOutsideTerm(Refusal):
    """The plan's days do not ascend within the term."""

    code: ClassVar[str] = "plan-outside-term"

    def __init__(self, first: date, due_on: date) -> None:
        super().__init__(
            f"The plan's days must ascend and lie from {first} to {due_on}.",
            field="plan",
            fix="Order the instalments by day, one a day, or extend the loan first.",
        )


class FreezingPeriodWrong(Refusal):
    """Not for 3 to 5 years."""

    code: ClassVar[str] = "freezing-period-wrong"

    def __init__(self, until: date, earliest: date, latest: date) -> None:
        super().__init__(
            f"A freezing lasts 3 to 5 years: until a day from {earliest} to {latest}, not {until}.",
            field="until",
            fix="Propose the freezing with a day within that time.",
        )


class AlreadyFrozen(Refusal):
    """The loan is frozen."""

    code: ClassVar[str] = "already-frozen"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"The loan is frozen until {until}.",
            field="loan",
            fix="Unfreeze it first, or wait for that day.",
        )


class NotFrozen(Refusal):
    """The loan is not frozen on that day."""

    code: ClassVar[str] = "not-frozen"

    def __init__(self, loan: UUID, on: date) -> None:
        super().__init__(
            f"Loan {loan} is not frozen on {on}.",
            field="loan",
            fix="Only a freezing that was approved and has not ended can be ended.",
        )


class NothingProposed(Refusal):
    """There is no proposal to approve."""

    code: ClassVar[str] = "nothing-proposed"

    def __init__(self, what: str, loan: UUID) -> None:
        super().__init__(
            f"No {what} of loan {loan} waits for approval.",
            field="loan",
            fix="Let the office propose it first.",
        )


class DirectorNeeded(Refusal):
    """Above the limit the branch director approves."""

    code: ClassVar[str] = "director-needed"

    def __init__(self, amount: int, limit: int) -> None:
        super().__init__(
            f"{amount} dong is above {limit}, which a branch director approves.",
            field="loan",
            fix="Let the branch director approve it.",
        )


class SecondPersonNeeded(Refusal):
    """Two people are needed; one would do both."""

    code: ClassVar[str] = "second-person-needed"

    def __init__(self, what: str, who: str) -> None:
        super().__init__(
            f"{who} {what}; somebody else must do this.",
            field="loan",
            fix="Let a second person send it.",
        )


class NotTheirsToApprove(Refusal):
    """Who approves follows whose money it is."""

    code: ClassVar[str] = "not-theirs-to-approve"

    def __init__(self, fund: str, office: str) -> None:
        who = (
            "the director of head office (unit VN)"
            if fund == "central"
            else f"the People's Committee of district {office} or of its province"
        )
        super().__init__(
            f"The loan is from {fund} money: {who} approves this.",
            field="loan",
            fix=f"Let {who} send it.",
        )


class SameGroup(Refusal):
    """From a group to itself."""

    code: ClassVar[str] = "same-group"

    def __init__(self, group: UUID) -> None:
        super().__init__(
            f"It is with group {group} already.",
            field="group",
            fix="Name another group.",
        )


class GroupElsewhere(Refusal):
    """The group that is to receive is not where it should be."""

    code: ClassVar[str] = "group-elsewhere"

    def __init__(self, group: UUID, field: str, commune: str) -> None:
        super().__init__(
            f"Group {group} is in commune {commune}.",
            field=field,
            fix="Name a group of the commune that receives.",
        )


class UnitNotAboveBoth(Refusal):
    """A transfer between offices is not for one of them to decide."""

    code: ClassVar[str] = "unit-not-above-both"

    def __init__(self, unit: str, office: str, to_office: str) -> None:
        super().__init__(
            f"Unit {unit} is not above both office {office} and office {to_office}.",
            field="to_office",
            fix="Let the branch of their province, or head office, send it.",
        )
