"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_loans.api import people
from policy_credit_loans.domain.loan import DisburseLoan
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/disbursements", DisburseLoan, {"teller", "credit_officer", "branch_director"}),
    *people.ROUTES,
]
