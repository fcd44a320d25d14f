"""Which localities a unit of a tree is made of, so that its figures are sums over theirs."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from policy_credit_reporting.indicators.movements import Integers, Layout
from policy_credit_reporting.store.rows import beginnings
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import Level, Unit, UnitTree

LEVELS: tuple[Level, ...] = get_args(Level)
RUNS_MAX: Final = 32
"""Of localities that follow one another by number: with more, running sums are quicker."""


class Rollup:
    """Units as stretches of one row of localities: their sums are differences of running sums."""

    def __init__(self, localities: Integers, starts: Integers, stops: Integers) -> None:
        self.localities = localities
        self.starts = starts
        self.stops = stops
        self._positions: Integers | None = None

    def segments(self, localities: Integers, numbers: int) -> Integers:
        """Between which bounds of units each locality lies; -1 for one that lies outside."""
        if self._positions is None:
            inside = np.searchsorted(self._bounds, np.arange(len(self.localities)), "right") - 1
            self._positions = np.full(numbers, -1, np.int64)
            self._positions[self.localities] = inside
        return self._positions[localities]

    def holds(self, localities: Integers, numbers: int) -> NDArray[np.bool_]:
        """Whether each locality is among these, of so many that there are."""
        found: NDArray[np.bool_] = self.segments(localities, numbers) >= 0
        return found

    @cached_property
    def _bounds(self) -> Integers:
        return np.unique(np.concatenate((self.starts, self.stops, [0, len(self.localities)])))

    @cached_property
    def _runs(self) -> list[list[slice]] | None:
        """Each unit's localities as slices of all, if they are few."""
        if len(self.starts) > RUNS_MAX:
            return None
        found = []
        for start, stop in zip(self.starts.tolist(), self.stops.tolist(), strict=True):
            numbers = np.sort(self.localities[start:stop])
            runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
            found.append([slice(int(run[0]), int(run[-1]) + 1) for run in runs if len(run)])
        return found if sum(map(len, found)) <= RUNS_MAX else None

    @property
    def segment_count(self) -> int:
        """How many segments the bounds of units make."""
        return len(self._bounds)

    def sums_of_segments(self, by_segment: Integers) -> Integers:
        """Each unit's sums of figures that are given by segment, along the last axis."""
        running = np.zeros((*by_segment.shape[:-1], by_segment.shape[-1] + 1), np.int64)
        np.cumsum(by_segment, axis=-1, out=running[..., 1:])
        starts = np.searchsorted(self._bounds, self.starts)
        stops = np.searchsorted(self._bounds, self.stops)
        found: Integers = running[..., stops] - running[..., starts]
        return found

    def sums(self, figures: Sequence[Integers]) -> Integers:
        """By figure and unit, the sums of figures that are given by locality."""
        found = np.zeros((len(figures), len(self.starts)), np.int64)
        if self._runs is not None:
            for unit, runs in enumerate(self._runs):
                for run in runs:
                    sums = [np.add.reduce(figure[run]) for figure in figures]
                    found[:, unit] += np.array(sums, np.int64)
            return found
        running = np.zeros(len(self.localities) + 1, np.int64)
        for row, figure in zip(found, figures, strict=True):
            np.cumsum(figure[self.localities], out=running[1:])
            row[:] = running[self.stops] - running[self.starts]
        return found


class Below(NamedTuple):
    """Units of a tree one after another, their rollup, and how each one's row begins."""

    units: tuple[Unit, ...]
    rollup: Rollup
    beginnings: tuple[bytes, ...]


class Territories:
    """The localities below every unit of one tree, in the order of the tree."""

    def __init__(self, tree: UnitTree, layout: Layout) -> None:
        self.tree = tree
        self._spans: dict[str, tuple[int, int]] = {}
        self._order: list[int] = []
        for unit in tree:
            if unit.parent is None:
                self._walk(unit.code, layout)
        self._localities = np.array(self._order, np.int64)

    @lru_cache(maxsize=64)  # noqa: B019 - there are few trees, and they live as long as the process
    def down_to(self, code: str, level: Level) -> Below:
        """Every unit from one down to a level; raises UnknownUnit."""
        wanted = LEVELS[: LEVELS.index(level) + 1]
        units = [self.tree.unit(code)]
        for unit in units:
            units += [child for child in self.tree.children(unit.code) if child.level in wanted]
        return Below(tuple(units), self.rollup([u.code for u in units]), beginnings(units))

    def rollup(self, codes: Sequence[str]) -> Rollup:
        """The localities of these units; units may overlap. Raises UnknownUnit."""
        spans = [self._span(code) for code in codes]
        first = min((start for start, _ in spans), default=0)
        last = max((stop for _, stop in spans), default=0)
        starts = np.array([start - first for start, _ in spans], np.int64)
        stops = np.array([stop - first for _, stop in spans], np.int64)
        return Rollup(self._localities[first:last], starts, stops)

    def localities(self, code: str) -> Integers:
        """The localities of a unit; raises UnknownUnit."""
        start, stop = self._span(code)
        return self._localities[start:stop]

    def _span(self, code: str) -> tuple[int, int]:
        return self._spans[self.tree.unit(code).code]

    def _walk(self, code: str, layout: Layout) -> None:
        start = len(self._order)
        number = layout.locality_numbers.get(code)
        if number is not None:
            self._order.append(number)
        for child in self.tree.children(code):
            self._walk(child.code, layout)
        self._spans[code] = (start, len(self._order))


def latest_trees(codes: Iterable[str]) -> dict[UnitTree, list[str]]:
    """The bank's last tree that has each of these units, with them; raises UnknownUnit."""
    found: dict[UnitTree, list[str]] = {}
    for code in codes:
        tree, _ = dated_trees()["bank"].latest_with(code, date.max)
        found.setdefault(tree, []).append(code)
    return found


@lru_cache(maxsize=16)
def territories(tree: UnitTree, layout: Layout) -> Territories:
    """The same, made once for each tree."""
    return Territories(tree, layout)
