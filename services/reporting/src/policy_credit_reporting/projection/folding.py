"""A batch of admitted events folded into one change of the ledger: no clock, no I/O."""

from collections import Counter
from datetime import datetime

from policy_credit_reporting.indicators.algebra import Algebra, Cell
from policy_credit_reporting.store.ledger import Commit, Deltas
from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.errors import BadField
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import TargetSet
from policy_credit_shared.kernel.units import UnitTree
from policy_credit_shared.messaging.admission import Admitted, Batch
from policy_credit_shared.messaging.dead_letters import dead_letter

READER = "reporting"


class Folding:
    """Folds with one algebra over one tree of units."""

    def __init__(self, algebra: Algebra, tree: UnitTree) -> None:
        self._algebra = algebra
        self._tree = tree
        self._paths: dict[str, tuple[str, ...]] = {}

    def accept(self, event: PublicEvent) -> None:
        """Raise BadField for an event in a locality that does not exist."""
        self._accept_locality(event.locality, "$.data.locality")
        if isinstance(event, EntryReversed):
            self._accept_locality(reversed_entry(event).locality, "$.data.entry.locality")

    def fold(self, batch: Batch) -> Commit:
        """What the batch changes, at every level from locality to nation."""
        heard: dict[str, datetime] = {}
        for admitted in batch.admitted:
            source, time = admitted.envelope.source, admitted.envelope.time
            heard[source] = max(heard.get(source, time), time)
        return Commit(
            advance=batch.advance,
            deltas=self._deltas(batch.admitted),
            tally=batch.tally,
            letters=[dead_letter(READER, wrong) for wrong in batch.quarantined],
            early=batch.early,
            targets=[a.event for a in batch.admitted if isinstance(a.event, TargetSet)],
            heard=heard,
        )

    def _deltas(self, admitted: list[Admitted]) -> Deltas:
        by_locality: dict[Cell, Counter[str]] = {}
        for one in admitted:
            for cell, measure, amount in self._algebra.effects(one.event):
                by_locality.setdefault(cell, Counter())[measure] += amount
        deltas: dict[Cell, Counter[str]] = {}
        for cell, amounts in by_locality.items():
            for unit in self._path(cell.unit):
                total = deltas.setdefault(cell._replace(unit=unit), Counter())
                for measure, amount in amounts.items():
                    total[measure] += amount
        return deltas

    def _path(self, locality: str) -> tuple[str, ...]:
        if locality not in self._paths:
            self._paths[locality] = tuple(unit.code for unit in self._tree.path(locality))
        return self._paths[locality]

    def _accept_locality(self, locality: str, path: str) -> None:
        if locality not in self._tree:
            raise BadField(f"no locality {locality!r}", path)
