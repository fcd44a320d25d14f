"""Findings (tồn tại, sai sót) of inspections and checks: raised, remedied, or lapsed.

A finding lapses when its deadline passes; it may still be remedied, and counts as late then.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.checking import CheckLoanUse
from policy_credit_oversight.domain.inspection import Inspection
from policy_credit_oversight.domain.loan_use import LoanUseChecked, overdue_from
from policy_credit_oversight.domain.refusals import (
    DeadlineBeforeRaised,
    FindingRemediedAlready,
    FindingRepeated,
    FindingUnknown,
    InspectionUnknown,
    RaisedBeforeInspection,
    RemediedBeforeRaised,
    ResponsibleElsewhere,
)
from policy_credit_oversight.domain.register import register_id
from policy_credit_shared.events.supervision import Body, FindingSubject, Severity
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Locality, Office, Text, derived_id
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import units_before_reform

REMEDY_DAYS: Final = 30
"""Until when a wrong use is to be put right, where the check does not say."""

Responsible = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]{3}|[0-9]{5})$",
        max_length=5,
        description="The transaction office, or a commune that it serves",
    ),
]
Evidence = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        description="The document that proves it: number, date, what it says. Nobody's name.",
    ),
]


class RaiseFinding(Struct, frozen=True, kw_only=True, tag="raise_finding"):
    """Phát hiện tồn tại: record what an inspection found wrong, and who remedies it by when.

    `description` says what is wrong and names nobody. The sender makes the finding's id.
    """

    office: Office
    finding: UUID
    inspection: UUID
    subject: FindingSubject
    severity: Severity
    description: Text
    responsible: Responsible
    deadline: date
    raised_on: date

    def touches(self) -> Iterable[UUID]:
        return self.finding, self.inspection, register_id(self.office, "finding")


class RemedyFinding(Struct, frozen=True, kw_only=True, tag="remedy_finding"):
    """Khắc phục tồn tại: record that a finding was put right, by what evidence, checked by whom."""

    office: Office
    finding: UUID
    evidence: Evidence
    checked_by: Body
    remedied_on: date

    def touches(self) -> Iterable[UUID]:
        return self.finding, register_id(self.office, "finding")


class _OfFinding(DomainEvent, frozen=True, kw_only=True):
    """What every event of a finding repeats of it."""

    office: Office
    locality: Locality
    severity: Severity
    responsible: str
    deadline: date
    on: date


class FindingRaised(_OfFinding, frozen=True, kw_only=True):
    """Something is wrong; `inspection` or a check of the use of `loan` found it."""

    TOPIC: ClassVar[str] = "oversight.finding_raised.v1"

    body: Body
    subject: FindingSubject
    description: str = ""
    inspection: UUID | None = None
    loan: UUID | None = None


class FindingRemedied(_OfFinding, frozen=True, kw_only=True):
    """It was put right; `by` recorded it, `lapsed` if it had lapsed before."""

    TOPIC: ClassVar[str] = "oversight.finding_remedied.v1"

    evidence: str
    checked_by: Body
    by: str
    raised_on: date
    lapsed: bool


class FindingLapsed(_OfFinding, frozen=True, kw_only=True):
    """The deadline passed."""

    TOPIC: ClassVar[str] = "oversight.finding_lapsed.v1"


class Finding(Struct, frozen=True, kw_only=True):
    """A finding as it stands."""

    raised: FindingRaised
    lapsed: bool = False
    remedied: FindingRemedied | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be remedied."""
        return self.remedied is None


FindingEvent = FindingRaised | FindingRemedied | FindingLapsed


def evolve(finding: Finding | None, event: FindingEvent) -> Finding:
    """The finding after an event."""
    if isinstance(event, FindingRaised):
        return Finding(raised=event)
    if finding is None:
        raise InvariantBroken("a finding is raised before anything else happens to it")
    if isinstance(event, FindingLapsed):
        return replace(finding, lapsed=True)
    return replace(finding, remedied=event)


def _wakes(finding: Finding) -> Wake | None:
    if finding.lapsed or not finding.is_open:
        return None
    return Wake(finding.raised.office, overdue_from(finding.raised.deadline))


FINDING: Kind[Finding] = Kind(evolve, name="finding", wakes=_wakes)


def raise_finding(
    held: Finding | None, inspection: Inspection | None, command: RaiseFinding
) -> FindingRaised:
    """Decide on a finding of an inspection; raises a Refusal."""
    if held is not None:
        raise FindingRepeated(command.finding)
    if inspection is None:
        raise InspectionUnknown(command.inspection)
    if inspection.office != command.office:
        raise WrongOffice("inspection", inspection.office)
    if command.raised_on < inspection.on:
        raise RaisedBeforeInspection(command.raised_on, inspection.on)
    if command.deadline < command.raised_on:
        raise DeadlineBeforeRaised(command.deadline, command.raised_on)
    tree = units_before_reform()
    if command.responsible not in tree or not tree.contains(command.office, command.responsible):
        raise ResponsibleElsewhere(command.responsible, command.office)
    return FindingRaised(
        office=command.office,
        locality=inspection.locality,
        severity=command.severity,
        responsible=command.responsible,
        deadline=command.deadline,
        on=command.raised_on,
        body=inspection.body,
        subject=command.subject,
        description=command.description,
        inspection=command.inspection,
    )


def wrong_use(checked: LoanUseChecked, command: CheckLoanUse) -> FindingRaised:
    """What a check that found a wrong use raises: the loan's commune has to see to it."""
    return FindingRaised(
        office=checked.office,
        locality=checked.locality,
        severity=command.severity,
        responsible=checked.locality[:5],
        deadline=command.remedy_by or checked.on + timedelta(days=REMEDY_DAYS),
        on=checked.on,
        body=command.body,
        subject="loan_use",
        loan=checked.loan,
    )


def finding_of_use(loan: UUID, tranche: int) -> UUID:
    """The finding that a tranche was used wrongly."""
    return derived_id("wrong-use", loan, tranche)


def remedy(finding: Finding | None, command: RemedyFinding, by: Principal) -> FindingRemedied:
    """Decide on a remedy; raises a Refusal."""
    if finding is None:
        raise FindingUnknown(command.finding)
    raised = finding.raised
    if raised.office != command.office:
        raise WrongOffice("finding", raised.office)
    if finding.remedied is not None:
        raise FindingRemediedAlready(command.finding, finding.remedied.on)
    if command.remedied_on < raised.on:
        raise RemediedBeforeRaised(command.remedied_on, raised.on)
    return FindingRemedied(
        office=raised.office,
        locality=raised.locality,
        severity=raised.severity,
        responsible=raised.responsible,
        deadline=raised.deadline,
        on=command.remedied_on,
        evidence=command.evidence,
        checked_by=command.checked_by,
        by=by.subject,
        raised_on=raised.on,
        lapsed=finding.lapsed,
    )


def lapse(finding: Finding, until: date) -> FindingLapsed | None:
    """What the close of a day makes of the finding, of the day after its deadline; or nothing."""
    raised = finding.raised
    on = overdue_from(raised.deadline)
    if finding.lapsed or not finding.is_open or on > until:
        return None
    return FindingLapsed(
        office=raised.office,
        locality=raised.locality,
        severity=raised.severity,
        responsible=raised.responsible,
        deadline=raised.deadline,
        on=on,
    )
