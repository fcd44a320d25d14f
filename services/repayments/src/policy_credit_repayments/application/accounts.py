"""Find the account that a command or a fact is about, and keep its household's debt in step."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from policy_credit_repayments.domain import household
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import AccountEvent, Terms
from policy_credit_repayments.domain.evolving import ACCOUNT, evolve
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, HouseholdDebt, debt_id
from policy_credit_repayments.domain.refusals import LoanNotOpen
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books


def open_account_of(loan: UUID, books: Books) -> Account:
    """The account; raises LoanNotOpen."""
    account = books.get(ACCOUNT, loan)
    if account is None:
        raise LoanNotOpen(loan)
    return account


def record(event: AccountEvent, loan: UUID, books: Books) -> None:
    """Record an entry of the account, with what it makes of the instalments carried forward."""
    before = books.get(ACCOUNT, loan)
    after = evolve(before, event)
    more = after.carried_forward - (before.carried_forward if before else 0)
    books.record(ACCOUNT, loan, replace(event, carries_forward=more) if more else event)


def debt_of(terms: Terms, books: Books) -> HouseholdDebt:
    """The debt of the household of a loan."""
    debt = books.get(HOUSEHOLD_DEBT, debt_id(terms.household))
    if debt is None:
        raise InvariantBroken(f"household {terms.household} of a loan with debt has debt")
    return debt


def begin_debt(terms: Terms, loan: UUID, on: date, books: Books) -> None:
    """Record that a loan came to have principal."""
    aggregate = debt_id(terms.household)
    debt = books.get(HOUSEHOLD_DEBT, aggregate)
    books.record(HOUSEHOLD_DEBT, aggregate, household.begin(debt, terms, loan, on))


def end_debt(terms: Terms, loan: UUID, on: date, books: Books) -> None:
    """Record that a loan came to have no principal left."""
    ended = household.end(debt_of(terms, books), terms, loan, on)
    books.record(HOUSEHOLD_DEBT, debt_id(terms.household), ended)
