"""Record an inspection."""

from policy_credit_oversight.domain.inspection import INSPECTION, CarryOutInspection, carry_out
from policy_credit_oversight.domain.inspection_plan import INSPECTION_PLAN
from policy_credit_shared.store.books import Books


def inspect(command: CarryOutInspection, books: Books) -> None:
    """Record that an inspection was carried out, under its plan if it has one; raises a Refusal."""
    held = books.get(INSPECTION, command.inspection)
    plan = books.get(INSPECTION_PLAN, command.plan) if command.plan else None
    carried_out, counted = carry_out(held, plan, command)
    books.record(INSPECTION, command.inspection, carried_out)
    if command.plan and counted:
        books.record(INSPECTION_PLAN, command.plan, counted)
