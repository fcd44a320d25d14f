"""Reports of illegal lending (tín dụng đen), and how each ended.

Nothing is said in words, so that nobody can be named: who and where are in the police's file.
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    IllegalLendingIsClosed,
    NotRecorded,
)
from policy_credit_oversight.domain.register import register_id
from policy_credit_shared.events.governance import IllegalLending, IllegalLendingResult
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class ReportIllegalLending(Struct, frozen=True, kw_only=True, tag="report_illegal_lending"):
    """Phản ánh tín dụng đen: record that illegal lending was reported. The sender makes the id."""

    office: Office
    commune: CommuneCode
    report: UUID
    kind: IllegalLending
    reported_on: date

    def touches(self) -> Iterable[UUID]:
        units = (self.commune, self.office)
        return self.report, *(register_id(unit, "illegal_lending") for unit in units)


class CloseIllegalLending(Struct, frozen=True, kw_only=True, tag="close_illegal_lending"):
    """Kết quả xử lý: record how a report of illegal lending ended."""

    office: Office
    report: UUID
    result: IllegalLendingResult
    closed_on: date

    def touches(self) -> Iterable[UUID]:
        return self.report, register_id(self.office, "illegal_lending")


class _OfReport(DomainEvent, frozen=True, kw_only=True):
    office: Office
    commune: CommuneCode
    locality: Locality
    kind: IllegalLending
    on: date


class IllegalLendingReported(_OfReport, frozen=True, kw_only=True):
    """Illegal lending was reported."""

    TOPIC: ClassVar[str] = "oversight.illegal_lending_reported.v1"


class IllegalLendingClosed(_OfReport, frozen=True, kw_only=True):
    """A report of illegal lending ended."""

    TOPIC: ClassVar[str] = "oversight.illegal_lending_closed.v1"

    result: IllegalLendingResult
    days_since_reported: int


class LendingReport(Struct, frozen=True, kw_only=True):
    """A report as it stands."""

    office: Office
    commune: CommuneCode
    locality: Locality
    kind: IllegalLending
    reported_on: date
    closed_on: date | None = None


def evolve(
    report: LendingReport | None, event: IllegalLendingReported | IllegalLendingClosed
) -> LendingReport:
    """The report after an event."""
    match event:
        case IllegalLendingReported():
            return LendingReport(
                office=event.office,
                commune=event.commune,
                locality=event.locality,
                kind=event.kind,
                reported_on=event.on,
            )
        case IllegalLendingClosed():
            if report is None:
                raise InvariantBroken("illegal lending is reported before the report is closed")
            return replace(report, closed_on=event.on)


LENDING_REPORT: Kind[LendingReport] = Kind(evolve)


def report(known: LendingReport | None, command: ReportIllegalLending) -> IllegalLendingReported:
    """Decide on a new report; raises a Refusal."""
    if known is not None:
        raise IdUsed("report", command.report)
    return IllegalLendingReported(
        office=command.office,
        commune=command.commune,
        locality=served_locality(command.commune, command.office),
        kind=command.kind,
        on=command.reported_on,
    )


def close(known: LendingReport | None, command: CloseIllegalLending) -> IllegalLendingClosed:
    """Decide how a report ended; raises a Refusal."""
    if known is None:
        raise NotRecorded("report", command.report)
    if known.office != command.office:
        raise WrongOffice("report", known.office)
    if known.closed_on is not None:
        raise IllegalLendingIsClosed(command.report, known.closed_on)
    if command.closed_on < known.reported_on:
        raise DatedTooEarly("closed_on", command.closed_on, known.reported_on, "it was reported")
    return IllegalLendingClosed(
        office=known.office,
        commune=known.commune,
        locality=known.locality,
        kind=known.kind,
        result=command.result,
        days_since_reported=(command.closed_on - known.reported_on).days,
        on=command.closed_on,
    )
