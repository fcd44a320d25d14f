"""Apply for a loan, agree to it, or decline it."""

from datetime import date
from uuid import UUID

from policy_credit_loans.application.record import record
from policy_credit_loans.domain import applying
from policy_credit_loans.domain.applying import Applicant, ApplyForLoan, ApproveLoan, DeclineLoan
from policy_credit_loans.domain.credit import CREDIT, credit_id
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.loan import LOAN, own
from policy_credit_loans.domain.programme import Terms, programme_id, terms_on
from policy_credit_loans.domain.programme_change import PROGRAMME, entries
from policy_credit_loans.domain.refusals import LoanAnswered
from policy_credit_shared.kernel.identifiers import Fund, Office, Programme
from policy_credit_shared.kernel.units import province_of
from policy_credit_shared.store.books import Books


def apply(command: ApplyForLoan, books: Books) -> None:
    """Record the application; raises a Refusal."""
    event = applying.apply(
        books.get(LOAN, command.loan),
        command,
        _applicant(books, command.household, command.group, command.list),
        _terms(books, command.programme, command.applied_on, command.fund, command.office),
        books.by,
    )
    record(books, command.loan, event)


def approve(command: ApproveLoan, books: Books) -> None:
    """Record the approval, which reserves the ceiling; raises a Refusal."""
    loan = own(books.get(LOAN, command.loan), command.loan, command.office)
    at = loan.standing
    if loan.request is None:
        raise LoanAnswered(command.loan)
    event = applying.approve(
        loan,
        command,
        _applicant(books, at.household, at.group, loan.request.list),
        _terms(books, at.programme, command.approved_on, at.fund, at.office),
        books.by,
    )
    record(books, command.loan, event)


def decline(command: DeclineLoan, books: Books) -> None:
    """Record the refusal, which releases the ceiling; raises a Refusal."""
    loan = own(books.get(LOAN, command.loan), command.loan, command.office)
    record(books, command.loan, applying.decline(loan, command, books.by))


def _applicant(books: Books, household: UUID, group: UUID, listed: UUID) -> Applicant:
    books.prefetch((household, group, listed, credit_id(household)))
    return Applicant(
        books.get(HOUSEHOLD, household),
        books.get(GROUP, group),
        books.get(ENTITLEMENT_LIST, listed),
        books.get(CREDIT, credit_id(household)),
    )


def _terms(books: Books, programme: Programme, on: date, fund: Fund, office: Office) -> Terms:
    known = entries(books.get(PROGRAMME, programme_id(programme)))
    return terms_on(known, programme, on, fund, province_of(office))
