"""Reverse a payment or a recovery that was booked by mistake."""

from policy_credit_repayments.application.accounts import begin_debt, open_account_of, record
from policy_credit_repayments.application.repay_from_savings import restore_savings
from policy_credit_repayments.application.sessions import note_reversal
from policy_credit_repayments.domain import reversing
from policy_credit_repayments.domain.commands import ReversePayment
from policy_credit_repayments.domain.entries import PaymentReversed, RecoveryReversed
from policy_credit_shared.store.books import Books


def reverse(command: ReversePayment, books: Books) -> None:
    """Record the reversal, and what follows for its session, savings and the household's debt."""
    account = open_account_of(command.loan, books)
    entry = reversing.reverse(account, command, books.by.subject)
    record(entry, command.loan, books)
    match entry:
        case RecoveryReversed(entry=taken):
            note_reversal(books, taken.session, recovered=taken.amount)
        case PaymentReversed(entry=taken):
            note_reversal(books, taken.session, principal=taken.principal, interest=taken.interest)
            restore_savings(
                entry.terms.household,
                command.loan,
                command.payment,
                entry.on,
                command.reason,
                books,
            )
            if entry.reopens:
                begin_debt(entry.terms, command.loan, entry.on, books)
