"""Record a meeting of a Representative Board."""

from policy_credit_oversight.domain.board import MEETING, HoldMeeting, hold
from policy_credit_shared.store.books import Books


def meet(command: HoldMeeting, books: Books) -> None:
    """Record the meeting; raises a Refusal."""
    books.record(MEETING, command.meeting, hold(books.get(MEETING, command.meeting), command))
