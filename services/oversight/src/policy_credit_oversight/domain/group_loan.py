"""Which savings-and-credit group a loan counts in, as the repayments service moves it.

What repayments says of a loan names no group. The first tranche names it, and so does each
hand-over; what repayments says in between counts in the group named last. Facts that come before
any group is known wait, in sums, and are counted once it is.
"""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.figures import Sums, together
from policy_credit_oversight.domain.months import Month
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import derived_id


class LoanPlaced(DomainEvent, frozen=True, kw_only=True):
    """The loan counts in a group from now on; nothing waits any more."""

    TOPIC: ClassVar[str] = "oversight.loan_placed.v1"

    group: UUID


class FactsWaited(DomainEvent, frozen=True, kw_only=True):
    """Facts came before the loan's group was known."""

    TOPIC: ClassVar[str] = "oversight.facts_waited.v1"

    rows: dict[Month, Sums]


class GroupLoan(Struct, frozen=True, kw_only=True):
    """A loan's group, and the sums that wait for it."""

    group: UUID | None = None
    waiting: dict[Month, Sums] = {}


def evolve(loan: GroupLoan | None, event: LoanPlaced | FactsWaited) -> GroupLoan:
    """The loan after an event."""
    loan = loan or GroupLoan()
    match event:
        case LoanPlaced():
            return GroupLoan(group=event.group)
        case FactsWaited():
            return replace(loan, waiting=together(loan.waiting, event.rows))


def _merge(last: DomainEvent, event: DomainEvent) -> DomainEvent | None:
    if isinstance(last, FactsWaited) and isinstance(event, FactsWaited):
        return FactsWaited(rows=together(last.rows, event.rows))
    return None


GROUP_LOAN: Kind[GroupLoan] = Kind(evolve, name="group_loan", merge=_merge)


def group_loan_id(loan: UUID) -> UUID:
    """The aggregate of a loan's group."""
    return derived_id("group-loan", loan)
