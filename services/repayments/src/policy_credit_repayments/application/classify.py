"""Move principal between debt classes: it falls overdue, or is frozen."""

from policy_credit_repayments.application.accounts import open_account_of
from policy_credit_repayments.domain import account
from policy_credit_repayments.domain.account import ACCOUNT
from policy_credit_repayments.domain.commands import FreezeDebt, MarkOverdue
from policy_credit_shared.store.books import Books


def mark_overdue(command: MarkOverdue, books: Books) -> None:
    """Record that principal fell overdue."""
    fell = account.mark_overdue(open_account_of(command.loan, books), command)
    books.record(ACCOUNT, command.loan, fell)


def freeze(command: FreezeDebt, books: Books) -> None:
    """Record that principal was frozen."""
    frozen = account.freeze(open_account_of(command.loan, books), command)
    books.record(ACCOUNT, command.loan, frozen)
