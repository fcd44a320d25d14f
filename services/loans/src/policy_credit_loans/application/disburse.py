"""Disburse a loan, in one or several tranches."""

from policy_credit_loans.domain.loan import LOAN, DisburseLoan
from policy_credit_loans.domain.loan import disburse as decide
from policy_credit_shared.store.books import Books


def disburse(command: DisburseLoan, books: Books) -> None:
    """Record the disbursement; raises a Refusal."""
    loan = books.get(LOAN, command.loan)
    books.record(LOAN, command.loan, decide(loan, command))
