"""Rate a savings-and-credit group: confirm what is proposed, or amend it."""

from policy_credit_oversight.domain import group_rating
from policy_credit_oversight.domain.group_rating import (
    GROUP_RATING,
    AmendRating,
    ConfirmRating,
    GroupRated,
    group_rating_id,
)
from policy_credit_oversight.domain.group_score import GROUP_SCORE, MonthSettled, group_score_id
from policy_credit_shared.store.books import Books


def confirm(command: ConfirmRating, books: Books) -> None:
    """Record the rating as it is proposed; raises a Refusal."""
    group = books.get(GROUP_SCORE, group_score_id(command.group))
    held = books.get(GROUP_RATING, group_rating_id(command.group))
    _record(books, group_rating.confirm(group, held, command, books.by.subject))


def amend(command: AmendRating, books: Books) -> None:
    """Record another rating than proposed, or than was confirmed; raises a Refusal."""
    group = books.get(GROUP_SCORE, group_score_id(command.group))
    held = books.get(GROUP_RATING, group_rating_id(command.group))
    _record(books, group_rating.amend(group, held, command, books.by.subject))


def _record(books: Books, rated: GroupRated) -> None:
    books.record(GROUP_RATING, group_rating_id(rated.group), rated)
    settled = MonthSettled(month=rated.month)
    books.record(GROUP_SCORE, group_score_id(rated.group), settled)
