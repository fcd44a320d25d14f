"""Obstacles (khó khăn, vướng mắc) that a lower level raises and an upper level answers."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    NotAbove,
    NotRecorded,
    ObstacleSettled,
    UnitOfOthers,
)
from policy_credit_oversight.domain.register import register_id
from policy_credit_oversight.domain.seat import Seat, seat
from policy_credit_shared.events.governance import (
    Answer,
    ClosingReason,
    Note,
    ObstacleKind,
    UnitCode,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.units import units_before_reform


class RaiseObstacle(Struct, frozen=True, kw_only=True, tag="raise_obstacle"):
    """Kiến nghị tháo gỡ: ask a unit above the sender's for help. The sender makes the id."""

    unit: UnitCode
    obstacle: UUID
    to: UnitCode
    kind: ObstacleKind
    summary: Note
    raised_on: date

    def touches(self) -> Iterable[UUID]:
        asked = register_id(self.to, "obstacle_asked")
        return self.obstacle, register_id(self.unit, "obstacle"), asked


class PassObstacleUp(Struct, frozen=True, kw_only=True, tag="pass_obstacle_up"):
    """Chuyển cấp trên: the unit that was asked asks one above itself."""

    unit: UnitCode
    obstacle: UUID
    to: UnitCode
    passed_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.obstacle,)


class AnswerObstacle(Struct, frozen=True, kw_only=True, tag="answer_obstacle"):
    """Trả lời kiến nghị: the unit that was asked last answers."""

    unit: UnitCode
    obstacle: UUID
    answer: Answer
    words: Note
    answered_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.obstacle,)


class CloseObstacle(Struct, frozen=True, kw_only=True, tag="close_obstacle"):
    """Kết thúc kiến nghị: the unit that raised it holds it for settled."""

    unit: UnitCode
    obstacle: UUID
    reason: ClosingReason
    closed_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.obstacle,)


class _OfObstacle(DomainEvent, frozen=True, kw_only=True):
    seat: Seat
    kind: ObstacleKind
    on: date


class ObstacleRaised(_OfObstacle, frozen=True, kw_only=True):
    """A unit asked one above it for help."""

    TOPIC: ClassVar[str] = "oversight.obstacle_raised.v1"

    to: UnitCode
    summary: Note


class ObstaclePassedUp(_OfObstacle, frozen=True, kw_only=True):
    """The unit that was asked asked one above itself."""

    TOPIC: ClassVar[str] = "oversight.obstacle_passed_up.v1"

    by: UnitCode
    to: UnitCode
    days_since_received: int


class ObstacleAnswered(_OfObstacle, frozen=True, kw_only=True):
    """The unit that was asked last answered."""

    TOPIC: ClassVar[str] = "oversight.obstacle_answered.v1"

    by: UnitCode
    answer: Answer
    words: Note
    days_since_raised: int


class ObstacleClosed(_OfObstacle, frozen=True, kw_only=True):
    """The unit that raised it holds it for settled."""

    TOPIC: ClassVar[str] = "oversight.obstacle_closed.v1"

    reason: ClosingReason
    answered: bool


ObstacleEvent = ObstacleRaised | ObstaclePassedUp | ObstacleAnswered | ObstacleClosed


class Obstacle(Struct, frozen=True, kw_only=True):
    """An obstacle as it stands: `to` is asked, since `received_on`."""

    seat: Seat
    kind: ObstacleKind
    summary: Note
    raised_on: date
    to: UnitCode
    received_on: date
    answer: Answer | None = None
    words: str = ""
    answered_on: date | None = None
    closed_on: date | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is neither answered nor closed."""
        return self.answered_on is None and self.closed_on is None


def evolve(obstacle: Obstacle | None, event: ObstacleEvent) -> Obstacle:
    """The obstacle after an event."""
    if isinstance(event, ObstacleRaised):
        return Obstacle(
            seat=event.seat,
            kind=event.kind,
            summary=event.summary,
            raised_on=event.on,
            to=event.to,
            received_on=event.on,
        )
    if obstacle is None:
        raise InvariantBroken("an obstacle is raised before anything happens to it")
    match event:
        case ObstaclePassedUp():
            return replace(obstacle, to=event.to, received_on=event.on)
        case ObstacleAnswered():
            return replace(obstacle, answer=event.answer, words=event.words, answered_on=event.on)
        case ObstacleClosed():
            return replace(obstacle, closed_on=event.on)


OBSTACLE: Kind[Obstacle] = Kind(evolve)


def raise_obstacle(obstacle: Obstacle | None, command: RaiseObstacle) -> ObstacleRaised:
    """Decide on a new obstacle; raises a Refusal."""
    if obstacle is not None:
        raise IdUsed("obstacle", command.obstacle)
    raised_at = seat(command.unit)
    _above(command.unit, command.to)
    return ObstacleRaised(
        seat=raised_at,
        kind=command.kind,
        to=command.to,
        summary=command.summary,
        on=command.raised_on,
    )


def pass_up(obstacle: Obstacle | None, command: PassObstacleUp) -> ObstaclePassedUp:
    """Decide to pass an obstacle up; raises a Refusal."""
    known = _waiting(obstacle, command)
    _above(command.unit, command.to)
    if command.passed_on < known.received_on:
        raise DatedTooEarly("passed_on", command.passed_on, known.received_on, "it was received")
    return ObstaclePassedUp(
        seat=known.seat,
        kind=known.kind,
        by=command.unit,
        to=command.to,
        days_since_received=(command.passed_on - known.received_on).days,
        on=command.passed_on,
    )


def answer(obstacle: Obstacle | None, command: AnswerObstacle) -> ObstacleAnswered:
    """Decide on an answer; raises a Refusal."""
    known = _waiting(obstacle, command)
    if command.answered_on < known.received_on:
        raise DatedTooEarly(
            "answered_on", command.answered_on, known.received_on, "it was received"
        )
    return ObstacleAnswered(
        seat=known.seat,
        kind=known.kind,
        by=command.unit,
        answer=command.answer,
        words=command.words,
        days_since_raised=(command.answered_on - known.raised_on).days,
        on=command.answered_on,
    )


def close(obstacle: Obstacle | None, command: CloseObstacle) -> ObstacleClosed:
    """Decide that an obstacle is settled; raises a Refusal."""
    known = _open(obstacle, command.obstacle)
    if command.unit != known.seat.unit:
        raise UnitOfOthers(known.seat.unit, command.unit, "obstacle")
    last = known.answered_on or known.received_on
    if command.closed_on < last:
        raise DatedTooEarly("closed_on", command.closed_on, last, "something happened to it")
    return ObstacleClosed(
        seat=known.seat,
        kind=known.kind,
        reason=command.reason,
        answered=known.answered_on is not None,
        on=command.closed_on,
    )


def _open(obstacle: Obstacle | None, identifier: UUID) -> Obstacle:
    if obstacle is None:
        raise NotRecorded("obstacle", identifier)
    if obstacle.closed_on is not None:
        raise ObstacleSettled("closed", obstacle.closed_on)
    return obstacle


def _waiting(obstacle: Obstacle | None, command: PassObstacleUp | AnswerObstacle) -> Obstacle:
    known = _open(obstacle, command.obstacle)
    if known.answered_on is not None:
        raise ObstacleSettled("answered", known.answered_on)
    if known.to != command.unit:
        raise UnitOfOthers(known.to, command.unit, "obstacle")
    return known


def _above(unit: str, to: str) -> None:
    above = [each.code for each in units_before_reform().path(unit)[1:]]
    if to not in above:
        raise NotAbove(to, unit)
