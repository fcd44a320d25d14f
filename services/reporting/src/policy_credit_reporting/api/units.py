"""Routes about one unit: as of a day, through time, and the units below it."""

import asyncio
from collections.abc import AsyncIterable
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
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers, shown
from policy_credit_reporting.api.parameters import WantsCsv, bad_query
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.indicators.periods import Step, periods
from policy_credit_reporting.reports.beside import beside_published
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.answers import (
    Bridge,
    ChildrenFigures,
    Revision,
    Revisions,
    SeriesFigures,
    TreeFigures,
    UnitFigures,
)
from policy_credit_reporting.store.excerpts import ROWS_MAX
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import NAMED, Reporter
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
PERIODS_MAX: Final = 400
LOOK_AGAIN_SECONDS_MAX: Final = 2.0
PUSH_SECONDS_MIN: Final = 0.2
"""A busy log commits more often than an eye can follow."""
REVISIONS: Final = tables.fields(Revision, about=["code"])

Periods = Annotated[AskedList, Depends(asking_list(["since"], "by since", rows=PERIODS_MAX))]
Bridged = Annotated[
    AskedList, Depends(asking_list(tables.BRIDGE.columns, "as the indicators are declared"))
]
Revised = Annotated[
    AskedList, Depends(asking_list(REVISIONS.columns, "by occurred_on, recorded_on and indicator"))
]


def units_router(
    figures: Figures, algebra: Algebra, access: Access, bell: Bell, register: Register | None = None
) -> APIRouter:
    """The routes, over one read model; beside figures of closed periods, what was published."""
    router = APIRouter()
    reporter = Reporter(algebra)
    Readable = Annotated[AskedUnit, Depends(access.unit)]
    ReadableRange = Annotated[AskedRange, Depends(access.span)]
    known = [one.name for one in algebra.indicators()]
    units = asking_list(NAMED, "the order of the official list", indicators=known)
    of_tree = asking_list(NAMED, "each before those below", indicators=known, rows=ROWS_MAX)
    Units = Annotated[AskedList, Depends(units)]
    UnitsOfTree = Annotated[AskedList, Depends(of_tree)]

    def indicators(code: str, question: Question) -> UnitFigures:
        with figures.snapshot() as snapshot:
            answer = reporter.unit(snapshot, code, question, access.today())
        return answer if register is None else beside_published(register, answer, question)

    @router.get(
        "/api/v1/units/{code}/indicators",
        summary="A unit's indicators as of a day",
        response_class=Response,
        responses=answers(
            "UnitFigures",
            401,
            403,
            404,
            422,
            example=EXAMPLES["unit"],
            csv=tables.FIGURES.text(),
        ),
    )
    def unit_indicators(asked: Readable, wants_csv: WantsCsv) -> Response:
        found = indicators(asked.code, asked.question)
        about = (found.unit.code, found.reading.day)
        return shown(found, tables.FIGURES.text(found.indicators, *about) if wants_csv else None)

    @router.get(
        "/api/v1/units/{code}/children",
        summary="The indicators of the units directly below",
        response_class=Response,
        responses=list_answers(
            "ChildrenFigures",
            401,
            403,
            404,
            example=EXAMPLES["children"],
            table=TABLES["children"],
        ),
    )
    def unit_children(asked: Readable, rows: Units) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.children(snapshot, asked.code, asked.question, rows.excerpt)
        return rows.answer(found, found.total, lambda: tables.children(found))

    @router.get(
        "/api/v1/units/{code}/tree",
        summary="Every unit from one down to a level, a row each",
        response_class=Response,
        responses=list_answers(
            "TreeFigures", 401, 403, 404, example=EXAMPLES["tree"], table=TABLES["tree"]
        ),
    )
    def unit_tree(
        asked: Readable,
        rows: UnitsOfTree,
        down_to: Annotated[Level, Query(description="the last level of rows")] = "commune",
    ) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.tree(snapshot, asked.code, asked.question, down_to, rows.excerpt)
        body = b"" if rows.as_csv else found.json()
        return rows.answer(body, found.total, lambda: tables.tree(found))

    @router.get(
        "/api/v1/units/{code}/series",
        summary="A unit's indicators through time",
        response_class=Response,
        responses=list_answers(
            "SeriesFigures", 401, 403, 404, example=EXAMPLES["series"], table=TABLES["series"]
        ),
    )
    def unit_series(
        asked: ReadableRange,
        rows: Periods,
        step: Annotated[Step, Query(description="how long a period is")] = "month",
    ) -> Response:
        count = sum(1 for _ in periods(asked.since, asked.question.day, step))
        if count > PERIODS_MAX:
            raise bad_query(f"{count} periods: ask for at most {PERIODS_MAX}, or a longer step.")
        with figures.snapshot() as snapshot:
            found = reporter.series(snapshot, *asked, step, rows.excerpt)
        return rows.answer(found, found.total, lambda: tables.series(found))

    @router.get(
        "/api/v1/units/{code}/bridge",
        summary="How much of a change is business and how much is merger",
        response_class=Response,
        responses=list_answers(
            "Bridge", 401, 403, 404, example=EXAMPLES["bridge"], table=tables.BRIDGE.text()
        ),
    )
    def unit_bridge(asked: ReadableRange, rows: Bridged) -> Response:
        if asked.question.tree_date is not None:
            raise bad_query("tree_date: a bridge reads each day as it was; leave it out.")
        with figures.snapshot() as snapshot, naming_unknown_units():
            found = reporter.bridge(snapshot, *asked)
        found = tables.BRIDGE.excerpt(found, "measures", rows.excerpt)
        about = (found.unit.code, found.since, found.until)
        return rows.answer(found, found.total, lambda: tables.BRIDGE.text(found.measures, *about))

    @router.get(
        "/api/v1/units/{code}/revisions",
        summary="What moved in closed months after they had closed",
        response_class=Response,
        responses=list_answers(
            "Revisions", 401, 403, 404, example=EXAMPLES["revisions"], table=REVISIONS.text()
        ),
    )
    def unit_revisions(
        asked: ReadableRange,
        rows: Revised,
        recorded_from: Annotated[
            date, Query(description="only what was recorded on this day or later")
        ] = FIRST_DAY,
    ) -> Response:
        with figures.snapshot() as snapshot:
            found = reporter.revisions(snapshot, *asked, recorded_from)
        found = REVISIONS.excerpt(found, "revisions", rows.excerpt)
        return rows.answer(
            found, found.total, lambda: REVISIONS.text(found.revisions, found.unit.code)
        )

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
            now = msgspec.json.encode(await asyncio.to_thread(indicators, asked.code, question))
            if now != last:
                last = now
                yield ServerSentEvent(event="indicators", raw_data=now.decode())
                await asyncio.sleep(PUSH_SECONDS_MIN)
            await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)

    return router
