"""What a household's credit says to those who ask about the household."""

from uuid import UUID

from policy_credit_loans.domain.credit import CREDIT, credit_id
from policy_credit_shared.store.books import Books


def owes(household: UUID, books: Books) -> bool:
    """Whether the household owes, or holds an approved loan."""
    credit = books.get(CREDIT, credit_id(household))
    return credit is not None and any(line.is_open for line in credit.lines.values())
