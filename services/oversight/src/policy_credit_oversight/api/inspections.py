"""Where commands about inspections and loan use are posted, and by whom."""

from typing import Final

from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.loan_use import CheckLoanUse
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/inspections", CarryOutInspection, {"inspector", "branch_director"}),
    CommandRoute("/loan-use-checks", CheckLoanUse, {"inspector", "credit_officer"}),
]
