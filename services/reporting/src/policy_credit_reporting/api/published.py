"""Routes about closed periods: propose, approve, reopen; what is published, what moved since."""

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Response

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, naming_unknown_units
from policy_credit_reporting.api.lists import (
    JSON,
    AskedList,
    asking_list,
    list_answers,
    shown,
)
from policy_credit_reporting.api.parameters import WantsCsv, bad_query
from policy_credit_reporting.api.published_examples import COMMANDS, EXAMPLES
from policy_credit_reporting.api.tables import Table
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.reports.adjusting import (
    Adjustment,
    Adjustments,
    adjustments_of,
)
from policy_credit_reporting.reports.answers import (
    FIGURES_HEADER,
    ClosingStatus,
    Proposal,
    PublicKey,
    PublishedReport,
    RegisterLine,
    figures_rows,
    line_of,
    proposal_of,
    public_key_of,
    status_of,
)
from policy_credit_reporting.reports.closing import ApproveClosing, ProposeClosing, ReopenPeriod
from policy_credit_reporting.reports.publishing import CLOSABLE, Publishing
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.reports.report_period import (
    NoSuchPeriod,
    ReportPeriod,
    report_period,
)
from policy_credit_reporting.reports.statement import Reopened, about, read_statement
from policy_credit_reporting.reports.taking import reported, reported_units
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_write
from policy_credit_shared.web.commands import CommandRoute, command_router, command_schemas
from policy_credit_shared.web.openapi import REF_TEMPLATE, answers
from policy_credit_shared.web.problems import Problem

_DIRECTOR: Final[set[Role]] = {"branch_director"}
ANSWERS: Final = [
    ClosingStatus,
    Proposal,
    PublishedReport,
    Reopened,
    RegisterLine,
    Adjustments,
    PublicKey,
]


class Pinning(NamedTuple):
    """What publishes and where it is kept."""

    publishing: Publishing
    store: EventStore
    public_key: bytes


class DirectorsRoute(CommandRoute, frozen=True):
    """Directors of any unit post there; who is above whom is looked up on the day of the call."""

    def allow(self, caller: Principal, command: Any) -> None:  # noqa: ARG002 - as other routes
        """Raise Problem 403 unless the caller is a director."""
        may_write(caller, caller.unit, self.roles)


ROUTES: Final = [
    CommandRoute("/closings", ProposeClosing, _DIRECTOR, writer="unit"),
    DirectorsRoute("/closing-approvals", ApproveClosing, _DIRECTOR),
    DirectorsRoute("/period-reopenings", ReopenPeriod, _DIRECTOR),
]

_STATEMENTS: Final = ("Published", "Reopened")
SCHEMAS: Final = {
    **{
        name: schema | ({"examples": [COMMANDS[name]]} if name in COMMANDS else {})
        for name, schema in command_schemas(ROUTES).items()
        if name != "Sheet"
    },
    "Statement": {"anyOf": [{"$ref": REF_TEMPLATE.format(name=name)} for name in _STATEMENTS]},
}


Number = Annotated[int, Path(ge=1, le=2**31, description="number in the register", examples=[1])]
Unit = Annotated[
    str,
    Path(
        pattern=r"^(VN|[0-9]{2}|[0-9]{3})$",
        description="head office VN, a branch or a transaction office",
        examples=["587"],
    ),
]


def _status_cells(row: ClosingStatus) -> tables.Cells:
    """A row of how periods stand; gaps are parted by semicolons."""
    unit = row.unit
    of_unit = (unit.code, unit.valid_from, unit.level, unit.name)
    gaps = "; ".join(row.gaps)
    return *of_unit, row.period, row.status, row.number, row.edition, row.proposed, gaps


CLOSINGS: Final = Table(
    (
        *("code", "valid_from", "level", "name", "period"),
        *("status", "number", "edition", "proposed", "gaps"),
    ),
    _status_cells,
)
LINES: Final = tables.fields(RegisterLine)
ADJUSTMENTS: Final = Table[Adjustment](
    ("code", "measure", "published", "now", "difference"),
    lambda one: (one.unit, one.measure, one.published, one.now, one.difference),
    about=("number", "period"),
)
Closings = Annotated[
    AskedList, Depends(asking_list(CLOSINGS.columns, "the unit asked for, then those below"))
]
Lines = Annotated[AskedList, Depends(asking_list(LINES.columns, "the latest first", rows=100))]
AdjustedRows = Annotated[
    AskedList, Depends(asking_list(ADJUSTMENTS.columns, "by unit and measure, as published"))
]


def published_router(
    pinning: Pinning,
    figures: Figures,
    algebra: Algebra,
    access: Access,
    principal: NamesCaller,
    clock: Clock,
) -> APIRouter:
    """The routes over one register."""
    router = APIRouter()
    handlers = pinning.publishing.handlers()
    router.include_router(
        command_router(ROUTES, handlers, pinning.store, clock, principal, sheets=False)
    )
    register = Register(pinning.store)
    Caller = Annotated[Principal, Depends(principal)]

    def report(caller: Caller, number: Number) -> PublishedReport:
        found = register.report(number)
        if found is None:
            detail = f"Nothing was published under number {number}; a reopening has one too."
            raise Problem(404, "unknown-report", "Unknown report", detail)
        taken = found.statement.report
        access.allow(caller, taken.unit, Question(day=taken.last_day))
        return found

    Report = Annotated[PublishedReport, Depends(report)]

    @router.get(
        "/api/v1/closings",
        summary="How a period stands at a unit and the units directly below it",
        response_class=Response,
        responses=list_answers(
            "ClosingStatus",
            401,
            403,
            404,
            many=True,
            example=EXAMPLES["closings"],
            table=CLOSINGS.text(),
        ),
    )
    def closings(
        caller: Caller,
        unit: Annotated[str, Query(description="VN, 58 or 587", examples=["58"])],
        period: Annotated[str, Query(description="2019-11, 2019-Q4 or 2019")],
        rows: Closings,
    ) -> Response:
        asked = _period(period)
        access.allow(caller, unit, Question(day=asked.last))
        tree = dated_trees()["bank"].on(asked.last)
        with naming_unknown_units():
            units = [u for u in reported_units(tree, unit) if u.level in CLOSABLE]
        closings = register.closings([u.code for u in units], period)
        every = [status_of(reported(u), period, closings[u.code]) for u in units]
        found = CLOSINGS.rows(every, rows.excerpt)
        return rows.answer(found, len(every), lambda: CLOSINGS.text(found))

    @router.get(
        "/api/v1/closings/{unit}/{period}",
        summary="What is proposed for a period and waits for approval",
        response_class=Response,
        responses=answers("Proposal", 401, 403, 404, 422, example=EXAMPLES["proposal"]),
    )
    def proposal(caller: Caller, unit: Unit, period: str) -> Response:
        access.allow(caller, unit, Question(day=_period(period).last))
        found = proposal_of(register.closing(unit, period))
        if found is None:
            detail = f"Nothing is proposed for {unit} and {period}."
            raise Problem(404, "nothing-proposed", "Nothing proposed", detail)
        return shown(found, None)

    @router.get(
        "/api/v1/published",
        summary="The register of published figures and reopenings, the latest first",
        response_class=Response,
        responses=list_answers(
            "RegisterLine", 401, many=True, example=EXAMPLES["lines"], table=LINES.text()
        ),
    )
    def published(
        caller: Caller,
        rows: Lines,
        unit: Annotated[str, Query(description="only this unit's", examples=["587"])] = "",
    ) -> Response:
        lines = [line for line in reversed(register.lines()) if unit in ("", line.unit)]
        readable = {code: access.allows(caller, code) for code in {line.unit for line in lines}}
        mine = [line_of(line) for line in lines if readable[line.unit]]
        found = LINES.rows(mine, rows.excerpt)
        return rows.answer(found, len(mine), lambda: LINES.text(found))

    @router.get(
        "/api/v1/published-key",
        summary="The public key that reports are signed with",
        response_class=Response,
        responses=answers("PublicKey", 401, example=EXAMPLES["key"]),
    )
    def key(_: Caller) -> Response:
        return shown(public_key_of(pinning.public_key), None)

    @router.get(
        "/api/v1/published/{number}",
        summary="A published report: its figures, the position of the log, and its signature",
        response_class=Response,
        responses=answers(
            "PublishedReport",
            401,
            403,
            404,
            422,
            example=EXAMPLES["report"],
            csv=tables.text(FIGURES_HEADER, []),
        ),
    )
    def one(found: Report, wants_csv: WantsCsv) -> Response:
        rows = figures_rows(found.statement)
        return shown(found, tables.text(FIGURES_HEADER, rows) if wants_csv else None)

    @router.get(
        "/api/v1/published/{number}/statement",
        summary="A statement byte for byte as it was signed, of a publication or a reopening",
        response_class=Response,
        responses=answers("Statement", 401, 403, 404, 422, example=EXAMPLES["statement"]),
    )
    def statement(caller: Caller, number: Number) -> Response:
        body = register.body(number)
        if body is None:
            detail = f"The register has no number {number}."
            raise Problem(404, "unknown-statement", "Unknown statement", detail)
        unit, period = about(read_statement(body.statement))
        access.allow(caller, unit, Question(day=report_period(period).last))
        return Response(body.statement, media_type=JSON)

    @router.get(
        "/api/v1/published/{number}/adjustments",
        summary="Published figures that are others now, and what was recorded since",
        response_class=Response,
        responses=list_answers(
            "Adjustments",
            401,
            403,
            404,
            example=EXAMPLES["adjustments"],
            table=ADJUSTMENTS.text(),
        ),
    )
    def adjustments(found: Report, rows: AdjustedRows) -> Response:
        with figures.snapshot() as snapshot:
            answer = adjustments_of(snapshot, algebra, found.statement.report, found.number)
        answer = ADJUSTMENTS.excerpt(answer, "adjustments", rows.excerpt)
        about = (answer.number, answer.period)
        return rows.answer(
            answer, answer.total, lambda: ADJUSTMENTS.text(answer.adjustments, *about)
        )

    return router


def _period(name: str) -> ReportPeriod:
    try:
        return report_period(name)
    except NoSuchPeriod as unknown:
        raise bad_query(f"period: {unknown}.") from None
