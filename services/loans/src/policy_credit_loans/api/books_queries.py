"""What a branch asks about its existing books: how far they have come."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from policy_credit_loans.domain.books_commands import Totals, existing_books_id
from policy_credit_loans.domain.existing_books import EXISTING_BOOKS
from policy_credit_shared.kernel.identifiers import Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import UnknownUnit, units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_read
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem


class ExistingBooksAnswer(Struct, frozen=True, kw_only=True):
    """An office's existing books: announced, which parts have come, what they add up to."""

    office: Office
    books: UUID
    opened_on: date
    stage: Literal["begun", "open"]
    parts: tuple[int, ...]
    totals: Totals
    taken: Totals


ANSWERS: Final[Sequence[type[Struct]]] = (ExistingBooksAnswer,)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    tree = units_before_reform()

    @router.get(
        "/offices/{office}/existing-books",
        summary="How far the import of an office's existing books has come",
        response_class=Response,
        responses=answers("ExistingBooksAnswer", 401, 403, 404, 422, 503),
    )
    def existing_books(caller: Annotated[Principal, Depends(principal)], office: str) -> Response:
        try:
            may_read(caller, office, tree)
        except UnknownUnit:
            raise _none(office) from None
        known = Books(store).get(EXISTING_BOOKS, existing_books_id(office))
        if known is None:
            raise _none(office)
        answer = ExistingBooksAnswer(
            office=office,
            books=known.books,
            opened_on=known.opened_on,
            stage="open" if known.opened else "begun",
            parts=tuple(sorted(known.parts)),
            totals=known.totals,
            taken=known.taken,
        )
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return router


def _none(office: str) -> Problem:
    detail = f"No existing books of an office {office!r} were begun."
    return Problem(404, "no-existing-books", "No existing books", detail)
