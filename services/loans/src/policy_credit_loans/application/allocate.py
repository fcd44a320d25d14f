"""Give an office capital and plans."""

from policy_credit_loans.domain import capital
from policy_credit_loans.domain.capital import CAPITAL, AllocateCapital, AssignPlan, capital_id
from policy_credit_shared.store.books import Books


def allocate(command: AllocateCapital, books: Books) -> None:
    """Record the allocation; raises a Refusal."""
    aggregate = capital_id(command.office)
    event = capital.allocate(books.get(CAPITAL, aggregate), command, books.by.unit)
    books.record(CAPITAL, aggregate, event)


def assign(command: AssignPlan, books: Books) -> None:
    """Record the plan; raises a Refusal."""
    aggregate = capital_id(command.office)
    event = capital.assign(books.get(CAPITAL, aggregate), command, books.by.unit)
    books.record(CAPITAL, aggregate, event)
