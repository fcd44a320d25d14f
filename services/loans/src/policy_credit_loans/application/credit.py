"""What a household's credit says to those who ask about the household."""

from uuid import UUID

from policy_credit_shared.store.books import Books


def owes(household: UUID, books: Books) -> bool:  # noqa: ARG001 - no credit is kept yet
    """Whether the household owes, or holds an approved loan."""
    return False
