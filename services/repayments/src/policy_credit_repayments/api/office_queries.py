"""What an office takes along to a commune's transaction point: what is owed there, and saved.

Page by page: each says where the next begins. Nobody's name is in them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct

from policy_credit_repayments.api.point_queries import STAFF
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.owing import owing
from policy_credit_repayments.domain.savings import SAVINGS, Part
from policy_credit_shared.kernel.identifiers import Association, CommuneCode, Programme
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_write
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

PAGE_MAX: Final = 500
"""Of the office's loans or savers looked at for one page, in whichever commune they are."""

DAYS_AHEAD_MAX: Final = 366


class LoanOwed(Struct, frozen=True, kw_only=True):
    """What is owed on a loan at the beginning of a day, in dong.

    `instalments_due` is the part in term whose day has come, `interest_due` what is charged.
    """

    loan: UUID
    household: UUID
    commune: CommuneCode
    programme: Programme
    association: Association
    in_term: int
    overdue: int
    instalments_due: int
    interest_due: int


class LoansOwed(Struct, frozen=True, kw_only=True):
    """A page of an office's loans with debt; `after` begins the next, and is null on the last."""

    loans: tuple[LoanOwed, ...]
    after: UUID | None


class HouseholdSaved(Struct, frozen=True, kw_only=True):
    """What a household has saved, in dong, in all and through each group."""

    household: UUID
    commune: CommuneCode
    balance: int
    parts: tuple[Part, ...]


class HouseholdsSaved(Struct, frozen=True, kw_only=True):
    """A page of an office's savers; `after` begins the next, and is null on the last."""

    savings: tuple[HouseholdSaved, ...]
    after: UUID | None


ANSWERS: Final[Sequence[type[Struct]]] = (LoansOwed, HouseholdsSaved)

Commune = Annotated[
    str, Query(pattern=r"^([0-9]{5})?$", description="only this commune, e.g. 22870")
]
After = Annotated[UUID | None, Query(description="`after` of the page before")]


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/offices/{office}/loans-owed",
        summary="What is owed on an office's loans on a day",
        response_class=Response,
        responses=answers("LoansOwed", 401, 403, 422, 503),
    )
    def loans_owed(
        caller: Caller,
        office: str,
        on: Annotated[date, Query(description="the day, e.g. 2019-04-05")],
        commune: Commune = "",
        after: After = None,
    ) -> Response:
        may_write(caller, office, STAFF)
        page = store.awaited(ACCOUNT.name, date.max, office=office, after=after, limit=PAGE_MAX)
        owed = tuple(_owed(Books(store), page, on, commune))
        return _answer(LoansOwed(loans=owed, after=_last(page)))

    @router.get(
        "/offices/{office}/savings",
        summary="What an office's households have saved",
        response_class=Response,
        responses=answers("HouseholdsSaved", 401, 403, 422, 503),
    )
    def savings(
        caller: Caller, office: str, commune: Commune = "", after: After = None
    ) -> Response:
        may_write(caller, office, STAFF)
        page = store.awaited(SAVINGS.name, date.max, office=office, after=after, limit=PAGE_MAX)
        saved = tuple(_saved(Books(store), page, commune))
        return _answer(HouseholdsSaved(savings=saved, after=_last(page)))

    return router


def _owed(books: Books, page: Sequence[UUID], on: date, commune: str) -> Iterator[LoanOwed]:
    books.prefetch(page)
    for loan in page:
        account = books.get(ACCOUNT, loan)
        if account is None or (at := _commune(account.terms.locality)) != (commune or at):
            continue
        if not 0 <= (on - account.charged_until).days + DAYS_AHEAD_MAX <= 2 * DAYS_AHEAD_MAX:
            raise Problem(
                422,
                "bad-day",
                "Bad day",
                f"on={on}: ask for a day within a year of what is closed.",
            )
        owed = owing(loan, account, on)
        yield LoanOwed(
            loan=loan,
            household=account.terms.household,
            commune=at,
            programme=account.terms.programme,
            association=account.terms.association,
            in_term=owed.in_term,
            overdue=sum(owed.overdue.values()),
            instalments_due=owed.instalments_due,
            interest_due=owed.interest_due,
        )


def _saved(books: Books, page: Sequence[UUID], commune: str) -> Iterator[HouseholdSaved]:
    books.prefetch(page)
    for aggregate in page:
        known = books.get(SAVINGS, aggregate)
        if known is not None and (at := _commune(known.locality)) == (commune or at):
            yield HouseholdSaved(
                household=known.household,
                commune=at,
                balance=known.balance,
                parts=known.parts,
            )


def _commune(locality: str) -> str:
    return locality.split("-")[0]


def _last(page: Sequence[UUID]) -> UUID | None:
    return page[-1] if len(page) == PAGE_MAX else None


def _answer(answer: Struct) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(answer), headers=headers, media_type="application/json")
