"""What is said publicly of inspections and of checks of loan use."""

from collections.abc import Sequence

from policy_credit_oversight.domain.inspection import InspectionCarriedOut
from policy_credit_oversight.domain.loan_use import LoanUseChecked
from policy_credit_shared.events import supervision
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def words(recorded: Recorded) -> Sequence[Publication] | None:
    """The public events, or None if the event is about something else."""
    event = recorded.event
    match event:
        case InspectionCarriedOut():
            inspected = supervision.InspectionCarriedOut(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                inspection=recorded.aggregate,
                body=event.body,
                groups_inspected=event.groups_inspected,
                households_visited=event.households_visited,
            )
            return [Publication(event.office, inspected)]
        case LoanUseChecked():
            checked = supervision.LoanUseChecked(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                loan=event.loan,
                association=event.association,
                result=event.result,
                days_after=event.days_after,
                on_time=1 if event.on_time else 0,
            )
            return [Publication(event.office, checked)]
    return None
