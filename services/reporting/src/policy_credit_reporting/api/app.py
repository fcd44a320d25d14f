"""The reporting API: a unit's indicators, its children's, the live stream, metrics and health."""

import asyncio
from collections.abc import AsyncIterable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, get_args

import msgspec
from fastapi import Depends, FastAPI, Path, Query, Response
from fastapi.responses import PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from policy_credit_reporting.api import comparing
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.indicators.algebra import Algebra, Dimension
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store.answers import ChildrenFigures, Reporter, UnitFigures
from policy_credit_reporting.store.reading import (
    Figures,
    Filters,
    QuarantinedRecord,
    StandingAlert,
)
from policy_credit_reporting.store.targets import TargetFigure, TargetReporter
from policy_credit_shared.kernel.identifiers import Association, Fund, Programme
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import NATION, UnknownUnit, units_before_reform
from policy_credit_shared.web import problems
from policy_credit_shared.web.auth import Verifier, bearer, may_read
from policy_credit_shared.web.openapi import REF_TEMPLATE, answers, install_openapi
from policy_credit_shared.web.problems import Problem, ProblemDetails, problem_responses

LOOK_AGAIN_SECONDS_MAX: Final = 2.0
PUSH_SECONDS_MIN: Final = 0.2
"""A busy log commits more often than an eye can follow."""
QUARANTINE_ROWS_MAX: Final = 1_000


def _filters(
    programme: Annotated[str | None, Query(description="lending programme, e.g. HN")] = None,
    association: Annotated[
        str | None, Query(description="farmers, women, veterans or youth")
    ] = None,
    fund: Annotated[str | None, Query(description="central or local")] = None,
) -> Filters:
    asked: dict[Dimension, tuple[str | None, Any]] = {
        "programme": (programme, Programme),
        "association": (association, Association),
        "fund": (fund, Fund),
    }
    for name, (value, known) in asked.items():
        if value is not None and value not in get_args(known):
            raise Problem(
                422,
                "bad-filter",
                "Bad filter",
                f"{name}={value!r}: there are {', '.join(get_args(known))}.",
            )
    return {name: value for name, (value, _) in asked.items() if value is not None}


Filtered = Annotated[Filters, Depends(_filters)]
Code = Annotated[str, Path(description="VN, or the code of a province, district or commune")]


def reporting_app(
    figures: Figures,
    database_url: str,
    verifier: Verifier,
    registry: CollectorRegistry,
    algebra: Algebra = ALGEBRA,
) -> FastAPI:
    """The application over one read model."""
    tree = units_before_reform()
    reporter, targets = Reporter(algebra, tree), TargetReporter(algebra, tree)
    bell = Bell(database_url)
    principal = bearer(verifier)
    Caller = Annotated[Principal, Depends(principal)]

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

    def readable(caller: Caller, code: Code) -> str:
        try:
            may_read(caller, code, tree)
        except UnknownUnit as unknown:
            detail = f"There is {unknown}."
            raise Problem(404, "unknown-unit", "Unknown unit", detail) from None
        return code

    Readable = Annotated[str, Depends(readable)]

    def indicators(code: str, filters: Filters) -> bytes:
        with figures.snapshot() as snapshot:
            return msgspec.json.encode(reporter.unit(snapshot, code, filters))

    @app.get(
        "/api/v1/units/{code}/indicators",
        summary="A unit's indicators",
        response_class=Response,
        responses=answers("UnitFigures", 401, 403, 404, 422),
    )
    def unit_indicators(unit: Readable, filters: Filtered) -> Response:
        return Response(indicators(unit, filters), media_type="application/json")

    @app.get(
        "/api/v1/units/{code}/children",
        summary="The indicators of the units directly below",
        response_class=Response,
        responses=answers("ChildrenFigures", 401, 403, 404, 422),
    )
    def unit_children(unit: Readable, filters: Filtered) -> Response:
        with figures.snapshot() as snapshot:
            answer = msgspec.json.encode(reporter.children(snapshot, unit, filters))
        return Response(answer, media_type="application/json")

    @app.get(
        "/api/v1/units/{code}/stream",
        summary="A unit's indicators now and after every change, as server-sent events",
        response_class=EventSourceResponse,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def unit_stream(unit: Readable, filters: Filtered) -> AsyncIterable[ServerSentEvent]:
        last = b""
        while True:
            rung = bell.rung
            now = await asyncio.to_thread(indicators, unit, filters)
            if now != last:
                last = now
                yield ServerSentEvent(event="indicators", raw_data=now.decode())
                await asyncio.sleep(PUSH_SECONDS_MIN)
            await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)

    app.include_router(comparing.comparing_router(figures, algebra, tree, readable, _filters))

    @app.get(
        "/api/v1/units/{code}/targets",
        summary="A unit's targets beside its figures, the latest year first",
        response_class=Response,
        responses=answers("TargetFigure", 401, 403, 404, 422, many=True),
    )
    def unit_targets(unit: Readable) -> Response:
        with figures.snapshot() as snapshot:
            answer = msgspec.json.encode(targets.targets(snapshot, unit))
        return Response(answer, media_type="application/json")

    @app.get(
        "/api/v1/quarantine",
        summary="Records that could not take effect, newest first",
        response_class=Response,
        responses=answers("QuarantinedRecord", 401, 403, 422, many=True),
    )
    def quarantine(
        caller: Caller, limit: Annotated[int, Query(ge=1, le=QUARANTINE_ROWS_MAX)] = 100
    ) -> Response:
        may_read(caller, NATION, tree)
        with figures.snapshot() as snapshot:
            rows = snapshot.quarantine(limit)
        return Response(msgspec.json.encode(rows), media_type="application/json")

    @app.get(
        "/api/v1/alerts",
        summary="Units whose ratio is above its ceiling or below its floor now",
        response_class=Response,
        responses=answers("StandingAlert", 401, many=True),
    )
    def alerts(caller: Caller) -> Response:
        with figures.snapshot() as snapshot:
            rows = [r for r in snapshot.alerts() if tree.contains(caller.unit, r.unit)]
        return Response(msgspec.json.encode(rows), media_type="application/json")

    @app.get(
        "/metrics",
        summary="Figures of nation, provinces and districts for Prometheus",
        response_class=PlainTextResponse,
        responses=problem_responses(401, 403),
    )
    def metrics(caller: Caller) -> Response:
        may_read(caller, NATION, tree)
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
            TargetFigure,
            QuarantinedRecord,
            StandingAlert,
            ProblemDetails,
            *comparing.ANSWERS,
        ],
        ref_template=REF_TEMPLATE,
    )
    install_openapi(app, components)
    return app
