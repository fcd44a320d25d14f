"""A unit's measures through time: series of periods, and the bridge between two days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
from msgspec.structs import replace

from policy_credit_reporting.indicators.algebra import Algebra, Indicator, Measure
from policy_credit_reporting.indicators.movements import Integers
from policy_credit_reporting.indicators.periods import Step, periods
from policy_credit_reporting.store.answers import (
    Bridge,
    BridgeLine,
    Line,
    Merger,
    SeriesFigures,
    Span,
    UnitName,
)
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.figuring import Chosen, divided, kept
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnitTree, UnknownUnit

T = TypeVar("T")

ONE_DAY = timedelta(days=1)


def series(
    algebra: Algebra, snapshot: Snapshot, code: str, question: Question, since: date, step: Step
) -> SeriesFigures:
    """A unit through the periods from `since` until the question's day.

    Without a tree's day each period is read on the tree of its last day. Raises UnknownUnit if
    the unit is in no tree at the end, UnknownIndicator.
    """
    dated = dated_trees()[question.tree]
    last_tree, _ = question.read(code)
    spans = list(periods(since, question.day, step))
    chosen = Chosen(algebra, question.indicators)
    standing = np.zeros((len(spans), len(chosen.measures)), np.int64)
    exists = [False] * len(spans)
    by_tree: dict[UnitTree, list[int]] = {}
    for number, (_, until) in enumerate(spans):
        fixed = question.tree_date is not None
        by_tree.setdefault(last_tree if fixed else dated.on(until), []).append(number)
    flows = [n for n, measure in enumerate(chosen.measures) if measure.kind == "flow"]
    for tree, numbers in by_tree.items():
        if code not in tree:
            continue
        rollup = territories(tree, snapshot.layout).rollup([code])
        first = spans[numbers[0]][0] - ONE_DAY
        days = [first, *(spans[number][1] for number in numbers)]
        sums = snapshot.standing(days, rollup, question.filters, chosen.names)[:, :, 0]
        found = sums[1:].copy()
        found[:, flows] -= sums[:-1, flows]
        standing[numbers] = found
        for number in numbers:
            exists[number] = True
    lines = _Lines(chosen, standing, exists, kept(chosen.measures, question.filters, snapshot))
    return SeriesFigures(
        total=len(spans),
        unit=name_of(last_tree.unit(code)),
        tree=question.tree,
        tree_date=question.tree_date,
        as_it_was=question.tree_date is None,
        filters=question.filters,
        step=step,
        periods=[Span(since=first, until=until) for first, until in spans],
        indicators=[lines.line(one) for one in chosen.indicators],
        position=snapshot.position(),
        provisional=[],
    )


def excerpt_of(found: SeriesFigures, excerpt: Excerpt) -> SeriesFigures:
    """Some of the periods, which can be sorted by `since`."""
    numbers = excerpt.of(range(found.total), lambda number: found.periods[number].since)

    def picked(values: Sequence[T] | None) -> list[T] | None:
        return None if values is None else [values[number] for number in numbers]

    return replace(
        found,
        limit=excerpt.limit,
        offset=excerpt.offset,
        periods=[found.periods[number] for number in numbers],
        indicators=[
            replace(
                line,
                values=picked(line.values),
                numerators=picked(line.numerators),
                denominators=picked(line.denominators),
            )
            for line in found.indicators
        ],
    )


class _Lines:
    """Indicators through periods."""

    def __init__(
        self, chosen: Chosen, standing: Integers, exists: list[bool], is_kept: list[bool]
    ) -> None:
        self._chosen, self._exists, self._kept = chosen, exists, is_kept
        self._columns: list[list[int]] = standing.T.tolist()

    def line(self, one: Indicator) -> Line:
        if isinstance(one, Measure):
            values = self._values(one)
            return Line(name=one.name, label=one.label, unit=one.unit, values=[*values])
        numerators, denominators = self._values(one.numerator), self._values(one.denominator)
        return Line(
            name=one.name,
            label=one.label,
            unit=one.unit,
            values=[divided(*parts) for parts in zip(numerators, denominators, strict=True)],
            numerators=numerators,
            denominators=denominators,
        )

    def _values(self, measure: Measure) -> list[int | None]:
        number = self._chosen.number[measure.name]
        if not self._kept[number]:
            return [None] * len(self._exists)
        values = zip(self._columns[number], self._exists, strict=True)
        return [value if exists else None for value, exists in values]


def bridge(
    algebra: Algebra, snapshot: Snapshot, code: str, question: Question, since: date
) -> Bridge:
    """How a unit's measures came from the end of `since` to the end of the question's day.

    Each day is read as it was: a unit that was not there yet had nothing. Raises UnknownUnit if
    there is none at the end, UnknownIndicator.
    """
    dated = dated_trees()[question.tree]
    until = question.day
    chosen = Chosen(algebra, question.indicators)
    measures = chosen.measures
    changes = [day for day in dated.days if since < day <= until]
    trees = [dated.on(since), *(dated.on(day) for day in changes)]
    if code not in trees[-1]:
        raise UnknownUnit(code, trees[-1].edition)
    lands = [_land(tree, code, snapshot) for tree in trees]

    def figures(day: date, land: Rollup) -> Integers:
        first = replace(question, day=day).since()
        days = [day] + ([] if first is None else [first - ONE_DAY])
        sums = snapshot.standing(days, land, question.filters, chosen.names)[:, :, 0]
        if first is None:
            found: Integers = sums[0]
        else:
            flows = np.array([measure.kind == "flow" for measure in measures])
            found = np.where(flows, sums[0] - sums[1], sums[0])
        return found

    opening, closing = figures(since, lands[0]), figures(until, lands[-1])
    merger = np.zeros(len(measures), np.int64)
    mergers = []
    for number, day in enumerate(changes, 1):
        before, after = lands[number - 1], lands[number]
        if set(before.localities.tolist()) == set(after.localities.tolist()):
            continue
        eve = day - ONE_DAY
        merger += figures(eve, after) - figures(eve, before)
        mergers.append(
            _merger(day, code, trees[number - 1], trees[number], before, after, snapshot)
        )
    business = closing - opening - merger
    is_kept = kept(measures, question.filters, snapshot)

    def shown(values: Integers, number: int) -> int | None:
        return int(values[number]) if is_kept[number] else None

    return Bridge(
        total=len(measures),
        unit=name_of(trees[-1].unit(code)),
        opening_unit=name_of(trees[0].unit(code)) if code in trees[0] else None,
        tree=question.tree,
        since=since,
        until=until,
        period=question.period,
        filters=question.filters,
        mergers=mergers,
        measures=[
            BridgeLine(
                name=measure.name,
                label=measure.label,
                unit=measure.unit,
                opening=shown(opening, number),
                business=shown(business, number),
                merger=shown(merger, number),
                closing=shown(closing, number),
            )
            for number, measure in enumerate(measures)
        ],
        position=snapshot.position(),
        provisional=[],
    )


def _land(tree: UnitTree, code: str, snapshot: Snapshot) -> Rollup:
    """A unit's localities on a tree; none if it is not there."""
    if code in tree:
        return territories(tree, snapshot.layout).rollup([code])
    nothing = np.empty(0, np.int64)
    return Rollup(nothing, np.zeros(1, np.int64), np.zeros(1, np.int64))


def _merger(
    day: date,
    code: str,
    before_tree: UnitTree,
    after_tree: UnitTree,
    before: Rollup,
    after: Rollup,
    snapshot: Snapshot,
) -> Merger:
    level = after_tree.unit(code).level
    old, new = set(before.localities.tolist()), set(after.localities.tolist())

    def owners(tree: UnitTree, numbers: set[int]) -> list[UnitName]:
        found = {
            unit.code: unit
            for number in numbers
            for unit in tree.path(snapshot.layout.localities[number])
            if unit.level == level
        }
        return [name_of(unit) for _, unit in sorted(found.items())]

    return Merger(
        on=day, came_from=owners(before_tree, new - old), went_to=owners(after_tree, old - new)
    )
