"""Draw up an entitlement list."""

from policy_credit_loans.domain import entitlement
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.people_commands import ListHouseholds
from policy_credit_shared.store.books import Books


def list_households(command: ListHouseholds, books: Books) -> None:
    """Record the list."""
    group = books.get(GROUP, command.group)
    listed = books.get(ENTITLEMENT_LIST, command.list)
    drawn_up = entitlement.list_households(listed, command, group)
    books.record(ENTITLEMENT_LIST, command.list, drawn_up)
