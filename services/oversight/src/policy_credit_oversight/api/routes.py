"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_oversight.domain.group_rating import RateGroup
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.loan_use import CheckLoanUse
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/inspections", CarryOutInspection, {"inspector", "branch_director"}),
    CommandRoute("/loan-use-checks", CheckLoanUse, {"inspector", "credit_officer"}),
    CommandRoute("/group-ratings", RateGroup, {"credit_officer", "branch_director"}),
    CommandRoute("/targets", SetTarget, {"branch_director"}),
]
