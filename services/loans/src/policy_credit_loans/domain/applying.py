"""Applying for a loan (đề nghị vay vốn, 01/TD) and the bank's answer (phê duyệt, 04/TD).

Poor households borrow without collateral but belong to a group, are named on its list in a public
meeting and confirmed by the commune People's Committee (03/TD).
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.credit import Credit, credit_id, may_borrow
from policy_credit_loans.domain.credit_refusals import (
    EntitlementExpired,
    ListOfAnotherGroup,
    NotConfirmed,
    NotListed,
)
from policy_credit_loans.domain.entitlement import EntitlementList, Entry, entitlement
from policy_credit_loans.domain.group import Group, active
from policy_credit_loans.domain.household import Household, on_record
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import (
    Contract,
    LoanApplied,
    LoanApproved,
    LoanDeclined,
    Request,
    Standing,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    ListUnknown,
    NotAMember,
)
from policy_credit_loans.domain.programme import TERM_MONTHS_MAX, Months, Terms, programme_id
from policy_credit_loans.domain.refusals import (
    DirectorNeeded,
    InstalmentsTooFar,
    LoanAnswered,
    LoanPaidOut,
    LoanRepeated,
    SecondPersonNeeded,
    TermTooLong,
)
from policy_credit_shared.kernel.identifiers import Fund, Office, Programme, Text
from policy_credit_shared.kernel.money import MILLION, Dong
from policy_credit_shared.kernel.principals import Principal

APPROVAL_LIMIT: Final = 50 * MILLION
"""Above it the branch director approves what somebody else took in, and yet another person pays
out. Example configuration."""


class ApplyForLoan(Struct, frozen=True, kw_only=True, tag="apply_for_loan"):
    """Đề nghị vay vốn: ask for a loan for a member of a group, by its confirmed list.

    `instalment_months` lie between instalments; 0 is one instalment at the end.
    """

    office: Office
    loan: UUID
    household: UUID
    group: UUID
    list: UUID
    programme: Programme
    fund: Fund
    amount: Dong
    purpose: Text
    term_months: Months
    instalment_months: Annotated[int, Meta(ge=0, le=TERM_MONTHS_MAX)] = 0
    applied_on: date

    def touches(self) -> Iterable[UUID]:
        return (
            self.loan,
            self.household,
            self.group,
            self.list,
            credit_id(self.household),
            programme_id(self.programme),
        )


class ApproveLoan(Struct, frozen=True, kw_only=True, tag="approve_loan"):
    """Phê duyệt cho vay: agree to an application, on the programme's terms of the day."""

    office: Office
    loan: UUID
    approved_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class DeclineLoan(Struct, frozen=True, kw_only=True, tag="decline_loan"):
    """Từ chối cho vay: refuse an application, or take an approval back before a disbursement."""

    office: Office
    loan: UUID
    reason: Text
    declined_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class Applicant(Struct, frozen=True):
    """What is known of who asks: the household, its group, the list that names it, its credit."""

    household: Household | None
    group: Group | None
    list: EntitlementList | None
    credit: Credit | None


def apply(
    loan: Loan | None, command: ApplyForLoan, applicant: Applicant, terms: Terms, by: Principal
) -> LoanApplied:
    """Decide on an application; raises a Refusal."""
    if loan is not None:
        raise LoanRepeated(command.loan)
    standing, listed = _identify(command, applicant)
    request = Request(
        amount=command.amount,
        purpose=command.purpose,
        term_months=command.term_months,
        instalment_months=command.instalment_months,
        list=command.list,
        category=listed.category,
        confirmed_on=_confirmed(listed, command.applied_on),
        applied_on=command.applied_on,
        by=by.subject,
    )
    _fits(request, terms, applicant.credit)
    return LoanApplied(standing=standing, on=command.applied_on, request=request)


def approve(
    loan: Loan, command: ApproveLoan, applicant: Applicant, terms: Terms, by: Principal
) -> LoanApproved:
    """Decide to agree; what the application had to show must hold still. Raises a Refusal."""
    request, standing = loan.request, loan.standing
    if request is None or loan.contract is not None or loan.declined:
        raise LoanAnswered(command.loan)
    if command.approved_on < request.applied_on:
        raise DatedBefore(
            "approved_on", command.approved_on, "it was applied for", request.applied_on
        )
    if request.amount > APPROVAL_LIMIT:
        if by.role != "branch_director":
            raise DirectorNeeded(request.amount, APPROVAL_LIMIT)
        if by.subject == request.by:
            raise SecondPersonNeeded("took the application in", by.subject)
    _member(applicant, standing.group, standing.household, standing.office)
    _confirmed(
        _listed(applicant, request.list, standing.household, standing.programme),
        command.approved_on,
    )
    _fits(request, terms, applicant.credit)
    return LoanApproved(
        standing=standing,
        on=command.approved_on,
        applied_on=request.applied_on,
        contract=Contract(
            amount=request.amount,
            annual_rate=terms.annual_rate,
            ageing=terms.ageing,
            term_months=request.term_months,
            instalment_months=request.instalment_months,
            approved_on=command.approved_on,
            by=by.subject,
        ),
    )


def decline(loan: Loan, command: DeclineLoan, by: Principal) -> LoanDeclined:
    """Decide to refuse; raises a Refusal."""
    if loan.declined:
        raise LoanAnswered(command.loan)
    if loan.request is None or loan.tranches:
        raise LoanPaidOut(command.loan)
    answered = loan.contract.approved_on if loan.contract else loan.request.applied_on
    if command.declined_on < answered:
        what = "it was approved" if loan.contract else "it was applied for"
        raise DatedBefore("declined_on", command.declined_on, what, answered)
    return LoanDeclined(
        standing=loan.standing,
        on=command.declined_on,
        amount=loan.request.amount,
        reason=command.reason,
        by=by.subject,
    )


def _identify(command: ApplyForLoan, applicant: Applicant) -> tuple[Standing, Entry]:
    group = _member(applicant, command.group, command.household, command.office)
    listed = _listed(applicant, command.list, command.household, command.programme)
    if applicant.list is not None and applicant.list.group != command.group:
        raise ListOfAnotherGroup(command.list, applicant.list.group)
    standing = Standing(
        opened_by=command.office,
        office=command.office,
        locality=group.locality,
        group=command.group,
        association=group.association,
        household=command.household,
        programme=command.programme,
        fund=command.fund,
        category=listed.category,
        group_said=True,
    )
    return standing, listed


def _member(applicant: Applicant, identifier: UUID, household: UUID, office: Office) -> Group:
    group = active(applicant.group, identifier, office)
    on_record(applicant.household, household)
    if household not in group.members:
        raise NotAMember(household, identifier)
    return group


def _listed(applicant: Applicant, identifier: UUID, household: UUID, programme: Programme) -> Entry:
    if applicant.list is None:
        raise ListUnknown(identifier)
    listed = entitlement(applicant.list, household, programme)
    if listed is None:
        raise NotListed(household, programme)
    return listed


def _confirmed(listed: Entry, on: date) -> date:
    if listed.rejected or listed.confirmed_on is None or listed.confirmed_on > on:
        raise NotConfirmed(listed.household, listed.programme, on, listed.rejected)
    if listed.valid_until is not None and listed.valid_until < on:
        raise EntitlementExpired(listed.valid_until, on)
    return listed.confirmed_on


def _fits(request: Request, terms: Terms, credit: Credit | None) -> None:
    if request.term_months > terms.term_months:
        raise TermTooLong(terms.programme, request.term_months, terms.term_months)
    if request.instalment_months > request.term_months:
        raise InstalmentsTooFar(request.instalment_months, request.term_months)
    may_borrow(credit, terms, request.category, request.amount)
