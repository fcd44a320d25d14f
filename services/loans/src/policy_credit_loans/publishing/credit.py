"""What is said publicly of capital, plans and loans.

All that a loan says goes to the partition of the office that first opened it, so that its facts
stay in order when it is handed over.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from policy_credit_loans.domain import capital, loan_events
from policy_credit_loans.domain.books_commands import buckets
from policy_credit_loans.domain.capital import CapitalEvent
from policy_credit_loans.domain.credit import CreditChanged
from policy_credit_loans.domain.existing_books import BooksEvent
from policy_credit_loans.domain.loan_events import LoanEvent, Standing
from policy_credit_loans.domain.programme_change import ProgrammeEvent
from policy_credit_shared.events import lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Fund,
    Locality,
    Office,
    Programme,
)
from policy_credit_shared.kernel.instalments import total
from policy_credit_shared.kernel.units import seat_locality
from policy_credit_shared.messaging.relay import Publication

LendingEvent = LoanEvent | CapitalEvent | CreditChanged | ProgrammeEvent | BooksEvent


def say(aggregate: UUID, event: LendingEvent) -> Sequence[Publication]:
    """The public events that a stored event says; none for what only this service needs."""
    if isinstance(event, LoanEvent):
        public = _applying(aggregate, event) or _lent(aggregate, event)
        return [Publication(event.standing.opened_by, public)] if public else []
    if isinstance(event, CreditChanged | ProgrammeEvent | BooksEvent | capital.OutstandingMoved):
        return []
    return [Publication(event.office, public) for public in _capital(event)]


def _capital(
    event: capital.CapitalAllocated
    | capital.PlanAssigned
    | capital.PlanYearBegun
    | capital.LoanHandedOver,
) -> Sequence[PublicEvent]:
    locality = seat_locality(event.office)
    match event:
        case capital.CapitalAllocated():
            return [_allocated(event, locality)]
        case capital.PlanAssigned(holds=False):
            return []
        case capital.PlanAssigned() | capital.PlanYearBegun():
            return [_assigned(event, locality, event.target, event.previous)]
        case capital.LoanHandedOver(target=target, plan=plan):
            moved = [_assigned(event, locality, target + plan, target)] if plan else []
            return [_allocated(event, locality), *moved]


def _allocated(
    event: capital.CapitalAllocated | capital.LoanHandedOver, locality: Locality
) -> lending.CapitalAllocated:
    return lending.CapitalAllocated(
        office=event.office,
        locality=locality,
        occurred_on=event.on,
        fund=event.fund,
        amount=event.amount,
        decision=event.decision,
    )


def _assigned(
    event: capital.PlanAssigned | capital.PlanYearBegun | capital.LoanHandedOver,
    locality: Locality,
    target: int,
    previous: int,
) -> lending.PlanAssigned:
    return lending.PlanAssigned(
        office=event.office,
        locality=locality,
        occurred_on=event.on,
        programme=event.programme,
        year=event.year,
        target=target,
        previous=previous,
    )


def _applying(loan: UUID, event: DomainEvent) -> PublicEvent | None:
    match event:
        case loan_events.LoanApplied(standing=at, on=on, request=request):
            return lending.LoanApplied(
                **_of(at, loan, on),
                group=at.group,
                amount=request.amount,
                purpose=request.purpose,
                term_months=request.term_months,
            )
        case loan_events.LoanApproved(standing=at, on=on, contract=contract):
            return lending.LoanApproved(
                **_of(at, loan, on),
                group=at.group,
                amount=contract.amount,
                annual_rate=contract.annual_rate,
                term_months=contract.term_months,
                days_since_applied=(on - event.applied_on).days,
            )
        case loan_events.LoanDeclined(standing=at, on=on):
            return lending.LoanDeclined(
                **_of(at, loan, on), group=at.group, amount=event.amount, reason=event.reason
            )
        case loan_events.LoanCarriedOver(standing=at, on=on):
            return _carried_over(loan, event)
        case loan_events.LoanDisbursed(standing=at, on=on):
            return lending.LoanDisbursed(
                **_of(at, loan, on),
                group=at.group,
                tranche=event.tranche,
                amount=event.amount,
                annual_rate=event.annual_rate,
                due_on=event.due_on,
                place=event.place,
                plan=event.plan,
                ageing=event.ageing,
                confirmed_on=event.confirmed_on,
                session=event.session,
            )
    return None


def _carried_over(loan: UUID, event: loan_events.LoanCarriedOver) -> PublicEvent:
    by_age = buckets(event.fell_overdue, event.on)
    overdue = sum(by_age.values())
    return lending.LoanCarriedOver(
        **_of(event.standing, loan, event.on),
        group=event.standing.group,
        disbursed_on=event.disbursed_on,
        annual_rate=event.contract.annual_rate,
        due_on=event.due_on,
        ageing=event.contract.ageing,
        plan=event.plan,
        fell_overdue=event.fell_overdue,
        frozen_until=event.frozen_until,
        frozen_overdue_since=event.frozen_overdue_since,
        interest_arrears=event.interest_arrears,
        in_term=total(event.plan),
        frozen=event.frozen,
        overdue_1_90=by_age.get("1_90", 0),
        overdue_91_180=by_age.get("91_180", 0),
        overdue_181_360=by_age.get("181_360", 0),
        overdue_over_360=by_age.get("over_360", 0),
        overdue=overdue,
        outstanding=event.outstanding,
        loans=1,
        overdue_loans=1 if overdue else 0,
    )


def _lent(loan: UUID, event: DomainEvent) -> PublicEvent | None:
    match event:
        case loan_events.LoanExtended(standing=at, on=on):
            return lending.LoanExtended(
                **_of(at, loan, on), until=event.until, previously=event.previously
            )
        case loan_events.LoanRescheduled(standing=at, on=on):
            return lending.LoanRescheduled(**_of(at, loan, on), plan=event.plan)
        case loan_events.LoanRerated(standing=at, on=on, paid_out=True):
            return lending.LoanRerated(
                **_of(at, loan, on),
                annual_rate=event.annual_rate,
                previously=event.previously,
                legal_basis=event.legal_basis,
            )
        case loan_events.FreezingApproved(standing=at, on=on):
            return lending.LoanFreezingApproved(
                **_of(at, loan, on), amount=event.amount, until=event.until, reason=event.reason
            )
        case loan_events.UnfreezingApproved(standing=at, on=on):
            return lending.LoanUnfreezingApproved(**_of(at, loan, on), reason=event.reason)
        case loan_events.WriteOffApproved(standing=at, on=on):
            return lending.LoanWriteOffApproved(
                **_of(at, loan, on), amount=event.amount, decision=event.decision
            )
        case loan_events.LoanReassigned(standing=at, on=on, to=to, paid_out=True):
            return lending.LoanReassigned(
                **_of(at, loan, on),
                group=at.group,
                to_office=to.office,
                to_locality=to.locality,
                to_association=to.association,
                to_group=to.group,
            )
    return None


class _OfLoan(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    programme: Programme
    association: Association
    fund: Fund
    household: UUID
    loan: UUID
    category: Category | None
    in_group: UUID | None


def _of(at: Standing, loan: UUID, on: date) -> _OfLoan:
    return _OfLoan(
        office=at.office,
        locality=at.locality,
        occurred_on=on,
        programme=at.programme,
        association=at.association,
        fund=at.fund,
        household=at.household,
        loan=loan,
        category=at.category,
        in_group=at.group if at.group_said else None,
    )
