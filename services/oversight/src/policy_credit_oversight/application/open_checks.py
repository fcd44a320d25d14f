"""Take in what loans and repayments say of a loan: open checks of its use, move and close them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from policy_credit_oversight.application.record import record_use
from policy_credit_oversight.domain import checking
from policy_credit_oversight.domain.loan_use import LOAN_USE, LoanUse, LoanUseEvent, loan_use_id
from policy_credit_oversight.domain.register import register_id
from policy_credit_shared.events.collection import LoanReopened, LoanSettled, LoanWrittenOff
from policy_credit_shared.events.lending import LoanDisbursed, LoanReassigned
from policy_credit_shared.events.public import LoanEvent, PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books

F = TypeVar("F", bound=LoanEvent)


def _settled(use: LoanUse | None, fact: LoanSettled) -> LoanUseEvent:
    return checking.end_debt(use, fact, "settled")


def _written_off(use: LoanUse | None, fact: LoanWrittenOff) -> LoanUseEvent | None:
    return checking.end_debt(use, fact, "written_off") if fact.closes else None


def _of_loan(decide: Callable[[LoanUse | None, F], LoanUseEvent | None]) -> TakeIn:
    def handle(fact: F, books: Books) -> None:
        aggregate = loan_use_id(fact.loan)
        if event := decide(books.get(LOAN_USE, aggregate), fact):
            record_use(books, aggregate, event)

    return TakeIn(_touched, handle)


def _touched(fact: LoanEvent) -> Iterable[UUID]:
    return loan_use_id(fact.loan), register_id(fact.office, "loan_use")


OPENS_CHECKS: Final[Mapping[type[PublicEvent], TakeIn]] = {
    LoanDisbursed: _of_loan(checking.open_check),
    LoanReassigned: _of_loan(checking.move),
    LoanSettled: _of_loan(_settled),
    LoanReopened: _of_loan(checking.resume_debt),
    LoanWrittenOff: _of_loan(_written_off),
}
