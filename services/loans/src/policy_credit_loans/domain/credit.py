"""A household's credit: what it holds of each loan, and what more it may borrow.

One household may hold several programmes; ceilings count across its loans of a programme. Loans
that are approved count before they are paid out. What repayments says arrives a moment later, so
that a household can be held to owe more than it does, never less.
"""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_loans.domain.credit_refusals import (
    BeyondCeiling,
    CategoryNotEntitled,
    HouseholdOverdue,
    ProgrammesExclude,
)
from policy_credit_loans.domain.programme import Terms
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Category, Fund, Programme, derived_id


class Line(Struct, frozen=True, kw_only=True):
    """One loan: approved and not yet paid out, owed, and whether some of it is overdue."""

    programme: Programme
    fund: Fund
    group: UUID
    approved: int
    outstanding: int
    overdue: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the household holds the loan."""
        return self.approved + self.outstanding > 0


class CreditChanged(DomainEvent, frozen=True, kw_only=True):
    """A loan of the household stands otherwise now."""

    TOPIC: ClassVar[str] = "loans.credit_changed.v1"

    household: UUID
    loan: UUID
    line: Line


class Credit(Struct, frozen=True):
    """The loans that a household holds."""

    lines: dict[UUID, Line] = {}

    def committed(self, programme: Programme) -> int:
        """Owed and approved in a programme, in dong."""
        held = [line for line in self.lines.values() if line.programme == programme]
        return sum(line.approved + line.outstanding for line in held)


def credit_id(household: UUID) -> UUID:
    """The aggregate of a household's credit."""
    return derived_id("credit", household)


def evolve(credit: Credit | None, event: CreditChanged) -> Credit:
    """The credit after an event."""
    others = {loan: line for loan, line in (credit or Credit()).lines.items() if loan != event.loan}
    return Credit(others | ({event.loan: event.line} if event.line.is_open else {}))


def merge(last: CreditChanged, new: CreditChanged) -> CreditChanged | None:
    """Of several changes of one loan in a call, the last says how it stands."""
    return new if last.loan == new.loan else None


CREDIT: Kind[Credit] = Kind(evolve, merge=merge)


def may_borrow(credit: Credit | None, terms: Terms, category: Category, amount: int) -> None:
    """Raise a Refusal unless the household may borrow `amount` more on these terms."""
    credit = credit or Credit()
    if category not in terms.categories:
        raise CategoryNotEntitled(category, terms.programme, terms.categories)
    for loan, line in credit.lines.items():
        if line.programme in terms.excludes:
            raise ProgrammesExclude(terms.programme, line.programme, loan)
        if line.overdue and not terms.new_loan_while_overdue:
            raise HouseholdOverdue(loan)
    committed = credit.committed(terms.programme)
    if committed + amount > terms.ceiling:
        raise BeyondCeiling(terms.programme, amount, terms.ceiling, committed)
