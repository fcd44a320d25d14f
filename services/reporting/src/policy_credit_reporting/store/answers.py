"""The shape of answers: each indicator with its labels, each ratio with both its parts."""

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import (
    Algebra,
    Indicator,
    Label,
    Measure,
    MeasureUnit,
    RatioUnit,
)
from policy_credit_reporting.store.reading import Filters, Position, Snapshot, Totals
from policy_credit_shared.kernel.units import Unit, UnitTree


class UnitName(Struct, frozen=True):
    """A unit as answers name it."""

    code: str
    level: str
    name: str


class MeasureFigure(Struct, frozen=True, kw_only=True, tag_field="kind", tag="measure"):
    """A sum. `value` is null where a filter asks for a dimension that it is not kept by."""

    name: str
    label: Label
    unit: MeasureUnit
    value: int | None


class RatioFigure(Struct, frozen=True, kw_only=True, tag_field="kind", tag="ratio"):
    """A quotient, divided last. `value` is null where there is nothing to divide by."""

    name: str
    label: Label
    unit: RatioUnit
    value: float | None
    numerator: int | None
    denominator: int | None


Figure = MeasureFigure | RatioFigure


class UnitFigures(Struct, frozen=True, kw_only=True):
    """A unit's indicators under the filters, with the log position that they reflect.

    `provisional` says why figures may still change by themselves; empty if nothing speaks for it.
    """

    unit: UnitName
    path: list[UnitName]
    tree: str
    filters: Filters
    indicators: list[Figure]
    position: Position
    provisional: list[str]


class ChildFigures(Struct, frozen=True, kw_only=True):
    """One unit of a list."""

    unit: UnitName
    indicators: list[Figure]


class ChildrenFigures(Struct, frozen=True, kw_only=True):
    """The units directly below a unit."""

    parent: UnitName
    tree: str
    filters: Filters
    children: list[ChildFigures]
    position: Position
    provisional: list[str]


class Reporter:
    """Makes answers from snapshots."""

    def __init__(self, algebra: Algebra, tree: UnitTree) -> None:
        self._algebra = algebra
        self._tree = tree

    def unit(self, snapshot: Snapshot, code: str, filters: Filters) -> UnitFigures:
        """The answer about one unit; raises UnknownUnit."""
        path = self._tree.path(code)
        return UnitFigures(
            unit=name_of(path[0]),
            path=[name_of(unit) for unit in path[1:]],
            tree=self._tree.edition,
            filters=filters,
            indicators=self._figures(snapshot.totals([code], filters)[code], filters),
            position=snapshot.position(),
            provisional=provisional(snapshot),
        )

    def children(self, snapshot: Snapshot, code: str, filters: Filters) -> ChildrenFigures:
        """The answer about the units below one; raises UnknownUnit."""
        parent = self._tree.unit(code)
        units = self._tree.children(code)
        totals = snapshot.totals([unit.code for unit in units], filters)
        return ChildrenFigures(
            parent=name_of(parent),
            tree=self._tree.edition,
            filters=filters,
            children=[
                ChildFigures(
                    unit=name_of(unit), indicators=self._figures(totals[unit.code], filters)
                )
                for unit in units
            ],
            position=snapshot.position(),
            provisional=provisional(snapshot),
        )

    def _figures(self, totals: Totals, filters: Filters) -> list[Figure]:
        return [figure_of(one, totals, filters) for one in self._algebra.indicators()]


def figure_of(indicator: Indicator, totals: Totals, filters: Filters) -> Figure:
    """An indicator's figure under the filters."""
    if isinstance(indicator, Measure):
        return MeasureFigure(
            name=indicator.name,
            label=indicator.label,
            unit=indicator.unit,
            value=_value(indicator, totals, filters),
        )
    numerator = _value(indicator.numerator, totals, filters)
    denominator = _value(indicator.denominator, totals, filters)
    return RatioFigure(
        name=indicator.name,
        label=indicator.label,
        unit=indicator.unit,
        value=numerator / denominator if numerator is not None and denominator else None,
        numerator=numerator,
        denominator=denominator,
    )


def is_kept_by(indicator: Indicator, filters: Filters) -> bool:
    """Whether there is such a figure under the filters."""
    if isinstance(indicator, Measure):
        return set(filters) <= set(indicator.by)
    return all(is_kept_by(part, filters) for part in (indicator.numerator, indicator.denominator))


def provisional(snapshot: Snapshot) -> list[str]:
    """Why what a snapshot sees may still change by itself."""
    reasons = [
        f"{i.source} has not resent {i.topic}[{i.partition}] from sequence {i.expected}"
        for i in snapshot.incidents()
    ]
    if quarantined := snapshot.quarantined():
        reasons.append(f"{quarantined} records are quarantined and not in any figure")
    return reasons


def name_of(unit: Unit) -> UnitName:
    """A unit as answers name it."""
    return UnitName(unit.code, unit.level, unit.name)


def _value(measure: Measure, totals: Totals, filters: Filters) -> int | None:
    return totals[measure.name] if is_kept_by(measure, filters) else None
