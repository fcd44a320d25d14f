"""Take in what repayments says of principal: what is owed, overdue, written off.

Repayments tells each fact once and a loan's facts in their order. The loan says where it is now,
which after a transfer can be another office than the fact names.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from policy_credit_loans.application.record import record
from policy_credit_loans.domain.capital import capital_id
from policy_credit_loans.domain.credit import credit_id
from policy_credit_loans.domain.loan import LOAN, Loan
from policy_credit_loans.domain.loan_events import (
    LoanEvent,
    OverdueBegun,
    OverdueEnded,
    PrincipalRepaid,
    PrincipalWrittenOff,
    RepaymentReversed,
)
from policy_credit_loans.domain.refusals import (
    LoanUnknown,
    MoreThanLent,
)
from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.collection import (
    EntryReversed,
    LoanCured,
    LoanFellOverdue,
    LoanWrittenOff,
    PrincipalCollected,
)
from policy_credit_shared.events.public import LoanEvent as Fact
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books

F = TypeVar("F", bound=Fact)


def _repaid(loan: Loan, fact: PrincipalCollected) -> LoanEvent:
    _at_most(fact.loan, fact.amount, loan.outstanding)
    return PrincipalRepaid(standing=loan.standing, on=fact.occurred_on, amount=fact.amount)


def _written_off(loan: Loan, fact: LoanWrittenOff) -> LoanEvent:
    _at_most(fact.loan, fact.amount, loan.outstanding)
    return PrincipalWrittenOff(standing=loan.standing, on=fact.occurred_on, amount=fact.amount)


def _fell_overdue(loan: Loan, fact: LoanFellOverdue) -> LoanEvent:
    return OverdueBegun(standing=loan.standing, on=fact.occurred_on)


def _cured(loan: Loan, fact: LoanCured) -> LoanEvent:
    return OverdueEnded(standing=loan.standing, on=fact.occurred_on)


def _at_most(loan: UUID, amount: int, most: int) -> None:
    if amount > most:
        raise MoreThanLent(loan, amount, most)


def _touched(fact: Fact) -> Iterable[UUID]:
    return fact.loan, credit_id(fact.household), capital_id(fact.office)


def _known(books: Books, identifier: UUID) -> Loan:
    loan = books.get(LOAN, identifier)
    if loan is None:
        raise LoanUnknown(identifier)
    return loan


def _of_loan(decide: Callable[[Loan, F], LoanEvent]) -> TakeIn:
    def handle(fact: F, books: Books) -> None:
        record(books, fact.loan, decide(_known(books, fact.loan), fact))

    return TakeIn(_touched, handle)


def _collected(reversal: EntryReversed) -> PrincipalCollected | None:
    """The collection of principal that a reversal takes back; None if it is another entry's."""
    entry = reversed_entry(reversal)
    return entry if isinstance(entry, PrincipalCollected) else None


def _touched_by_reversal(reversal: EntryReversed) -> Iterable[UUID]:
    collected = _collected(reversal)
    return _touched(collected) if collected else ()


def _reverse(reversal: EntryReversed, books: Books) -> None:
    """What was collected by mistake is owed again, wherever the loan is now."""
    if (collected := _collected(reversal)) is None:
        return
    loan = _known(books, collected.loan)
    _at_most(collected.loan, collected.amount, loan.repaid)
    event = RepaymentReversed(
        standing=loan.standing, on=reversal.occurred_on, amount=collected.amount
    )
    record(books, collected.loan, event)


TAKES_IN: Final[Mapping[type[PublicEvent], TakeIn]] = {
    PrincipalCollected: _of_loan(_repaid),
    LoanWrittenOff: _of_loan(_written_off),
    LoanFellOverdue: _of_loan(_fell_overdue),
    LoanCured: _of_loan(_cured),
    EntryReversed: TakeIn(_touched_by_reversal, _reverse),
}
