"""Erase who the person of a household was."""

from policy_credit_loans.application.credit import owes
from policy_credit_loans.domain import household
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.people_commands import EraseHousehold
from policy_credit_shared.store.books import Books


def erase(command: EraseHousehold, books: Books) -> None:
    """Record the erasure, and delete the person's key and data."""
    known = books.get(HOUSEHOLD, command.household)
    erased = household.erase(known, command, owes=owes(command.household, books))
    books.record(HOUSEHOLD, command.household, erased)
    books.erase(command.household)
