"""Figures for Prometheus: one snapshot a scrape, no state of its own.

Each level has metrics of its own, so that summing one never counts a dong twice. There are two
kinds of targets: the nation tells of itself and its provinces, a province of its districts.
Communes are for the API and the board. Exact figures come from the API too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, get_args

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.numbers import MILLION
from policy_credit_reporting.indicators.told import (
    PREFIX,
    help_of,
    metric_of,
    name_metric_of,
    year_metric_of,
)
from policy_credit_reporting.metrics.exposition import Exposition, Sample, labels
from policy_credit_reporting.metrics.watched import hot_communes, points_of
from policy_credit_reporting.store.chain_breaks import ChainFault
from policy_credit_reporting.store.figuring import divided
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures, Snapshot
from policy_credit_reporting.store.reflected import MISSING
from policy_credit_reporting.store.targets import reached_targets
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_reporting.store.totals import totals_of
from policy_credit_shared.events.supervision import Bound
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION, Level, Unit, UnitTree


class Told(NamedTuple):
    """Units of one level: their codes, the labels they go by, and their rollup."""

    level: Level
    codes: Sequence[str]
    labels: Sequence[Mapping[str, str]]
    rollup: Rollup


class NotATarget(LookupError):
    """Only the nation and provinces are scraped."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not the nation ({NATION}) and no province of today's tree")


class Scrape(Struct, frozen=True):
    """What one scrape is of."""

    snapshot: Snapshot
    tree: UnitTree
    today: date


class Exporter:
    """Tells of targets in the bank's tree of today."""

    def __init__(self, figures: Figures, algebra: Algebra, clock: Clock) -> None:
        self._figures = figures
        self._algebra = algebra
        self._clock = clock

    def scrape(self, code: str = NATION) -> bytes:
        """The text of one target; raises NotATarget."""
        today = business_day(self._clock())
        tree = dated_trees()["bank"].on(today)
        if code not in tree or tree.unit(code).level not in ("nation", "province"):
            raise NotATarget(code)
        out = Exposition()
        with self._figures.snapshot() as snapshot:
            scrape = Scrape(snapshot, tree, today)
            if code == NATION:
                provinces = _told(scrape, "province", tree.children(code))
                self._level(out, scrape, _told(scrape, "nation", [tree.unit(code)]))
                self._level(out, scrape, provinces)
                _splits(out, scrape, provinces, self._algebra)
                _pipeline(out, snapshot)
            else:
                districts = _told(scrape, "district", tree.children(code))
                self._level(out, scrape, districts)
                _points(out, scrape, districts)
                _spots(out, scrape, districts, self._algebra)
        return out.text()

    def _level(self, out: Exposition, scrape: Scrape, told: Told) -> None:
        algebra = self._algebra
        if told.level != "nation":
            _names(out, scrape, told)
        measures = list(algebra.measures.values())
        names = [measure.name for measure in measures]
        (sums,) = scrape.snapshot.standing([None], told.rollup, {}, names).tolist()
        active = [number for number, column in enumerate(zip(*sums, strict=True)) if any(column)]
        labelled = {number: labels(told.labels[number]) for number in active}
        by_name = dict(zip(names, sums, strict=True))
        for measure in measures:
            of_units = by_name[measure.name]
            out.family(
                metric_of(told.level, measure),
                help_of(measure),
                [(labelled[number], of_units[number]) for number in active],
            )
        for ratio in algebra.ratios.values():
            above, below = by_name[ratio.numerator.name], by_name[ratio.denominator.name]
            quotients = [(labelled[n], divided(above[n], below[n])) for n in active]
            out.family(metric_of(told.level, ratio), help_of(ratio), _known(quotients))
        self._years(out, scrape, told, labelled)
        _targets(out, scrape, told, algebra)

    def _years(
        self, out: Exposition, scrape: Scrape, told: Told, labelled: Mapping[int, str]
    ) -> None:
        ratios = [ratio for ratio in self._algebra.ratios.values() if ratio.of_flows]
        parts = {p.name: p for r in ratios for p in (r.numerator, r.denominator)}
        question = Question(day=scrape.today, period="year")
        totals = totals_of(scrape.snapshot, scrape.tree, told.codes, question, [*parts.values()])
        for ratio in ratios:
            above, below = ratio.numerator.name, ratio.denominator.name
            of_units = [(label, totals[told.codes[n]]) for n, label in labelled.items()]
            quotients = [(label, divided(of[above], of[below])) for label, of in of_units]
            meaning = f"{help_of(ratio)} Of the business year to date."
            out.family(year_metric_of(told.level, ratio), meaning, _known(quotients))


def _told(scrape: Scrape, level: Level, units: Sequence[Unit]) -> Told:
    codes = [unit.code for unit in units]
    rollup = territories(scrape.tree, scrape.snapshot.layout).rollup(codes)
    of_level: dict[str, list[Mapping[str, str]]] = {
        "nation": [{}],
        "province": [{"province": unit.code} for unit in units],
        "district": [{"province": str(unit.parent), "district": unit.code} for unit in units],
    }
    return Told(level, codes, of_level[level], rollup)


def _names(out: Exposition, scrape: Scrape, told: Told) -> None:
    """Names apart from figures, which stay the same series when a unit is renamed."""
    names = [scrape.tree.unit(code).name for code in told.codes]
    out.family(
        name_metric_of(told.level),
        "Always 1: what a unit is called",
        [(labels({**of, "name": name}), 1) for of, name in zip(told.labels, names, strict=True)],
    )


def _known(quotients: Sequence[tuple[str, float | None]]) -> list[Sample]:
    """Those that have something to divide by."""
    return [(label, value) for label, value in quotients if value is not None]


def _targets(out: Exposition, scrape: Scrape, told: Told, algebra: Algebra) -> None:
    """Ceilings and floors apart, so that a rule need not ask which one a target is."""
    places = {code: number for number, code in enumerate(told.codes)}
    reached = reached_targets(scrape.snapshot, told.codes, algebra, until=scrape.today.year)
    found = [
        (labels({**told.labels[places[one.unit]], "indicator": one.target.indicator}), one)
        for one in reached
        if one.denominator
    ]
    for bound in get_args(Bound):
        of_bound = [(labelled, one) for labelled, one in found if one.target.bound == bound]
        name = f"{PREFIX}_{told.level}_{bound}"
        out.family(
            f"{name}_ratio",
            f"The {bound} that a unit's latest target sets for a ratio",
            [(labelled, one.target.value / MILLION) for labelled, one in of_bound],
        )
        out.family(
            f"{name}_reached_ratio",
            f"The ratio that has a {bound}; flows are those of the target's year",
            [(labelled, one.numerator / one.denominator) for labelled, one in of_bound],
        )
        out.family(
            f"{name}_year",
            f"The year that a unit's {bound} is set for: one of a past year is missed for ever",
            [(labelled, one.target.year) for labelled, one in of_bound],
        )


def _splits(out: Exposition, scrape: Scrape, told: Told, algebra: Algebra) -> None:
    found: dict[tuple[str, str], list[Sample]] = {}
    for part, sums in scrape.snapshot.splits(told.rollup).items():
        samples = found.setdefault((part.dimension, part.measure), [])
        for number, value in enumerate(sums):
            if value:
                labelled = {**told.labels[number], part.dimension: part.value}
                samples.append((labels(labelled), value))
    for (dimension, name), samples in sorted(found.items()):
        measure = algebra.measures[name]
        metric = metric_of(f"{told.level}_{dimension}", measure)
        out.family(metric, f"{help_of(measure)} By {dimension}.", samples)


def _points(out: Exposition, scrape: Scrape, told: Told) -> None:
    expected, missing = points_of(scrape.snapshot, told.rollup, scrape.today)
    for name, meaning, counts in (
        ("points_expected", "Points whose usual day of this month has come", expected),
        ("points_missing", "Those of them that have not reported this month's session", missing),
    ):
        samples = [(labels(told.labels[n]), count) for n, count in enumerate(counts) if expected[n]]
        out.family(f"{PREFIX}_{told.level}_{name}", meaning, samples)


def _spots(out: Exposition, scrape: Scrape, told: Told, algebra: Algebra) -> None:
    ratio = algebra.ratios["overdue_ratio"]
    counts = hot_communes(scrape.snapshot, scrape.tree, told.codes, scrape.today, ratio)
    out.family(
        f"{PREFIX}_{told.level}_hot_spot_communes",
        f"Communes out of line for their size among the province's, by {ratio.label.en.lower()}",
        [(labels(told.labels[n]), count) for n, count in enumerate(counts)],
    )


def _pipeline(out: Exposition, snapshot: Snapshot) -> None:
    out.family(
        f"{PREFIX}_projection_records_total",
        "Records consumed by the projection, by what became of them",
        [(labels({"outcome": o}), count) for o, count in sorted(snapshot.tally().items())],
        "counter",
    )
    faults = Counter(incident.fault for incident in snapshot.incidents())
    out.family(
        f"{PREFIX}_projection_open_incidents",
        "Holes in what sources published that stay open",
        [("", faults[MISSING])],
    )
    out.family(
        f"{PREFIX}_archive_chain_breaks",
        "Records that break the hash chain of their source, by what is wrong with them",
        [(labels({"fault": fault}), faults[fault]) for fault in get_args(ChainFault)],
    )
    out.family(
        f"{PREFIX}_projection_last_event_timestamp_seconds",
        "When the source stored the newest event that figures reflect",
        [
            (labels({"source": source}), at.timestamp())
            for source, at in sorted(snapshot.position().heard.items())
        ],
    )
