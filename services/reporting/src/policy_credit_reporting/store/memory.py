"""The ledger in memory: for unit and simulation tests, held to the same contract."""

from collections import Counter

from policy_credit_reporting.indicators.algebra import Cell
from policy_credit_reporting.store.ledger import Commit
from policy_credit_shared.messaging.admission import Outcome
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.store.progress import Fenced, Partition, Progress


class MemoryLedger:
    """Everything in dictionaries."""

    def __init__(self) -> None:
        self.figures: dict[Cell, Counter[str]] = {}
        self.tally: Counter[tuple[Partition, Outcome]] = Counter()
        self.letters: list[DeadLetter] = []
        self._progress = Progress.none()

    def progress(self) -> Progress:
        return self._progress.copy()

    def commit(self, commit: Commit) -> None:
        offsets = self._progress.offsets
        start = commit.advance.start
        if moved := [p for p in commit.advance.end if offsets.get(p, start[p]) != start[p]]:
            raise Fenced(moved)
        offsets.update(commit.advance.end)
        self._progress.highs.update(commit.advance.highs)
        for cell, amounts in commit.deltas.items():
            self.figures.setdefault(cell, Counter()).update(amounts)
        self.tally.update(commit.tally)
        self.letters.extend(commit.letters)

    def figure(self, unit: str, measure: str) -> int:
        """A measure's total for a unit, over all dimensions."""
        return sum(found[measure] for cell, found in self.figures.items() if cell.unit == unit)

    def tally_of(self, outcome: Outcome) -> int:
        """How many records had this outcome."""
        return sum(count for (_, known), count in self.tally.items() if known == outcome)
