"""Correct who the person of a household is."""

from policy_credit_loans.domain import household
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.people_commands import CorrectPerson
from policy_credit_loans.domain.person import sealed
from policy_credit_shared.store.books import Books


def correct(command: CorrectPerson, books: Books) -> None:
    """Record that there was a correction, and seal the person's data anew."""
    corrected = household.correct(books.get(HOUSEHOLD, command.household), command)
    books.record(HOUSEHOLD, command.household, corrected)
    books.seal(command.household, sealed(command.person))
