"""What one step of the projection changes, and the store that takes it, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from policy_credit_reporting.indicators.group_rows import GroupRows
from policy_credit_reporting.indicators.movements import Movements
from policy_credit_reporting.store.findings import FindingEvent
from policy_credit_shared.events.lending import GroupFormed
from policy_credit_shared.events.supervision import TargetSet
from policy_credit_shared.messaging.admission import Early, Outcome
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.store.progress import Advance, Partition, Progress


class Commit(Struct, frozen=True):
    """Everything that one batch of records changes.

    `late` are those of the movements that were recorded after their month had closed, by the day
    on which they were recorded; `by_group` are those kept by group, and `formed` are new groups.
    """

    advance: Advance
    movements: Movements
    late: Mapping[date, Movements]
    by_group: GroupRows
    tally: Mapping[tuple[Partition, Outcome], int]
    letters: Sequence[DeadLetter]
    early: Sequence[Early]
    targets: Sequence[TargetSet]
    findings: Sequence[FindingEvent]
    formed: Sequence[GroupFormed]
    heard: Mapping[str, datetime]


class Ledger(Protocol):
    """The figures with the progress they reflect."""

    def progress(self) -> Progress:
        """How far the figures reflect the log."""

    def commit(self, commit: Commit) -> None:
        """Apply all of it in one transaction; raises Fenced if another step came first."""
