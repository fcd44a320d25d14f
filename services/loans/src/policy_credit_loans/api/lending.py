"""Where commands about programmes, capital and loans are posted, and by whom."""

from typing import Final

from policy_credit_loans.domain.applying import ApplyForLoan, ApproveLoan, DeclineLoan
from policy_credit_loans.domain.capital import AllocateCapital, AssignPlan
from policy_credit_loans.domain.disbursing import DisburseLoan
from policy_credit_loans.domain.programme_change import ChangeProgramme
from policy_credit_loans.domain.transferring import RestructureGroup, TransferLoan
from policy_credit_loans.domain.treating import (
    ApproveFreezing,
    ApproveWriteOff,
    ExtendLoan,
    ProposeFreezing,
    ProposeWriteOff,
    RescheduleLoan,
    UnfreezeLoan,
)
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

_OFFICER: Final[set[Role]] = {"credit_officer"}
_DIRECTOR: Final[set[Role]] = {"branch_director"}
_EITHER: Final[set[Role]] = {"credit_officer", "branch_director"}
_GIVER: Final[set[Role]] = {"branch_director", "peoples_committee"}

ROUTES: Final = [
    CommandRoute("/capital-allocations", AllocateCapital, _DIRECTOR, writer="above"),
    CommandRoute("/plans", AssignPlan, _DIRECTOR, writer="above"),
    CommandRoute("/programme-changes", ChangeProgramme, _DIRECTOR, writer="unit"),
    CommandRoute("/loan-applications", ApplyForLoan, _OFFICER),
    CommandRoute("/loan-approvals", ApproveLoan, _EITHER),
    CommandRoute("/loan-refusals", DeclineLoan, _EITHER),
    CommandRoute("/disbursements", DisburseLoan, {"teller", *_EITHER}),
    CommandRoute("/extensions", ExtendLoan, _DIRECTOR),
    CommandRoute("/reschedulings", RescheduleLoan, _DIRECTOR),
    CommandRoute("/freezing-proposals", ProposeFreezing, _OFFICER),
    CommandRoute("/freezing-approvals", ApproveFreezing, _GIVER, writer="above"),
    CommandRoute("/unfreezings", UnfreezeLoan, _DIRECTOR),
    CommandRoute("/write-off-proposals", ProposeWriteOff, _OFFICER),
    CommandRoute("/write-off-approvals", ApproveWriteOff, _GIVER, writer="above"),
    CommandRoute("/transfers", TransferLoan, _DIRECTOR, writer="above"),
    CommandRoute("/group-restructurings", RestructureGroup, _DIRECTOR),
]
