"""Where commands about inspections, findings and loan use are posted, and by whom."""

from typing import Final

from policy_credit_oversight.domain.checking import CheckLoanUse
from policy_credit_oversight.domain.finding import RaiseFinding, RemedyFinding
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.inspection_plan import PlanInspections
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

_INSPECTORS: Final[set[Role]] = {"inspector", "branch_director"}

ROUTES: Final = [
    CommandRoute("/inspection-plans", PlanInspections, _INSPECTORS, writer="unit"),
    CommandRoute("/inspections", CarryOutInspection, _INSPECTORS, writer="above"),
    CommandRoute("/findings", RaiseFinding, _INSPECTORS, writer="above"),
    CommandRoute("/finding-remedies", RemedyFinding, _INSPECTORS, writer="above"),
    CommandRoute("/loan-use-checks", CheckLoanUse, {"inspector", "credit_officer"}),
]
