"""The ledger in memory: for unit and simulation tests, held to the same contract."""

from collections import Counter
from datetime import date

import numpy as np

from policy_credit_reporting.indicators.algebra import Cell
from policy_credit_reporting.indicators.group_rows import GroupRows, add_up_rows, no_rows
from policy_credit_reporting.indicators.movements import (
    DAY,
    MEASURE,
    Layout,
    Movements,
    add_up,
    day_number,
    nothing,
)
from policy_credit_reporting.store.ledger import Commit
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.messaging.admission import Outcome
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.store.progress import Fenced, Partition, Progress


class MemoryLedger:
    """Movements as they were committed."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._movements = nothing()
        self._figures: dict[Cell, Counter[str]] | None = None
        self.late: dict[date, Movements] = {}
        self.by_group: GroupRows = no_rows()
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
        self._movements = add_up(np.concatenate((self._movements, commit.movements)))
        self._figures = None
        for recorded_on, late in commit.late.items():
            before = self.late.get(recorded_on, nothing())
            self.late[recorded_on] = add_up(np.concatenate((before, late)))
        self.by_group = add_up_rows(np.concatenate((self.by_group, commit.by_group)))
        self.tally.update(commit.tally)
        self.letters.extend(commit.letters)

    def movements(self, until: date = date.max) -> Movements:
        """Everything that moved until a day."""
        if until == date.max:
            return self._movements
        return self._movements[DAY.of(self._movements[:, 0]) <= day_number(until)]

    def figures(self) -> dict[Cell, Counter[str]]:
        """Each cell's figures, of all days."""
        if self._figures is None:
            self._figures = self._by_cell(self._movements)
        return self._figures

    def figure(self, unit: str, measure: str, until: date = date.max) -> int:
        """A measure's total for a unit until a day, over all dimensions."""
        figures = self.figures() if until == date.max else self._by_cell(self.movements(until))
        tree = units_before_reform()
        return sum(
            found[measure] for cell, found in figures.items() if tree.contains(unit, cell.unit)
        )

    def tally_of(self, outcome: Outcome) -> int:
        """How many records had this outcome."""
        return sum(count for (_, known), count in self.tally.items() if known == outcome)

    def _by_cell(self, movements: Movements) -> dict[Cell, Counter[str]]:
        figures: dict[Cell, Counter[str]] = {}
        names = self._layout.meaning.measures
        measures = MEASURE.of(movements[:, 0]).tolist()
        for (key, amount), measure in zip(movements.tolist(), measures, strict=True):
            figures.setdefault(self._layout.cell(key), Counter())[names[measure]] += amount
        return figures
