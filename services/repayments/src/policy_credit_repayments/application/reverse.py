"""Reverse a payment that was booked by mistake."""

from policy_credit_repayments.application.accounts import open_account_of
from policy_credit_repayments.domain import account, household
from policy_credit_repayments.domain.account import ACCOUNT
from policy_credit_repayments.domain.commands import ReversePayment
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_shared.store.books import Books


def reverse(command: ReversePayment, books: Books) -> None:
    """Record the reversal, and that the household is in debt again if the loan was settled."""
    entry = account.reverse(open_account_of(command.loan, books), command)
    books.record(ACCOUNT, command.loan, entry)
    if entry.reopens:
        aggregate = debt_id(entry.terms.household)
        debt = books.get(HOUSEHOLD_DEBT, aggregate)
        begun = household.begin(debt, entry.terms, command.loan, entry.on)
        books.record(HOUSEHOLD_DEBT, aggregate, begun)
