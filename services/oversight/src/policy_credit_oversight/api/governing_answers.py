"""What units are told of tasks, obstacles and reports."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from policy_credit_oversight.domain.illegal_lending import LendingReport
from policy_credit_oversight.domain.obstacle import Obstacle
from policy_credit_oversight.domain.periodic_report import AwaitedReport
from policy_credit_oversight.domain.task import Task
from policy_credit_shared.events.governance import (
    Addressee,
    Answer,
    Duty,
    IllegalLending,
    Note,
    ObstacleKind,
    Period,
    Reference,
    ReportedTo,
    UnitCode,
)
from policy_credit_shared.events.supervision import BodyLevel
from policy_credit_shared.kernel.identifiers import CommuneCode, Office


class TaskAnswer(Struct, frozen=True, kw_only=True):
    """A task of a resolution; `late` if it was due before the day asked about, or done late."""

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
    done_on: date | None
    late: bool


class OpenTasksAnswer(Struct, frozen=True, kw_only=True):
    """Tasks that are not done: how many, how many of them late on a day, and a page of them."""

    on: date
    open: int
    late: int
    tasks: tuple[TaskAnswer, ...]
    next: str | None


class ResolutionAnswer(Struct, frozen=True, kw_only=True):
    """A resolution, and how those of its tasks that the caller may see stand on a day."""

    resolution: UUID
    board: UnitCode
    level: BodyLevel
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
    """Obstacles that nobody has answered yet: how many, and a page of them."""

    waiting: int
    obstacles: tuple[ObstacleAnswer, ...]
    next: str | None


class LendingReportAnswer(Struct, frozen=True, kw_only=True):
    """A report of illegal lending that has not ended."""

    report: UUID
    office: Office
    commune: CommuneCode
    kind: IllegalLending
    reported_on: date


class OpenLendingReportsAnswer(Struct, frozen=True, kw_only=True):
    """Reports of illegal lending that have not ended: how many, and a page of them."""

    open: int
    reports: tuple[LendingReportAnswer, ...]
    next: str | None


class DueReportAnswer(Struct, frozen=True, kw_only=True):
    """A periodic report that is owed and not sent; `late` if its deadline was before the day."""

    unit: UnitCode
    duty: Duty
    to: ReportedTo
    period: Period
    deadline: date
    late: bool


class DueReportsAnswer(Struct, frozen=True, kw_only=True):
    """Periodic reports that are owed: how many, how many late on a day, and a page of them."""

    on: date
    due: int
    late: int
    reports: tuple[DueReportAnswer, ...]
    next: str | None


def task_answer(identifier: UUID, task: Task, on: date) -> TaskAnswer:
    """A task as it stands on a day."""
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
        done_on=task.done_on,
        late=task.due_on < (task.done_on or on),
    )


def obstacle_answer(identifier: UUID, obstacle: Obstacle) -> ObstacleAnswer:
    """An obstacle as it stands."""
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


def lending_report_answer(identifier: UUID, report: LendingReport) -> LendingReportAnswer:
    """A report of illegal lending."""
    return LendingReportAnswer(
        report=identifier,
        office=report.office,
        commune=report.commune,
        kind=report.kind,
        reported_on=report.reported_on,
    )


def due_report_answer(unit: str, awaited: AwaitedReport, on: date) -> DueReportAnswer:
    """A periodic report of a unit as it stands on a day."""
    report = awaited.report
    return DueReportAnswer(
        unit=unit,
        duty=report.duty,
        to=report.to,
        period=report.period,
        deadline=report.deadline,
        late=report.deadline < on,
    )
