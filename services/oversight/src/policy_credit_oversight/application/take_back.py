"""Take a mistaken outcome back."""

from policy_credit_oversight.domain import outcome
from policy_credit_oversight.domain.outcome import OUTCOME, TakeBackOutcome
from policy_credit_shared.store.books import Books


def take_back(command: TakeBackOutcome, books: Books) -> None:
    """Record that it does not count; raises a Refusal."""
    taken = outcome.take_back(books.get(OUTCOME, command.outcome), command, books.by)
    books.record(OUTCOME, command.outcome, taken)
