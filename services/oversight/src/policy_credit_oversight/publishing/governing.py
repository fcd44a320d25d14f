"""What is said publicly of Boards, obstacles, outreach, outcomes and reports."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from policy_credit_oversight.domain import (
    board,
    illegal_lending,
    obstacle,
    outcome,
    outreach,
    periodic_report,
    resolution,
    task,
)
from policy_credit_oversight.domain.report_duty import DueReport
from policy_credit_oversight.domain.seat import Seat
from policy_credit_shared.events import governance
from policy_credit_shared.events.governance import ReportedTo, UnitCode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import BodyLevel
from policy_credit_shared.kernel.identifiers import Locality, Office
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


class _At(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    unit: UnitCode
    level: BodyLevel


class _In(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date


class _Of(TypedDict):
    duty: governance.Duty
    to: ReportedTo
    period: governance.Period
    deadline: date


def words(recorded: Recorded) -> Sequence[Publication] | None:
    """The public events, or None if the event is about something else."""
    said = _boards(recorded) or _obstacles(recorded) or _facts(recorded)
    if said is not None:
        return [Publication(said.office, said)]
    reports = _reports(recorded)
    return None if reports is None else [Publication(each.office, each) for each in reports]


def _boards(recorded: Recorded) -> PublicEvent | None:
    event = recorded.event
    match event:
        case board.BoardMet():
            return governance.BoardMet(
                **_at(event.board, event.on),
                meeting=recorded.aggregate,
                kind=event.kind,
                members=event.members,
                attended=event.attended,
            )
        case resolution.ResolutionAdopted():
            return governance.ResolutionAdopted(
                **_at(event.board, event.on),
                resolution=recorded.aggregate,
                meeting=event.meeting,
                reference=event.reference,
                subject=event.subject,
                tasks=event.tasks,
            )
        case task.TaskAssigned():
            return governance.TaskAssigned(
                **_at(event.seat, event.on),
                task=recorded.aggregate,
                resolution=event.resolution,
                reference=event.reference,
                addressee=event.addressee,
                subject=event.subject,
                due_on=event.due_on,
                amount=event.amount,
            )
        case task.TaskPassedDue():
            return governance.TaskPassedDue(
                **_at(event.seat, event.on),
                task=recorded.aggregate,
                resolution=event.resolution,
                addressee=event.addressee,
                due_on=event.due_on,
            )
        case task.TaskDone():
            return governance.TaskDone(
                **_at(event.seat, event.on),
                task=recorded.aggregate,
                resolution=event.resolution,
                addressee=event.addressee,
                done=event.done,
                amount=event.amount,
                on_time=1 if event.on_time else 0,
                was_past_due=1 if event.was_past_due else 0,
            )
    return None


def _obstacles(recorded: Recorded) -> PublicEvent | None:
    event = recorded.event
    match event:
        case obstacle.ObstacleRaised():
            return governance.ObstacleRaised(
                **_at(event.seat, event.on),
                obstacle=recorded.aggregate,
                kind=event.kind,
                to=event.to,
                summary=event.summary,
            )
        case obstacle.ObstaclePassedUp():
            return governance.ObstaclePassedUp(
                **_at(event.seat, event.on),
                obstacle=recorded.aggregate,
                kind=event.kind,
                by=event.by,
                to=event.to,
                days_since_received=event.days_since_received,
            )
        case obstacle.ObstacleAnswered():
            return governance.ObstacleAnswered(
                **_at(event.seat, event.on),
                obstacle=recorded.aggregate,
                kind=event.kind,
                by=event.by,
                answer=event.answer,
                words=event.words,
                days_since_raised=event.days_since_raised,
            )
        case obstacle.ObstacleClosed():
            return governance.ObstacleClosed(
                **_at(event.seat, event.on),
                obstacle=recorded.aggregate,
                kind=event.kind,
                reason=event.reason,
                answered=1 if event.answered else 0,
            )
    return None


def _facts(recorded: Recorded) -> PublicEvent | None:
    event = recorded.event
    match event:
        case outreach.OutreachHeld():
            return governance.OutreachHeld(
                **_in(event.office, event.locality, event.on),
                outreach=recorded.aggregate,
                kind=event.kind,
                organiser=event.organiser,
                attendance=event.attendance,
            )
        case outcome.OutcomeRecorded():
            return governance.OutcomeRecorded(
                **_in(event.office, event.locality, event.on),
                outcome=recorded.aggregate,
                kind=event.kind,
                count=event.count,
            )
        case outcome.OutcomeTakenBack():
            return governance.OutcomeTakenBack(
                **_in(event.office, event.locality, event.on),
                outcome=recorded.aggregate,
                kind=event.kind,
                count=event.count,
                mistake=event.mistake,
            )
        case illegal_lending.IllegalLendingReported():
            return governance.IllegalLendingReported(
                **_in(event.office, event.locality, event.on),
                report=recorded.aggregate,
                kind=event.kind,
            )
        case illegal_lending.IllegalLendingClosed():
            return governance.IllegalLendingClosed(
                **_in(event.office, event.locality, event.on),
                report=recorded.aggregate,
                kind=event.kind,
                result=event.result,
                days_since_reported=event.days_since_reported,
            )
    return None


def _reports(recorded: Recorded) -> Sequence[PublicEvent] | None:
    event = recorded.event
    match event:
        case periodic_report.ReportingStarted():
            return ()
        case periodic_report.MonthEnded():
            return [
                governance.PeriodicReportFellDue(**_at(event.seat, event.on), **_of(report))
                for report in event.reports
            ]
        case periodic_report.DeadlinePassed():
            return [
                governance.PeriodicReportPassedDeadline(**_at(event.seat, event.on), **_of(report))
                for report in event.reports
            ]
        case periodic_report.ReportSent():
            sent = governance.PeriodicReportSent(
                **_at(event.seat, event.on),
                **_of(event.report),
                reference=event.reference,
                on_time=1 if event.on <= event.report.deadline else 0,
                was_past_deadline=1 if event.was_past_deadline else 0,
            )
            return [sent]
    return None


def _at(seat: Seat, on: date) -> _At:
    return _At(
        office=seat.office,
        locality=seat.locality,
        occurred_on=on,
        unit=seat.unit,
        level=seat.level,
    )


def _in(office: Office, locality: Locality, on: date) -> _In:
    return _In(office=office, locality=locality, occurred_on=on)


def _of(report: DueReport) -> _Of:
    return _Of(duty=report.duty, to=report.to, period=report.period, deadline=report.deadline)
