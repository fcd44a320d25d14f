"""Collect a payment of principal, interest or both."""

from policy_credit_repayments.application.accounts import open_account_of
from policy_credit_repayments.application.sessions import note
from policy_credit_repayments.domain import account, household
from policy_credit_repayments.domain.account import ACCOUNT
from policy_credit_repayments.domain.commands import CollectPayment
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.store.books import Books


def collect(command: CollectPayment, books: Books) -> None:
    """Record the payment, and that the household is out of this debt if it settles the loan."""
    taken = account.collect(open_account_of(command.loan, books), command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.collected_on,
        principal=taken.overdue + taken.in_term,
        interest=taken.interest,
    )
    books.record(ACCOUNT, command.loan, taken)
    if taken.settles:
        aggregate = debt_id(taken.terms.household)
        debt = books.get(HOUSEHOLD_DEBT, aggregate)
        check(debt is not None, f"household {taken.terms.household} of a loan with debt has debt")
        if debt is not None:
            ended = household.end(debt, taken.terms, command.loan, taken.on)
            books.record(HOUSEHOLD_DEBT, aggregate, ended)
