"""Which use case carries out which command, and the events that they store."""

from typing import Final

from policy_credit_loans.application import people
from policy_credit_loans.application.disburse import disburse
from policy_credit_loans.domain.loan import DisburseLoan, LoanDisbursed
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {DisburseLoan: disburse, **people.HANDLERS}
MAPPER: Final = EventMapper([LoanDisbursed, *people.EVENTS])
