"""Indicators of units from what had added up: stocks on a day, flows over a period, ratios last."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from policy_credit_reporting.indicators.algebra import Algebra, Dimension, Indicator, Measure
from policy_credit_reporting.indicators.movements import Integers
from policy_credit_reporting.store.answers import Column, Figure, MeasureFigure, RatioFigure
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.territories import Rollup

Value = int | float | None


class UnknownIndicator(LookupError):
    """No indicator of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no indicator {name!r}")
        self.name = name


class Chosen:
    """The indicators asked for, and the measures that they are made of."""

    def __init__(self, algebra: Algebra, names: Sequence[str]) -> None:
        every: dict[str, Indicator] = {**algebra.measures, **algebra.ratios}
        self.indicators: list[Indicator] = []
        for name in names or every:
            if name not in every:
                raise UnknownIndicator(name)
            self.indicators.append(every[name])
        parts = [part for one in self.indicators for part in _parts(one)]
        self.measures = list({measure.name: measure for measure in parts}.values())
        self.names = [measure.name for measure in self.measures]
        self.number = {name: number for number, name in enumerate(self.names)}

    def columns(self) -> list[Column]:
        """The indicators as columns; each ratio's parts are among them."""
        shown: dict[str, Indicator] = {}
        for one in self.indicators:
            shown |= {part.name: part for part in (one, *_parts(one))}
        return [
            Column(name=one.name, label=one.label, unit=one.unit)
            if isinstance(one, Measure)
            else Column(
                name=one.name,
                label=one.label,
                unit=one.unit,
                numerator=one.numerator.name,
                denominator=one.denominator.name,
            )
            for one in shown.values()
        ]


def _parts(one: Indicator) -> tuple[Measure, ...]:
    return (one,) if isinstance(one, Measure) else (one.numerator, one.denominator)


class Sums:
    """Each chosen measure of each unit: stocks as of the day, flows over the period."""

    def __init__(self, chosen: Chosen, standing: Integers, is_kept: Sequence[bool]) -> None:
        self._chosen, self._kept = chosen, is_kept
        sums = standing[0]
        if len(standing) > 1:
            flows = [n for n, measure in enumerate(chosen.measures) if measure.kind == "flow"]
            sums[flows] -= standing[1][flows]
        self.by_measure: list[list[int]] = sums.tolist()

    @classmethod
    def of(cls, chosen: Chosen, rollup: Rollup, question: Question, snapshot: Snapshot) -> "Sums":
        """Those of a question."""
        standing = snapshot.standing(_days(question), rollup, question.filters, chosen.names)
        return cls(chosen, standing, kept(chosen.measures, question.filters, snapshot))

    @classmethod
    def of_each(
        cls,
        chosen: Chosen,
        rollup: Rollup,
        question: Question,
        each: Sequence[Filters],
        snapshot: Snapshot,
    ) -> list["Sums"]:
        """Those of a question under each of several filters, instead of its own."""
        found = snapshot.standing_of_each(_days(question), rollup, each, chosen.names)
        return [
            cls(chosen, standing, kept(chosen.measures, filters, snapshot))
            for standing, filters in zip(found, each, strict=True)
        ]

    def measure(self, measure: Measure, unit: int) -> int | None:
        """A measure of the unit of that number; None if it is not kept so."""
        number = self._chosen.number[measure.name]
        return self.by_measure[number][unit] if self._kept[number] else None

    def value(self, one: Indicator, unit: int) -> Value:
        """An indicator's value."""
        if isinstance(one, Measure):
            return self.measure(one, unit)
        return divided(self.measure(one.numerator, unit), self.measure(one.denominator, unit))

    def column(self, one: Indicator) -> Sequence[Value]:
        """An indicator's value for every unit."""
        if isinstance(one, Measure):
            number = self._chosen.number[one.name]
            sums = self.by_measure[number]
            return sums if self._kept[number] else [None] * len(sums)
        parts = (self.column(one.numerator), self.column(one.denominator))
        return [n / d if n is not None and d else None for n, d in zip(*parts, strict=True)]

    def figures(self, unit: int) -> list[Figure]:
        """The chosen indicators of the unit of that number."""
        return [self._figure(one, unit) for one in self._chosen.indicators]

    def _figure(self, one: Indicator, unit: int) -> Figure:
        if isinstance(one, Measure):
            value = self.measure(one, unit)
            return MeasureFigure(name=one.name, label=one.label, unit=one.unit, value=value)
        numerator, denominator = (
            self.measure(one.numerator, unit),
            self.measure(one.denominator, unit),
        )
        return RatioFigure(
            name=one.name,
            label=one.label,
            unit=one.unit,
            value=divided(numerator, denominator),
            numerator=numerator,
            denominator=denominator,
        )


def _days(question: Question) -> list[date]:
    """The day of a question, and the eve of its period if it has a beginning."""
    since = question.since()
    return [question.day] + ([] if since is None else [since - timedelta(days=1)])


def kept(measures: Sequence[Measure], filters: Filters, snapshot: Snapshot) -> list[bool]:
    """Whether each measure is kept by all dimensions that filters ask for, and known at all."""
    asked: set[Dimension] = set(filters)
    known = snapshot.layout.measure_numbers
    return [asked <= set(measure.by) and measure.name in known for measure in measures]


def divided(numerator: int | None, denominator: int | None) -> float | None:
    """A ratio's value; None where there is nothing to divide by."""
    return numerator / denominator if numerator is not None and denominator else None


def flows_within(standing: Integers, before: Integers, measures: Sequence[Measure]) -> Integers:
    """By period and measure: flows since the period before ended, stocks as they stand."""
    found = standing.copy()
    flows = [number for number, measure in enumerate(measures) if measure.kind == "flow"]
    found[:, flows] -= before[:, flows]
    return np.asarray(found)
