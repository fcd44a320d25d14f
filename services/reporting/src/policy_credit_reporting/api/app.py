"""The reporting API: a unit's indicators, its children's, the live stream, metrics and health."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, Final

import msgspec
import psycopg
from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import PlainTextResponse
from msgspec.structs import astuple
from psycopg_pool import PoolTimeout

from policy_credit_reporting.api import standing_examples as standing
from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.auditing import AUDITS, auditing_router
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.api.comparing import COMPARISONS, comparing_router
from policy_credit_reporting.api.findings import findings_router
from policy_credit_reporting.api.groups import groups_router
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers
from policy_credit_reporting.api.published import ANSWERS as CLOSED
from policy_credit_reporting.api.published import SCHEMAS, Pinning, published_router
from policy_credit_reporting.api.tables import Table
from policy_credit_reporting.api.units import (
    ANSWERS,
    LOOK_AGAIN_SECONDS_MAX,
    PUSH_SECONDS_MIN,
    units_router,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.findings import OpenFinding
from policy_credit_reporting.store.groups import GroupsOfUnit
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures, QuarantinedRecord, StandingAlert
from policy_credit_reporting.store.targets import TargetFigure, TargetReporter
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.web import problems
from policy_credit_shared.web.auth import Verifier, bearer, may_read
from policy_credit_shared.web.openapi import REF_TEMPLATE, install_openapi
from policy_credit_shared.web.problems import Problem, ProblemDetails, problem_responses

log = logging.getLogger(__name__)

QUARANTINE: Final = tables.fields(QuarantinedRecord)
ALERTS: Final = tables.fields(StandingAlert)
TARGETS: Final = Table[TargetFigure](
    ("indicator", "vi", "en", *TargetFigure.__struct_fields__[2:]),
    lambda row: (row.indicator, row.label.vi, row.label.en, *astuple(row)[2:]),
)
NEWEST_FIRST: Final = "the newest first"
Quarantined = Annotated[AskedList, Depends(asking_list(QUARANTINE.columns, NEWEST_FIRST, rows=100))]
Alerts = Annotated[AskedList, Depends(asking_list(ALERTS.columns, NEWEST_FIRST))]
Targets = Annotated[AskedList, Depends(asking_list(TARGETS.columns, "the latest year first"))]

EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"

Scrape = Callable[[str], bytes]
"""Figures for Prometheus of one target, as text; raises LookupError for what is none."""


async def keep_up(figures: Figures, bell: Bell) -> None:
    """Take in what is committed as it comes, so that no caller waits for what came before."""
    while True:
        rung = bell.rung
        try:
            await asyncio.to_thread(figures.keep_up)
        except (psycopg.OperationalError, PoolTimeout, LookupError) as error:
            log.warning("figures are not taken in: %s", error)
        await asyncio.sleep(PUSH_SECONDS_MIN)
        await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)


def reporting_app(
    figures: Figures,
    database_url: str,
    verifier: Verifier,
    scrape: Scrape,
    clock: Clock,
    algebra: Algebra = ALGEBRA,
    pinning: Pinning | None = None,
    bell: Bell | None = None,
) -> FastAPI:
    """The application over one read model; the clock says which business day is today.

    Periods are closed and figures published where there is something to do so with. `bell` is
    given where others wait for changes too.
    """
    targets = TargetReporter(algebra)
    bell = bell or Bell(database_url)
    principal = bearer(verifier)
    Caller = Annotated[Principal, Depends(principal)]

    def today() -> date:
        return business_day(clock())

    access = Access(principal, today, algebra)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        tasks = [asyncio.create_task(bell.run()), asyncio.create_task(keep_up(figures, bell))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            figures.close()

    app = FastAPI(
        title="policy-credit reporting",
        description="Live indicators. Amounts are whole dong; ratios carry both their parts.",
        version="1",
        lifespan=lifespan,
    )
    problems.install(app)
    register = Register(pinning.store) if pinning is not None else None
    app.include_router(units_router(figures, algebra, access, bell, register))
    app.include_router(comparing_router(figures, algebra, access))
    app.include_router(findings_router(figures, algebra, access))
    app.include_router(groups_router(figures, algebra, access))
    app.include_router(auditing_router(figures, algebra, access, principal, register))
    if pinning is not None:
        app.include_router(published_router(pinning, figures, algebra, access, principal, clock))

    @app.get(
        "/api/v1/units/{code}/targets",
        summary="A unit's targets beside its figures, the latest year first",
        response_class=Response,
        responses=list_answers(
            "TargetFigure", 401, 403, 404, many=True, example=standing.TARGETS, table=TARGETS.text()
        ),
    )
    def unit_targets(asked: Annotated[AskedUnit, Depends(access.unit)], rows: Targets) -> Response:
        with figures.snapshot() as snapshot:
            every = targets.targets(snapshot, asked.code)
        found = TARGETS.rows(every, rows.excerpt)
        return rows.answer(found, len(every), lambda: TARGETS.text(found))

    @app.get(
        "/api/v1/quarantine",
        summary="Records that could not take effect, newest first",
        response_class=Response,
        responses=list_answers(
            "QuarantinedRecord",
            401,
            403,
            many=True,
            example=standing.QUARANTINE,
            table=QUARANTINE.text(),
        ),
    )
    def quarantine(caller: Caller, rows: Quarantined) -> Response:
        may_read(caller, NATION, dated_trees()["bank"].on(today()))
        with figures.snapshot() as snapshot:
            found = snapshot.quarantine(rows.excerpt)
        return rows.answer(found.rows, found.total, lambda: QUARANTINE.text(found.rows))

    @app.get(
        "/api/v1/alerts",
        summary="Units whose ratio is above its ceiling or below its floor now, newest first",
        response_class=Response,
        responses=list_answers(
            "StandingAlert", 401, many=True, example=standing.ALERTS, table=ALERTS.text()
        ),
    )
    def alerts(caller: Caller, rows: Alerts) -> Response:
        with figures.snapshot() as snapshot:
            every = [r for r in snapshot.alerts() if access.allows(caller, r.unit)]
        found = ALERTS.rows(every, rows.excerpt)
        return rows.answer(found, len(every), lambda: ALERTS.text(found))

    @app.get(
        "/metrics",
        summary="Figures for Prometheus: of nation and provinces, or of a province's districts",
        response_class=PlainTextResponse,
        responses=problem_responses(401, 403, 404),
    )
    def metrics(
        caller: Caller,
        unit: Annotated[
            str, Query(description="VN, or the code of a province", examples=["58"])
        ] = NATION,
    ) -> Response:
        access.allow(caller, unit, Question(day=today()))
        try:
            return Response(scrape(unit), media_type=EXPOSITION)
        except LookupError as error:
            raise Problem(404, "not-a-target", "Not a target", f"{error}.") from None

    @app.get("/health/live", summary="The process answers")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", summary="The read model answers too")
    def ready() -> dict[str, str]:
        with figures.snapshot():
            return {"status": "ok"}

    _, components = msgspec.json.schema_components(
        [
            *ANSWERS,
            *COMPARISONS,
            *CLOSED,
            OpenFinding,
            GroupsOfUnit,
            *AUDITS,
            TargetFigure,
            QuarantinedRecord,
            StandingAlert,
            ProblemDetails,
        ],
        ref_template=REF_TEMPLATE,
    )
    install_openapi(app, {**SCHEMAS, **components})
    return app
