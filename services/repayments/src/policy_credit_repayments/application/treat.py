"""Carry out what loans decided about a debt: other terms, freezing, write-off, transfer."""

from collections.abc import Iterable
from uuid import UUID

from policy_credit_repayments.application.accounts import debt_of, end_debt, open_account_of, record
from policy_credit_repayments.domain import household, treating
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_shared.events.lending import (
    LoanExtended,
    LoanFreezingApproved,
    LoanReassigned,
    LoanRerated,
    LoanRescheduled,
    LoanUnfreezingApproved,
    LoanWriteOffApproved,
)
from policy_credit_shared.events.public import LoanEvent
from policy_credit_shared.store.books import Books


def touches_loan(loan: LoanEvent) -> Iterable[UUID]:
    """What most facts about a loan change: its account."""
    return (loan.loan,)


def touches_household(loan: LoanEvent) -> Iterable[UUID]:
    """The account, and the household whose debt may end or move."""
    return loan.loan, debt_id(loan.household)


def extend(loan: LoanExtended, books: Books) -> None:
    """Record the later day, and what is in term again by it."""
    account = open_account_of(loan.loan, books)
    record(treating.extend(account, loan), loan.loan, books)


def reschedule(loan: LoanRescheduled, books: Books) -> None:
    """Record the new plan, and what is in term again by it."""
    account = open_account_of(loan.loan, books)
    record(treating.reschedule(account, loan), loan.loan, books)


def rerate(loan: LoanRerated, books: Books) -> None:
    """Record the new rate."""
    account = open_account_of(loan.loan, books)
    record(treating.rerate(account, loan), loan.loan, books)


def freeze(loan: LoanFreezingApproved, books: Books) -> None:
    """Record what was frozen, if there was anything to freeze."""
    if frozen := treating.freeze(open_account_of(loan.loan, books), loan):
        record(frozen, loan.loan, books)


def unfreeze(loan: LoanUnfreezingApproved, books: Books) -> None:
    """Record that everything frozen is owed again."""
    account = open_account_of(loan.loan, books)
    if unfrozen := treating.unfreeze(account, loan.occurred_on, account.parked):
        record(unfrozen, loan.loan, books)


def write_off(loan: LoanWriteOffApproved, books: Books) -> None:
    """Record what was written off, and the end of the household's debt if nothing is left."""
    if written_off := treating.write_off(open_account_of(loan.loan, books), loan):
        record(written_off, loan.loan, books)
        if written_off.closes:
            end_debt(written_off.terms, loan.loan, written_off.on, books)


def move(loan: LoanReassigned, books: Books) -> None:
    """Record where the loan is now, and that its household's home moved with it."""
    account = open_account_of(loan.loan, books)
    moved = treating.move(account, loan)
    record(moved, loan.loan, books)
    if account.outstanding:
        debt = debt_of(moved.terms, books)
        if home := household.move(debt, moved.previously, moved.terms, moved.on):
            books.record(HOUSEHOLD_DEBT, debt_id(moved.terms.household), home)
