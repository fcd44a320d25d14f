"""Plan the inspections of a body."""

from policy_credit_oversight.application.record import keep
from policy_credit_oversight.domain.inspection_plan import (
    INSPECTION_PLAN,
    PlanInspections,
    make_plan,
)
from policy_credit_shared.store.books import Books


def plan(command: PlanInspections, books: Books) -> None:
    """Record the plan, and list it for its unit; raises a Refusal."""
    planned = make_plan(books.get(INSPECTION_PLAN, command.plan), command)
    books.record(INSPECTION_PLAN, command.plan, planned)
    listed = {(command.unit, str(command.plan)): command.period_until}
    keep(books, "inspection_plan", {}, listed)
