"""Find the account that a command is about."""

from uuid import UUID

from policy_credit_repayments.domain.account import ACCOUNT, Account
from policy_credit_repayments.domain.refusals import LoanNotOpen
from policy_credit_shared.store.books import Books


def open_account_of(loan: UUID, books: Books) -> Account:
    """The account; raises LoanNotOpen."""
    account = books.get(ACCOUNT, loan)
    if account is None:
        raise LoanNotOpen(loan)
    return account
