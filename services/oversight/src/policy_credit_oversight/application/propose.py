"""Propose the ratings of months that are over (đề xuất xếp loại), at the close of a day."""

from datetime import date
from typing import Final
from uuid import UUID

from policy_credit_oversight.domain.group_score import GROUP_SCORE
from policy_credit_oversight.domain.group_score import propose as decide
from policy_credit_shared.store.books import Books

PROPOSALS_MAX: Final = 100
"""Of one group in one transaction: years closed at once are closed in parts."""


def propose(aggregate: UUID, day: date, books: Books) -> None:
    """Record what is to be proposed until a day, month by month."""
    for _ in range(PROPOSALS_MAX):
        proposed = decide(books.get(GROUP_SCORE, aggregate), day)
        if proposed is None:
            return
        books.record(GROUP_SCORE, aggregate, proposed)
