"""Resolutions of Representative Boards (nghị quyết): what they asked of whom by when."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.board import Meeting
from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    NotRecorded,
    UnitOfOthers,
)
from policy_credit_oversight.domain.seat import Seat, may_speak, seat
from policy_credit_oversight.domain.task import TaskAssigned, task_id
from policy_credit_shared.events.governance import Addressee, Note, Reference, UnitCode
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.money import DongOrNone

TASKS_MAX: Final = 50


class Asked(Struct, frozen=True, kw_only=True):
    """Nhiệm vụ: what is asked of a unit by a day; `amount` in dong where it is about money."""

    unit: UnitCode
    addressee: Addressee
    subject: Note
    due_on: date
    amount: DongOrNone = 0


class AdoptResolution(Struct, frozen=True, kw_only=True, tag="adopt_resolution"):
    """Ban hành nghị quyết: record a resolution of a meeting. Its tasks are numbered from 1."""

    unit: UnitCode
    meeting: UUID
    resolution: UUID
    reference: Reference
    subject: Note
    tasks: Annotated[tuple[Asked, ...], Meta(max_length=TASKS_MAX)] = ()
    adopted_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.meeting, self.resolution)


class ResolutionAdopted(DomainEvent, frozen=True, kw_only=True):
    """A Board adopted a resolution with so many tasks, each an aggregate of its own."""

    TOPIC: ClassVar[str] = "oversight.resolution_adopted.v1"

    secretary: UnitCode
    board: Seat
    meeting: UUID
    reference: Reference
    subject: Note
    tasks: int
    on: date


class Resolution(Struct, frozen=True):
    """A resolution as it was adopted."""

    secretary: UnitCode
    board: Seat
    meeting: UUID
    reference: Reference
    subject: Note
    tasks: int
    adopted_on: date


def evolve(_: Resolution | None, event: ResolutionAdopted) -> Resolution:
    """The resolution after an event."""
    return Resolution(
        event.secretary,
        event.board,
        event.meeting,
        event.reference,
        event.subject,
        event.tasks,
        event.on,
    )


RESOLUTION: Kind[Resolution] = Kind(evolve)


def adopt(
    resolution: Resolution | None, command: AdoptResolution, meeting: Meeting | None
) -> tuple[ResolutionAdopted, Sequence[tuple[UUID, TaskAssigned]]]:
    """Decide on a resolution and its tasks, with the tasks' ids; raises a Refusal."""
    if resolution is not None:
        raise IdUsed("resolution", command.resolution)
    if meeting is None:
        raise NotRecorded("meeting", command.meeting)
    if meeting.secretary != command.unit:
        raise UnitOfOthers(meeting.secretary, command.unit, "meeting")
    if command.adopted_on < meeting.on:
        raise DatedTooEarly("adopted_on", command.adopted_on, meeting.on, "the meeting was")
    adopted = ResolutionAdopted(
        secretary=meeting.secretary,
        board=meeting.board,
        meeting=command.meeting,
        reference=command.reference,
        subject=command.subject,
        tasks=len(command.tasks),
        on=command.adopted_on,
    )
    return adopted, [
        (task_id(command.resolution, number), _assigned(number, asked, command))
        for number, asked in enumerate(command.tasks, start=1)
    ]


def _assigned(number: int, asked: Asked, command: AdoptResolution) -> TaskAssigned:
    field = f"tasks/{number - 1}"
    may_speak(command.unit, asked.unit, f"{field}/unit")
    if asked.due_on < command.adopted_on:
        raise DatedTooEarly(
            f"{field}/due_on", asked.due_on, command.adopted_on, "the resolution was adopted"
        )
    return TaskAssigned(
        seat=seat(asked.unit, f"{field}/unit"),
        resolution=command.resolution,
        reference=command.reference,
        number=number,
        addressee=asked.addressee,
        subject=asked.subject,
        due_on=asked.due_on,
        amount=asked.amount,
        on=command.adopted_on,
    )
