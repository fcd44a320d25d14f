"""A unit's targets beside its figures: how far it is, and whether it is there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.measures import debt, lending
from policy_credit_reporting.indicators.movements import LAST_DAY
from policy_credit_reporting.indicators.numbers import MILLION
from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import SetTarget, Snapshot
from policy_credit_reporting.store.spots import below
from policy_credit_reporting.store.territories import latest_trees
from policy_credit_reporting.store.totals import measures_of, totals_of, totals_on
from policy_credit_shared.events.supervision import Bound, TargetedUnit
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnitTree


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


class Reached(NamedTuple):
    """A unit's target of a ratio, and both parts of the ratio over the target's year."""

    unit: str
    target: SetTarget
    numerator: int
    denominator: int


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
        figure = reached.numerator * reached.scale
        told = reached.divisor > 0
        return TargetFigure(
            indicator=target.indicator,
            label=TARGETED[target.indicator],
            year=target.year,
            bound=target.bound,
            measured_in=target.measured_in,
            target=target.value,
            figure=figure // reached.divisor if told else None,
            numerator=reached.numerator if told else None,
            denominator=reached.denominator if told else None,
            met=target.is_met(figure, reached.divisor) if told else None,
        )

    def _reached(self, snapshot: Snapshot, code: str, target: SetTarget) -> _Reached:
        tree, year = _tree_of(code), whole_year(target.year)
        match target.indicator:
            case "credit_growth":
                days = [whole_year(target.year - 1).day, year.day]
                of_days = totals_on(days, snapshot, tree, [code], year, [debt.outstanding])
                before, now = (totals[code]["outstanding"] for totals in of_days)
                return _Reached(now - before, before, MILLION, before)
            case "local_capital":
                local = replace(year, filters={"fund": "local"})
                capital = totals_of(snapshot, tree, [code], local, [lending.capital])
                return _Reached(capital[code]["capital"], None, 1, 1)
            case "communes_without_overdue":
                # A commune is its own, and has none below.
                communes = [u.code for u in below(tree, code, "commune")] or [code]
                measures = [debt.outstanding, debt.overdue]
                found = totals_of(snapshot, tree, communes, year, measures).values()
                owing = [totals for totals in found if totals["outstanding"]]
                return _Reached(sum(t["overdue"] == 0 for t in owing), len(owing), 1, 1)
        ratio = self._algebra.ratios[target.indicator]
        parts = [ratio.numerator, ratio.denominator]
        totals = totals_of(snapshot, tree, [code], year, parts)[code]
        numerator, denominator = (totals[part.name] for part in parts)
        return _Reached(numerator, denominator, MILLION, denominator)


def reached_targets(
    snapshot: Snapshot, codes: Iterable[str], algebra: Algebra, until: int
) -> list[Reached]:
    """How far these units are with their latest targets of ratios, up to a year.

    What was reached is asked of all units of a year at once, on the last tree that has them.
    """
    wanted = set(codes)
    by_year: dict[int, dict[str, list[SetTarget]]] = {}
    for unit, target in snapshot.latest_targets(until):
        if unit in wanted and target.indicator in algebra.ratios:
            by_year.setdefault(target.year, {}).setdefault(unit, []).append(target)
    found = []
    for year, of_units in by_year.items():
        ratios = {
            t.indicator: algebra.ratios[t.indicator] for some in of_units.values() for t in some
        }
        measures = measures_of(ratios.values())
        for tree, units in latest_trees(of_units).items():
            totals = totals_of(snapshot, tree, units, whole_year(year), measures)
            for unit in units:
                for target in of_units[unit]:
                    ratio = ratios[target.indicator]
                    parts = (
                        totals[unit][part.name] for part in (ratio.numerator, ratio.denominator)
                    )
                    found.append(Reached(unit, target, *parts))
    return found


def watched_measures(algebra: Algebra) -> list[str]:
    """The names of the measures that `reached_targets` asks for."""
    return [m.name for m in measures_of(r for r in algebra.ratios.values() if r.name in TARGETED)]


def whole_year(year: int) -> Question:
    """What is asked of a year: flows in it, stocks at its end."""
    return Question(day=min(date(year, 12, 31), LAST_DAY), period="year")


def _tree_of(code: str) -> UnitTree:
    """The bank's last tree that has a unit; raises UnknownUnit."""
    return dated_trees()["bank"].latest_with(code, date.max)[0]
