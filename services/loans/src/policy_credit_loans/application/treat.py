"""Treat a debt in trouble: extension, another plan, freezing, write-off."""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar
from uuid import UUID

from policy_credit_loans.application.record import record
from policy_credit_loans.domain import treating
from policy_credit_loans.domain.loan import LOAN, Loan, own
from policy_credit_loans.domain.loan_events import LoanEvent
from policy_credit_shared.kernel.identifiers import Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Books


class _OnLoan(Protocol):
    @property
    def office(self) -> Office: ...

    @property
    def loan(self) -> UUID: ...


C = TypeVar("C", bound=_OnLoan)


def _treated(decide: Callable[[Loan, C, Principal], LoanEvent]) -> Callable[[C, Books], None]:
    def handle(command: C, books: Books) -> None:
        """Record what is decided on the loan; raises a Refusal."""
        loan = own(books.get(LOAN, command.loan), command.loan, command.office)
        record(books, command.loan, decide(loan, command, books.by))

    return handle


extend: Final = _treated(treating.extend)
reschedule: Final = _treated(treating.reschedule)
propose_freezing: Final = _treated(treating.propose_freezing)
approve_freezing: Final = _treated(treating.approve_freezing)
unfreeze: Final = _treated(treating.unfreeze)
propose_write_off: Final = _treated(treating.propose_write_off)
approve_write_off: Final = _treated(treating.approve_write_off)
