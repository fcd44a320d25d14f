"""Remedy a finding."""

from policy_credit_oversight.application.record import record_finding
from policy_credit_oversight.domain.finding import FINDING, RemedyFinding
from policy_credit_oversight.domain.finding import remedy as decide
from policy_credit_shared.store.books import Books


def remedy(command: RemedyFinding, books: Books) -> None:
    """Record that a finding was put right; raises a Refusal."""
    remedied = decide(books.get(FINDING, command.finding), command, books.by)
    record_finding(books, command.finding, remedied)
