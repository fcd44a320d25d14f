"""A unit's targets beside its figures: how far it is, and whether it is there."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.store.reading import SetTarget, Snapshot
from policy_credit_shared.events.supervision import Bound, Targeted, TargetedUnit
from policy_credit_shared.kernel.units import UnitTree

MILLION = 1_000_000


class TargetFigure(Struct, frozen=True, kw_only=True):
    """A target and the figure now: both in millionths, a count of communes, or dong.

    `bound` says whether `target` is the most that is allowed or the least that is wanted. A ratio
    comes with both its parts; communes with how many have debt at all. `figure` and `met` are null
    where there is nothing to divide by, and for growth, which needs the figure of the year's start.
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

    def __init__(self, algebra: Algebra, tree: UnitTree) -> None:
        self._algebra = algebra
        self._tree = tree

    def targets(self, snapshot: Snapshot, code: str) -> list[TargetFigure]:
        """A unit's targets, the latest year first; raises UnknownUnit."""
        self._tree.unit(code)
        return [self._figure(snapshot, code, target) for target in snapshot.targets(code)]

    def _figure(self, snapshot: Snapshot, code: str, target: SetTarget) -> TargetFigure:
        reached = self._reached(snapshot, code, target.indicator)
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

    def _reached(self, snapshot: Snapshot, code: str, indicator: Targeted) -> _Reached:
        match indicator:
            case "credit_growth":
                return _Reached(0, None, MILLION, 0)
            case "local_capital":
                capital = snapshot.totals([code], {"fund": "local"})[code]["capital"]
                return _Reached(capital, None, 1, 1)
            case "communes_without_overdue":
                communes = list(self._communes(code))
                totals = snapshot.totals(communes, {})
                owing = [t for t in totals.values() if t["outstanding"]]
                return _Reached(sum(t["overdue"] == 0 for t in owing), len(owing), 1, 1)
        ratio = self._algebra.ratios[indicator]
        totals_of_unit = snapshot.totals([code], {})[code]
        denominator = totals_of_unit[ratio.denominator.name]
        return _Reached(totals_of_unit[ratio.numerator.name], denominator, MILLION, denominator)

    def _communes(self, code: str) -> Iterator[str]:
        if self._tree.unit(code).level == "commune":
            yield code
        else:
            for unit in self._tree.children(code):
                yield from self._communes(unit.code)
