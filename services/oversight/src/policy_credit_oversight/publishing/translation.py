"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence

from policy_credit_oversight.domain.group_rating import GroupRated
from policy_credit_oversight.domain.inspection import InspectionCarriedOut
from policy_credit_oversight.domain.loan_use import LoanUseChecked
from policy_credit_oversight.domain.target import TargetSet
from policy_credit_shared.events import supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public event that a stored event says."""
    public = _public(recorded)
    return [Publication(public.office, public)]


def _public(recorded: Recorded) -> PublicEvent:
    event = recorded.event
    match event:
        case InspectionCarriedOut():
            return supervision.InspectionCarriedOut(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                inspection=recorded.aggregate,
                body=event.body,
                groups_inspected=event.groups_inspected,
                households_visited=event.households_visited,
            )
        case LoanUseChecked():
            return supervision.LoanUseChecked(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                loan=event.loan,
                association=event.association,
                result=event.result,
                days_after=event.days_after,
                on_time=1 if event.on_time else 0,
            )
        case GroupRated():
            return supervision.GroupRated(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                group=event.group,
                association=event.association,
                month=event.month,
                rating=event.rating,
                previous=event.previous,
            )
        case TargetSet():
            return supervision.TargetSet(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                unit=event.unit,
                year=event.year,
                indicator=event.indicator,
                ceiling=event.ceiling,
            )
    raise InvariantBroken(f"no public words for {event.TOPIC}")
