"""Routes about one unit: as of a day, through time, and the units below it."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from datetime import date
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from msgspec.structs import replace

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedRange, AskedUnit, naming_unknown_units
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.api.examples import EXAMPLES, TABLES
from policy_credit_reporting.api.parameters import (
    Limit,
    Offset,
    WantsCsv,
    bad_query,
    known_indicator,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.indicators.periods import Step, periods
from policy_credit_reporting.reports.beside import beside_published
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.answers import (
    Bridge,
    ChildrenFigures,
    Revisions,
    SeriesFigures,
    TreeFigures,
    UnitFigures,
)
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.units import Level
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import problem_responses

ANSWERS: Final = [
    UnitFigures,
    ChildrenFigures,
    TreeFigures,
    SeriesFigures,
    Bridge,
    Revisions,
]
JSON: Final = "application/json"
PERIODS_MAX: Final = 400
LOOK_AGAIN_SECONDS_MAX: Final = 2.0
PUSH_SECONDS_MIN: Final = 0.2
"""A busy log commits more often than an eye can follow."""


def shown(answer: msgspec.Struct | Sequence[msgspec.Struct], table: str | None) -> Response:
    """An answer as JSON, or the table that it makes."""
    if table is None:
        return Response(msgspec.json.encode(answer), media_type=JSON)
    return Response(table, media_type="text/csv; charset=utf-8")


def units_router(
    figures: Figures, algebra: Algebra, access: Access, bell: Bell, register: Register | None = None
) -> APIRouter:
    """The routes, over one read model; beside figures of closed periods, what was published."""
    router = APIRouter()
    reporter = Reporter(algebra)
    Readable = Annotated[AskedUnit, Depends(access.unit)]
    ReadableRange = Annotated[AskedRange, Depends(access.span)]

    def indicators(code: str, question: Question) -> bytes:
        with figures.snapshot() as snapshot:
            answer = reporter.unit(snapshot, code, question, access.today())
        if register is not None:
            answer = beside_published(register, answer, question)
        return msgspec.json.encode(answer)

    @router.get(
        "/api/v1/units/{code}/indicators",
        summary="A unit's indicators as of a day",
        response_class=Response,
        responses=answers("UnitFigures", 401, 403, 404, 422, example=EXAMPLES["unit"]),
    )
    def unit_indicators(asked: Readable) -> Response:
        return Response(indicators(asked.code, asked.question), media_type=JSON)

    @router.get(
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
            found = reporter.children(snapshot, asked.code, asked.question, sort, limit, offset)
        return shown(found, tables.children(found) if wants_csv else None)

    @router.get(
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
            found = reporter.tree(snapshot, asked.code, asked.question, down_to)
        if wants_csv:
            return shown(found, tables.tree(found))
        return Response(found.json(), media_type=JSON)

    @router.get(
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

    @router.get(
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

    @router.get(
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

    @router.get(
        "/api/v1/units/{code}/stream",
        summary="A unit's indicators now and after every change, as server-sent events",
        response_class=EventSourceResponse,
        responses=problem_responses(401, 403, 404, 422),
    )
    async def unit_stream(asked: Readable) -> AsyncIterable[ServerSentEvent]:
        last = b""
        while True:
            rung = bell.rung
            # Without a day asked for, the stream goes on into the next one.
            day = asked.question.day if asked.is_dated else access.today()
            question = replace(asked.question, day=day)
            now = await asyncio.to_thread(indicators, asked.code, question)
            if now != last:
                last = now
                yield ServerSentEvent(event="indicators", raw_data=now.decode())
                await asyncio.sleep(PUSH_SECONDS_MIN)
            await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)

    return router
