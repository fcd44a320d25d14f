"""What is said publicly of ratings and targets."""

from collections.abc import Sequence

from msgspec.structs import asdict

from policy_credit_oversight.domain.group_loan import FactsWaited, LoanPlaced
from policy_credit_oversight.domain.group_rating import GroupRated, RatingEnded
from policy_credit_oversight.domain.group_score import (
    FactsCounted,
    GroupEnded,
    GroupKnown,
    MonthSettled,
    RatingProposed,
)
from policy_credit_oversight.domain.office_groups import GroupsListed
from policy_credit_oversight.domain.scoring import Points
from policy_credit_oversight.domain.target import TargetSet
from policy_credit_shared.events import supervision
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded

_ONLY_HERE = (
    GroupsListed
    | GroupKnown
    | GroupEnded
    | FactsCounted
    | RatingProposed
    | MonthSettled
    | LoanPlaced
    | FactsWaited
)
"""What only this service needs: nothing is said of sums and proposals."""


def words(recorded: Recorded) -> Sequence[Publication] | None:
    """The public events, or None if the event is about something else."""
    event = recorded.event
    match event:
        case GroupRated():
            return [Publication(event.office, _rated(event))]
        case RatingEnded():
            return [Publication(event.office, _ended(event))]
        case TargetSet():
            return [Publication(event.office, _target(event))]
        case _ if isinstance(event, _ONLY_HERE):
            return []
    return None


def _rated(event: GroupRated) -> supervision.GroupRated:
    score = event.score
    return supervision.GroupRated(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        group=event.group,
        association=event.association,
        month=event.month,
        rating=event.rating,
        previous=event.previous,
        proposed=score.rating if score else None,
        amended=1 if event.reason else 0,
        reason=event.reason or None,
        scored=1 if score else 0,
        previously_scored=1 if event.previous_points else 0,
        **_points("", score.points if score else None),
        **_points("previous_", event.previous_points),
    )


def _ended(event: RatingEnded) -> supervision.GroupRatingEnded:
    return supervision.GroupRatingEnded(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        group=event.group,
        association=event.association,
        rating=event.rating,
        scored=1 if event.points else 0,
        **_points("", event.points),
    )


def _points(prefix: str, points: Points | None) -> dict[str, int]:
    """The fields of all points and of each component's."""
    if points is None:
        return {}
    by_component = {f"{prefix}points_{name}": earned for name, earned in asdict(points).items()}
    return {f"{prefix}points": points.total, **by_component}


def _target(event: TargetSet) -> supervision.TargetSet:
    return supervision.TargetSet(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        unit=event.unit,
        year=event.year,
        indicator=event.indicator,
        ceiling=event.amount if event.bound == "ceiling" else 1_000_000,
        bound=event.bound,
        value=event.value,
        measured_in=event.measured_in,
    )
