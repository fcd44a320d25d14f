"""Which use case carries out which command about existing books, and the events that they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_loans.application.carry_over import (
    carry_over_group,
    carry_over_household,
    carry_over_loan,
)
from policy_credit_loans.application.open_books import begin_books, open_books
from policy_credit_loans.domain.books_commands import (
    BeginBooks,
    CarryOverGroup,
    CarryOverHousehold,
    CarryOverLoan,
    OpenBooks,
)
from policy_credit_loans.domain.existing_books import BooksBegun, BooksOpened, PartTaken
from policy_credit_loans.domain.household import HouseholdCarriedOver
from policy_credit_loans.domain.loan_events import LoanCarriedOver
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    BeginBooks: begin_books,
    CarryOverGroup: carry_over_group,
    CarryOverHousehold: carry_over_household,
    CarryOverLoan: carry_over_loan,
    OpenBooks: open_books,
}
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    BooksBegun,
    PartTaken,
    BooksOpened,
    HouseholdCarriedOver,
    LoanCarriedOver,
]
