"""Call principal in before its day."""

from policy_credit_repayments.application.accounts import open_account_of, record
from policy_credit_repayments.domain import charging
from policy_credit_repayments.domain.commands import MarkOverdue
from policy_credit_shared.store.books import Books


def call_in(command: MarkOverdue, books: Books) -> None:
    """Record that principal fell overdue."""
    fell = charging.mark_overdue(open_account_of(command.loan, books), command)
    record(fell, command.loan, books)
