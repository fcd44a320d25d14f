"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence

from policy_credit_loans.publishing import credit, people
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public events that a stored event says."""
    event = recorded.event
    if isinstance(event, people.PeopleEvent):
        said = people.say(recorded.aggregate, event)
        return [Publication(public.office, public) for public in said]
    if isinstance(event, credit.LendingEvent):
        return credit.say(recorded.aggregate, event)
    raise InvariantBroken(f"no public words for {event.TOPIC}")
