"""What a public fact of loans or repayments adds to the sums of its group's month."""

from typing import Final

from policy_credit_oversight.domain.figures import Sums
from policy_credit_oversight.domain.months import Month, month_of, months_later
from policy_credit_shared.events import collection, lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.identifiers import Place

LOAN_FACTS: Final[tuple[type[PublicEvent], ...]] = (
    collection.InterestCharged,
    collection.InterestCollected,
    collection.PrincipalFellDue,
    collection.PrincipalCollected,
    collection.PrincipalFellOverdue,
    collection.OverdueCured,
    collection.LoanFrozen,
    collection.LoanUnfrozen,
    collection.LoanWrittenOff,
)
"""Facts that name a loan and not its group."""


def month_counted(fact: PublicEvent) -> Month:
    """The month it adds to; what existing books carry over was there before their own month."""
    month = month_of(fact.occurred_on)
    carried = isinstance(fact, lending.LoanCarriedOver | lending.SavingsCarriedOver)
    return months_later(month, -1) if carried else month


def counted(fact: PublicEvent) -> Sums:
    """What the fact adds; nothing if a score does not ask for it."""
    match fact:
        case lending.LoanDisbursed(amount=amount):
            return _handled(amount, fact.place).plus(Sums(outstanding=amount))
        case lending.LoanCarriedOver():
            return Sums(outstanding=fact.outstanding, overdue=fact.overdue)
        case lending.SavingsCarriedOver(amount=amount):
            return Sums(savings=amount)
        case lending.GroupMemberJoined():
            return Sums(members=1)
        case lending.GroupMemberLeft():
            return Sums(members=-1)
        case collection.InterestCharged(amount=amount):
            return Sums(interest_due=amount)
        case collection.InterestCollected(amount=amount):
            return _handled(amount, fact.place).plus(Sums(interest_collected=amount))
        case collection.PrincipalFellDue(amount=amount):
            return Sums(principal_due=amount, principal_due_paid=fact.paid)
        case collection.PrincipalCollected(amount=amount):
            return _handled(amount, fact.place).plus(_owed(-amount, fact.debt_class))
        case collection.LoanWrittenOff(amount=amount):
            return _owed(-amount, fact.debt_class)
        case collection.LoanTransferred():
            moved = Sums(outstanding=fact.outstanding, overdue=fact.overdue)
            return moved if fact.direction == "in" else Sums().plus(moved, -1)
        case collection.SavingsDeposited(amount=amount, household=household):
            deposited = Sums(savings=amount, saved={household: amount})
            return _handled(amount, fact.place).plus(deposited)
        case collection.SavingsWithdrawn(amount=amount):
            return _handled(amount, fact.place).plus(Sums(savings=-amount))
    return Sums(overdue=_overdue(fact))


def _overdue(fact: PublicEvent) -> int:
    """By how much overdue principal changed while what is owed stayed."""
    match fact:
        case collection.PrincipalFellOverdue(amount=amount):
            return amount
        case collection.OverdueCured(amount=amount):
            return -amount
        case collection.LoanFrozen(amount=amount, from_class="overdue"):
            return -amount
        case collection.LoanUnfrozen(amount=amount, to_class="overdue"):
            return amount
    return 0


def _owed(amount: int, debt_class: str) -> Sums:
    return Sums(outstanding=amount, overdue=amount if debt_class == "overdue" else 0)


def _handled(amount: int, place: Place) -> Sums:
    return Sums(handled=amount, handled_at_point=amount if place == "point" else 0)
