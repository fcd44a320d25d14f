"""Two generations at the same offsets: every cell of every day at every level, and all beside it.

Units at every level, of either tree, are unions of localities; so figures are the same everywhere
where every cell of every locality is. What differs is still counted at each level, since that is
what readers would see.
"""

from collections import Counter
from collections.abc import Callable, Collection
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_reporting.indicators.algebra import Cell
from policy_credit_reporting.indicators.group_rows import GroupRows, add_up_rows, id_of
from policy_credit_reporting.indicators.movements import (
    DAY,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    add_up,
    day_of_number,
    nothing,
)
from policy_credit_reporting.rebuilding.layouts import Translation, joint
from policy_credit_reporting.rebuilding.sides import CELLS, Side
from policy_credit_shared.kernel.units import Level, units_before_reform

LISTED_MAX: Final = 20
LEVELS: Final[tuple[Level, ...]] = ("locality", "commune", "district", "province", "nation")
"""As the bank's tree has them, before the reform, from the lowest to the nation."""
RECORDS: Final = "records"
TARGETS: Final = "targets"
FINDINGS: Final = "findings"
GROUPS: Final = "groups"
BESIDE: Final = {
    RECORDS: {
        "reader_offset": "'offset', topic, partition, next_offset",
        "reader_high": "'sequence of ' || source, topic, partition, sequence",
        "tally": "outcome, topic, partition, records",
        "quarantine": "'quarantined for ' || reason, topic, partition, record_offset",
        "incident": "'missing of ' || source, topic, partition, expected, closed_at IS NULL",
        "heard": "'heard of ' || source, recorded_at",
    },
    TARGETS: {"target": "unit, year, indicator, bound, value, measured_in"},
    FINDINGS: {"finding": "finding.*"},
    GROUPS: {"credit_group": "credit_group.*"},
}
"""The tables beside the figures, by the name under which a difference is explained."""
NOT_COMPARED: Final = ("meaning", "merged", "alert")
"""What the numbers in keys mean, how far pages were merged, and what was told to whom."""


class Difference(Struct, frozen=True):
    """One thing that differs; `of` is the measure, or what else it is of."""

    of: str
    where: str
    serving: str
    rebuilt: str


class Comparison(Struct, frozen=True):
    """What was compared and what differs, by measure or what else it is of.

    `counts` has the cells that differ by level, and what else differs by its kind; `listed` are
    the first of each.
    """

    cells: int
    counts: dict[str, dict[str, int]]
    listed: list[Difference]

    def unexplained(self, explained: Collection[str]) -> list[str]:
        """What differs without a reason given."""
        return [name for name in self.counts if name not in explained]


def compare(serving: Side, rebuilt: Side, done: Callable[[int, int], None]) -> Comparison:
    """All of both; `done` is told how many of how many offices were compared."""
    comparing = _Comparing(serving, rebuilt)
    offices = sorted(serving.offices() | rebuilt.offices())
    for number, office in enumerate(offices, start=1):
        comparing.take(office)
        done(number, len(offices))
    comparing.take_beside()
    return comparing.outcome()


class _Comparing:
    def __init__(self, serving: Side, rebuilt: Side) -> None:
        self._sides = (serving, rebuilt)
        self._layout = joint(serving.layout, rebuilt.layout)
        self._translations = [Translation(side.layout, self._layout) for side in self._sides]
        known = serving.layout.measure_numbers
        self._added = np.array([name not in known for name in self._layout.meaning.measures], bool)
        self._units = _units_of(self._layout)
        self._by_group = _kept_by_group(serving.layout, rebuilt.layout, self._layout)
        self._cells = 0
        self._counts: dict[str, Counter[str]] = {}
        self._wide = {"province": nothing(), "nation": nothing()}
        self._listed: list[Difference] = []

    def take(self, office: int) -> None:
        """Everything of an office; a measure that only is new has nothing to differ from."""
        old, new = (
            {kind: add_up(translation.of(found)) for kind, found in side.figures(office).items()}
            for side, translation in zip(self._sides, self._translations, strict=True)
        )
        self._cells += len(new[CELLS])
        for kind in sorted({*old, *new}):
            before, after = old.get(kind, nothing()), new.get(kind, nothing())
            after = after[~self._added[MEASURE.of(after[:, 0])]]
            opposite = np.stack((before[:, 0], -before[:, 1]), axis=1)
            differing = add_up(np.concatenate((after, opposite)))
            if kind == CELLS:
                self._count_levels(differing)
            else:
                self._count(kind, differing)
            for key, _ in differing[:LISTED_MAX].tolist():
                self._list_cell(kind, key, before, after)
        self._take_groups(office)

    def _take_groups(self, office: int) -> None:
        """What each group has; what only one keeps by group has nothing to differ from."""
        before, after = (
            _in_numbers(translation, side.groups(office))
            for side, translation in zip(self._sides, self._translations, strict=True)
        )
        before, after = (rows[self._by_group[MEASURE.of(rows[:, 2])]] for rows in (before, after))
        opposite = np.column_stack((before[:, :3], -before[:, 3]))
        differing = add_up_rows(np.concatenate((after, opposite)))
        self._count(GROUPS, differing[:, 2:])
        for high, low, key, _ in differing[:LISTED_MAX].tolist():
            cell = self._layout.cell(key)
            where = f"{cell.unit} {cell.association}, group {id_of(high, low)}"
            shown = (
                int(rows[(rows[:, :3] == (high, low, key)).all(axis=1), 3].sum())
                for rows in (before, after)
            )
            name = self._layout.meaning.measures[MEASURE.of_one(key)]
            self._list(Difference(name, where, *map(str, shown)))

    def take_beside(self) -> None:
        """What became of records, targets, findings."""
        for name, tables in BESIDE.items():
            for table, columns in tables.items():
                # A table that only one has, of other declarations, has nothing to differ from.
                if not all(side.has(table) for side in self._sides):
                    continue
                old, new = (side.beside(table, columns) for side in self._sides)
                for only, shown in ((old - new, ("there", "–")), (new - old, ("–", "there"))):
                    for row in sorted(only):
                        self._counts.setdefault(name, Counter())["rows"] += 1
                        self._list(Difference(name, " ".join(row), *shown))

    def outcome(self) -> Comparison:
        """What all of it came to."""
        for level, differing in self._wide.items():
            self._count(level, differing)
        counts = {name: dict(found) for name, found in sorted(self._counts.items())}
        return Comparison(self._cells, counts, self._listed)

    def _count_levels(self, differing: Movements) -> None:
        if not len(differing):
            return
        for level, units in self._units.items():
            keys = differing[:, 0]
            localities = LOCALITY.of(keys)
            keys = keys + ((units[localities] - localities) << LOCALITY.shift)
            found = add_up(np.stack((keys, differing[:, 1]), axis=1))
            if level in self._wide:
                self._wide[level] = add_up(np.concatenate((self._wide[level], found)))
            else:
                self._count(level, found)

    def _count(self, kind: str, differing: Movements) -> None:
        measures, counts = np.unique(MEASURE.of(differing[:, 0]), return_counts=True)
        for measure, count in zip(measures.tolist(), counts.tolist(), strict=True):
            name = self._layout.meaning.measures[measure]
            self._counts.setdefault(name, Counter())[kind] += count

    def _list_cell(self, kind: str, key: int, before: Movements, after: Movements) -> None:
        cell: Cell = self._layout.cell(key)
        where = f"{cell.unit} {day_of_number(DAY.of_one(key))} {'/'.join(cell[1:])}"
        where = where if kind == CELLS else f"{where}, {kind}"
        name = self._layout.meaning.measures[MEASURE.of_one(key)]
        self._list(Difference(name, where, *(str(_amount(m, key)) for m in (before, after))))

    def _list(self, difference: Difference) -> None:
        if sum(one.of == difference.of for one in self._listed) < LISTED_MAX:
            self._listed.append(difference)


def _kept_by_group(one: Layout, other: Layout, both: Layout) -> NDArray[np.bool_]:
    """Of each measure of both, whether both sides keep it by group."""
    names = {*one.meaning.by_group} & {*other.meaning.by_group}
    return np.array([name in names for name in both.meaning.measures], bool)


def _in_numbers(translation: Translation, rows: GroupRows) -> GroupRows:
    return np.column_stack((rows[:, :2], translation.of(rows[:, 2:])))


def _amount(movements: Movements, key: int) -> int:
    """What moved under a key, of movements in the order of their keys."""
    place = int(np.searchsorted(movements[:, 0], key))
    is_there = place < len(movements) and movements[place, 0] == key
    return int(movements[place, 1]) if is_there else 0


def _units_of(layout: Layout) -> dict[str, Integers]:
    """The unit of each level that each locality is in, by number."""
    tree = units_before_reform()
    numbers: dict[str, list[int]] = {level: [] for level in LEVELS}
    known: dict[str, int] = {}
    for locality in layout.localities:
        for level, unit in zip(LEVELS, tree.path(locality), strict=True):
            numbers[level].append(known.setdefault(f"{level} {unit.code}", len(known)))
    return {level: np.array(found, np.int64) for level, found in numbers.items()}
