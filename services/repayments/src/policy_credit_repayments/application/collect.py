"""Collect a payment of principal, interest or both, or a recovery of what was written off."""

from policy_credit_repayments.application.accounts import end_debt, open_account_of, record
from policy_credit_repayments.application.sessions import note
from policy_credit_repayments.domain import collecting
from policy_credit_repayments.domain.commands import CollectPayment, CollectRecovery
from policy_credit_shared.store.books import Books


def collect(command: CollectPayment, books: Books) -> None:
    """Record the payment, and that the household is out of this debt if it settles the loan."""
    account = open_account_of(command.loan, books)
    taken = collecting.collect(account, command, books.by.subject)
    note(
        books,
        command.session,
        office=command.office,
        on=command.collected_on,
        principal=taken.overdue + taken.in_term,
        interest=taken.interest,
    )
    record(taken, command.loan, books)
    if taken.settles:
        end_debt(taken.terms, command.loan, taken.on, books)


def recover(command: CollectRecovery, books: Books) -> None:
    """Record the recovery; the debt was ended when it was written off."""
    account = open_account_of(command.loan, books)
    taken = collecting.recover(account, command, books.by.subject)
    note(
        books,
        command.session,
        office=command.office,
        on=command.collected_on,
        recovered=taken.amount,
    )
    record(taken, command.loan, books)
