"""Let a commune's People's Committee decide who on a list may borrow."""

from policy_credit_loans.domain import entitlement
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.people_commands import DecideList
from policy_credit_shared.store.books import Books


def decide(command: DecideList, books: Books) -> None:
    """Record what was confirmed and what was rejected."""
    decided = entitlement.decide(books.get(ENTITLEMENT_LIST, command.list), command)
    books.record(ENTITLEMENT_LIST, command.list, decided)
