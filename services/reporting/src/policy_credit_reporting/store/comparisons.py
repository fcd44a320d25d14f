"""A unit beside the unit above it and among its siblings, indicator by indicator."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Direction, Indicator, Measure
from policy_credit_reporting.indicators.comparing import (
    Rank,
    Totals,
    gap,
    parts_of,
    rank,
)
from policy_credit_reporting.store.answers import (
    Figure,
    UnitName,
    figure_of,
    is_kept_by,
    name_of,
    provisional,
)
from policy_credit_reporting.store.reading import Filters, Position, Snapshot
from policy_credit_shared.kernel.units import Unit, UnitTree


class Compared(Struct, frozen=True, kw_only=True):
    """An indicator of a unit beside that of the unit above, and its place among its siblings.

    `gap` is by how much the numerator is above what the ratio of the unit above would give: dong,
    or a count; null for a measure. `rank` is null for the nation, and where there is no figure.
    """

    figure: Figure
    better: Direction | None
    above: Figure | None
    gap: int | None
    rank: Rank | None


class Comparison(Struct, frozen=True, kw_only=True):
    """A unit's indicators compared; siblings are counted and not shown."""

    unit: UnitName
    above: UnitName | None
    tree: str
    filters: Filters
    compared: list[Compared]
    position: Position
    provisional: list[str]


def compare(
    snapshot: Snapshot,
    tree: UnitTree,
    code: str,
    indicators: Sequence[Indicator],
    filters: Filters,
) -> Comparison:
    """The unit compared in each indicator that the filters leave; raises UnknownUnit."""
    unit = tree.unit(code)
    siblings = siblings_of(tree, unit)
    above = [unit.parent] if unit.parent else []
    totals = snapshot.totals([*siblings, *above], filters)
    among = {sibling: totals[sibling] for sibling in siblings}
    return Comparison(
        unit=name_of(unit),
        above=name_of(tree.unit(unit.parent)) if unit.parent else None,
        tree=tree.edition,
        filters=filters,
        compared=[
            _compared(indicator, unit, totals, among, filters)
            for indicator in indicators
            if is_kept_by(indicator, filters)
        ],
        position=snapshot.position(),
        provisional=provisional(snapshot),
    )


def siblings_of(tree: UnitTree, unit: Unit) -> list[str]:
    """The codes of the units that have the same unit above, itself included."""
    if unit.parent is None:
        return [unit.code]
    return [sibling.code for sibling in tree.children(unit.parent)]


def _compared(
    indicator: Indicator,
    unit: Unit,
    totals: Mapping[str, Totals],
    among: Mapping[str, Totals],
    filters: Filters,
) -> Compared:
    figure = figure_of(indicator, totals[unit.code], filters)
    if unit.parent is None:
        return Compared(figure=figure, better=indicator.better, above=None, gap=None, rank=None)
    own, above = (parts_of(indicator, totals[code]) for code in (unit.code, unit.parent))
    divided = not isinstance(indicator, Measure) and indicator.unit == "ratio"
    return Compared(
        figure=figure,
        better=indicator.better,
        above=figure_of(indicator, totals[unit.parent], filters),
        gap=gap(own, above) if divided and own and above else None,
        rank=rank(indicator, unit.code, among),
    )
