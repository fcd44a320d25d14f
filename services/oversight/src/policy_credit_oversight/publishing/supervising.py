"""What is said publicly of inspections, their plans and findings, and of checks of loan use."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict
from uuid import UUID

from policy_credit_oversight.domain import finding, inspection, inspection_plan, register
from policy_credit_oversight.domain.finding import FindingEvent
from policy_credit_oversight.domain.loan_use import LoanUseEvent
from policy_credit_oversight.publishing.loan_use import of_loan_use
from policy_credit_shared.events import supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import Severity
from policy_credit_shared.kernel.identifiers import Locality, Office
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def words(recorded: Recorded) -> Sequence[Publication] | None:
    """The public events, or None if the event is about something else.

    What is said of a loan's use goes where it was first heard of, so that it stays in order.
    """
    event = recorded.event
    if isinstance(event, LoanUseEvent):
        opened_by = event.opened_by or event.office
        return [Publication(opened_by, public) for public in of_loan_use(event)]
    if isinstance(event, FindingEvent):
        return [Publication(event.office, _finding(recorded.aggregate, event))]
    match event:
        case inspection_plan.InspectionsPlanned():
            said = _planned(recorded.aggregate, event)
            return [Publication(public.office, public) for public in said]
        case inspection.InspectionCarriedOut():
            return [Publication(event.office, _carried_out(recorded.aggregate, event))]
        case inspection_plan.InspectionCounted() | register.RegisterKept():
            return []
    return None


def _planned(plan: UUID, event: inspection_plan.InspectionsPlanned) -> Sequence[PublicEvent]:
    return [
        supervision.InspectionPlanned(
            office=planned.office,
            locality=planned.locality,
            occurred_on=event.on,
            plan=plan,
            body=event.body,
            level=event.level,
            unit=event.unit,
            inspected=planned.unit,
            inspections=planned.inspections,
            groups=len(planned.groups),
            period_from=event.period_from,
            period_until=event.period_until,
        )
        for planned in event.scope
    ]


def _carried_out(identifier: UUID, event: inspection.InspectionCarriedOut) -> PublicEvent:
    return supervision.InspectionCarriedOut(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        inspection=identifier,
        body=event.body,
        groups_inspected=event.groups_inspected,
        households_visited=event.households_visited,
        level=event.level,
        unit=event.unit,
        plan=event.plan,
        fulfils=_flag(event.fulfils),
    )


class _OfFinding(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    finding: UUID
    severity: Severity
    responsible: str
    deadline: date


def _finding(identifier: UUID, event: FindingEvent) -> PublicEvent:
    of = _OfFinding(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        finding=identifier,
        severity=event.severity,
        responsible=event.responsible,
        deadline=event.deadline,
    )
    match event:
        case finding.FindingRaised():
            return supervision.FindingRaised(
                **of,
                body=event.body,
                subject=event.subject,
                inspection=event.inspection,
                loan=event.loan,
            )
        case finding.FindingRemedied():
            return supervision.FindingRemedied(
                **of,
                days_after=(event.on - event.raised_on).days,
                on_time=_flag(event.on <= event.deadline),
                lapsed=_flag(event.lapsed),
            )
        case finding.FindingLapsed():
            return supervision.FindingLapsed(**of)


def _flag(whether: bool) -> Literal[0, 1]:
    return 1 if whether else 0
