"""The reporting API: a unit's indicators, its children's, the live stream, metrics and health."""

import asyncio
from collections.abc import AsyncIterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from msgspec.structs import replace
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.answering import JSON, AskedUnit, shown
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.api.comparing import COMPARISONS, comparing_router
from policy_credit_reporting.api.examples import EXAMPLES, TABLES
from policy_credit_reporting.api.parameters import (
    AskedDay,
    Code,
    FromDay,
    Limit,
    Offset,
    UntilDay,
    WantsCsv,
    asking,
    bad_query,
    day_asked,
    known_indicator,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.indicators.periods import Step, periods
from policy_credit_reporting.store.answers import (
    Bridge,
    ChildrenFigures,
    Revisions,
    SeriesFigures,
    TreeFigures,
    UnitFigures,
)
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures, QuarantinedRecord, StandingAlert
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION, Level, UnknownUnit
from policy_credit_shared.web import problems
from policy_credit_shared.web.auth import Verifier, bearer, may_read, may_read_within
from policy_credit_shared.web.openapi import REF_TEMPLATE, answers, install_openapi
from policy_credit_shared.web.problems import Problem, ProblemDetails, problem_responses

PERIODS_MAX: Final = 1_200
LOOK_AGAIN_SECONDS_MAX: Final = 2.0
PUSH_SECONDS_MIN: Final = 0.2
"""A busy log commits more often than an eye can follow."""
QUARANTINE_ROWS_MAX: Final = 1_000


class AskedRange(NamedTuple):
    """The same from a day on, until the question's."""

    code: str
    question: Question
    since: date


@contextmanager
def naming_unknown_units() -> Iterator[None]:
    """Answer 404 with the code and the tree that it was looked for in."""
    try:
        yield
    except UnknownUnit as unknown:
        detail = f"There is {unknown}; name another tree or tree_date."
        raise Problem(404, "unknown-unit", "Unknown unit", detail) from None


def reporting_app(
    figures: Figures,
    database_url: str,
    verifier: Verifier,
    registry: CollectorRegistry,
    clock: Clock,
    algebra: Algebra = ALGEBRA,
) -> FastAPI:
    """The application over one read model; the clock says which business day is today."""
    reporter = Reporter(algebra)
    bell = Bell(database_url)
    principal = bearer(verifier)
    Caller = Annotated[Principal, Depends(principal)]

    def today() -> date:
        return business_day(clock())

    Asked = Annotated[Question, Depends(asking(today, algebra))]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        ringing = asyncio.create_task(bell.run())
        try:
            yield
        finally:
            ringing.cancel()
            await asyncio.gather(ringing, return_exceptions=True)
            figures.close()

    app = FastAPI(
        title="policy-credit reporting",
        description="Live indicators. Amounts are whole dong; ratios carry both their parts.",
        version="1",
        lifespan=lifespan,
    )
    problems.install(app)

    def readable(caller: Caller, code: Code, asked: Asked, day: AskedDay = None) -> AskedUnit:
        question = replace(asked, day=day_asked(day, today()))
        allow(caller, code, question)
        return AskedUnit(code, question)

    def readable_range(
        caller: Caller, code: Code, asked: Asked, since: FromDay, until: UntilDay = None
    ) -> AskedRange:
        question = replace(asked, day=day_asked(until, today(), "to"))
        since = day_asked(since, today(), "from")
        if since > question.day:
            raise bad_query(f"from={since} is after to={question.day}; swap them.")
        allow(caller, code, question)
        return AskedRange(code, question, since)

    def allow(caller: Principal, code: str, question: Question) -> None:
        """A caller reads what lies within its own territory, on whichever tree it is asked."""
        with naming_unknown_units():
            tree, _ = question.read(code)
        own, _ = dated_trees()["bank"].latest_with(caller.unit, today())
        may_read_within(caller, own, code, tree)

    def within(caller: Principal, code: str) -> bool:
        try:
            allow(caller, code, Question(day=today()))
        except (Problem, UnknownUnit):
            return False
        return True

    Readable = Annotated[AskedUnit, Depends(readable)]
    ReadableRange = Annotated[AskedRange, Depends(readable_range)]

    def indicators(asked: AskedUnit) -> bytes:
        with figures.snapshot() as snapshot:
            return msgspec.json.encode(reporter.unit(snapshot, *asked, today()))

    @app.get(
        "/api/v1/units/{code}/indicators",
        summary="A unit's indicators as of a day",
        response_class=Response,
        responses=answers("UnitFigures", 401, 403, 404, 422, example=EXAMPLES["unit"]),
    )
    def unit_indicators(asked: Readable) -> Response:
        return Response(indicators(asked), media_type=JSON)

    @app.get(
        "/api/v1/units/{code}/children",
        summary="The indicators of the units directly below",
        response_class=Response,
        responses=answers(
            "ChildrenFigures",
            401,
            403,
            404,
            422,
            example=EXAMPLES["children"],
            csv=TABLES["children"],
        ),
    )
    def unit_children(
        asked: Readable,
        wants_csv: WantsCsv,
        sort: Annotated[
            str,
            Query(
                description="code, name or an indicator; `-` before it sorts from the largest",
                examples=["-overdue_ratio"],
            ),
        ] = "",
        limit: Limit = 1_000,
        offset: Offset = 0,
    ) -> Response:
        by = sort.removeprefix("-")
        if by not in ("", "code", "name"):
            known_indicator(algebra, by)
        with figures.snapshot() as snapshot:
            found = reporter.children(snapshot, *asked, sort, limit, offset)
        return shown(found, tables.children(found) if wants_csv else None)

    @app.get(
        "/api/v1/units/{code}/tree",
        summary="Every unit from one down to a level, a row each",
        response_class=Response,
        responses=answers(
            "TreeFigures", 401, 403, 404, 422, example=EXAMPLES["tree"], csv=TABLES["tree"]
        ),
    )
    def unit_tree(
        asked: Readable,
        wants_csv: WantsCsv,
        down_to: Annotated[Level, Query(description="the last level of rows")] = "commune",
    ) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.tree(snapshot, *asked, down_to)
        return shown(found, tables.tree(found) if wants_csv else None)

    @app.get(
        "/api/v1/units/{code}/series",
        summary="A unit's indicators through time",
        response_class=Response,
        responses=answers(
            "SeriesFigures", 401, 403, 404, 422, example=EXAMPLES["series"], csv=TABLES["series"]
        ),
    )
    def unit_series(
        asked: ReadableRange,
        wants_csv: WantsCsv,
        step: Annotated[Step, Query(description="how long a period is")] = "month",
    ) -> Response:
        count = sum(1 for _ in periods(asked.since, asked.question.day, step))
        if count > PERIODS_MAX:
            raise bad_query(f"{count} periods: ask for at most {PERIODS_MAX}, or a longer step.")
        with figures.snapshot() as snapshot:
            found = reporter.series(snapshot, *asked, step)
        return shown(found, tables.series(found) if wants_csv else None)

    @app.get(
        "/api/v1/units/{code}/bridge",
        summary="How much of a change is business and how much is merger",
        response_class=Response,
        responses=answers(
            "Bridge", 401, 403, 404, 422, example=EXAMPLES["bridge"], csv=TABLES["bridge"]
        ),
    )
    def unit_bridge(asked: ReadableRange, wants_csv: WantsCsv) -> Response:
        if asked.question.tree_date is not None:
            raise bad_query("tree_date: a bridge reads each day as it was; leave it out.")
        with figures.snapshot() as snapshot, naming_unknown_units():
            found = reporter.bridge(snapshot, *asked)
        return shown(found, tables.bridge(found) if wants_csv else None)

    @app.get(
        "/api/v1/units/{code}/revisions",
        summary="What moved in closed months after they had closed",
        response_class=Response,
        responses=answers(
            "Revisions", 401, 403, 404, 422, example=EXAMPLES["revisions"], csv=TABLES["revisions"]
        ),
    )
    def unit_revisions(
        asked: ReadableRange,
        wants_csv: WantsCsv,
        recorded_from: Annotated[
            date, Query(description="only what was recorded on this day or later")
        ] = FIRST_DAY,
        limit: Limit = 1_000,
        offset: Offset = 0,
    ) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.revisions(snapshot, *asked, recorded_from, limit, offset)
        return shown(found, tables.revisions(found) if wants_csv else None)

    app.include_router(comparing_router(figures, reporter, algebra, readable))

    @app.get(
        "/api/v1/units/{code}/stream",
        summary="A unit's indicators now and after every change, as server-sent events",
        response_class=EventSourceResponse,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def unit_stream(asked: Readable) -> AsyncIterable[ServerSentEvent]:
        last = b""
        while True:
            rung = bell.rung
            now = await asyncio.to_thread(indicators, asked)
            if now != last:
                last = now
                yield ServerSentEvent(event="indicators", raw_data=now.decode())
                await asyncio.sleep(PUSH_SECONDS_MIN)
            await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)

    @app.get(
        "/api/v1/quarantine",
        summary="Records that could not take effect, newest first",
        response_class=Response,
        responses=answers("QuarantinedRecord", 401, 403, 422, many=True),
    )
    def quarantine(
        caller: Caller, limit: Annotated[int, Query(ge=1, le=QUARANTINE_ROWS_MAX)] = 100
    ) -> Response:
        may_read(caller, NATION, dated_trees()["bank"].on(today()))
        with figures.snapshot() as snapshot:
            rows = snapshot.quarantine(limit)
        return Response(msgspec.json.encode(rows), media_type="application/json")

    @app.get(
        "/api/v1/alerts",
        summary="Units whose ratio is above its target now",
        response_class=Response,
        responses=answers("StandingAlert", 401, many=True),
    )
    def alerts(caller: Caller) -> Response:
        with figures.snapshot() as snapshot:
            rows = [r for r in snapshot.alerts() if within(caller, r.unit)]
        return Response(msgspec.json.encode(rows), media_type="application/json")

    @app.get(
        "/metrics",
        summary="Figures of nation, provinces and districts for Prometheus",
        response_class=PlainTextResponse,
        responses=problem_responses(401, 403),
    )
    def metrics(caller: Caller) -> Response:
        may_read(caller, NATION, dated_trees()["bank"].on(today()))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/health/live", summary="The process answers")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", summary="The read model answers too")
    def ready() -> dict[str, str]:
        with figures.snapshot():
            return {"status": "ok"}

    _, components = msgspec.json.schema_components(
        [
            UnitFigures,
            ChildrenFigures,
            TreeFigures,
            SeriesFigures,
            Bridge,
            Revisions,
            QuarantinedRecord,
            StandingAlert,
            ProblemDetails,
            *COMPARISONS,
        ],
        ref_template=REF_TEMPLATE,
    )
    install_openapi(app, components)
    return app
