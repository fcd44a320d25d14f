"""Record an outcome."""

from policy_credit_oversight.domain.outcome import OUTCOME, RecordOutcome, record
from policy_credit_shared.store.books import Books


def record_outcome(command: RecordOutcome, books: Books) -> None:
    """Record the outcome; raises a Refusal."""
    recorded = record(books.get(OUTCOME, command.outcome), command, books.by)
    books.record(OUTCOME, command.outcome, recorded)
