"""Figures of a period as they are now, at one position of the log, with all that pins them."""

from collections.abc import Sequence
from datetime import date

from policy_credit_reporting.indicators.algebra import Algebra, Measure
from policy_credit_reporting.reports.heads import Heads
from policy_credit_reporting.reports.report_period import ReportPeriod
from policy_credit_reporting.reports.statement import Figures, NextOffset, ReportedUnit, Taken
from policy_credit_reporting.store.answers import Completeness
from policy_credit_reporting.store.completing import Completing, reasons
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures as ReadModel
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.territories import territories
from policy_credit_reporting.store.totals import totals_of
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import Unit, UnitTree


class Taking:
    """Takes figures from the serving generation, and the heads of chains from the log."""

    def __init__(self, read_model: ReadModel, algebra: Algebra, heads: Heads, clock: Clock) -> None:
        self._read_model, self._algebra = read_model, algebra
        self._heads, self._clock = heads, clock
        self._completing = Completing()

    def take(self, unit: str, period: ReportPeriod) -> Taken:
        """Everything that is published of a unit's period; raises LogUnreachable."""
        tree = dated_trees()["bank"].on(period.last)
        units = reported_units(tree, unit)
        with self._read_model.snapshot() as snapshot:
            measures = known_measures(self._algebra, snapshot)
            figures = figures_of(snapshot, tree, units, period, measures)
            position = snapshot.position()
            localities = territories(tree, snapshot.layout).localities(unit)
            completeness = self._completing.completeness(
                snapshot, position, localities, period.last
            )
        return Taken(
            unit=unit,
            period=period.name,
            first_day=period.first,
            last_day=period.last,
            units=[reported(one) for one in units],
            kinds={measure.name: measure.kind for measure in measures},
            ratios={
                ratio.name: (ratio.numerator.name, ratio.denominator.name)
                for ratio in self._algebra.ratios.values()
                if {ratio.numerator, ratio.denominator} <= set(measures)
            },
            figures={code: dict(totals) for code, totals in figures.items()},
            generation=position.generation,
            offsets=[
                NextOffset(topic=topic, partition=number, next_offset=offset)
                for (topic, number), offset in position.ends().items()
            ],
            heads=self._heads(position),
            heard=position.heard,
            taken_at=self._clock(),
            gaps=gaps_of(completeness, period.last),
        )

    def figures(self, unit: str, period: ReportPeriod) -> Figures:
        """The figures alone."""
        tree = dated_trees()["bank"].on(period.last)
        with self._read_model.snapshot() as snapshot:
            measures = known_measures(self._algebra, snapshot)
            return figures_of(snapshot, tree, reported_units(tree, unit), period, measures)


def reported_units(tree: UnitTree, unit: str) -> list[Unit]:
    """The unit and those directly below it; raises UnknownUnit."""
    return [tree.unit(unit), *tree.children(unit)]


def reported(unit: Unit) -> ReportedUnit:
    """A unit as a report names it."""
    return ReportedUnit(
        code=unit.code, level=unit.level, name=unit.name, valid_from=unit.valid_from
    )


def known_measures(algebra: Algebra, snapshot: Snapshot) -> list[Measure]:
    """Those that the serving generation keeps: of another it would say 0."""
    known = snapshot.layout.measure_numbers
    return [measure for measure in algebra.measures.values() if measure.name in known]


def figures_of(
    snapshot: Snapshot,
    tree: UnitTree,
    units: Sequence[Unit],
    period: ReportPeriod,
    measures: Sequence[Measure],
) -> Figures:
    """Stocks at the end of the period, flows within it."""
    question = Question(day=period.last, period=period.step)
    return totals_of(snapshot, tree, [unit.code for unit in units], question, measures)


def gaps_of(completeness: Completeness, last_day: date) -> list[str]:
    """What figures until a day are known to lack, points by their names.

    A source that has said nothing since that day may have recorded what has not arrived yet: a
    relay that stands still shows in nothing else.
    """
    found = [
        f"{source.source} was last heard of on {heard}, not after {last_day}"
        for source in completeness.sources
        if source.recorded_at and (heard := business_day(source.recorded_at)) <= last_day
    ]
    if not completeness.sources:
        found.append("no source has been heard of")
    found += reasons(completeness)
    found += [
        f"point {point.code} {point.name} usually holds its session on day {point.usual_day}"
        for point in completeness.missing
    ]
    if (more := completeness.points_missing - len(completeness.missing)) > 0:
        found.append(f"and {more} more points")
    return found
