"""Record a report of illegal lending."""

from policy_credit_oversight.application.record_governing import record_lending
from policy_credit_oversight.domain import illegal_lending
from policy_credit_oversight.domain.illegal_lending import LENDING_REPORT, ReportIllegalLending
from policy_credit_shared.store.books import Books


def report_lending(command: ReportIllegalLending, books: Books) -> None:
    """Record the report; raises a Refusal."""
    reported = illegal_lending.report(books.get(LENDING_REPORT, command.report), command)
    record_lending(books, command.report, reported)
