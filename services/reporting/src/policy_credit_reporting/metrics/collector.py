"""A prometheus-client collector over the read model: one snapshot a scrape, no state of its own.

Each level has metrics of its own, so that summing one never counts a dong twice. Samples are
64-bit floats, exact up to 2^53; exact figures come from the API.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from policy_credit_reporting.indicators.algebra import Algebra, MeasureUnit, RatioUnit
from policy_credit_reporting.store.reading import Figures, Totals
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION, Unit, UnitTree

PREFIX: Final = "policy_credit"


class FiguresCollector(Collector):
    """Nation, provinces and districts of the bank's tree today; communes are for the API."""

    def __init__(self, figures: Figures, algebra: Algebra, clock: Clock) -> None:
        self._figures = figures
        self._algebra = algebra
        self._clock = clock

    def _levels(self) -> dict[str, tuple[list[str], dict[str, list[str]]]]:
        """Each level's labels, and the values of them that each of its units has today."""
        tree = dated_trees()["bank"].on(business_day(self._clock()))
        return {
            "nation": ([], {NATION: []}),
            "province": (["province"], {u.code: [u.code] for u in _of(tree, "province")}),
            "district": (
                ["province", "district"],
                {u.code: [str(u.parent), u.code] for u in _of(tree, "district")},
            ),
        }

    def describe(self) -> Iterable[Metric]:
        """Nothing up front: a scrape tells."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Every family, from one snapshot."""
        levels = self._levels()
        with self._figures.snapshot() as snapshot:
            totals = {
                level: snapshot.totals(list(units), {}) for level, (_, units) in levels.items()
            }
            tally = snapshot.tally()
            incidents = snapshot.incidents()
            heard = snapshot.position().heard
        for level, (labels, units) in levels.items():
            yield from self._level(level, labels, units, totals[level])
        records = CounterMetricFamily(
            f"{PREFIX}_projection_records",
            "Records consumed by the projection, by what became of them",
            labels=["outcome"],
        )
        for outcome, count in sorted(tally.items()):
            records.add_metric([outcome], count)
        yield records
        yield GaugeMetricFamily(
            f"{PREFIX}_projection_open_incidents",
            "Holes in what sources published that stay open",
            value=len(incidents),
        )
        last = GaugeMetricFamily(
            f"{PREFIX}_projection_last_event_timestamp_seconds",
            "When the source stored the newest event that figures reflect",
            labels=["source"],
        )
        for source, at in sorted(heard.items()):
            last.add_metric([source], at.timestamp())
        yield last

    def _level(
        self,
        level: str,
        labels: list[str],
        units: dict[str, list[str]],
        totals: dict[str, Totals],
    ) -> Iterable[Metric]:
        for measure in self._algebra.measures.values():
            family = GaugeMetricFamily(
                f"{PREFIX}_{level}_{_with_unit(measure.name, measure.unit)}",
                f"{measure.label.en} ({measure.label.vi}): {measure.meaning}",
                labels=labels,
            )
            for unit, values in units.items():
                if any(totals[unit].values()):
                    family.add_metric(values, totals[unit][measure.name])
            yield family
        for ratio in self._algebra.ratios.values():
            family = GaugeMetricFamily(
                f"{PREFIX}_{level}_{_with_unit(ratio.name, ratio.unit)}",
                f"{ratio.label.en} ({ratio.label.vi}): {ratio.meaning}",
                labels=labels,
            )
            for unit, values in units.items():
                denominator = totals[unit][ratio.denominator.name]
                if denominator:
                    family.add_metric(values, totals[unit][ratio.numerator.name] / denominator)
            yield family


def _with_unit(name: str, unit: MeasureUnit | RatioUnit) -> str:
    """A metric's name ends with its unit, once; counts have none."""
    return name if unit == "count" or name.endswith(f"_{unit}") else f"{name}_{unit}"


def _of(tree: UnitTree, level: str) -> Iterable[Unit]:
    return (unit for unit in tree if unit.level == level)
