"""Which use case carries out which command about inspections and loan use or closes a day, and what
they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_oversight.application.check import check
from policy_credit_oversight.application.close import close_checks, close_finding
from policy_credit_oversight.application.find import find
from policy_credit_oversight.application.inspect import inspect
from policy_credit_oversight.application.plan import plan
from policy_credit_oversight.application.remedy import remedy
from policy_credit_oversight.domain import finding, inspection, inspection_plan, loan_use, register
from policy_credit_oversight.domain.checking import CheckLoanUse
from policy_credit_oversight.domain.finding import FINDING, RaiseFinding, RemedyFinding
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.inspection_plan import PlanInspections
from policy_credit_oversight.domain.loan_use import LOAN_USE
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    PlanInspections: plan,
    CarryOutInspection: inspect,
    RaiseFinding: find,
    RemedyFinding: remedy,
    CheckLoanUse: check,
}
CLOSINGS: Final = [Closing(LOAN_USE, close_checks), Closing(FINDING, close_finding)]
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    inspection_plan.InspectionsPlanned,
    inspection_plan.InspectionCounted,
    inspection.InspectionCarriedOut,
    finding.FindingRaised,
    finding.FindingRemedied,
    finding.FindingLapsed,
    loan_use.UseCheckOpened,
    loan_use.LoanUseChecked,
    loan_use.UseCheckFellDue,
    loan_use.DebtEnded,
    loan_use.DebtResumed,
    loan_use.LoanMoved,
    register.RegisterKept,
]
