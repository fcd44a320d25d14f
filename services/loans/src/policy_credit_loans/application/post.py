"""Post an entitlement list in public."""

from policy_credit_loans.domain import entitlement
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.people_commands import PostList
from policy_credit_shared.store.books import Books


def post(command: PostList, books: Books) -> None:
    """Record the posting."""
    posted = entitlement.post(books.get(ENTITLEMENT_LIST, command.list), command)
    books.record(ENTITLEMENT_LIST, command.list, posted)
