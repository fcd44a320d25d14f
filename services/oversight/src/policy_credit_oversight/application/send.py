"""Begin to report, and record that a periodic report was sent."""

from policy_credit_oversight.domain import periodic_report
from policy_credit_oversight.domain.periodic_report import (
    REPORTING,
    SendReport,
    StartReporting,
    reporting_id,
)
from policy_credit_shared.store.books import Books


def start(command: StartReporting, books: Books) -> None:
    """Record that the unit begins to report; raises a Refusal."""
    unit = reporting_id(command.unit)
    books.record(REPORTING, unit, periodic_report.start(books.get(REPORTING, unit), command))


def send(command: SendReport, books: Books) -> None:
    """Record the proof; raises a Refusal."""
    unit = reporting_id(command.unit)
    books.record(REPORTING, unit, periodic_report.send(books.get(REPORTING, unit), command))
