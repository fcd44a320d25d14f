"""Treatments of a debt in trouble: extension (gia hạn), another plan (điều chỉnh kỳ hạn),
freezing (khoanh nợ) and write-off (xóa nợ).

Loans decides that a debt is treated; repayments, which knows the balances, does it. Who approves
freezing and write-off follows the money: the bank's head office for central capital, the People's
Committee that gave it for local capital. Periods are example configuration.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import (
    FreezingApproved,
    FreezingProposed,
    LoanExtended,
    LoanRescheduled,
    Proposal,
    Standing,
    UnfreezingApproved,
    WriteOffApproved,
    WriteOffProposed,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
)
from policy_credit_loans.domain.refusals import (
    AlreadyFrozen,
    AlreadyMatured,
    ExtensionTooLong,
    FreezingPeriodWrong,
    MoreThanOwed,
    NotFrozen,
    NothingOwed,
    NothingProposed,
    NotLonger,
    NotTheirsToApprove,
    PlanOutsideTerm,
    PlanSumDiffers,
    SecondPersonNeeded,
)
from policy_credit_loans.domain.term import months_after
from policy_credit_shared.kernel.identifiers import Office, Text
from policy_credit_shared.kernel.instalments import Instalment, is_ordered, total
from policy_credit_shared.kernel.money import Dong
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import NATION, province_of

SHORT_TERM_MONTHS: Final = 12
"""A short-term loan is extended by as much again in all, any other by half its term."""
FREEZING_MONTHS: Final = (36, 60)


class _OnLoan(Struct, frozen=True, kw_only=True):
    office: Office
    loan: UUID

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class ExtendLoan(_OnLoan, frozen=True, kw_only=True, tag="extend_loan"):
    """Gia hạn nợ: let what is still owed be paid later."""

    until: date
    reason: Text
    extended_on: date


class RescheduleLoan(_OnLoan, frozen=True, kw_only=True, tag="reschedule_loan"):
    """Điều chỉnh kỳ hạn nợ: another plan for what was paid out, within the term."""

    plan: Annotated[tuple[Instalment, ...], Meta(min_length=1, max_length=360)]
    reason: Text
    rescheduled_on: date


class ProposeFreezing(_OnLoan, frozen=True, kw_only=True, tag="propose_freezing"):
    """Đề nghị khoanh nợ: ask that principal be frozen, without interest, until a day."""

    amount: Dong
    until: date
    reason: Text
    proposed_on: date


class ApproveFreezing(_OnLoan, frozen=True, kw_only=True, tag="approve_freezing"):
    """Duyệt khoanh nợ: agree to a proposed freezing."""

    decision: Text
    approved_on: date


class UnfreezeLoan(_OnLoan, frozen=True, kw_only=True, tag="unfreeze_loan"):
    """Hết khoanh nợ trước hạn: end a freezing before its day."""

    reason: Text
    unfrozen_on: date


class ProposeWriteOff(_OnLoan, frozen=True, kw_only=True, tag="propose_write_off"):
    """Đề nghị xóa nợ: ask that principal be written off."""

    amount: Dong
    reason: Text
    proposed_on: date


class ApproveWriteOff(_OnLoan, frozen=True, kw_only=True, tag="approve_write_off"):
    """Duyệt xóa nợ: agree to a proposed write-off."""

    decision: Text
    approved_on: date


def extend(loan: Loan, command: ExtendLoan, by: Principal) -> LoanExtended:
    """Decide on an extension; raises a Refusal."""
    contract = loan.contract
    _owed(loan, command.loan)
    if contract is None or loan.first_disbursed_on is None or loan.due_on is None:
        raise NothingOwed(command.loan)
    _dated(loan, "extended_on", command.extended_on)
    if command.extended_on >= loan.due_on:
        raise AlreadyMatured(loan.due_on, command.extended_on)
    if command.until <= loan.due_on:
        raise NotLonger(command.until, loan.due_on)
    term = contract.term_months
    longest = SHORT_TERM_MONTHS if term <= SHORT_TERM_MONTHS else term // 2
    latest = months_after(loan.first_disbursed_on, term + longest)
    if command.until > latest:
        raise ExtensionTooLong(command.until, latest, longest)
    return LoanExtended(
        standing=loan.standing,
        on=command.extended_on,
        until=command.until,
        previously=loan.due_on,
        reason=command.reason,
        by=by.subject,
    )


def reschedule(loan: Loan, command: RescheduleLoan, by: Principal) -> LoanRescheduled:
    """Decide on another plan; raises a Refusal."""
    _owed(loan, command.loan)
    _dated(loan, "rescheduled_on", command.rescheduled_on)
    first, due_on = loan.first_disbursed_on, loan.due_on
    if first is None or due_on is None:
        raise NothingOwed(command.loan)
    if (given := total(command.plan)) != loan.disbursed:
        raise PlanSumDiffers(given, loan.disbursed)
    days = [instalment.due_on for instalment in command.plan]
    if not is_ordered(command.plan) or days[0] < first or days[-1] > due_on:
        raise PlanOutsideTerm(first, due_on)
    return LoanRescheduled(
        standing=loan.standing,
        on=command.rescheduled_on,
        plan=command.plan,
        reason=command.reason,
        by=by.subject,
    )


def propose_freezing(loan: Loan, command: ProposeFreezing, by: Principal) -> FreezingProposed:
    """Decide to propose a freezing; raises a Refusal. A new proposal takes an old one's place."""
    _owed(loan, command.loan, command.amount)
    _dated(loan, "proposed_on", command.proposed_on)
    _not_frozen(loan, command.proposed_on)
    earliest, latest = (months_after(command.proposed_on, m) for m in FREEZING_MONTHS)
    if not earliest <= command.until <= latest:
        raise FreezingPeriodWrong(command.until, earliest, latest)
    return FreezingProposed(
        standing=loan.standing,
        on=command.proposed_on,
        proposal=Proposal(
            amount=command.amount,
            reason=command.reason,
            on=command.proposed_on,
            by=by.subject,
            until=command.until,
        ),
    )


def approve_freezing(loan: Loan, command: ApproveFreezing, by: Principal) -> FreezingApproved:
    """Decide that a debt is frozen; raises a Refusal."""
    proposal = loan.freezing
    if proposal is None or proposal.until is None:
        raise NothingProposed("freezing", command.loan)
    _second_and_entitled(loan.standing, proposal, command.approved_on, by)
    _owed(loan, command.loan, proposal.amount)
    _not_frozen(loan, command.approved_on)
    if command.approved_on >= proposal.until:
        raise FreezingPeriodWrong(proposal.until, command.approved_on, proposal.until)
    return FreezingApproved(
        standing=loan.standing,
        on=command.approved_on,
        amount=proposal.amount,
        until=proposal.until,
        reason=proposal.reason,
        decision=command.decision,
        by=by.subject,
    )


def unfreeze(loan: Loan, command: UnfreezeLoan, by: Principal) -> UnfreezingApproved:
    """Decide to end a freezing; raises a Refusal."""
    frozen_on, until = loan.frozen_on, loan.frozen_until
    if frozen_on is None or until is None or not frozen_on <= command.unfrozen_on < until:
        raise NotFrozen(command.loan, command.unfrozen_on)
    return UnfreezingApproved(
        standing=loan.standing, on=command.unfrozen_on, reason=command.reason, by=by.subject
    )


def propose_write_off(loan: Loan, command: ProposeWriteOff, by: Principal) -> WriteOffProposed:
    """Decide to propose a write-off; raises a Refusal. A new proposal takes an old one's place."""
    _owed(loan, command.loan, command.amount)
    _dated(loan, "proposed_on", command.proposed_on)
    return WriteOffProposed(
        standing=loan.standing,
        on=command.proposed_on,
        proposal=Proposal(
            amount=command.amount, reason=command.reason, on=command.proposed_on, by=by.subject
        ),
    )


def approve_write_off(loan: Loan, command: ApproveWriteOff, by: Principal) -> WriteOffApproved:
    """Decide that a debt is written off; raises a Refusal."""
    proposal = loan.write_off
    if proposal is None:
        raise NothingProposed("write-off", command.loan)
    _second_and_entitled(loan.standing, proposal, command.approved_on, by)
    _owed(loan, command.loan, proposal.amount)
    return WriteOffApproved(
        standing=loan.standing,
        on=command.approved_on,
        amount=proposal.amount,
        reason=proposal.reason,
        decision=command.decision,
        by=by.subject,
    )


def _owed(loan: Loan, identifier: UUID, amount: int = 1) -> None:
    """Something is owed that is not about to be written off, and at least `amount`."""
    left = loan.outstanding - loan.to_write_off
    if left <= 0:
        raise NothingOwed(identifier)
    if amount > left:
        raise MoreThanOwed(amount, loan.outstanding, loan.to_write_off)


def _dated(loan: Loan, field: str, on: date) -> None:
    if loan.carried_over_on is not None and on < loan.carried_over_on:
        raise DatedBefore(field, on, "the loan was carried over", loan.carried_over_on)
    if loan.first_disbursed_on is not None and on < loan.first_disbursed_on:
        raise DatedBefore(field, on, "the loan was paid out", loan.first_disbursed_on)


def _not_frozen(loan: Loan, on: date) -> None:
    if loan.frozen_until is not None and on < loan.frozen_until:
        raise AlreadyFrozen(loan.frozen_until)


def _second_and_entitled(standing: Standing, proposal: Proposal, on: date, by: Principal) -> None:
    if on < proposal.on:
        raise DatedBefore("approved_on", on, "it was proposed", proposal.on)
    if by.subject == proposal.by:
        raise SecondPersonNeeded("made the proposal", by.subject)
    if standing.fund == "central":
        entitled = by.role == "branch_director" and by.unit == NATION
    else:
        givers = (standing.office, province_of(standing.office))
        entitled = by.role == "peoples_committee" and by.unit in givers
    if not entitled:
        raise NotTheirsToApprove(standing.fund, standing.office)
