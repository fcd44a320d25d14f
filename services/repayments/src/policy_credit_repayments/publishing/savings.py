"""What is said publicly of savings and deposits."""

from collections.abc import Sequence

import msgspec
from msgspec import Raw

from policy_credit_repayments.domain import mobilised, savings
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.relay import event_id
from policy_credit_shared.messaging.topics import source_of
from policy_credit_shared.store.recorded import Recorded


def words(recorded: Recorded) -> Sequence[PublicEvent] | None:
    """The public events, or None if the event is not about savings or deposits."""
    event = recorded.event
    match event:
        case savings.SavingsDeposited() | savings.SavingsWithdrawn():
            return [_savings(event)]
        case savings.SavingsRestored(entry=entry):
            withdrawn = _savings(entry)
            restored = collection.EntryReversed(
                office=entry.office,
                locality=entry.locality,
                occurred_on=event.on,
                entry_id=event_id(
                    source_of("repayments"), recorded.aggregate, event.entry_version, 0
                ),
                entry_type=withdrawn.type(),
                entry=Raw(msgspec.json.encode(withdrawn)),
                reason=event.reason,
            )
            return [restored]
        case savings.SavingsCarriedOver():
            return []  # loans has said it
        case mobilised.MobilisedDeposited() | mobilised.MobilisedWithdrawn():
            return [_mobilised(event)]
    return None


def _savings(event: savings.SavingsDeposited | savings.SavingsWithdrawn) -> PublicEvent:
    kind = (
        collection.SavingsDeposited
        if isinstance(event, savings.SavingsDeposited)
        else collection.SavingsWithdrawn
    )
    return kind(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        association=event.association,
        household=event.household,
        group=event.group,
        amount=event.amount,
        place=event.place,
    )


def _mobilised(event: mobilised.MobilisedDeposited | mobilised.MobilisedWithdrawn) -> PublicEvent:
    kind = (
        collection.MobilisedDeposited
        if isinstance(event, mobilised.MobilisedDeposited)
        else collection.MobilisedWithdrawn
    )
    return kind(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        depositor=event.depositor,
        kind=event.kind,
        amount=event.amount,
        place=event.place,
    )
