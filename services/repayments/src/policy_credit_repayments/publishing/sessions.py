"""What is said publicly of sessions: only that one was held."""

from collections.abc import Sequence

from policy_credit_repayments.domain import session
from policy_credit_repayments.domain.session import Moved
from policy_credit_shared.events.collection import SessionAmounts, SessionHeld
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.recorded import Recorded


def words(recorded: Recorded) -> Sequence[PublicEvent] | None:
    """The public events, or None if the event is not about a session."""
    event = recorded.event
    match event:
        case session.SessionClosed():
            held = SessionHeld(
                office=event.office,
                locality=event.locality,
                occurred_on=event.on,
                session=event.session,
                planned=event.planned,
                realised=_amounts(event.realised),
                lines=event.realised.lines,
            )
            return [held]
        case (
            session.SessionOpened()
            | session.SessionMoved()
            | session.PointTaken()
            | session.PointFreed()
        ):
            return []
    return None


def _amounts(moved: Moved) -> SessionAmounts:
    """By the kinds that a session is planned by; each dong of its cash is in one of them."""
    return SessionAmounts(
        disbursed=moved.disbursed,
        principal=moved.principal + moved.recovered,
        interest=moved.interest,
        savings_deposited=moved.savings_deposited + moved.mobilised_deposited,
        savings_withdrawn=moved.savings_withdrawn + moved.mobilised_withdrawn,
    )
