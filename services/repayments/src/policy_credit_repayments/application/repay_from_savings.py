"""Repay a loan from the household's savings, and give them back if the payment is reversed."""

from datetime import date
from uuid import UUID

from policy_credit_repayments.application.accounts import open_account_of
from policy_credit_repayments.application.collect import collect
from policy_credit_repayments.application.sessions import note, note_reversal
from policy_credit_repayments.domain import collecting, savings
from policy_credit_repayments.domain.commands import CollectPayment
from policy_credit_repayments.domain.point_commands import RepayFromSavings, savings_id
from policy_credit_repayments.domain.savings import SAVINGS
from policy_credit_shared.store.books import Books


def repay_from_savings(command: RepayFromSavings, books: Books) -> None:
    """Record that savings were withdrawn for exactly what the payment takes, and the payment."""
    payment = _payment(command)
    taken = collecting.collect(open_account_of(command.loan, books), payment, books.by.subject)
    amount = taken.overdue + taken.in_term + taken.interest
    aggregate = savings_id(taken.terms.household)
    withdrawn = savings.repay(books.get(SAVINGS, aggregate), amount, command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.repaid_on,
        savings_withdrawn=amount,
    )
    books.record(SAVINGS, aggregate, *withdrawn)
    collect(payment, books)


def restore_savings(
    household: UUID, loan: UUID, payment: UUID, on: date, reason: str, books: Books
) -> None:
    """Record that savings are back, if it is they that made the payment now reversed."""
    aggregate = savings_id(household)
    restored = savings.restore(books.get(SAVINGS, aggregate), loan, payment, on, reason)
    if restored:
        books.record(SAVINGS, aggregate, *restored)
        amount = sum(event.entry.amount for event in restored)
        note_reversal(books, restored[0].entry.session, savings_withdrawn=amount)


def _payment(command: RepayFromSavings) -> CollectPayment:
    """The payment that the savings make."""
    return CollectPayment(
        office=command.office,
        loan=command.loan,
        payment=command.payment,
        principal=command.principal,
        interest=command.interest,
        amount=command.amount,
        collected_on=command.repaid_on,
        place=command.place,
        session=command.session,
    )
