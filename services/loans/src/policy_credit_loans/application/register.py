"""Take a household on record."""

from policy_credit_loans.domain import household
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.people_commands import RegisterHousehold
from policy_credit_loans.domain.person import sealed
from policy_credit_shared.store.books import Books


def register(command: RegisterHousehold, books: Books) -> None:
    """Record the registration, and seal who the person is."""
    registered = household.register(books.get(HOUSEHOLD, command.household), command)
    books.record(HOUSEHOLD, command.household, registered)
    books.seal(command.household, sealed(command.person))
