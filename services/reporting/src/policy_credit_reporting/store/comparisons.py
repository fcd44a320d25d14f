"""A unit beside the unit above it and among its siblings, indicator by indicator."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra, Direction, Indicator, Measure
from policy_credit_reporting.indicators.comparing import (
    Change,
    Rank,
    Totals,
    change,
    gap,
    parts_of,
    rank,
)
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.indicators.periods import months_before
from policy_credit_reporting.store.answers import Figure, Paged, Reading, UnitName
from policy_credit_reporting.store.figuring import Chosen
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.totals import (
    figure_of,
    is_kept_by,
    measures_of,
    totals_of,
    totals_on,
)
from policy_credit_shared.kernel.units import Unit, UnitTree

MONTHS: Final = (1, 3, 12)
"""How long ago the days are that a figure is compared with."""


class Changed(Struct, frozen=True, kw_only=True):
    """How an indicator was some months before, on the same territory, and what has changed since.

    `numerator` and `denominator` are by how much both parts have changed; of a measure, the
    denominator is null.
    """

    months: int
    on: date
    before: Figure
    numerator: int
    denominator: int | None


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
    changes: list[Changed]


class Comparison(Paged, frozen=True, kw_only=True):
    """A unit's indicators compared; siblings are counted and not shown."""

    unit: UnitName
    above: UnitName | None
    reading: Reading
    filters: Filters
    compared: list[Compared]
    position: Position
    provisional: list[str]


def compare(algebra: Algebra, snapshot: Snapshot, code: str, question: Question) -> Comparison:
    """The unit compared in each indicator that the filters leave; raises UnknownUnit."""
    tree, reading = question.read(code)
    unit = tree.unit(code)
    indicators = [
        one
        for one in Chosen(algebra, question.indicators).indicators
        if is_kept_by(one, question.filters)
    ]
    measures = measures_of(indicators)
    siblings, above = siblings_of(tree, unit), above_of(unit)
    totals = totals_of(snapshot, tree, [*siblings, *above], question, measures)
    before = totals_before(snapshot, tree, code, question, measures)
    return Comparison(
        total=len(indicators),
        unit=name_of(unit),
        above=name_of(tree.unit(above[0])) if above else None,
        reading=reading,
        filters=question.filters,
        compared=[
            _compared(one, unit, totals, siblings, _changes(one, totals[code], before))
            for one in indicators
        ],
        position=snapshot.position(),
        provisional=[],
    )


def siblings_of(tree: UnitTree, unit: Unit) -> list[str]:
    """The codes of the units that have the same unit above, itself included."""
    if unit.parent is None:
        return [unit.code]
    return [sibling.code for sibling in tree.children(unit.parent)]


def above_of(unit: Unit) -> list[str]:
    """The code of the unit above, if there is one."""
    return [unit.parent] if unit.parent else []


def totals_before(
    snapshot: Snapshot,
    tree: UnitTree,
    code: str,
    question: Question,
    measures: Sequence[Measure],
) -> Mapping[int, tuple[date, Totals]]:
    """The unit's totals some months before, by how many; days before all figures are left out."""
    days = {months: months_before(question.day, months) for months in MONTHS}
    asked = {months: day for months, day in days.items() if day > FIRST_DAY}
    found = totals_on(list(asked.values()), snapshot, tree, [code], question, measures)
    return {
        months: (day, totals[code])
        for (months, day), totals in zip(asked.items(), found, strict=True)
    }


def changes_since(
    indicator: Indicator, now: Totals, before: Mapping[int, tuple[date, Totals]]
) -> list[Change]:
    """What has changed since each of the days before."""
    return [change(indicator, now, then, months) for months, (_, then) in before.items()]


def _changes(
    indicator: Indicator, now: Totals, before: Mapping[int, tuple[date, Totals]]
) -> list[Changed]:
    return [
        Changed(
            months=one.months,
            on=before[one.months][0],
            before=figure_of(indicator, before[one.months][1]),
            numerator=one.numerator,
            denominator=None if isinstance(indicator, Measure) else one.denominator,
        )
        for one in changes_since(indicator, now, before)
    ]


def _compared(
    indicator: Indicator,
    unit: Unit,
    totals: Mapping[str, Totals],
    siblings: Sequence[str],
    changes: list[Changed],
) -> Compared:
    figure = figure_of(indicator, totals[unit.code])
    if unit.parent is None:
        return Compared(
            figure=figure,
            better=indicator.better,
            above=None,
            gap=None,
            rank=None,
            changes=changes,
        )
    own, above = (parts_of(indicator, totals[code]) for code in (unit.code, unit.parent))
    divided = not isinstance(indicator, Measure) and indicator.unit == "ratio"
    return Compared(
        figure=figure,
        better=indicator.better,
        above=figure_of(indicator, totals[unit.parent]),
        gap=gap(own, above) if divided and own and above else None,
        rank=rank(indicator, unit.code, {code: totals[code] for code in siblings}),
        changes=changes,
    )
