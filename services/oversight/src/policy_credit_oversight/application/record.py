"""Record what happened to a loan's use or a finding, and keep the registers of units in step."""

from uuid import UUID

from policy_credit_oversight.domain.finding import FINDING, Finding, FindingEvent
from policy_credit_oversight.domain.loan_use import LOAN_USE, LoanUse, LoanUseEvent
from policy_credit_oversight.domain.register import (
    REGISTER,
    Entries,
    Listed,
    RegisterKept,
    changes,
    register_id,
)
from policy_credit_shared.store.books import Books


def record_use(books: Books, aggregate: UUID, *events: LoanUseEvent) -> None:
    """Record the events of a loan's use."""
    before = _checks(books.get(LOAN_USE, aggregate))
    books.record(LOAN_USE, aggregate, *events)
    keep(books, "loan_use", before, _checks(books.get(LOAN_USE, aggregate)))


def record_finding(books: Books, finding: UUID, event: FindingEvent) -> None:
    """Record what happened to a finding."""
    before = _findings(finding, books.get(FINDING, finding))
    books.record(FINDING, finding, event)
    keep(books, "finding", before, _findings(finding, books.get(FINDING, finding)))


def keep(books: Books, listed: Listed, before: Entries, after: Entries) -> None:
    """Record in the registers of units what came, went or is due on another day."""
    for unit, due in changes(before, after).items():
        books.record(REGISTER, register_id(unit, listed), RegisterKept(due=due))


def _checks(use: LoanUse | None) -> Entries:
    if use is None:
        return {}
    return {(use.office, f"{use.loan}/{t}"): check.due_on for t, check in use.open_checks.items()}


def _findings(identifier: UUID, finding: Finding | None) -> Entries:
    if finding is None or not finding.is_open:
        return {}
    return {(finding.raised.office, str(identifier)): finding.raised.deadline}
