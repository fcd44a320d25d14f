"""What an office asks about supervision: which loans are to be checked, what is to be remedied."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from policy_credit_oversight.api.lists import (
    After,
    Limit,
    OfficePath,
    On,
    answer,
    each_of,
    may_read_office,
    page,
    register_of,
)
from policy_credit_oversight.domain.finding import FINDING, Finding
from policy_credit_oversight.domain.loan_use import LOAN_USE, LoanUse, loan_use_id
from policy_credit_shared.events.supervision import Body, FindingSubject, Severity, UseResult
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Association, Locality, Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller
from policy_credit_shared.web.openapi import answers


class UseCheckAnswer(Struct, frozen=True, kw_only=True):
    """A tranche whose use is still to be checked; `result` is there where it was not yet used."""

    loan: UUID
    tranche: int
    locality: Locality
    association: Association
    disbursed_on: date
    due_on: date
    late: bool
    result: UseResult | None
    checked_on: date | None


class UseChecksAnswer(Struct, frozen=True, kw_only=True):
    """An office's open checks: how many, how many of them late on a day, and a page of them."""

    office: Office
    on: date
    open: int
    late: int
    checks: tuple[UseCheckAnswer, ...]
    next: str | None


class FindingAnswer(Struct, frozen=True, kw_only=True):
    """A finding that is still to be remedied; an inspection found it, or a check of a loan."""

    finding: UUID
    body: Body
    subject: FindingSubject
    severity: Severity
    description: str
    responsible: str
    raised_on: date
    deadline: date
    past_deadline: bool
    inspection: UUID | None
    loan: UUID | None


class FindingsAnswer(Struct, frozen=True, kw_only=True):
    """An office's open findings: how many, how many past their deadline on a day, and a page."""

    office: Office
    on: date
    open: int
    past_deadline: int
    findings: tuple[FindingAnswer, ...]
    next: str | None


ANSWERS: Final[Sequence[type[Struct]]] = (UseChecksAnswer, FindingsAnswer)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/offices/{office}/loan-use-checks",
        summary="Loans whose use an office still has to check, the most urgent first",
        response_class=Response,
        responses=answers("UseChecksAnswer", 401, 403, 404, 422, 503),
    )
    def loan_use_checks(
        caller: Caller, office: OfficePath, on: On, after: After = "", limit: Limit = 100
    ) -> Response:
        may_read_office(caller, office)
        books = Books(store)
        register = register_of(books, office, "loan_use")
        names, following = page(register, after, limit)
        places = [(UUID(loan), int(tranche)) for loan, tranche in (n.split("/") for n in names)]
        books.prefetch(loan_use_id(loan) for loan, _ in places)
        found = UseChecksAnswer(
            office=office,
            on=on,
            open=len(register.due),
            late=register.late(on),
            checks=tuple(
                _check(books.get(LOAN_USE, loan_use_id(loan)), tranche, on)
                for loan, tranche in places
            ),
            next=following,
        )
        return answer(found)

    @router.get(
        "/offices/{office}/findings",
        summary="Findings that are still to be remedied in an office, the most urgent first",
        response_class=Response,
        responses=answers("FindingsAnswer", 401, 403, 404, 422, 503),
    )
    def findings(
        caller: Caller, office: OfficePath, on: On, after: After = "", limit: Limit = 100
    ) -> Response:
        may_read_office(caller, office)
        books = Books(store)
        register = register_of(books, office, "finding")
        names, following = page(register, after, limit)
        listed = each_of(FINDING, map(UUID, names), books)
        found = FindingsAnswer(
            office=office,
            on=on,
            open=len(register.due),
            past_deadline=register.late(on),
            findings=tuple(_finding(id_, finding, on) for id_, finding in listed),
            next=following,
        )
        return answer(found)

    return router


def _check(use: LoanUse | None, tranche: int, on: date) -> UseCheckAnswer:
    if use is None:
        raise InvariantBroken("a loan on the register is known")
    check = use.checks[tranche]
    return UseCheckAnswer(
        loan=use.loan,
        tranche=tranche,
        locality=use.locality,
        association=use.association,
        disbursed_on=check.disbursed_on,
        due_on=check.due_on,
        late=check.due_on < on,
        result=check.result,
        checked_on=check.checked_on,
    )


def _finding(identifier: UUID, finding: Finding, on: date) -> FindingAnswer:
    raised = finding.raised
    return FindingAnswer(
        finding=identifier,
        body=raised.body,
        subject=raised.subject,
        severity=raised.severity,
        description=raised.description,
        responsible=raised.responsible,
        raised_on=raised.on,
        deadline=raised.deadline,
        past_deadline=raised.deadline < on,
        inspection=raised.inspection,
        loan=raised.loan,
    )
