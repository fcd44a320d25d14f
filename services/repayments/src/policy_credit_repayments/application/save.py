"""Take in a group member's savings."""

from policy_credit_repayments.domain.commands import DepositSavings
from policy_credit_repayments.domain.savings import SAVINGS, deposit
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.store.books import Books


def save(command: DepositSavings, books: Books) -> None:
    """Record the deposit."""
    books.record(SAVINGS, derived_id("savings", command.household), deposit(command))
