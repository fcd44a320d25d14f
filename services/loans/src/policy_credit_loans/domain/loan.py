"""A loan (món vay): what was asked for, agreed, paid out, and what became of it.

The rules are beside this file: `applying`, `disbursing`, `treating`, `transferring`, `rerating`.
Balances by class are repayments' business; what it says of principal is taken in here, so that
a loan's outstanding is known a moment later.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.domain.loan_events import (
    Contract,
    FreezingApproved,
    FreezingProposed,
    LoanApplied,
    LoanApproved,
    LoanCarriedOver,
    LoanDeclined,
    LoanDisbursed,
    LoanEvent,
    LoanExtended,
    LoanReassigned,
    LoanRerated,
    LoanRescheduled,
    OverdueBegun,
    OverdueEnded,
    PrincipalRepaid,
    PrincipalWrittenOff,
    Proposal,
    RepaymentReversed,
    Request,
    Standing,
    UnfreezingApproved,
    WriteOffApproved,
    WriteOffProposed,
)
from policy_credit_loans.domain.refusals import (
    LoanUnknown,
)
from policy_credit_shared.kernel.aggregates import Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Office
from policy_credit_shared.kernel.instalments import Plan, left_of_plan
from policy_credit_shared.kernel.refusals import WrongOffice


class Loan(Struct, frozen=True, kw_only=True):
    """A loan as it stands.

    `rated_on` is the day whose terms its rate follows. `rescheduled` is the plan that a
    rescheduling put in place of the contract's. `to_write_off` was approved and is not done yet.
    A loan of existing books was `carried_over_on` a day, and nobody knows its request.
    """

    standing: Standing
    request: Request | None
    contract: Contract | None = None
    declined: bool = False
    annual_rate: int = 0
    rated_on: date = date.min
    tranches: int = 0
    disbursed: int = 0
    first_disbursed_on: date | None = None
    last_disbursed_on: date | None = None
    due_on: date | None = None
    plan: Plan = ()
    rescheduled: Plan = ()
    repaid: int = 0
    written_off: int = 0
    overdue: bool = False
    freezing: Proposal | None = None
    frozen_on: date | None = None
    frozen_until: date | None = None
    write_off: Proposal | None = None
    to_write_off: int = 0
    carried_over_on: date | None = None

    @property
    def outstanding(self) -> int:
        """Dư nợ, as far as repayments has told."""
        return self.disbursed - self.repaid - self.written_off

    @property
    def is_settled(self) -> bool:
        """Whether everything paid out is paid back or written off."""
        return self.tranches > 0 and self.outstanding == 0

    @property
    def is_agreed(self) -> bool:
        """Whether there is a contract in force."""
        return self.contract is not None and not self.declined and not self.is_settled

    @property
    def undisbursed(self) -> int:
        """Approved and not paid out yet."""
        if self.contract is None or not self.is_agreed:
            return 0
        return self.contract.amount - self.disbursed


def evolve(loan: Loan | None, event: LoanEvent) -> Loan:
    """The loan after an event."""
    if isinstance(event, LoanApplied):
        return Loan(standing=event.standing, request=event.request)
    if isinstance(event, LoanCarriedOver):
        return _carried_over(event)
    if loan is None:
        raise InvariantBroken("a loan begins with its application, or with existing books")
    match event:
        case LoanApproved(contract=contract):
            return replace(
                loan,
                contract=contract,
                annual_rate=contract.annual_rate,
                rated_on=contract.approved_on,
            )
        case LoanDeclined():
            return replace(loan, declined=True)
        case LoanDisbursed():
            return replace(
                loan,
                tranches=event.tranche,
                disbursed=loan.disbursed + event.amount,
                first_disbursed_on=loan.first_disbursed_on or event.on,
                last_disbursed_on=event.on,
                due_on=event.due_on,
                plan=event.plan,
            )
        case LoanExtended():
            plan = _put_off(loan.plan, event)
            return replace(
                loan,
                due_on=event.until,
                plan=plan,
                rescheduled=_put_off(loan.rescheduled, event),
            )
        case LoanRescheduled():
            return replace(loan, plan=event.plan, rescheduled=event.plan)
        case LoanRerated():
            return replace(loan, annual_rate=event.annual_rate, rated_on=event.valid_from)
        case LoanReassigned():
            return replace(loan, standing=event.to)
        case PrincipalRepaid():
            return replace(loan, repaid=loan.repaid + event.amount)
        case RepaymentReversed():
            return replace(loan, repaid=loan.repaid - event.amount)
        case OverdueBegun() | OverdueEnded():
            return replace(loan, overdue=isinstance(event, OverdueBegun))
    return _treated(loan, event)


def _carried_over(event: LoanCarriedOver) -> Loan:
    """What is owed counts as paid out, in one tranche; what was paid back before does not count."""
    plan = left_of_plan(event.plan, event.fell_overdue, event.frozen, event.due_on)
    return Loan(
        standing=event.standing,
        request=None,
        contract=event.contract,
        annual_rate=event.contract.annual_rate,
        rated_on=event.on,
        tranches=1,
        disbursed=event.outstanding,
        first_disbursed_on=event.disbursed_on,
        last_disbursed_on=event.on,
        due_on=event.due_on,
        plan=plan,
        rescheduled=plan,
        overdue=bool(event.fell_overdue),
        frozen_on=event.on if event.frozen else None,
        frozen_until=event.frozen_until,
        carried_over_on=event.on,
    )


def _treated(
    loan: Loan,
    event: FreezingProposed
    | FreezingApproved
    | UnfreezingApproved
    | WriteOffProposed
    | WriteOffApproved
    | PrincipalWrittenOff,
) -> Loan:
    match event:
        case FreezingProposed():
            return replace(loan, freezing=event.proposal)
        case FreezingApproved():
            return replace(loan, freezing=None, frozen_on=event.on, frozen_until=event.until)
        case UnfreezingApproved():
            return replace(loan, frozen_on=None, frozen_until=None)
        case WriteOffProposed():
            return replace(loan, write_off=event.proposal)
        case WriteOffApproved():
            return replace(loan, write_off=None, to_write_off=loan.to_write_off + event.amount)
        case PrincipalWrittenOff():
            return replace(
                loan,
                written_off=loan.written_off + event.amount,
                to_write_off=max(0, loan.to_write_off - event.amount),
            )


def _put_off(plan: Plan, event: LoanExtended) -> Plan:
    if plan and plan[-1].due_on == event.previously:
        return (*plan[:-1], replace(plan[-1], due_on=event.until))
    return plan


def _wakes(loan: Loan) -> Wake | None:
    """Open loans keep a place in the agenda, which is how all of them are found."""
    return Wake(loan.standing.office, loan.due_on or date.max) if loan.is_agreed else None


LOAN: Kind[Loan] = Kind(evolve, name="loan", wakes=_wakes)


def own(loan: Loan | None, identifier: UUID, office: Office) -> Loan:
    """The loan, if the office holds it; raises LoanUnknown or WrongOffice."""
    if loan is None:
        raise LoanUnknown(identifier)
    if loan.standing.office != office:
        raise WrongOffice("loan", loan.standing.office)
    return loan
