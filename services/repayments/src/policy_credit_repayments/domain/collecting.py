"""Collecting: which parts of a debt a payment pays (thứ tự thu nợ).

An `amount` is allocated in this order:

1. overdue principal, the oldest first: of debt that is overdue, principal is collected before
   interest (Circular 39/2016/TT-NHNN, article 18);
2. interest due;
3. instalments whose day is or was that of the payment, the earliest first;
4. the next instalments, early, the earliest first.

Principal named as such pays overdue principal first, then instalments in their order. Frozen
principal is not collected.
"""

from datetime import date

from policy_credit_repayments.domain.account import Account, Taken, not_before_books, own
from policy_credit_repayments.domain.commands import CollectPayment, CollectRecovery
from policy_credit_repayments.domain.entries import PaymentTaken, RecoveryTaken
from policy_credit_repayments.domain.principal import Part, amount_of, in_term, taken
from policy_credit_repayments.domain.refusals import (
    AmountTwice,
    MoreThanWrittenOff,
    NothingPaid,
    Overpayment,
    PaymentRepeated,
    PrincipalByGroupLeader,
    RecordedAlready,
)


def collect(account: Account, command: CollectPayment, by: str) -> PaymentTaken:
    """Decide on a payment; raises a Refusal with the exact amount that is owed."""
    _once(account, command)
    own(account, command.office)
    not_before_books(account, "collected_on", command.collected_on)
    if command.amount and (command.principal or command.interest):
        raise AmountTwice
    if command.principal == command.interest == command.amount == 0:
        raise NothingPaid
    if command.amount:
        parts, interest = allocated(account, command.amount)
    else:
        parts, interest = _named(account, command.principal, command.interest)
    if parts and command.via == "group_leader":
        raise PrincipalByGroupLeader("amount" if command.amount else "principal", interest)
    principal = amount_of(parts)
    return PaymentTaken(
        terms=account.terms,
        on=command.collected_on,
        payment=command.payment,
        parts=parts,
        interest=interest,
        cures=0 < account.overdue == amount_of(part for part in parts if part.bucket),
        settles=0 < principal == account.outstanding,
        place=command.place,
        by=by,
        via=command.via,
        session=command.session,
    )


def allocated(account: Account, amount: int) -> tuple[tuple[Part, ...], int]:
    """The parts of principal and the interest that an amount pays; raises Overpayment.

    Instalments are in the order of their days, so those due come before those paid early.
    """
    owed = account.collectable + account.interest_due
    if amount > owed:
        raise Overpayment.of_amount(amount, account.overdue, account.interest_due, account.in_term)
    overdue, left = taken(account.layers, amount)
    interest = min(left, account.interest_due)
    early, _ = taken(in_term(account.schedule), left - interest)
    return overdue + early, interest


def _named(account: Account, principal: int, interest: int) -> tuple[tuple[Part, ...], int]:
    if principal > account.collectable:
        raise Overpayment("principal", principal, account.collectable)
    if interest > account.interest_due:
        raise Overpayment("interest", interest, account.interest_due)
    return collected_first(account, principal), interest


def collected_first(account: Account, amount: int) -> tuple[Part, ...]:
    """Parts of what is collectable: overdue first, then in term."""
    overdue, left = taken(account.layers, amount)
    rest, _ = taken(in_term(account.schedule), left)
    return overdue + rest


def instalments_due(account: Account, day: date) -> int:
    """What is owed of instalments whose day has come."""
    return sum(due.owed for due in account.schedule if due.due_on <= day)


def recover(account: Account, command: CollectRecovery, by: str) -> RecoveryTaken:
    """Decide on a recovery; raises a Refusal."""
    _once(account, command)
    own(account, command.office)
    not_before_books(account, "collected_on", command.collected_on)
    if command.amount > account.recoverable:
        raise MoreThanWrittenOff(command.amount, account.recoverable)
    return RecoveryTaken(
        terms=account.terms,
        on=command.collected_on,
        payment=command.payment,
        amount=command.amount,
        place=command.place,
        by=by,
        session=command.session,
    )


def _once(account: Account, command: CollectPayment | CollectRecovery) -> None:
    """Raise RecordedAlready or PaymentRepeated if the payment's id was used before.

    Before all else: what was recorded is told so whatever has become of the loan since. The same
    payment is the same money on the same day; it may name its session in one copy only.
    """
    taken = account.taken.get(command.payment)
    if taken is None:
        return
    if command.payment in account.reversed:
        raise PaymentRepeated(command.payment, f"it was of {taken.on} and was reversed")
    if _is_same(taken, command):
        raise RecordedAlready("payment", command.payment)
    amounts = [
        f"{amount} {kind}"
        for kind, amount in (
            ("principal", taken.principal),
            ("interest", taken.interest),
            ("recovered", taken.recovered),
        )
        if amount
    ]
    raise PaymentRepeated(command.payment, f"{' and '.join(amounts)} on {taken.on}")


def _is_same(taken: Taken, command: CollectPayment | CollectRecovery) -> bool:
    if taken.on != command.collected_on:
        return False
    if isinstance(command, CollectRecovery):
        return taken.recovered == command.amount
    if command.amount:
        return taken.principal + taken.interest == command.amount
    return (taken.principal, taken.interest) == (command.principal, command.interest)
