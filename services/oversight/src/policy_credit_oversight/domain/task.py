"""Tasks of resolutions (nhiệm vụ): asked, then done, or past due at a close of day."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    NotRecorded,
    TaskIsDone,
)
from policy_credit_oversight.domain.seat import Seat, day_after, may_speak
from policy_credit_shared.events.governance import Addressee, Note, Reference, UnitCode
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.money import DongOrNone


class ReportTaskDone(Struct, frozen=True, kw_only=True, tag="report_task_done"):
    """Báo cáo kết quả thực hiện: say what was done of a resolution's task, in time or late.

    The sender is the unit that was asked, or one above it.
    """

    unit: UnitCode
    resolution: UUID
    number: Annotated[int, Meta(ge=1, le=1_000)]
    done: Note
    amount: DongOrNone = 0
    done_on: date

    def touches(self) -> Iterable[UUID]:
        return (task_id(self.resolution, self.number),)


class TaskAssigned(DomainEvent, frozen=True, kw_only=True):
    """A resolution asked something of a unit."""

    TOPIC: ClassVar[str] = "oversight.task_assigned.v1"

    seat: Seat
    resolution: UUID
    reference: Reference
    number: int
    addressee: Addressee
    subject: Note
    due_on: date
    amount: int
    on: date


class _OfTask(DomainEvent, frozen=True, kw_only=True):
    seat: Seat
    resolution: UUID
    addressee: Addressee
    on: date


class TaskPassedDue(_OfTask, frozen=True, kw_only=True):
    """The day after the task was due came, and nothing was reported done."""

    TOPIC: ClassVar[str] = "oversight.task_passed_due.v1"

    due_on: date


class TaskDone(_OfTask, frozen=True, kw_only=True):
    """The task was done."""

    TOPIC: ClassVar[str] = "oversight.task_done.v1"

    done: Note
    amount: int
    on_time: bool
    was_past_due: bool


TaskEvent = TaskAssigned | TaskPassedDue | TaskDone


class Task(Struct, frozen=True, kw_only=True):
    """A task as it stands."""

    seat: Seat
    resolution: UUID
    reference: Reference
    number: int
    addressee: Addressee
    subject: Note
    due_on: date
    amount: int
    assigned_on: date
    past_due: bool = False
    done_on: date | None = None


def evolve(task: Task | None, event: TaskEvent) -> Task:
    """The task after an event."""
    if isinstance(event, TaskAssigned):
        return Task(
            seat=event.seat,
            resolution=event.resolution,
            reference=event.reference,
            number=event.number,
            addressee=event.addressee,
            subject=event.subject,
            due_on=event.due_on,
            amount=event.amount,
            assigned_on=event.on,
        )
    if task is None:
        raise InvariantBroken("a task is assigned before anything happens to it")
    match event:
        case TaskPassedDue():
            return replace(task, past_due=True)
        case TaskDone():
            return replace(task, done_on=event.on)


def wakes(task: Task) -> Wake | None:
    """The day after it is due, unless it is done or known to be past due."""
    if task.done_on is not None or task.past_due:
        return None
    return Wake(task.seat.office, day_after(task.due_on))


TASK: Kind[Task] = Kind(evolve, name="task", wakes=wakes)


def task_id(resolution: UUID, number: int) -> UUID:
    """The aggregate of a resolution's task."""
    return derived_id("task", resolution, number)


def report_done(task: Task | None, command: ReportTaskDone) -> TaskDone:
    """Decide that a task is done; raises a Refusal."""
    if task is None:
        raise NotRecorded("task", f"{command.number} of resolution {command.resolution}", "number")
    may_speak(command.unit, task.seat.unit, "unit")
    if task.done_on is not None:
        raise TaskIsDone(command.number, task.done_on)
    if command.done_on < task.assigned_on:
        raise DatedTooEarly("done_on", command.done_on, task.assigned_on, "it was asked for")
    return TaskDone(
        seat=task.seat,
        resolution=task.resolution,
        addressee=task.addressee,
        done=command.done,
        amount=command.amount,
        on_time=command.done_on <= task.due_on,
        was_past_due=task.past_due,
        on=command.done_on,
    )


def pass_due(task: Task, until: date) -> TaskPassedDue | None:
    """What a close of day until then makes of a task that is not done; None if nothing."""
    day = day_after(task.due_on)
    if task.past_due or task.done_on is not None or day > until:
        return None
    return TaskPassedDue(
        seat=task.seat,
        resolution=task.resolution,
        addressee=task.addressee,
        due_on=task.due_on,
        on=day,
    )
