"""What branches ask about lending: a loan, an office's capital, what programmes offer, and what a
change of a programme would do."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct

from policy_credit_loans.application.change_programme import Foreseen, foresee
from policy_credit_loans.domain.capital import CAPITAL, Capital, capital_id
from policy_credit_loans.domain.credit_refusals import ProgrammeNotLent
from policy_credit_loans.domain.loan import LOAN, Loan
from policy_credit_loans.domain.loan_events import Contract, Proposal, Request, Standing
from policy_credit_loans.domain.programme import Terms, programme_id, terms_on
from policy_credit_loans.domain.programme_change import PROGRAMME, ChangeProgramme, entries
from policy_credit_shared.kernel.identifiers import Fund, Office, Programme
from policy_credit_shared.kernel.instalments import Plan
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.kernel.units import UnitTree, UnknownUnit, units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_read, may_write
from policy_credit_shared.web.commands import Body, decode_command
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem, problem_of_refusal

Stage = Literal["applied", "declined", "approved", "open", "settled"]


class LoanAnswer(Struct, frozen=True, kw_only=True):
    """A loan as it stands; balances as far as repayments has told, a moment ago.

    `annual_rate` is the rate now, which can differ from the contract's. `due_on` and `plan` are
    there once something is paid out. A loan of existing books has no request.
    """

    loan: UUID
    stage: Stage
    standing: Standing
    request: Request | None
    contract: Contract | None
    annual_rate: int
    due_on: date | None
    plan: Plan
    tranches: int
    disbursed: int
    undisbursed: int
    repaid: int
    written_off: int
    outstanding: int
    overdue: bool
    frozen_until: date | None
    freezing_proposed: Proposal | None
    write_off_proposed: Proposal | None


class FundAnswer(Struct, frozen=True, kw_only=True):
    """Capital of a fund: given, lent, and free to lend, in dong."""

    fund: Fund
    allocated: int
    outstanding: int
    free: int


class PlanAnswer(Struct, frozen=True, kw_only=True):
    """A programme's plan of a year, and what is outstanding now."""

    programme: str
    year: int
    target: int
    outstanding: int


class CapitalAnswer(Struct, frozen=True, kw_only=True):
    """An office's capital by fund and its plans."""

    office: Office
    funds: tuple[FundAnswer, ...]
    plans: tuple[PlanAnswer, ...]


ANSWERS: Final[Sequence[type[Struct]]] = (LoanAnswer, CapitalAnswer, Terms, Foreseen)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    tree = units_before_reform()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/loans/{loan}",
        summary="A loan: who, what was agreed, and how it stands",
        response_class=Response,
        responses=answers("LoanAnswer", 401, 403, 404, 422, 503),
    )
    def loan(caller: Caller, loan: UUID) -> Response:
        known = Books(store).get(LOAN, loan)
        if known is None:
            raise Problem(404, "unknown-loan", "Unknown loan", f"There is no loan {loan}.")
        may_read(caller, known.standing.office, tree)
        return _answer(_loan(loan, known))

    @router.get(
        "/offices/{office}/capital",
        summary="An office's capital by fund: given, lent and free; and its plans",
        response_class=Response,
        responses=answers("CapitalAnswer", 401, 403, 404, 422, 503),
    )
    def capital(caller: Caller, office: str) -> Response:
        _may_read_office(caller, office, tree)
        known = Books(store).get(CAPITAL, capital_id(office)) or Capital(office=office)
        return _answer(_capital(known))

    @router.get(
        "/programmes",
        summary="What each programme offers on a day, with its legal basis",
        response_class=Response,
        responses=answers("Terms", 401, 422, 503, many=True),
    )
    def programmes(
        _: Caller,
        on: Annotated[date, Query(description="the day of approval")],
        fund: Annotated[
            Fund | None, Query(description="central or local; both if left out")
        ] = None,
        province: Annotated[
            str, Query(pattern=r"^([0-9]{2})?$", description="whose own money is lent")
        ] = "",
    ) -> Response:
        return _answer(list(_offered(Books(store), on, fund, province)))

    @router.post(
        "/programme-changes/dry-run",
        summary="What a change of a programme would do to open loans; nothing is recorded",
        response_class=Response,
        responses=answers("Foreseen", 400, 401, 403, 413, 422, 503),
        openapi_extra={"requestBody": _CHANGE},
    )
    def dry_run(caller: Caller, body: Body) -> Response:
        command: Any = decode_command(_CHANGE_DECODER, body)
        may_write(caller, command.unit, _DIRECTOR)
        try:
            return _answer(foresee(command, Books(store, caller)))
        except Refusal as refusal:
            raise problem_of_refusal(refusal) from None

    return router


_DIRECTOR: Final[Sequence[Role]] = ("branch_director",)
_CHANGE_DECODER: Final = msgspec.json.Decoder(ChangeProgramme)
_CHANGE: Final = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ChangeProgramme"}}},
}


def _loan(identifier: UUID, loan: Loan) -> LoanAnswer:
    return LoanAnswer(
        loan=identifier,
        stage=_stage(loan),
        standing=loan.standing,
        request=loan.request,
        contract=loan.contract,
        annual_rate=loan.annual_rate,
        due_on=loan.due_on,
        plan=loan.plan,
        tranches=loan.tranches,
        disbursed=loan.disbursed,
        undisbursed=loan.undisbursed,
        repaid=loan.repaid,
        written_off=loan.written_off,
        outstanding=loan.outstanding,
        overdue=loan.overdue,
        frozen_until=loan.frozen_until,
        freezing_proposed=loan.freezing,
        write_off_proposed=loan.write_off,
    )


def _stage(loan: Loan) -> Stage:
    if loan.declined:
        return "declined"
    if loan.contract is None:
        return "applied"
    if loan.tranches == 0:
        return "approved"
    return "settled" if loan.is_settled else "open"


def _capital(capital: Capital) -> CapitalAnswer:
    funds: tuple[Fund, ...] = get_args(Fund)
    plans = sorted(key.split("/") for key in capital.plans)
    return CapitalAnswer(
        office=capital.office,
        funds=tuple(
            FundAnswer(
                fund=fund,
                allocated=capital.allocated.get(fund, 0),
                outstanding=capital.lent_of(fund),
                free=capital.free(fund),
            )
            for fund in funds
        ),
        plans=tuple(
            PlanAnswer(
                programme=programme,
                year=int(year),
                target=capital.plans[f"{programme}/{year}"],
                outstanding=capital.lent_in(programme),
            )
            for programme, year in plans
        ),
    )


def _offered(books: Books, on: date, fund: Fund | None, province: str) -> Iterator[Terms]:
    known: tuple[Programme, ...] = get_args(Programme)
    books.prefetch(map(programme_id, known))
    for programme in known:
        changes = books.get(PROGRAMME, programme_id(programme))
        try:
            yield terms_on(entries(changes), programme, on, fund, province)
        except ProgrammeNotLent:
            continue


def _may_read_office(caller: Principal, office: str, tree: UnitTree) -> None:
    try:
        level = tree.unit(office).level
        may_read(caller, office, tree)
    except UnknownUnit:
        level = "locality"
    if level != "district":
        detail = f"There is no transaction office {office!r}."
        raise Problem(404, "unknown-office", "Unknown office", detail)


def _answer(answer: Any) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
