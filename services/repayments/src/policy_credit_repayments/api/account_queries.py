"""What a branch may ask about a loan."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.owing import Owing, owing
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_write
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

ANSWERS: Final = (Owing,)
READERS: Final[frozenset[Role]] = frozenset(
    {"teller", "credit_officer", "branch_director", "viewer"}
)
YEARS_AHEAD_MAX: Final = 30
"""Beyond the longest term there is; what is owed is counted month by month until the day."""


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes by which branches ask the repayments service things."""
    router = APIRouter()

    @router.get(
        "/loans/{loan}/due",
        summary="What is owed on a loan on a day",
        description=Owing.__doc__,
        response_class=Response,
        responses=answers("Owing", 401, 403, 404, 422, 503),
    )
    def due(
        loan: UUID,
        on: Annotated[date, Query(description="the day, e.g. 2019-04-05")],
        caller: Annotated[Principal, Depends(principal)],
    ) -> Response:
        account = Books(store).get(ACCOUNT, loan)
        if account is None:
            raise Problem(404, "loan-not-open", "Loan not open", f"Loan {loan} has no account.")
        may_write(caller, account.terms.office, READERS)
        latest = account.charged_until.year + YEARS_AHEAD_MAX
        if not date.min < on or on.year > latest:
            detail = f"on={on}: ask for a day until the end of {latest}."
            raise Problem(422, "bad-day", "Bad day", detail)
        return _answer(owing(loan, account, on))

    return router


def _answer(owed: Owing) -> Response:
    return Response(msgspec.json.encode(owed), media_type="application/json")
