"""Which use case carries out which command about capital and loans, and what they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_loans.application.allocate import allocate, assign, begin_year
from policy_credit_loans.application.apply import apply, approve, decline
from policy_credit_loans.application.change_programme import change_programme
from policy_credit_loans.application.disburse import disburse
from policy_credit_loans.application.hand_over import restructure, transfer
from policy_credit_loans.application.rerate import rerate
from policy_credit_loans.application.treat import (
    approve_freezing,
    approve_write_off,
    extend,
    propose_freezing,
    propose_write_off,
    reschedule,
    unfreeze,
)
from policy_credit_loans.domain import (
    capital,
    credit,
    household,
    loan_events,
    programme_change,
)
from policy_credit_loans.domain.applying import ApplyForLoan, ApproveLoan, DeclineLoan
from policy_credit_loans.domain.capital import CAPITAL, AllocateCapital, AssignPlan
from policy_credit_loans.domain.disbursing import DisburseLoan
from policy_credit_loans.domain.programme_change import RERATING, ChangeProgramme
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
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    AllocateCapital: allocate,
    AssignPlan: assign,
    ChangeProgramme: change_programme,
    ApplyForLoan: apply,
    ApproveLoan: approve,
    DeclineLoan: decline,
    DisburseLoan: disburse,
    ExtendLoan: extend,
    RescheduleLoan: reschedule,
    ProposeFreezing: propose_freezing,
    ApproveFreezing: approve_freezing,
    UnfreezeLoan: unfreeze,
    ProposeWriteOff: propose_write_off,
    ApproveWriteOff: approve_write_off,
    TransferLoan: transfer,
    RestructureGroup: restructure,
}
CLOSINGS: Final = [Closing(RERATING, rerate), Closing(CAPITAL, begin_year)]
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    programme_change.ProgrammeChanged,
    programme_change.ReratingDecided,
    programme_change.LoansRerated,
    capital.CapitalAllocated,
    capital.PlanAssigned,
    capital.PlanYearBegun,
    capital.OutstandingMoved,
    capital.LoanHandedOver,
    credit.CreditChanged,
    loan_events.LoanApplied,
    loan_events.LoanApproved,
    loan_events.LoanDeclined,
    loan_events.LoanDisbursed,
    loan_events.LoanExtended,
    loan_events.LoanRescheduled,
    loan_events.LoanRerated,
    loan_events.FreezingProposed,
    loan_events.FreezingApproved,
    loan_events.UnfreezingApproved,
    loan_events.WriteOffProposed,
    loan_events.WriteOffApproved,
    loan_events.LoanReassigned,
    household.HouseholdMoved,
    loan_events.PrincipalRepaid,
    loan_events.RepaymentReversed,
    loan_events.PrincipalWrittenOff,
    loan_events.OverdueBegun,
    loan_events.OverdueEnded,
]
