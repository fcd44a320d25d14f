"""What units ask: which tasks are open, which obstacles wait, which reports of illegal lending have
not ended, which periodic reports are due; and a resolution and an obstacle as they stand.

Lists come a page at a time, in no order that means anything: `next` is where the next page begins,
and null after the last. A page may hold less than was asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct

from policy_credit_oversight.domain.illegal_lending import LENDING_REPORT
from policy_credit_oversight.domain.obstacle import OBSTACLE, Obstacle
from policy_credit_oversight.domain.periodic_report import REPORTING, reporting_id
from policy_credit_oversight.domain.resolution import RESOLUTION, Resolution
from policy_credit_oversight.domain.task import TASK, Task, task_id
from policy_credit_shared.events.governance import (
    Addressee,
    Answer,
    Duty,
    IllegalLending,
    Level,
    Note,
    ObstacleKind,
    Period,
    Reference,
    ReportedTo,
    UnitCode,
)
from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import CommuneCode, Office
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import UnknownUnit, units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import may_read
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

PAGE_MAX: Final = 200
LOOKED_THROUGH_MAX: Final = 500
"""So many open things are looked through for a page, those of other units among them."""

S = TypeVar("S")


class TaskAnswer(Struct, frozen=True, kw_only=True):
    """A task of a resolution; `past_due` once a close of day has found it so."""

    task: UUID
    resolution: UUID
    reference: Reference
    number: int
    unit: UnitCode
    addressee: Addressee
    subject: Note
    amount: int
    assigned_on: date
    due_on: date
    past_due: bool
    done_on: date | None


class OpenTasksAnswer(Struct, frozen=True, kw_only=True):
    """Tasks that are not done yet."""

    tasks: tuple[TaskAnswer, ...]
    next: UUID | None


class ResolutionAnswer(Struct, frozen=True, kw_only=True):
    """A resolution, and how its tasks stand."""

    resolution: UUID
    board: UnitCode
    level: Level
    meeting: UUID
    reference: Reference
    subject: Note
    adopted_on: date
    tasks: tuple[TaskAnswer, ...]


class ObstacleAnswer(Struct, frozen=True, kw_only=True):
    """An obstacle: who raised it, who is asked now, and what was answered if anything was."""

    obstacle: UUID
    unit: UnitCode
    kind: ObstacleKind
    summary: Note
    raised_on: date
    to: UnitCode
    received_on: date
    answer: Answer | None
    words: str
    answered_on: date | None
    closed_on: date | None


class WaitingObstaclesAnswer(Struct, frozen=True, kw_only=True):
    """Obstacles that nobody has answered yet."""

    obstacles: tuple[ObstacleAnswer, ...]
    next: UUID | None


class LendingReportAnswer(Struct, frozen=True, kw_only=True):
    """A report of illegal lending that has not ended."""

    report: UUID
    office: Office
    commune: CommuneCode
    kind: IllegalLending
    reported_on: date


class OpenLendingReportsAnswer(Struct, frozen=True, kw_only=True):
    """Reports of illegal lending that have not ended."""

    reports: tuple[LendingReportAnswer, ...]
    next: UUID | None


class DueReportAnswer(Struct, frozen=True, kw_only=True):
    """A periodic report that is not sent; `past_deadline` once a close of day has found it so."""

    unit: UnitCode
    duty: Duty
    to: ReportedTo
    period: Period
    deadline: date
    past_deadline: bool


class DueReportsAnswer(Struct, frozen=True, kw_only=True):
    """Periodic reports that units owe; `next` is the last unit that was looked at."""

    reports: tuple[DueReportAnswer, ...]
    next: UnitCode | None


ANSWERS: Final[Sequence[type[Struct]]] = (
    OpenTasksAnswer,
    ResolutionAnswer,
    ObstacleAnswer,
    WaitingObstaclesAnswer,
    OpenLendingReportsAnswer,
    DueReportsAnswer,
)

After = Annotated[UUID | None, Query(description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="how many at most")]


def queries(store: EventStore, principal: Callable[..., Principal]) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    _tasks(router, store, principal)
    _obstacles(router, store, principal)
    _reports(router, store, principal)
    return router


def _tasks(router: APIRouter, store: EventStore, principal: Callable[..., Principal]) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/resolutions/{resolution}",
        summary="A resolution of a Representative Board, and how its tasks stand",
        response_class=Response,
        responses=answers("ResolutionAnswer", 401, 403, 404, 422, 503),
    )
    def resolution(caller: Caller, resolution: UUID) -> Response:
        books = Books(store)
        known = books.get(RESOLUTION, resolution)
        if known is None:
            raise _unknown("resolution", resolution)
        may_read(caller, known.secretary, units_before_reform())
        return _answer(_resolution(resolution, known, books))

    @router.get(
        "/units/{unit}/open-tasks",
        summary="Tasks of resolutions that a unit, or one below it, has not done yet",
        response_class=Response,
        responses=answers("OpenTasksAnswer", 401, 403, 404, 422, 503),
    )
    def open_tasks(
        caller: Caller, unit: str, after: After = None, limit: Limit = PAGE_MAX
    ) -> Response:
        _may_read(caller, unit)
        page = _Page(store, unit, after, limit)
        found = tuple(_task(id_, task) for id_, task in page.of(TASK, lambda t: t.seat.unit))
        return _answer(OpenTasksAnswer(tasks=found, next=page.next))


def _obstacles(router: APIRouter, store: EventStore, principal: Callable[..., Principal]) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/obstacles/{obstacle}",
        summary="An obstacle, and what was answered",
        response_class=Response,
        responses=answers("ObstacleAnswer", 401, 403, 404, 422, 503),
    )
    def obstacle(caller: Caller, obstacle: UUID) -> Response:
        known = Books(store).get(OBSTACLE, obstacle)
        if known is None:
            raise _unknown("obstacle", obstacle)
        may_read(caller, known.seat.unit, units_before_reform())
        return _answer(_obstacle(obstacle, known))

    @router.get(
        "/units/{unit}/waiting-obstacles",
        summary="Obstacles that a unit, or one below it, raised and nobody has answered",
        response_class=Response,
        responses=answers("WaitingObstaclesAnswer", 401, 403, 404, 422, 503),
    )
    def waiting(
        caller: Caller, unit: str, after: After = None, limit: Limit = PAGE_MAX
    ) -> Response:
        _may_read(caller, unit)
        page = _Page(store, unit, after, limit)
        found = tuple(_obstacle(i, o) for i, o in page.of(OBSTACLE, lambda o: o.seat.unit))
        return _answer(WaitingObstaclesAnswer(obstacles=found, next=page.next))


def _reports(router: APIRouter, store: EventStore, principal: Callable[..., Principal]) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/units/{unit}/open-illegal-lending",
        summary="Reports of illegal lending in a unit that have not ended",
        response_class=Response,
        responses=answers("OpenLendingReportsAnswer", 401, 403, 404, 422, 503),
    )
    def open_lending(
        caller: Caller, unit: str, after: After = None, limit: Limit = PAGE_MAX
    ) -> Response:
        _may_read(caller, unit)
        page = _Page(store, unit, after, limit)
        found = tuple(
            LendingReportAnswer(
                report=id_,
                office=report.office,
                commune=report.commune,
                kind=report.kind,
                reported_on=report.reported_on,
            )
            for id_, report in page.of(LENDING_REPORT, lambda r: r.commune)
        )
        return _answer(OpenLendingReportsAnswer(reports=found, next=page.next))

    @router.get(
        "/units/{unit}/due-reports",
        summary="Periodic reports that a unit, or one below it, owes and has not sent",
        response_class=Response,
        responses=answers("DueReportsAnswer", 401, 403, 404, 422, 503),
    )
    def due_reports(
        caller: Caller,
        unit: str,
        after: Annotated[str, Query(description="`next` of the page before")] = "",
        limit: Annotated[
            int, Query(ge=1, le=PAGE_MAX, description="how many units are looked at")
        ] = PAGE_MAX,
    ) -> Response:
        _may_read(caller, unit)
        units = [code for code in sorted(_reporting_units(unit)) if code > after]
        looked_at, books = units[:limit], Books(store)
        books.prefetch(map(reporting_id, looked_at))
        found = tuple(due for code in looked_at for due in _due(code, books))
        more = looked_at[-1] if len(units) > limit else None
        return _answer(DueReportsAnswer(reports=found, next=more))


class _Page:
    """A page of what is open in a unit's subtree; `next` is known once it was read."""

    def __init__(self, store: EventStore, unit: str, after: UUID | None, limit: int) -> None:
        self._store = store
        self._unit = unit
        self._after = after
        self._limit = limit
        self.next: UUID | None = None

    def of(self, kind: Kind[S], unit_of: Callable[[S], str]) -> Sequence[tuple[UUID, S]]:
        """The open aggregates of a kind, which are those on its agenda."""
        tree = units_before_reform()
        office = self._unit if tree.unit(self._unit).level == "district" else None
        looked_at = self._store.awaited(
            kind.name, date.max, office=office, after=self._after, limit=LOOKED_THROUGH_MAX
        )
        books = Books(self._store)
        books.prefetch(looked_at)
        found: list[tuple[UUID, S]] = []
        for number, identifier in enumerate(looked_at, start=1):
            state = books.get(kind, identifier)
            if state is not None and tree.contains(self._unit, unit_of(state)):
                found.append((identifier, state))
            if len(found) == self._limit or number == LOOKED_THROUGH_MAX:
                more = number < len(looked_at) or number == LOOKED_THROUGH_MAX
                self.next = identifier if more else None
                break
        return found


def _reporting_units(unit: str) -> Iterator[str]:
    tree = units_before_reform()
    if tree.unit(unit).level not in ("commune", "locality"):
        yield unit
        for below in tree.children(unit):
            yield from _reporting_units(below.code)


def _due(unit: str, books: Books) -> Iterator[DueReportAnswer]:
    reporting = books.get(REPORTING, reporting_id(unit))
    for awaited in reporting.awaited if reporting else ():
        yield DueReportAnswer(
            unit=unit,
            duty=awaited.report.duty,
            to=awaited.report.to,
            period=awaited.report.period,
            deadline=awaited.report.deadline,
            past_deadline=awaited.past_deadline,
        )


def _resolution(identifier: UUID, known: Resolution, books: Books) -> ResolutionAnswer:
    tasks = [task_id(identifier, number) for number in range(1, known.tasks + 1)]
    books.prefetch(tasks)
    return ResolutionAnswer(
        resolution=identifier,
        board=known.board.unit,
        level=known.board.level,
        meeting=known.meeting,
        reference=known.reference,
        subject=known.subject,
        adopted_on=known.adopted_on,
        tasks=tuple(_task(task, _assigned(books.get(TASK, task))) for task in tasks),
    )


def _assigned(task: Task | None) -> Task:
    if task is None:
        raise InvariantBroken("a resolution's tasks are stored with it")
    return task


def _task(identifier: UUID, task: Task) -> TaskAnswer:
    return TaskAnswer(
        task=identifier,
        resolution=task.resolution,
        reference=task.reference,
        number=task.number,
        unit=task.seat.unit,
        addressee=task.addressee,
        subject=task.subject,
        amount=task.amount,
        assigned_on=task.assigned_on,
        due_on=task.due_on,
        past_due=task.past_due,
        done_on=task.done_on,
    )


def _obstacle(identifier: UUID, obstacle: Obstacle) -> ObstacleAnswer:
    return ObstacleAnswer(
        obstacle=identifier,
        unit=obstacle.seat.unit,
        kind=obstacle.kind,
        summary=obstacle.summary,
        raised_on=obstacle.raised_on,
        to=obstacle.to,
        received_on=obstacle.received_on,
        answer=obstacle.answer,
        words=obstacle.words,
        answered_on=obstacle.answered_on,
        closed_on=obstacle.closed_on,
    )


def _may_read(caller: Principal, unit: str) -> None:
    """Raise Problem 404 or 403 unless it is a unit of the caller's subtree."""
    try:
        may_read(caller, unit, units_before_reform())
    except UnknownUnit:
        detail = f"There is no unit {unit!r}."
        raise Problem(404, "unknown-unit", "Unknown unit", detail) from None


def _unknown(thing: str, identifier: UUID) -> Problem:
    detail = f"There is no {thing} {identifier}."
    return Problem(404, f"{thing}-unknown", f"Unknown {thing}", detail)


def _answer(answer: Any) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
