"""The board's pages: a unit's overview, trends, structure and oversight, and one figure."""

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from msgspec.structs import replace

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.api.parameters import bad_query, known_indicator
from policy_credit_reporting.board import overseeing, publications, trends
from policy_credit_reporting.board.addresses import PAGES, USUAL_SORT, View, view_of
from policy_credit_reporting.board.cards import cards
from policy_credit_reporting.board.children import children
from policy_credit_reporting.board.figures import notation_of, shown
from policy_credit_reporting.board.frames import frame, sees_integrity
from policy_credit_reporting.board.groups import (
    SHOWN_IN_OVERVIEW,
    Groups,
    groups,
    missing,
    one_group,
)
from policy_credit_reporting.board.groups import asked as asked_groups
from policy_credit_reporting.board.lineage import arguments, command, lineage
from policy_credit_reporting.board.live import Watching
from policy_credit_reporting.board.maps import map_of
from policy_credit_reporting.board.remarks import told
from policy_credit_reporting.board.rendering import BoardRoute, page
from policy_credit_reporting.board.sessions import Session, Sessions
from policy_credit_reporting.board.structure import structure
from policy_credit_reporting.board.targets import targets_shown
from policy_credit_reporting.board.words import (
    ASSOCIATIONS,
    FUNDS,
    LEVELS,
    PROGRAMMES,
    RATINGS,
    ROLES,
)
from policy_credit_reporting.indicators.algebra import Algebra, Label, Measure, Ratio
from policy_credit_reporting.indicators.hot_spots import SHARE_PERCENT
from policy_credit_reporting.reports.answers import FIGURES_HEADER, figures_rows
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.explanations import CARRIED_AT
from policy_credit_reporting.store.reading import Figures, Snapshot
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_reporting.store.targets import TargetReporter
from policy_credit_reporting.store.totals import is_kept_by
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import NATION, Level
from policy_credit_shared.web.problems import Problem

SPOTS_SHOWN: Final = 6
LEADING_RATIO: Final = "overdue_ratio"
CHOICES: Final = {"programmes": PROGRAMMES, "associations": ASSOCIATIONS, "funds": FUNDS}
QUARANTINE_SHOWN: Final = 100


Make = Callable[[Snapshot, View], Mapping[str, Any]]
"""Makes what a page has inside its frame."""


class Seeing(NamedTuple):
    """What somebody who may asks to see."""

    view: View
    session: Session


class Board:
    """Makes the pages' contents from one read model."""

    def __init__(
        self, figures: Figures, algebra: Algebra, access: Access, register: Register | None
    ) -> None:
        self.register = register
        self.figures, self.algebra, self.access = figures, algebra, access
        self.reporter = Reporter(algebra)
        self._targets = TargetReporter(algebra)

    def overview(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """Cards, hot-spots, targets, the map and the units below."""
        today, ratio = self.access.today(), self.algebra.ratios[LEADING_RATIO]
        question = view.question(today)
        tree, _ = question.read(view.unit)
        unit = tree.unit(view.unit)
        spots, clauses = None, list[Label]()
        if is_kept_by(ratio, question.filters):
            clauses = self.reporter.explanation(snapshot, view.unit, question, ratio).clauses
            if level := CARRIED_AT.get(unit.level):
                spots = self.reporter.hot_spots(
                    snapshot, view.unit, question, ratio, level, SHARE_PERCENT, slice(SPOTS_SHOWN)
                )
        below = children(self.reporter, snapshot, view, today)
        notation = notation_of(view.lang)
        return {
            "clauses": clauses,
            "cards": cards(self.reporter, snapshot, self.algebra, view, today),
            "spots": spots,
            "children": below,
            "map": map_of(view.unit, tree, below.figures, notation),
            "targets": []
            if question.filters
            else targets_shown(self._targets.targets(snapshot, view.unit), notation),
            "groups": self._groups_below(snapshot, view, unit.level),
        }

    def _groups_below(self, snapshot: Snapshot, view: View, level: Level) -> Groups | None:
        """Of a commune and less, the groups that owe most."""
        if level not in ("commune", "locality"):
            return None
        most = replace(view.elsewhere(), sort=USUAL_SORT)
        return groups(self.reporter, snapshot, most, self.access.today(), SHOWN_IN_OVERVIEW)

    def groups(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """The unit's groups."""
        return {
            "groups": groups(self.reporter, snapshot, view, self.access.today()),
            "ratings": RATINGS,
        }

    def group(self, snapshot: Snapshot, view: View, group: UUID) -> Mapping[str, Any]:
        """One group; raises Problem 404 if the unit has none such now."""
        found = one_group(self.reporter, snapshot, view, self.access.today(), group)
        if found is None:
            detail = f"{view.unit} has no group {group} now; go back to its groups."
            raise Problem(404, "unknown-group", "Unknown group", detail)
        return {"group": found}

    def trends(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """Figures through two years, as tables and charts."""
        return {
            "charts": trends.charts(
                self.reporter, snapshot, self.algebra, view, self.access.today()
            ),
        }

    def structure(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """What debt is made of."""
        return {"structure": structure(self.reporter, snapshot, view, self.access.today())}

    def oversight(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """What oversight knows, of the unit and of those below."""
        today = self.access.today()
        return {
            "findings": overseeing.findings(self.reporter, snapshot, view, today),
            "sections": overseeing.sections(self.reporter, snapshot, view, today),
            "findings_shown": overseeing.FINDINGS_SHOWN,
            "children": children(self.reporter, snapshot, view, today, overseeing.COLUMNS),
        }

    def published(self, _: Snapshot, view: View) -> Mapping[str, Any]:
        """What the unit has published."""
        return {"lines": publications.lines(self.register, view)}

    def report(self, snapshot: Snapshot, view: View, number: int) -> Mapping[str, Any]:
        """One report, and what moved since."""
        found = publications.report_of_unit(self.register, view.unit, number)
        return publications.beside_now(found, snapshot, self.algebra, view)

    def integrity(self, snapshot: Snapshot, view: View) -> Mapping[str, Any]:
        """What auditors are to know of the log; the country's look after what no unit owns."""
        whole = notation_of(view.lang).whole
        return {
            "incidents": [(one, told(one)) for one in snapshot.incidents()],
            "quarantined": snapshot.quarantine(Excerpt(limit=QUARANTINE_SHOWN)).rows
            if view.unit == NATION
            else [],
            "streams": [
                (f"{one.source} {one.topic}[{one.partition}]", whole(one.sequence))
                for one in snapshot.position().streams
            ],
        }

    def one(self, snapshot: Snapshot, view: View, name: str) -> Mapping[str, Any]:
        """One figure: what it means, its parts, the unit above, and month by month."""
        today, indicator = self.access.today(), known_indicator(self.algebra, name)
        question = view.question(today, name)
        [figure] = self.reporter.unit(snapshot, view.unit, question, today).indicators
        compared = self.reporter.compare(snapshot, view.unit, question)
        spans, by_name = trends.through(self.reporter, snapshot, self.algebra, view, today, name)
        notation = notation_of(view.lang)
        clauses = list[Label]()
        if is_kept_by(indicator, question.filters):
            clauses = self.reporter.explanation(snapshot, view.unit, question, indicator).clauses
        parts: tuple[Measure, ...] = ()
        if isinstance(indicator, Ratio):
            parts = (indicator.numerator, indicator.denominator)
        return {
            "indicator": indicator,
            "figure": shown(figure, notation),
            "above": compared.above,
            "compared": [
                {
                    "above": shown(one.above, notation),
                    "rank": one.rank,
                    "changes": [(c.months, c.on, shown(c.before, notation)) for c in one.changes],
                }
                for one in compared.compared
            ],
            "clauses": clauses,
            "command": command(arguments(view, today, indicator)),
            "parts_asked": [(part.label, view.at(part.name)) for part in parts],
            "chart": trends.chart(
                name,
                indicator.label,
                "bars" if _is_flow(indicator) else "lines",
                [by_name[name]],
                spans,
                view,
            ),
        }


def _check_auditor(principal: Principal) -> None:
    if not sees_integrity(principal):
        raise Problem(403, "forbidden", "Forbidden", "Auditors see this page.")


def _is_flow(indicator: Measure | Ratio) -> bool:
    return isinstance(indicator, Measure) and indicator.kind == "flow"


def taken_along(name: str, table: str) -> Response:
    """A table as a file; spreadsheets read names in Vietnamese only with a byte order mark."""
    return Response(
        "\ufeff" + table,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def board_router(
    board: Board, sessions: Sessions, bell: Bell, now: Callable[[], datetime]
) -> APIRouter:
    """The routes of the pages."""
    router = APIRouter(route_class=BoardRoute, include_in_schema=False)
    access = board.access
    watching = Watching(board.figures, board.algebra, board.reporter, now)

    def seeing(request: Request, code: str) -> Seeing:
        session = sessions.of(request)
        path = request.url.path.removeprefix(f"/units/{code}/").partition("/")[0]
        view = view_of(request, code, next((one for one in PAGES if one == path), ""))
        access.allow(session.principal, code, view.question(access.today()))
        return Seeing(view, session)

    Asked = Annotated[Seeing, Depends(seeing)]

    def answer(asked: Seeing, template: str, make: Make) -> Response:
        view, session = asked
        with board.figures.snapshot() as snapshot:
            around = frame(board.reporter, snapshot, access, view, session.principal)
            inside = make(snapshot, view)
        return page(
            template,
            view.lang,
            view=view,
            frame=around,
            roles=ROLES,
            levels=LEVELS,
            choices=CHOICES,
            **inside,
        )

    @router.get("/")
    def home(request: Request) -> Response:
        unit = sessions.of(request).principal.unit
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/units/{unit}{query}", 303)

    @router.get("/units/{code}")
    def overview(asked: Asked) -> Response:
        return answer(asked, "overview.html", board.overview)

    @router.get("/units/{code}/groups")
    def its_groups(asked: Asked) -> Response:
        return answer(asked, "groups.html", board.groups)

    @router.get("/units/{code}/groups.csv")
    def groups_table(asked: Asked) -> Response:
        view, today = asked.view, access.today()
        with board.figures.snapshot() as snapshot:
            if note := missing(board.reporter, snapshot, view, today):
                raise bad_query(note.en)
            found = asked_groups(board.reporter, snapshot, view, today)
        return taken_along(f"{view.unit}-groups-{today}.csv", tables.groups(found))

    @router.get("/units/{code}/groups/{group}")
    def group(asked: Asked, group: UUID) -> Response:
        return answer(
            asked, "group.html", lambda snapshot, view: board.group(snapshot, view, group)
        )

    @router.get("/units/{code}/trends")
    def through_time(asked: Asked) -> Response:
        return answer(asked, "trends.html", board.trends)

    @router.get("/units/{code}/structure")
    def made_of(asked: Asked) -> Response:
        return answer(asked, "structure.html", board.structure)

    @router.get("/units/{code}/oversight")
    def oversight(asked: Asked) -> Response:
        return answer(asked, "oversight.html", board.oversight)

    @router.get("/units/{code}/published")
    def published(asked: Asked) -> Response:
        return answer(asked, "published.html", board.published)

    @router.get("/units/{code}/published/{number}.csv")
    def published_table(asked: Asked, number: int) -> Response:
        found = publications.report_of_unit(board.register, asked.view.unit, number)
        rows = tables.text(FIGURES_HEADER, figures_rows(found.statement))
        return taken_along(f"{asked.view.unit}-{found.statement.report.period}.csv", rows)

    @router.get("/units/{code}/published/{number}")
    def one_report(asked: Asked, number: int) -> Response:
        return answer(
            asked, "report.html", lambda snapshot, view: board.report(snapshot, view, number)
        )

    @router.get("/units/{code}/figures/{indicator}")
    def one_figure(asked: Asked, indicator: str) -> Response:
        return answer(
            asked, "figure.html", lambda snapshot, view: board.one(snapshot, view, indicator)
        )

    @router.get("/units/{code}/figures/{indicator}/events")
    async def events(asked: Asked, indicator: str) -> Response:
        _check_auditor(asked.session.principal)
        one = known_indicator(board.algebra, indicator)
        words = arguments(asked.view, access.today(), one)
        found = await lineage(board.algebra, asked.view, words)
        inside = {"indicator": one, "lineage": found, "command": command(words)}
        return await asyncio.to_thread(answer, asked, "events.html", lambda *_: inside)

    @router.get("/units/{code}/children.csv")
    def export(asked: Asked) -> Response:
        view = asked.view
        question = view.question(access.today())
        with board.figures.snapshot() as snapshot:
            found = board.reporter.children(snapshot, view.unit, question, Excerpt(view.sort))
        return taken_along(f"{view.unit}-{question.day}.csv", tables.children(found))

    @router.get("/units/{code}/live", response_class=EventSourceResponse)
    async def live(asked: Asked) -> AsyncIterable[ServerSentEvent]:
        view, session = asked
        async for event in watching.stream(view, access.today, session.until, bell):
            yield event

    @router.get("/integrity")
    def integrity(request: Request) -> Response:
        session = sessions.of(request)
        _check_auditor(session.principal)
        view = view_of(request, session.principal.unit)
        return answer(Seeing(view, session), "integrity.html", board.integrity)

    return router
