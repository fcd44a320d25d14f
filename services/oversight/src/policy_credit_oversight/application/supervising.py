"""Which use case carries out which command about inspections and loan use, and what they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_oversight.application.check import check
from policy_credit_oversight.application.inspect import inspect
from policy_credit_oversight.domain.inspection import CarryOutInspection, InspectionCarriedOut
from policy_credit_oversight.domain.loan_use import CheckLoanUse, LoanUseChecked
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    CarryOutInspection: inspect,
    CheckLoanUse: check,
}
CLOSINGS: Final[Sequence[Closing]] = ()
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    InspectionCarriedOut,
    LoanUseChecked,
]
