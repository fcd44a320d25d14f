"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence

from policy_credit_repayments.domain import entrustment, household
from policy_credit_repayments.domain.household import DebtBegun, DebtEnded, DebtMoved
from policy_credit_repayments.publishing import savings, sessions
from policy_credit_repayments.publishing.accounts import account_says
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public events that a stored event says; none for what only this service needs.

    Each is sent where the office that opened the aggregate sends, so that what is said of it
    stays in order after a transfer.
    """
    event = recorded.event
    match event:
        case DebtBegun() | DebtEnded():
            return [Publication(event.opened_by, public) for public in _household(event)]
        case DebtMoved():
            return [Publication(event.opened_by, public) for public in _moved(event)]
        case entrustment.FeesAccrued():
            return [Publication(event.office, public) for public in _fees(event)]
        case entrustment.MonthEndsCounted():
            return []
    for words in (savings.words, sessions.words):
        if (public := words(recorded)) is not None:
            return [Publication(one.office, one) for one in public]
    opened_by, said = account_says(recorded)
    return [Publication(opened_by, public) for public in said]


def _household(event: household.DebtBegun | household.DebtEnded) -> Sequence[PublicEvent]:
    if not event.in_programme:
        return []
    kind = (
        collection.HouseholdEnteredDebt
        if isinstance(event, DebtBegun)
        else collection.HouseholdLeftDebt
    )
    return [
        kind(
            office=event.office,
            locality=event.locality,
            occurred_on=event.on,
            household=event.household,
            programme=event.programme,
            overall=1 if event.overall else 0,
        )
    ]


def _moved(event: DebtMoved) -> Sequence[PublicEvent]:
    """Out of every programme at the old home, of all with the last; into each at the new one."""
    left = [
        collection.HouseholdLeftDebt(
            office=event.from_office,
            locality=event.from_locality,
            occurred_on=event.on,
            household=event.household,
            programme=programme,
            overall=1 if number == len(event.programmes) else 0,
        )
        for number, programme in enumerate(event.programmes, start=1)
    ]
    entered = [
        collection.HouseholdEnteredDebt(
            office=event.office,
            locality=event.locality,
            occurred_on=event.on,
            household=event.household,
            programme=programme,
            overall=1 if number == 0 else 0,
        )
        for number, programme in enumerate(event.programmes)
    ]
    return [*left, *entered]


def _fees(event: entrustment.FeesAccrued) -> Sequence[PublicEvent]:
    return [
        collection.EntrustmentFeeAccrued(
            office=event.office,
            locality=fee.locality,
            occurred_on=event.on,
            association=fee.association,
            month=event.month,
            base=fee.base,
            overdue=fee.overdue,
            outstanding=fee.outstanding,
            share_percent=fee.share_percent,
            amount=fee.amount,
        )
        for fee in event.fees
    ]
