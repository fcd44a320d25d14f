"""What is said publicly of ratings and targets."""

from collections.abc import Sequence

from policy_credit_oversight.domain.group_rating import GroupRated
from policy_credit_oversight.domain.target import TargetSet
from policy_credit_shared.events import supervision
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def words(recorded: Recorded) -> Sequence[Publication] | None:
    """The public events, or None if the event is about something else."""
    event = recorded.event
    match event:
        case GroupRated():
            rated = supervision.GroupRated(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                group=event.group,
                association=event.association,
                month=event.month,
                rating=event.rating,
                previous=event.previous,
            )
            return [Publication(event.office, rated)]
        case TargetSet():
            target = supervision.TargetSet(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                unit=event.unit,
                year=event.year,
                indicator=event.indicator,
                ceiling=event.ceiling,
            )
            return [Publication(event.office, target)]
    return None
