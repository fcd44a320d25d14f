"""Routes for auditors: whether all is whole, figures replayed, and the events of a figure.

What auditors ask reads the whole log or archive; it runs apart, within a stated time.
"""

from datetime import date
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from fastapi.concurrency import run_in_threadpool
from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access
from policy_credit_reporting.api.audit_examples import EXAMPLES
from policy_credit_reporting.api.auditors import SECONDS_MAX, answered, options
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers, shown
from policy_credit_reporting.api.parameters import (
    AskedDay,
    Code,
    Filtered,
    WantsCsv,
    bad_query,
    day_asked,
    known_indicator,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.reports.answers import published_statement
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.audited import (
    EventLine,
    FigureEvents,
    Replay,
    ReplayDifference,
    Verification,
)
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reflected import Incident
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.web.auth import NamesCaller, may_write
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

_AUDITORS: Final[set[Role]] = {"auditor"}
EVENTS_MAX: Final = 10_000
EVENTS: Final = tables.fields(EventLine)
EventRows = Annotated[
    AskedList,
    Depends(asking_list(["business_day"], "by day, as they were recorded", rows_max=EVENTS_MAX)),
]
BEHIND_MAX: Final = 200
LIMITS: Final = (
    f"It is worked out in a process of its own, one at a time, within {SECONDS_MAX} seconds, and"
    " answered by 503 and the command to call if that is not enough."
)
REPLAYED: Final = (
    "code",
    "date",
    "from",
    "known",
    "measure",
    "unit",
    "replayed",
    "beside",
    "other",
)


class Integrity(Struct, frozen=True, kw_only=True):
    """Tính toàn vẹn: the last walk of the archive and of the log, and what is open now.

    Without a verification nobody has run `policy-credit audit verify` there yet.
    """

    verifications: list[Verification]
    incidents: list[Incident]
    quarantined: int


AUDITS: Final = (Integrity, Replay, FigureEvents)


class Asked(NamedTuple):
    """A unit that the caller may read, on a day and a tree, and the first day of flows."""

    code: str
    question: Question
    since: date | None

    def words(self) -> list[str]:
        """The same as options of the command line."""
        return ["--unit", self.code, *options(self.question, self.since)]


def auditing_router(
    figures: Figures,
    algebra: Algebra,
    access: Access,
    principal: NamesCaller,
    register: Register | None,
) -> APIRouter:
    """The routes; without a register no published report can be asked for."""
    router = APIRouter()

    def auditor(caller: Annotated[Principal, Depends(principal)]) -> Principal:
        may_write(caller, caller.unit, _AUDITORS)
        return caller

    Auditor = Annotated[Principal, Depends(auditor)]
    Tree = Annotated[TreeName, Query(description="the bank's units or the administrative ones")]
    TreeDay = Annotated[date | None, Query(description="read on the tree of this day")]
    Since = Annotated[date | None, Query(alias="from", description="first day of flows")]

    def asking(
        caller: Auditor,
        code: Code,
        day: AskedDay = None,
        since: Since = None,
        tree: Tree = "bank",
        tree_date: TreeDay = None,
    ) -> Asked:
        until = day_asked(day, access.today())
        question = Question(day=until, tree=tree, tree_date=tree_date)
        if since is not None and day_asked(since, access.today(), "from") > until:
            raise bad_query(f"from={since} is after date={until}; swap them.")
        access.allow(caller, code, question)
        return Asked(code, question, since)

    def reported(caller: Principal, code: str, number: int) -> list[str]:
        body = register.published(number) if register is not None else None
        if body is None:
            detail = f"Nothing was published under number {number}; see /api/v1/published."
            raise Problem(404, "unknown-report", "Unknown report", detail)
        access.allow(caller, code, Question(day=published_statement(body).report.last_day))
        return ["--unit", code, "--until", str(number)]

    @router.get(
        "/api/v1/integrity",
        summary="What the last verifications found, and which incidents are open",
        response_class=Response,
        responses=answers("Integrity", 401, 403, example=EXAMPLES["integrity"]),
    )
    def integrity(_: Auditor) -> Response:
        with figures.snapshot() as snapshot:
            found = Integrity(
                verifications=snapshot.verifications(),
                incidents=snapshot.incidents(),
                quarantined=snapshot.quarantined(),
            )
        return shown(found, None)

    @router.get(
        "/api/v1/units/{code}/replay",
        summary="A unit's figures recomputed from the archive alone, and what differs",
        description=f"{Replay.__doc__}\n{LIMITS}",
        response_class=Response,
        responses=answers(
            "Replay", 401, 403, 404, 422, 503,
            example=EXAMPLES["replay"], csv=tables.text(REPLAYED, []),
        ),
    )  # fmt: skip
    async def replay(
        caller: Auditor,
        code: Code,
        wants_csv: WantsCsv,
        day: AskedDay = None,
        since: Since = None,
        until: Annotated[
            str | None,
            Query(
                max_length=10_000,
                pattern=r"^[\w\[\]=,.:+ -]+$",
                description="what was known: by the end of a day, at a moment, or until offsets"
                " (topic[0]=120,topic[1]=80); what live figures reflect without it",
                examples=["2026-04-05"],
            ),
        ] = None,
        report: Annotated[
            int | None,
            Query(
                ge=1,
                le=2**31,
                description="what this published report reflects, against what it says; alone",
            ),
        ] = None,
        tree: Tree = "bank",
        tree_date: TreeDay = None,
        limit: Annotated[
            int, Query(ge=0, le=BEHIND_MAX, description="events behind a difference")
        ] = 20,
    ) -> Response:
        if report is None:
            words = asking(caller, code, day, since, tree, tree_date).words()
            words += ["--until", until] if until is not None else []
        elif (day, since, until, tree, tree_date) != (None, None, None, "bank", None):
            raise bad_query("report: it has its own days and its tree; leave out all others.")
        else:
            words = await run_in_threadpool(reported, caller, code, report)
        found = await answered(Replay, ["replay", *words, "--limit", str(limit)])
        return shown(found, _replay_table(found) if wants_csv else None)

    @router.get(
        "/api/v1/units/{code}/events",
        summary="The exact events that a figure is made of, and what they add up to",
        description=f"{FigureEvents.__doc__}\nEvery page reads the log anew. {LIMITS}",
        response_class=Response,
        responses=list_answers(
            "FigureEvents", 401, 403, 404, 503, example=EXAMPLES["events"], table=EVENTS.text()
        ),
    )
    async def events(
        asked: Annotated[Asked, Depends(asking)],
        filtered: Filtered,
        rows: EventRows,
        indicator: Annotated[
            str, Query(description="a measure, or a ratio: both parts", examples=["overdue"])
        ],
    ) -> Response:
        known_indicator(algebra, indicator)
        asked = asked._replace(question=replace(asked.question, filters=filtered))
        sort, limit, offset = rows.excerpt
        words = ["explain", *asked.words(), "--measure", indicator, "--limit", str(limit)]
        words += ["--offset", str(offset), *(["--latest-first"] if sort.startswith("-") else [])]
        found = await answered(FigureEvents, words)
        return rows.answer(found, found.total, lambda: EVENTS.text(found.events))

    return router


def _replay_table(found: Replay) -> str:
    """A row for each figure of the unit, then one for each that differs."""
    about = (found.day, found.since, found.known)
    labelled = {one.measure: one.unit for one in found.figures}

    def differing(one: ReplayDifference) -> tables.Cells:
        unit = labelled.get(one.measure, "")
        return (one.code, *about, one.measure, unit, one.replayed, found.beside, one.other)

    return tables.text(
        REPLAYED,
        [
            *((found.code, *about, f.measure, f.unit, f.value, "", "") for f in found.figures),
            *map(differing, found.differences),
        ],
    )
