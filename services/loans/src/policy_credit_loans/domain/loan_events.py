"""What can happen to a loan (món vay), as this service stores it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Fund,
    Locality,
    Office,
    Place,
    Programme,
)
from policy_credit_shared.kernel.instalments import Ageing, FellOverdue, Plan
from policy_credit_shared.kernel.money import AnnualRate


class Standing(Struct, frozen=True, kw_only=True):
    """Whose loan it is, of which money, and where it is now; `opened_by` never changes.

    Loans that were applied for before `category` was kept here have none. `group_said` is whether
    every public event of the loan says its group: not those of one from before it was said.
    """

    opened_by: Office
    office: Office
    locality: Locality
    group: UUID
    association: Association
    household: UUID
    programme: Programme
    fund: Fund
    category: Category | None = None
    group_said: bool = False


class Request(Struct, frozen=True, kw_only=True):
    """What was asked for, and the confirmation (03/TD) that it rests on."""

    amount: int
    purpose: str
    term_months: int
    instalment_months: int
    list: UUID
    category: Category
    confirmed_on: date
    applied_on: date
    by: str


class Contract(Struct, frozen=True, kw_only=True):
    """What was agreed (04/TD)."""

    amount: int
    annual_rate: AnnualRate
    ageing: Ageing
    term_months: int
    instalment_months: int
    approved_on: date
    by: str


class Proposal(Struct, frozen=True, kw_only=True):
    """A treatment that waits for a second person; a freezing ends on `until`."""

    amount: int
    reason: str
    on: date
    by: str
    until: date | None = None


class _OnLoan(DomainEvent, frozen=True, kw_only=True):
    standing: Standing
    on: date


class LoanApplied(_OnLoan, frozen=True, kw_only=True):
    """A household asked for a loan."""

    TOPIC: ClassVar[str] = "loans.loan_applied.v1"

    request: Request


class LoanApproved(_OnLoan, frozen=True, kw_only=True):
    """The bank agreed."""

    TOPIC: ClassVar[str] = "loans.loan_approved.v1"

    contract: Contract
    applied_on: date


class LoanCarriedOver(_OnLoan, frozen=True, kw_only=True):
    """A loan of its office's existing books, with its balances at the beginning of the day.

    `plan` is the instalments left in term. The contract's amount is what is owed and what is still
    to be paid out.
    """

    TOPIC: ClassVar[str] = "loans.loan_carried_over.v1"

    contract: Contract
    outstanding: int
    disbursed_on: date
    due_on: date
    plan: Plan
    fell_overdue: tuple[FellOverdue, ...] = ()
    frozen: int = 0
    frozen_until: date | None = None
    frozen_overdue_since: date | None = None
    interest_arrears: int = 0


class LoanDeclined(_OnLoan, frozen=True, kw_only=True):
    """The bank did not agree, or took its approval back."""

    TOPIC: ClassVar[str] = "loans.loan_declined.v1"

    amount: int
    reason: str
    by: str


class LoanDisbursed(_OnLoan, frozen=True, kw_only=True):
    """A tranche was paid out; `plan` pays back everything paid out so far."""

    TOPIC: ClassVar[str] = "loans.loan_disbursed.v1"

    tranche: int
    amount: int
    annual_rate: AnnualRate
    due_on: date
    plan: Plan
    ageing: Ageing
    confirmed_on: date | None = None
    place: Place
    session: UUID | None = None
    by: str


class LoanExtended(_OnLoan, frozen=True, kw_only=True):
    """The final maturity was put off."""

    TOPIC: ClassVar[str] = "loans.loan_extended.v1"

    until: date
    previously: date
    reason: str
    by: str


class LoanRescheduled(_OnLoan, frozen=True, kw_only=True):
    """Another plan within the term."""

    TOPIC: ClassVar[str] = "loans.loan_rescheduled.v1"

    plan: Plan
    reason: str
    by: str


class LoanRerated(_OnLoan, frozen=True, kw_only=True):
    """A change of the programme reached the contract; `paid_out` if anything was, by then."""

    TOPIC: ClassVar[str] = "loans.loan_rerated.v1"

    change: UUID
    valid_from: date
    annual_rate: AnnualRate
    previously: AnnualRate
    legal_basis: str
    paid_out: bool


class FreezingProposed(_OnLoan, frozen=True, kw_only=True):
    """Freezing waits for a second person."""

    TOPIC: ClassVar[str] = "loans.freezing_proposed.v1"

    proposal: Proposal


class FreezingApproved(_OnLoan, frozen=True, kw_only=True):
    """Principal is to be frozen; repayments does it."""

    TOPIC: ClassVar[str] = "loans.freezing_approved.v1"

    amount: int
    until: date
    reason: str
    decision: str
    by: str


class UnfreezingApproved(_OnLoan, frozen=True, kw_only=True):
    """Frozen principal is to be owed again before its time; repayments does it."""

    TOPIC: ClassVar[str] = "loans.unfreezing_approved.v1"

    reason: str
    by: str


class WriteOffProposed(_OnLoan, frozen=True, kw_only=True):
    """Writing off waits for a second person."""

    TOPIC: ClassVar[str] = "loans.write_off_proposed.v1"

    proposal: Proposal


class WriteOffApproved(_OnLoan, frozen=True, kw_only=True):
    """Principal is to be written off; repayments does it."""

    TOPIC: ClassVar[str] = "loans.write_off_approved.v1"

    amount: int
    reason: str
    decision: str
    by: str


class LoanReassigned(_OnLoan, frozen=True, kw_only=True):
    """The contract went to another group, commune or office; `standing` is what it was."""

    TOPIC: ClassVar[str] = "loans.loan_reassigned.v1"

    to: Standing
    paid_out: bool
    reason: str
    by: str


class PrincipalRepaid(_OnLoan, frozen=True, kw_only=True):
    """Repayments collected principal."""

    TOPIC: ClassVar[str] = "loans.principal_repaid.v1"

    amount: int


class RepaymentReversed(_OnLoan, frozen=True, kw_only=True):
    """Repayments had booked principal by mistake; it is owed again."""

    TOPIC: ClassVar[str] = "loans.repayment_reversed.v1"

    amount: int


class PrincipalWrittenOff(_OnLoan, frozen=True, kw_only=True):
    """Repayments wrote principal off."""

    TOPIC: ClassVar[str] = "loans.principal_written_off.v1"

    amount: int


class OverdueBegun(_OnLoan, frozen=True, kw_only=True):
    """Repayments says that the loan came to have overdue principal."""

    TOPIC: ClassVar[str] = "loans.overdue_begun.v1"


class OverdueEnded(_OnLoan, frozen=True, kw_only=True):
    """Repayments says that the loan has no overdue principal any more."""

    TOPIC: ClassVar[str] = "loans.overdue_ended.v1"


LoanEvent = (
    LoanApplied
    | LoanCarriedOver
    | LoanApproved
    | LoanDeclined
    | LoanDisbursed
    | LoanExtended
    | LoanRescheduled
    | LoanRerated
    | FreezingProposed
    | FreezingApproved
    | UnfreezingApproved
    | WriteOffProposed
    | WriteOffApproved
    | LoanReassigned
    | PrincipalRepaid
    | RepaymentReversed
    | PrincipalWrittenOff
    | OverdueBegun
    | OverdueEnded
)
