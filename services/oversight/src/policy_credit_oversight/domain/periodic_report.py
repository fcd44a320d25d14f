"""Periodic reports to party committee and authority (báo cáo định kỳ), with proof of sending.

A unit that has begun to report owes, at the end of each month, what the duties in force then ask
of its level. What it has not sent by a deadline is known at the close of the day after.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.governing_refusals import (
    AlreadyReporting,
    DatedTooEarly,
    ReportNotAwaited,
    UnitUnknown,
)
from policy_credit_oversight.domain.report_duty import DueReport, owed
from policy_credit_oversight.domain.seat import Seat, seat
from policy_credit_shared.events.governance import Duty, Period, Reference, UnitCode
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import derived_id

FirstMonth = Annotated[
    str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", max_length=7, description="YYYY-MM")
]


class StartReporting(Struct, frozen=True, kw_only=True, tag="start_reporting"):
    """Bắt đầu chế độ báo cáo: from this month on, the sender's unit owes what the duties say."""

    unit: UnitCode
    first_month: FirstMonth
    started_on: date

    def touches(self) -> Iterable[UUID]:
        return (reporting_id(self.unit),)


class SendReport(Struct, frozen=True, kw_only=True, tag="send_report"):
    """Gửi báo cáo: record that a report was sent, by the number of the document, and when."""

    unit: UnitCode
    duty: Duty
    period: Period
    reference: Reference
    sent_on: date

    def touches(self) -> Iterable[UUID]:
        return (reporting_id(self.unit),)


class _OfReporting(DomainEvent, frozen=True, kw_only=True):
    seat: Seat
    on: date


class ReportingStarted(_OfReporting, frozen=True, kw_only=True):
    """A unit owes reports of the periods that end after `owed_after`, a month's last day."""

    TOPIC: ClassVar[str] = "oversight.reporting_started.v1"

    owed_after: date


class MonthEnded(_OfReporting, frozen=True, kw_only=True):
    """A month ended on that day, and these reports, if any, are owed."""

    TOPIC: ClassVar[str] = "oversight.reporting_month_ended.v1"

    reports: tuple[DueReport, ...]


class DeadlinePassed(_OfReporting, frozen=True, kw_only=True):
    """The day after these reports' deadline came, and they were not sent."""

    TOPIC: ClassVar[str] = "oversight.report_deadline_passed.v1"

    reports: tuple[DueReport, ...]


class ReportSent(_OfReporting, frozen=True, kw_only=True):
    """A report was sent."""

    TOPIC: ClassVar[str] = "oversight.report_sent.v1"

    report: DueReport
    reference: Reference
    was_past_deadline: bool


ReportingEvent = ReportingStarted | MonthEnded | DeadlinePassed | ReportSent


class AwaitedReport(Struct, frozen=True, kw_only=True):
    """A report that is owed and not sent, and whether its deadline is known to have passed."""

    report: DueReport
    past_deadline: bool = False


class Reporting(Struct, frozen=True, kw_only=True):
    """What a unit owes: months until `owed_until` have ended, and these reports are awaited."""

    seat: Seat
    owed_until: date
    awaited: tuple[AwaitedReport, ...] = ()

    @property
    def next_month_end(self) -> date:
        """The last day of the next month that is to end."""
        return _month_end(self.owed_until + timedelta(days=1))


def evolve(reporting: Reporting | None, event: ReportingEvent) -> Reporting:
    """The unit's reporting after an event."""
    if isinstance(event, ReportingStarted):
        return Reporting(seat=event.seat, owed_until=event.owed_after)
    if reporting is None:
        raise InvariantBroken("a unit begins to report before it owes anything")
    match event:
        case MonthEnded():
            more = tuple(AwaitedReport(report=report) for report in event.reports)
            return replace(reporting, owed_until=event.on, awaited=reporting.awaited + more)
        case DeadlinePassed():
            passed = tuple(
                replace(a, past_deadline=True) if a.report in event.reports else a
                for a in reporting.awaited
            )
            return replace(reporting, awaited=passed)
        case ReportSent():
            left = tuple(a for a in reporting.awaited if a.report != event.report)
            return replace(reporting, awaited=left)


def wakes(reporting: Reporting) -> Wake:
    """The next day on which a month ends, or a deadline has passed."""
    return Wake(reporting.seat.office, min(reporting.next_month_end, _next_passing(reporting)))


REPORTING: Kind[Reporting] = Kind(evolve, name="reporting", wakes=wakes, state=Reporting)


def reporting_id(unit: str) -> UUID:
    """The aggregate of what a unit owes and sends."""
    return derived_id("reporting", unit)


def start(reporting: Reporting | None, command: StartReporting) -> ReportingStarted:
    """Decide that a unit begins to report; raises a Refusal."""
    if reporting is not None:
        raise AlreadyReporting(command.unit)
    reports_at = seat(command.unit)
    if reports_at.level == "commune":
        raise UnitUnknown(command.unit, "unit")
    return ReportingStarted(
        seat=reports_at,
        owed_after=date.fromisoformat(f"{command.first_month}-01") - timedelta(days=1),
        on=command.started_on,
    )


def send(reporting: Reporting | None, command: SendReport) -> ReportSent:
    """Decide that a report was sent; raises a Refusal."""
    awaited = _awaited(reporting, command)
    if reporting is None or awaited is None:
        raise ReportNotAwaited(command.unit, command.duty, command.period)
    report = awaited.report
    if command.sent_on < report.period_end:
        raise DatedTooEarly("sent_on", command.sent_on, report.period_end, "its period ended")
    return ReportSent(
        seat=reporting.seat,
        report=report,
        reference=command.reference,
        was_past_deadline=awaited.past_deadline,
        on=command.sent_on,
    )


def next_event(reporting: Reporting, until: date) -> MonthEnded | DeadlinePassed | None:
    """The first thing that the calendar makes of it until a day; None if nothing."""
    month_end, passing = reporting.next_month_end, _next_passing(reporting)
    if min(month_end, passing) > until:
        return None
    if month_end <= passing:
        reports = owed(reporting.seat.level, month_end)
        return MonthEnded(seat=reporting.seat, reports=reports, on=month_end)
    reports = tuple(
        a.report for a in reporting.awaited if not a.past_deadline and _passes(a) == passing
    )
    return DeadlinePassed(seat=reporting.seat, reports=reports, on=passing)


def _awaited(reporting: Reporting | None, command: SendReport) -> AwaitedReport | None:
    for awaited in reporting.awaited if reporting else ():
        if (awaited.report.duty, awaited.report.period) == (command.duty, command.period):
            return awaited
    return None


def _next_passing(reporting: Reporting) -> date:
    return min((_passes(a) for a in reporting.awaited if not a.past_deadline), default=date.max)


def _passes(awaited: AwaitedReport) -> date:
    return awaited.report.deadline + timedelta(days=1)


def _month_end(first: date) -> date:
    """The last day of the month whose first day it is."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
