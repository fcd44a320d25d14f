"""Close a day (đóng ngày): checks of loan use fall due, findings lapse."""

from datetime import date
from uuid import UUID

from policy_credit_oversight.application.record import record_finding, record_use
from policy_credit_oversight.domain.checking import fall_due
from policy_credit_oversight.domain.finding import FINDING, lapse
from policy_credit_oversight.domain.loan_use import LOAN_USE
from policy_credit_shared.store.books import Books


def close_checks(aggregate: UUID, day: date, books: Books) -> None:
    """Record which checks of a loan are overdue by the close of a day."""
    use = books.get(LOAN_USE, aggregate)
    if use is not None:
        record_use(books, aggregate, *fall_due(use, day))


def close_finding(finding: UUID, day: date, books: Books) -> None:
    """Record that a finding lapsed."""
    known = books.get(FINDING, finding)
    if known is not None and (lapsed := lapse(known, day)):
        record_finding(books, finding, lapsed)
