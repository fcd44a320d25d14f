"""Reverse a payment or a recovery that was booked by mistake."""

from policy_credit_repayments.application.accounts import begin_debt, open_account_of
from policy_credit_repayments.domain import reversing
from policy_credit_repayments.domain.commands import ReversePayment
from policy_credit_repayments.domain.entries import PaymentReversed
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_shared.store.books import Books


def reverse(command: ReversePayment, books: Books) -> None:
    """Record the reversal, and that the household is in debt again if the loan was settled."""
    account = open_account_of(command.loan, books)
    entry = reversing.reverse(account, command, books.by.subject)
    books.record(ACCOUNT, command.loan, entry)
    if isinstance(entry, PaymentReversed) and entry.reopens:
        begin_debt(entry.terms, command.loan, entry.on, books)
