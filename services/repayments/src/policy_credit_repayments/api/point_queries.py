"""What an office's people ask: how a session stands, what a household has saved."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from policy_credit_repayments.domain.point_commands import savings_id, session_id
from policy_credit_repayments.domain.savings import SAVINGS, Part
from policy_credit_repayments.domain.session import SESSION, Moved
from policy_credit_shared.events.collection import SessionAmounts
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_write
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

STAFF: Final[Sequence[Role]] = ("teller", "credit_officer", "branch_director")
"""Who at its own office may see a session and what a household has saved."""


class SessionAnswer(Struct, frozen=True, kw_only=True):
    """A session as its entries make it.

    `expected_cash` must be in the cash box now. `astray` are disbursements that name the session
    but are of another office or day, or came after it was closed; they are not in `realised`.
    """

    session: UUID
    state: Literal["open", "closed"]
    office: Office
    commune: CommuneCode
    locality: Locality
    held_on: date
    opening_cash: int
    planned: SessionAmounts
    realised: Moved
    expected_cash: int
    counted_cash: int | None
    astray: Moved


class SavingsAnswer(Struct, frozen=True, kw_only=True):
    """What a household has saved, in all and through each group, in dong."""

    household: UUID
    office: Office
    locality: Locality
    balance: int
    parts: tuple[Part, ...]


ANSWERS: Final[Sequence[type[Struct]]] = (SessionAnswer, SavingsAnswer)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    _sessions(router, store, principal)
    _savings(router, store, principal)
    return router


def _sessions(router: APIRouter, store: EventStore, principal: NamesCaller) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/sessions/{session}",
        summary="A transaction-point session: planned, realised, and the cash that must be there",
        response_class=Response,
        responses=answers("SessionAnswer", 401, 403, 404, 422, 503),
    )
    def session(caller: Caller, session: UUID) -> Response:
        known = Books(store).get(SESSION, session_id(session))
        opened = known.opened if known else None
        _of_office(caller, opened.office if opened else None)
        if known is None or opened is None:
            raise _unknown("session", session)
        answer = SessionAnswer(
            session=session,
            state="open" if known.counted_cash is None else "closed",
            office=opened.office,
            commune=opened.commune,
            locality=opened.locality,
            held_on=opened.on,
            opening_cash=opened.opening_cash,
            planned=opened.planned,
            realised=known.realised,
            expected_cash=known.cash,
            counted_cash=known.counted_cash,
            astray=known.astray,
        )
        return _answer(answer)


def _savings(router: APIRouter, store: EventStore, principal: NamesCaller) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/savings/{household}",
        summary="What a household has saved",
        response_class=Response,
        responses=answers("SavingsAnswer", 401, 403, 404, 422, 503),
    )
    def savings(caller: Caller, household: UUID) -> Response:
        known = Books(store).get(SAVINGS, savings_id(household))
        _of_office(caller, known.office if known else None)
        if known is None:
            raise _unknown("savings of household", household)
        answer = SavingsAnswer(
            household=household,
            office=known.office,
            locality=known.locality,
            balance=known.balance,
            parts=known.parts,
        )
        return _answer(answer)


def _of_office(caller: Principal, office: str | None) -> None:
    """Raise Problem 403 unless the caller is of the staff of the office, or of any if unknown.

    Whoever may see none at all is not told which exist.
    """
    may_write(caller, office or caller.unit, STAFF)


def _unknown(thing: str, id_: UUID) -> Problem:
    code = f"{thing.split()[0]}-unknown"
    return Problem(404, code, f"Unknown {thing.split()[0]}", f"There is no {thing} {id_}.")


def _answer(answer: Struct) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(answer), headers=headers, media_type="application/json")
