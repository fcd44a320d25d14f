"""Rate a savings-and-credit group."""

from policy_credit_oversight.domain.group_rating import (
    GROUP_RATING,
    RateGroup,
    group_rating_id,
)
from policy_credit_oversight.domain.group_rating import rate as decide
from policy_credit_shared.store.books import Books


def rate(command: RateGroup, books: Books) -> None:
    """Record the rating; raises a Refusal."""
    aggregate = group_rating_id(command.group)
    books.record(GROUP_RATING, aggregate, decide(books.get(GROUP_RATING, aggregate), command))
