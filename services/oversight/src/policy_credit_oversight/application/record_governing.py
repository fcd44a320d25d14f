"""Record what happened to a task, an obstacle or a report, and keep the registers in step."""

from uuid import UUID

from policy_credit_oversight.application.record import keep
from policy_credit_oversight.domain.illegal_lending import (
    LENDING_REPORT,
    IllegalLendingClosed,
    IllegalLendingReported,
    LendingReport,
)
from policy_credit_oversight.domain.obstacle import OBSTACLE, Obstacle, ObstacleEvent
from policy_credit_oversight.domain.register import Entries
from policy_credit_oversight.domain.seat import listed_at
from policy_credit_oversight.domain.task import TASK, Task, TaskEvent
from policy_credit_shared.store.books import Books


def record_task(books: Books, identifier: UUID, event: TaskEvent) -> None:
    """Record what happened to a task; it is listed by the day when it is due."""
    before = _tasks(identifier, books.get(TASK, identifier))
    books.record(TASK, identifier, event)
    keep(books, "task", before, _tasks(identifier, books.get(TASK, identifier)))


def record_obstacle(books: Books, identifier: UUID, event: ObstacleEvent) -> None:
    """Record what happened to an obstacle; it is listed by the day when it was raised, with who
    raised it and with who is asked."""
    held = books.get(OBSTACLE, identifier)
    raised, asked = _raised(identifier, held), _asked(identifier, held)
    books.record(OBSTACLE, identifier, event)
    held = books.get(OBSTACLE, identifier)
    keep(books, "obstacle", raised, _raised(identifier, held))
    keep(books, "obstacle_asked", asked, _asked(identifier, held))


def record_lending(
    books: Books, identifier: UUID, event: IllegalLendingReported | IllegalLendingClosed
) -> None:
    """Record what happened to a report of illegal lending; it is listed by the day it was made."""
    before = _lending(identifier, books.get(LENDING_REPORT, identifier))
    books.record(LENDING_REPORT, identifier, event)
    after = _lending(identifier, books.get(LENDING_REPORT, identifier))
    keep(books, "illegal_lending", before, after)


def _tasks(identifier: UUID, task: Task | None) -> Entries:
    if task is None or task.done_on is not None:
        return {}
    return {(unit, str(identifier)): task.due_on for unit in listed_at(task.seat)}


def _raised(identifier: UUID, held: Obstacle | None) -> Entries:
    if held is None or not held.is_waiting:
        return {}
    return {(unit, str(identifier)): held.raised_on for unit in listed_at(held.seat)}


def _asked(identifier: UUID, held: Obstacle | None) -> Entries:
    if held is None or not held.is_waiting:
        return {}
    return {(held.to, str(identifier)): held.raised_on}


def _lending(identifier: UUID, report: LendingReport | None) -> Entries:
    if report is None or report.closed_on is not None:
        return {}
    return {(u, str(identifier)): report.reported_on for u in (report.commune, report.office)}
