"""Give an office capital and plans, each plan for its year."""

from datetime import date
from uuid import UUID

from policy_credit_loans.domain import capital
from policy_credit_loans.domain.capital import CAPITAL, AllocateCapital, AssignPlan, capital_id
from policy_credit_shared.kernel.checks import InvariantBroken
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


def begin_year(office: UUID, day: date, books: Books) -> None:
    """Let the plans of a year that has begun hold, in place of those of the year before."""
    state = books.get(CAPITAL, office)
    if state is None:
        raise InvariantBroken("an office in the agenda has capital")
    for event in capital.begin_year(state, day):
        books.record(CAPITAL, office, event)
