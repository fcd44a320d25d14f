"""Record an inspection."""

from policy_credit_oversight.domain.inspection import INSPECTION, CarryOutInspection, carry_out
from policy_credit_shared.store.books import Books


def inspect(command: CarryOutInspection, books: Books) -> None:
    """Record that an inspection was carried out; raises a Refusal."""
    held = books.get(INSPECTION, command.inspection)
    books.record(INSPECTION, command.inspection, carry_out(held, command))
