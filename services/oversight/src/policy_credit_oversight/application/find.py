"""Raise a finding of an inspection."""

from policy_credit_oversight.application.record import record_finding
from policy_credit_oversight.domain.finding import FINDING, RaiseFinding, raise_finding
from policy_credit_oversight.domain.inspection import INSPECTION
from policy_credit_shared.store.books import Books


def find(command: RaiseFinding, books: Books) -> None:
    """Record what an inspection found wrong; raises a Refusal."""
    held = books.get(FINDING, command.finding)
    inspection = books.get(INSPECTION, command.inspection)
    record_finding(books, command.finding, raise_finding(held, inspection, command))
