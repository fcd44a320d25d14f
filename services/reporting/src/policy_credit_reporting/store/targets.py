"""A unit's targets beside its figures: how far it is, and whether it is there."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.movements import LAST_DAY
from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.store.reading import SetTarget, Snapshot
from policy_credit_reporting.store.standing import Filters
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.events.supervision import Bound, TargetedUnit
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnitTree

MILLION: Final = 1_000_000
LOCAL: Final[Filters] = {"fund": "local"}


class TargetFigure(Struct, frozen=True, kw_only=True):
    """A target and the figure of its year: both in millionths, a count of communes, or dong.

    `bound` says whether `target` is the most that is allowed or the least that is wanted. Flows are
    those of the year, stocks stand at its end or now. A ratio comes with both its parts; growth
    with what outstanding grew by, and from; communes with how many have debt at all. `figure` and
    `met` are null where there is nothing to divide by.
    """

    indicator: str
    label: Label
    year: int
    bound: Bound
    measured_in: TargetedUnit
    target: int
    figure: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    met: bool | None = None


class _Reached(NamedTuple):
    """A figure is `numerator` × `scale` ÷ `divisor`; there is none if the divisor is 0."""

    numerator: int
    denominator: int | None
    scale: int
    divisor: int


class TargetReporter:
    """Makes answers about targets from snapshots."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra

    def targets(self, snapshot: Snapshot, code: str) -> list[TargetFigure]:
        """A unit's targets, the latest year first; raises UnknownUnit."""
        _tree_of(code)
        return [self._figure(snapshot, code, target) for target in snapshot.targets(code)]

    def _figure(self, snapshot: Snapshot, code: str, target: SetTarget) -> TargetFigure:
        reached = self._reached(snapshot, code, target)
        over = reached.numerator * reached.scale - target.value * reached.divisor
        told = reached.divisor > 0
        return TargetFigure(
            indicator=target.indicator,
            label=TARGETED[target.indicator],
            year=target.year,
            bound=target.bound,
            measured_in=target.measured_in,
            target=target.value,
            figure=reached.numerator * reached.scale // reached.divisor if told else None,
            numerator=reached.numerator if told else None,
            denominator=reached.denominator if told else None,
            met=(over <= 0 if target.bound == "ceiling" else over >= 0) if told else None,
        )

    def _reached(self, snapshot: Snapshot, code: str, target: SetTarget) -> _Reached:
        tree, year = _tree_of(code), target.year
        match target.indicator:
            case "credit_growth":
                [now] = self._of_year(snapshot, tree, [code], year, ["outstanding"], {})
                [before] = self._of_year(snapshot, tree, [code], year - 1, ["outstanding"], {})
                grown = now["outstanding"] - before["outstanding"]
                return _Reached(grown, before["outstanding"], MILLION, before["outstanding"])
            case "local_capital":
                [local] = self._of_year(snapshot, tree, [code], year, ["capital"], LOCAL)
                return _Reached(local["capital"], None, 1, 1)
            case "communes_without_overdue":
                names = ["outstanding", "overdue"]
                communes = list(_communes(tree, code))
                found = self._of_year(snapshot, tree, communes, year, names, {})
                owing = [totals for totals in found if totals["outstanding"]]
                return _Reached(sum(t["overdue"] == 0 for t in owing), len(owing), 1, 1)
        ratio = self._algebra.ratios[target.indicator]
        names = [ratio.numerator.name, ratio.denominator.name]
        [totals] = self._of_year(snapshot, tree, [code], year, names, {})
        numerator, denominator = (totals[name] for name in names)
        return _Reached(numerator, denominator, MILLION, denominator)

    def _of_year(
        self,
        snapshot: Snapshot,
        tree: UnitTree,
        units: Sequence[str],
        year: int,
        names: Sequence[str],
        filters: Filters,
    ) -> list[dict[str, int]]:
        """What stood at the year's end and what flowed in the year, for each unit."""
        rollup = territories(tree, snapshot.layout).rollup(units)
        days = [min(date(y, 12, 31), LAST_DAY) for y in (year - 1, year)]
        before, after = snapshot.standing(days, rollup, filters, names)
        is_flow = np.array([self._algebra.measures[name].kind == "flow" for name in names])
        found = after - before * is_flow[:, np.newaxis]
        return [dict(zip(names, column, strict=True)) for column in found.T.tolist()]


def _tree_of(code: str) -> UnitTree:
    """The bank's last tree that has a unit; raises UnknownUnit."""
    return dated_trees()["bank"].latest_with(code, date.max)[0]


def _communes(tree: UnitTree, code: str) -> Iterator[str]:
    if tree.unit(code).level == "commune":
        yield code
    else:
        for unit in tree.children(code):
            yield from _communes(tree, unit.code)
