"""Open an account for each loan disbursed or carried over, and add further tranches."""

from collections.abc import Iterable
from uuid import UUID

from policy_credit_repayments.application.accounts import begin_debt, record
from policy_credit_repayments.domain import opening
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import debt_id
from policy_credit_repayments.domain.opening import receive_tranche
from policy_credit_shared.events.lending import LoanCarriedOver, LoanDisbursed
from policy_credit_shared.store.books import Books


def touches(loan: LoanDisbursed | LoanCarriedOver) -> Iterable[UUID]:
    """The aggregates that a loan changes which comes to have principal."""
    return loan.loan, debt_id(loan.household)


def open_account(loan: LoanDisbursed, books: Books) -> None:
    """Record the tranche, and the household's debt if the loan had no principal before."""
    account = books.get(ACCOUNT, loan.loan)
    received = receive_tranche(account, loan)
    record(received, loan.loan, books)
    if account is None or account.outstanding == 0:
        begin_debt(received.terms, loan.loan, received.on, books)


def carry_over(loan: LoanCarriedOver, books: Books) -> None:
    """Record the balances of existing books, and the household's debt; raises a Refusal."""
    carried = opening.carry_over(books.get(ACCOUNT, loan.loan), loan)
    record(carried, loan.loan, books)
    begin_debt(carried.terms, loan.loan, carried.on, books)
