"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence

from policy_credit_loans.domain.loan import LoanDisbursed
from policy_credit_loans.publishing import people
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public events that a stored event says."""
    event = recorded.event
    if isinstance(event, people.PeopleEvent):
        said = people.say(recorded.aggregate, event)
        return [Publication(public.office, public) for public in said]
    match event:
        case LoanDisbursed(terms=terms):
            public = lending.LoanDisbursed(
                office=terms.office,
                locality=terms.locality,
                occurred_on=event.disbursed_on,
                programme=terms.programme,
                association=terms.association,
                fund=terms.fund,
                household=terms.household,
                loan=recorded.aggregate,
                group=terms.group,
                tranche=event.tranche,
                amount=event.amount,
                annual_rate=terms.annual_rate,
                due_on=terms.due_on,
                place=event.place,
            )
            return [Publication(terms.office, public)]
    raise InvariantBroken(f"no public words for {event.TOPIC}")
