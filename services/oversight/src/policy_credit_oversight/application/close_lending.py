"""Record how a report of illegal lending ended."""

from policy_credit_oversight.application.record_governing import record_lending
from policy_credit_oversight.domain import illegal_lending
from policy_credit_oversight.domain.illegal_lending import LENDING_REPORT, CloseIllegalLending
from policy_credit_shared.store.books import Books


def close_lending(command: CloseIllegalLending, books: Books) -> None:
    """Record the result; raises a Refusal."""
    closed = illegal_lending.close(books.get(LENDING_REPORT, command.report), command)
    record_lending(books, command.report, closed)
