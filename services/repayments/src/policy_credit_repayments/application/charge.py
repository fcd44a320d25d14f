"""Charge the interest of a period."""

from policy_credit_repayments.application.accounts import open_account_of, record
from policy_credit_repayments.domain import charging
from policy_credit_repayments.domain.commands import ChargeInterest
from policy_credit_shared.store.books import Books


def charge(command: ChargeInterest, books: Books) -> None:
    """Record the interest due."""
    charged = charging.charge_interest(open_account_of(command.loan, books), command)
    record(charged, command.loan, books)
