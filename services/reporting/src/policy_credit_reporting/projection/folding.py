"""A batch of admitted events folded into one change of the ledger: no clock, no I/O."""

from datetime import date, datetime

from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.columns import movements_of
from policy_credit_reporting.indicators.movements import Layout, Movements
from policy_credit_reporting.indicators.periods import GRACE_DAYS, is_late
from policy_credit_reporting.store.ledger import Commit
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import TargetSet
from policy_credit_shared.kernel.clock import business_day
from policy_credit_shared.messaging.admission import Admitted, Batch
from policy_credit_shared.messaging.dead_letters import dead_letter

READER = "reporting"


class Folding:
    """Folds with one algebra into keys of one layout."""

    def __init__(self, algebra: Algebra, layout: Layout) -> None:
        self._algebra = algebra
        self._layout = layout

    def accept(self, event: PublicEvent) -> None:
        """Raise BadField for an event in a locality that does not exist, or on no day we keep."""
        accept(self._layout, event)

    def fold(self, batch: Batch) -> Commit:
        """What the batch changes."""
        heard: dict[str, datetime] = {}
        for admitted in batch.admitted:
            source, time = admitted.envelope.source, admitted.envelope.time
            heard[source] = max(heard.get(source, time), time)
        return Commit(
            advance=batch.advance,
            movements=self._movements([admitted.event for admitted in batch.admitted]),
            late={
                recorded_on: self._movements(events)
                for recorded_on, events in _late(batch.admitted).items()
            },
            tally=batch.tally,
            letters=[dead_letter(READER, wrong) for wrong in batch.quarantined],
            early=batch.early,
            targets=[a.event for a in batch.admitted if isinstance(a.event, TargetSet)],
            heard=heard,
        )

    def _movements(self, events: list[PublicEvent]) -> Movements:
        return movements_of(self._algebra, self._layout, events)


def _late(admitted: list[Admitted]) -> dict[date, list[PublicEvent]]:
    """Events recorded after their month had closed, by the day they were recorded."""
    found: dict[date, list[PublicEvent]] = {}
    for one in admitted:
        # Most are recorded on their day: no need to know on which day that was in Viet Nam.
        if one.envelope.time.toordinal() - one.event.occurred_on.toordinal() < GRACE_DAYS:
            continue
        recorded_on = business_day(one.envelope.time)
        if is_late(one.event.occurred_on, recorded_on):
            found.setdefault(recorded_on, []).append(one.event)
    return found
