"""A sifted fetch folded into one change of the ledger: no clock, no I/O."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from policy_credit_reporting.indicators.acceptance import accept, all_acceptable
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.columns import Moved
from policy_credit_reporting.indicators.movements import Integers, Layout, day_numbers
from policy_credit_reporting.indicators.periods import GRACE_DAYS, is_late
from policy_credit_reporting.store.findings import FindingEvent
from policy_credit_reporting.store.ledger import Commit
from policy_credit_shared.events import lean
from policy_credit_shared.events.lending import GroupFormed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import TargetSet
from policy_credit_shared.kernel.clock import business_day
from policy_credit_shared.messaging.admission import (
    Admitted,
    Quarantined,
    Run,
    Sifted,
    misplaced,
    outcome,
    read,
)
from policy_credit_shared.messaging.dead_letters import dead_letter
from policy_credit_shared.messaging.records import Incoming

READER = "reporting"


class Folding:
    """Folds with one algebra into keys of one layout."""

    def __init__(self, algebra: Algebra, layout: Layout) -> None:
        self._algebra = algebra
        self._layout = layout

    def fold(self, sifted: Sifted) -> Commit:
        """What the fetch changes."""
        folded = _Folded(self._layout, sifted)
        for run in sifted.runs:
            folded.take(run)
        quarantined = sorted(
            folded.quarantined, key=lambda q: (q.record.partition, q.record.offset)
        )
        movements, by_group = folded.moved.movements_and_groups(self._algebra, self._layout)
        return Commit(
            advance=sifted.advance,
            movements=movements,
            late={
                recorded_on: moved.movements(self._algebra, self._layout)
                for recorded_on, moved in folded.late.items()
            },
            by_group=by_group,
            tally=folded.tally,
            letters=[dead_letter(READER, wrong) for wrong in quarantined],
            early=sifted.early,
            targets=folded.targets,
            findings=folded.findings,
            formed=folded.formed,
            heard=folded.heard,
        )


class _Folded:
    """What comes of the runs, taken one after the other."""

    def __init__(self, layout: Layout, sifted: Sifted) -> None:
        self._layout = layout
        self.moved = Moved()
        self.late: dict[date, Moved] = {}
        self.quarantined: list[Quarantined] = misplaced(sifted)
        self.targets: list[TargetSet] = []
        self.findings: list[FindingEvent] = []
        self.formed: list[GroupFormed] = []
        self.heard: dict[str, datetime] = {}
        self.tally = Counter(sifted.tally)

    def take(self, run: Run) -> None:
        """Whole types at once where all is well, and what is left with care, one by one."""
        source, records = run.stream.source, run.records
        groups, doubtful = lean.read(source, [record.value for record in records])
        for group in groups:
            days = day_numbers(group.days)
            if all_acceptable(self._layout, group.events, days):
                self._take_group(source, group, days)
                self.tally[run.stream.partition, "applied"] += len(group.events)
            else:
                doubtful += group.positions()
        for position in sorted(doubtful):
            self._take_one(records[position])

    def _take_group(self, source: str, group: lean.Group, days: Integers) -> None:
        self.moved.add_all(group.kind, group.events, days)
        if group.kind is GroupFormed:
            self.formed += group.events
        self._hear(source, max(group.times))
        for number in _perhaps_late(days, group.times):
            self._note_lateness(group.kind, group.events[number], group.times[number])

    def _take_one(self, record: Incoming) -> None:
        found = read(record, lambda event: accept(self._layout, event))
        self.tally[record.partition, outcome(found)] += 1
        if isinstance(found, Quarantined):
            self.quarantined.append(found)
        elif isinstance(found, Admitted):
            event, time = found.event, found.envelope.time
            self.moved.add(event)
            self._hear(found.envelope.source, time)
            self._note_lateness(type(event), event, time)
            if isinstance(event, TargetSet):
                self.targets.append(event)
            elif isinstance(event, FindingEvent):
                self.findings.append(event)
            elif isinstance(event, GroupFormed):
                self.formed.append(event)

    def _hear(self, source: str, time: datetime) -> None:
        self.heard[source] = max(self.heard.get(source, time), time)

    def _note_lateness(self, kind: type[PublicEvent], event: Any, time: datetime) -> None:
        """Keep apart what was recorded after its month had closed."""
        recorded_on = business_day(time)
        if not is_late(event.occurred_on, recorded_on):
            return
        late = self.late.setdefault(recorded_on, Moved())
        if isinstance(event, PublicEvent):
            late.add(event)
        else:
            late.add_all(kind, [event], day_numbers([event.occurred_on]))


def _perhaps_late(days: Integers, times: Sequence[datetime]) -> list[int]:
    """Most are recorded on their day: no need to know on which day that was in Viet Nam."""
    found: list[int] = np.flatnonzero(day_numbers(times) - days >= GRACE_DAYS).tolist()
    return found
