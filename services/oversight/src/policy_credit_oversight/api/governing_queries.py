"""What units ask about governing: which tasks are open, which obstacles wait, which reports of
illegal lending have not ended, which periodic reports are due.

A list is of the unit and of all below it, the most urgent first: what is due first, or has waited
longest.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from policy_credit_oversight.api.governing_answers import (
    DueReportAnswer,
    DueReportsAnswer,
    ObstacleAnswer,
    OpenLendingReportsAnswer,
    OpenTasksAnswer,
    ResolutionAnswer,
    WaitingObstaclesAnswer,
    due_report_answer,
    lending_report_answer,
    obstacle_answer,
    task_answer,
)
from policy_credit_oversight.api.lists import (
    After,
    Limit,
    On,
    UnitPath,
    answer,
    each_of,
    may_read_unit,
    page,
    register_of,
)
from policy_credit_oversight.domain.illegal_lending import LENDING_REPORT
from policy_credit_oversight.domain.obstacle import OBSTACLE
from policy_credit_oversight.domain.periodic_report import REPORTING, reporting_id
from policy_credit_oversight.domain.register import Listed, Register, register_id
from policy_credit_oversight.domain.resolution import RESOLUTION, Resolution
from policy_credit_oversight.domain.task import TASK, Task, task_id
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_read
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

ANSWERS: Final[Sequence[type[Struct]]] = (
    OpenTasksAnswer,
    ResolutionAnswer,
    ObstacleAnswer,
    WaitingObstaclesAnswer,
    OpenLendingReportsAnswer,
    DueReportsAnswer,
)

S = TypeVar("S")


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    _tasks(router, store, principal)
    _obstacles(router, store, principal)
    _reports(router, store, principal)
    return router


def _tasks(router: APIRouter, store: EventStore, principal: NamesCaller) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/resolutions/{resolution}",
        summary="A resolution of a Representative Board, and how the caller's tasks stand",
        response_class=Response,
        responses=answers("ResolutionAnswer", 401, 403, 404, 422, 503),
    )
    def resolution(caller: Caller, resolution: UUID, on: On) -> Response:
        books = Books(store)
        known = books.get(RESOLUTION, resolution)
        if known is None:
            raise _unknown("resolution", resolution)
        tasks = _tasks_of(resolution, known, caller, books)
        found = ResolutionAnswer(
            resolution=resolution,
            board=known.board.unit,
            level=known.board.level,
            meeting=known.meeting,
            reference=known.reference,
            subject=known.subject,
            adopted_on=known.adopted_on,
            tasks=tuple(task_answer(id_, task, on) for id_, task in tasks),
        )
        return answer(found)

    @router.get(
        "/units/{unit}/open-tasks",
        summary="Tasks of resolutions that are not done, the most urgent first",
        response_class=Response,
        responses=answers("OpenTasksAnswer", 401, 403, 404, 422, 503),
    )
    def open_tasks(
        caller: Caller, unit: UnitPath, on: On, after: After = "", limit: Limit = 100
    ) -> Response:
        may_read_unit(caller, unit)
        books = Books(store)
        register = _register(books, "task", unit)
        names, following = page(register, after, limit)
        tasks = each_of(TASK, map(UUID, names), books)
        found = OpenTasksAnswer(
            on=on,
            open=len(register.due),
            late=register.late(on),
            tasks=tuple(task_answer(id_, task, on) for id_, task in tasks),
            next=following,
        )
        return answer(found)


def _obstacles(router: APIRouter, store: EventStore, principal: NamesCaller) -> None:
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
        return answer(obstacle_answer(obstacle, known))

    def waiting(register: Register, books: Books, after: str, limit: int) -> Response:
        names, following = page(register, after, limit)
        found = each_of(OBSTACLE, map(UUID, names), books)
        listed = WaitingObstaclesAnswer(
            waiting=len(register.due),
            obstacles=tuple(obstacle_answer(id_, each) for id_, each in found),
            next=following,
        )
        return answer(listed)

    @router.get(
        "/units/{unit}/waiting-obstacles",
        summary="Obstacles raised there that nobody has answered, the longest waiting first",
        response_class=Response,
        responses=answers("WaitingObstaclesAnswer", 401, 403, 404, 422, 503),
    )
    def raised(caller: Caller, unit: UnitPath, after: After = "", limit: Limit = 100) -> Response:
        may_read_unit(caller, unit)
        books = Books(store)
        return waiting(_register(books, "obstacle", unit), books, after, limit)

    @router.get(
        "/units/{unit}/obstacles-to-answer",
        summary="Obstacles that wait for an answer of this very unit, the longest waiting first",
        response_class=Response,
        responses=answers("WaitingObstaclesAnswer", 401, 403, 404, 422, 503),
    )
    def asked(caller: Caller, unit: UnitPath, after: After = "", limit: Limit = 100) -> Response:
        may_read_unit(caller, unit)
        books = Books(store)
        register = register_of(books, unit, "obstacle_asked")
        return waiting(register, books, after, limit)


def _reports(router: APIRouter, store: EventStore, principal: NamesCaller) -> None:
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/units/{unit}/open-illegal-lending",
        summary="Reports of illegal lending that have not ended, the oldest first",
        response_class=Response,
        responses=answers("OpenLendingReportsAnswer", 401, 403, 404, 422, 503),
    )
    def open_lending(
        caller: Caller, unit: UnitPath, after: After = "", limit: Limit = 100
    ) -> Response:
        may_read_unit(caller, unit)
        books = Books(store)
        register = _register(books, "illegal_lending", unit)
        names, following = page(register, after, limit)
        reports = each_of(LENDING_REPORT, map(UUID, names), books)
        found = OpenLendingReportsAnswer(
            open=len(register.due),
            reports=tuple(lending_report_answer(id_, report) for id_, report in reports),
            next=following,
        )
        return answer(found)

    @router.get(
        "/units/{unit}/due-reports",
        summary="Periodic reports that are owed and not sent, the most urgent first",
        response_class=Response,
        responses=answers("DueReportsAnswer", 401, 403, 404, 422, 503),
    )
    def due_reports(
        caller: Caller, unit: UnitPath, on: On, after: After = "", limit: Limit = 100
    ) -> Response:
        may_read_unit(caller, unit)
        owed = {_name(due): due for due in _due(unit, on, Books(store))}
        register = Register({name: due.deadline for name, due in owed.items()})
        names, following = page(register, after, limit)
        found = DueReportsAnswer(
            on=on,
            due=len(register.due),
            late=register.late(on),
            reports=tuple(owed[name] for name in names),
            next=following,
        )
        return answer(found)


def _tasks_of(
    resolution: UUID, known: Resolution, caller: Principal, books: Books
) -> Sequence[tuple[UUID, Task]]:
    """Its tasks that are of the caller's subtree; raises Problem 403 if nothing of it is."""
    tree = units_before_reform()
    every = [task_id(resolution, number) for number in range(1, known.tasks + 1)]
    found = [
        (identifier, task)
        for identifier, task in each_of(TASK, every, books)
        if tree.contains(caller.unit, task.seat.unit)
    ]
    if not found:
        may_read(caller, known.secretary, tree)
    return found


def _register(books: Books, listed: Listed, unit: str) -> Register:
    """What is on the registers of a unit and of all below it that keep one of their own."""
    keepers = _with_offices(unit) or [unit]
    books.prefetch(register_id(each, listed) for each in keepers)
    due: dict[str, date] = {}
    for each in keepers:
        due |= register_of(books, each, listed).due
    return Register(due)


def _with_offices(unit: str) -> Sequence[str]:
    """A unit of the bank and those below it, down to offices; none for a commune."""
    tree = units_before_reform()
    match tree.unit(unit).level:
        case "commune" | "locality":
            return []
        case "district":
            return [unit]
    return [unit, *(u for below in tree.children(unit) for u in _with_offices(below.code))]


def _due(unit: str, on: date, books: Books) -> Iterator[DueReportAnswer]:
    units = _with_offices(unit)
    books.prefetch(map(reporting_id, units))
    for each in units:
        reporting = books.get(REPORTING, reporting_id(each))
        for awaited in reporting.awaited if reporting else ():
            yield due_report_answer(each, awaited, on)


def _name(due: DueReportAnswer) -> str:
    return f"{due.unit}/{due.duty}/{due.period}"


def _unknown(thing: str, identifier: UUID) -> Problem:
    detail = f"There is no {thing} {identifier}."
    return Problem(404, f"{thing}-unknown", f"Unknown {thing}", detail)
