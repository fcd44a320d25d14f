"""Makes answers about units from snapshots."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from policy_credit_reporting.indicators.algebra import Algebra, Indicator, Ratio
from policy_credit_reporting.indicators.periods import GRACE_DAYS, Step, first_day, last_day
from policy_credit_reporting.store.answers import (
    Bridge,
    ChildFigures,
    ChildrenFigures,
    Completeness,
    Figure,
    Revision,
    Revisions,
    SeriesFigures,
    TreeColumns,
    UnitFigures,
)
from policy_credit_reporting.store.comparisons import Comparison, compare
from policy_credit_reporting.store.completing import Completing, reasons
from policy_credit_reporting.store.excerpts import WHOLE, Excerpt, Listed
from policy_credit_reporting.store.explanations import Explanation, explanation_of
from policy_credit_reporting.store.figuring import Chosen, Sums
from policy_credit_reporting.store.findings import OpenFinding
from policy_credit_reporting.store.groups import GroupsOfUnit, groups_of
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.rows import picked
from policy_credit_reporting.store.spots import SpotsOfUnit, spots_of
from policy_credit_reporting.store.territories import Territories, territories
from policy_credit_reporting.store.through_time import bridge, excerpt_of, series
from policy_credit_shared.kernel.identifiers import Rating
from policy_credit_shared.kernel.units import Level, Unit

NAMED: Final[Mapping[str, Callable[[Unit], str]]] = {
    "code": lambda unit: unit.code,
    "name": lambda unit: unit.name,
}
"""What units can be sorted by beside their figures."""


class Reporter:
    """The answers of one algebra."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._every = Chosen(algebra, ())
        self._completing = Completing()

    def unit(self, snapshot: Snapshot, code: str, question: Question, today: date) -> UnitFigures:
        """The answer about one unit; raises UnknownUnit and UnknownIndicator."""
        tree, reading = question.read(code)
        land = territories(tree, snapshot.layout)
        path = tree.path(code)
        rollup = land.rollup([code])
        sums = Sums.of(self._chosen(question), rollup, question, snapshot)
        revised: dict[str, int] = {}
        if _is_closed(question.day, today):
            since = first_day(question.day, "month")
            for one in snapshot.revisions(rollup, question.filters, since, question.day):
                revised[one.measure] = revised.get(one.measure, 0) + one.amount
        position, completeness = self._complete(snapshot, land, code, question.day)
        return UnitFigures(
            unit=name_of(path[0]),
            path=[name_of(unit) for unit in path[1:]],
            reading=reading,
            filters=question.filters,
            indicators=sums.figures(0),
            revised={name: amount for name, amount in sorted(revised.items()) if amount},
            completeness=completeness,
            position=position,
            provisional=reasons(completeness),
        )

    def parts(
        self, snapshot: Snapshot, code: str, question: Question, each: Sequence[Filters]
    ) -> list[list[Figure]]:
        """A unit's figures under each of several filters, instead of the question's own.

        Raises UnknownUnit and UnknownIndicator.
        """
        tree, _ = question.read(code)
        rollup = territories(tree, snapshot.layout).rollup([code])
        every = Sums.of_each(self._chosen(question), rollup, question, each, snapshot)
        return [sums.figures(0) for sums in every]

    def children(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        excerpt: Excerpt = WHOLE,
    ) -> ChildrenFigures:
        """The answer about the units below one; raises UnknownUnit and UnknownIndicator.

        They can be sorted by `code`, `name` or any indicator.
        """
        tree, reading = question.read(code)
        land = territories(tree, snapshot.layout)
        units = tree.children(code)
        chosen = self._chosen(question)
        ordering = self._ordering(chosen, excerpt)
        sums = Sums.of(ordering, land.rollup([unit.code for unit in units]), question, snapshot)
        position, completeness = self._complete(snapshot, land, code, question.day)
        return ChildrenFigures(
            parent=name_of(tree.unit(code)),
            reading=reading,
            filters=question.filters,
            children=[
                ChildFigures(
                    unit=name_of(units[number]),
                    indicators=sums.figures(number)[: len(chosen.indicators)],
                )
                for number in self._numbers(units, sums, excerpt)
            ],
            total=len(units),
            limit=excerpt.limit,
            offset=excerpt.offset,
            completeness=completeness,
            position=position,
            provisional=reasons(completeness),
        )

    def tree(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        down_to: Level,
        excerpt: Excerpt = WHOLE,
    ) -> TreeColumns:
        """Every unit from one down to a level; raises UnknownUnit and UnknownIndicator.

        They can be sorted by `code`, `name` or any indicator.
        """
        tree, reading = question.read(code)
        land = territories(tree, snapshot.layout)
        below = land.down_to(code, down_to)
        units, begun = below.units, below.beginnings
        chosen = self._chosen(question)
        columns = chosen.columns()
        shown = [
            self._algebra.measures.get(c.name) or self._algebra.ratios[c.name] for c in columns
        ]
        sums = Sums.of(self._ordering(chosen, excerpt), below.rollup, question, snapshot)
        values = [sums.column(one) for one in shown]
        if not excerpt.holds_all(len(units)):
            numbers = self._numbers(units, sums, excerpt)
            units, begun = tuple(units[number] for number in numbers), picked(begun, numbers)
            values = [[column[number] for number in numbers] for column in values]
        position, completeness = self._complete(snapshot, land, code, question.day)
        return TreeColumns(
            total=len(below.units),
            limit=excerpt.limit,
            offset=excerpt.offset,
            reading=reading,
            filters=question.filters,
            columns=columns,
            units=units,
            beginnings=begun,
            values=values,
            position=position,
            provisional=reasons(completeness),
        )

    def series(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        since: date,
        step: Step,
        excerpt: Excerpt = WHOLE,
    ) -> SeriesFigures:
        """A unit through time; raises UnknownUnit and UnknownIndicator.

        Its periods can be sorted by `since`.
        """
        found = series(self._algebra, snapshot, code, question, since, step)
        found = excerpt_of(found, excerpt)
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def bridge(self, snapshot: Snapshot, code: str, question: Question, since: date) -> Bridge:
        """A unit between two days; raises UnknownUnit and UnknownIndicator."""
        found = bridge(self._algebra, snapshot, code, question, since)
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def compare(self, snapshot: Snapshot, code: str, question: Question) -> Comparison:
        """A unit beside the one above, its siblings and itself before; raises UnknownUnit."""
        found = compare(self._algebra, snapshot, code, question)
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def hot_spots(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        ratio: Ratio,
        level: Level,
        share_percent: int,
        page: slice,
    ) -> SpotsOfUnit:
        """Where to look first among the units of a level below one; raises UnknownUnit."""
        found = spots_of(
            snapshot, code, question, ratio, level=level, share_percent=share_percent, page=page
        )
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def explanation(
        self, snapshot: Snapshot, code: str, question: Question, indicator: Indicator
    ) -> Explanation:
        """A unit's figure in words; raises UnknownUnit."""
        found = explanation_of(snapshot, code, question, indicator)
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def findings(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        excerpt: Excerpt = WHOLE,
    ) -> Listed[OpenFinding]:
        """A unit's findings that were open at the end of the day; raises UnknownUnit."""
        tree, reading = question.read(code)
        localities = territories(tree, snapshot.layout).localities(code)
        return snapshot.findings(localities, reading.day, excerpt)

    def groups(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        rating: Rating | None = None,
        excerpt: Excerpt = WHOLE,
        is_dated: bool = False,
    ) -> GroupsOfUnit:
        """A unit's groups now; raises UnknownUnit, UnknownIndicator and NotByGroup."""
        found = groups_of(self._algebra, snapshot, code, question, rating, excerpt, is_dated)
        return replace(found, provisional=self._reasons(snapshot, code, question))

    def moved_since(self, snapshot: Snapshot, code: str, question: Question) -> bool:
        """Whether the figures of a unit may have moved after the day; raises UnknownUnit."""
        tree, _ = question.read(code)
        rollup = territories(tree, snapshot.layout).rollup([code])
        return snapshot.moved_after(rollup, question.day)

    def revisions(
        self,
        snapshot: Snapshot,
        code: str,
        question: Question,
        since: date,
        recorded_since: date,
    ) -> Revisions:
        """What moved in closed months from `since` until the question's day, and was recorded
        from another day on; raises UnknownUnit and UnknownIndicator."""
        tree, _ = question.read(code)
        rollup = territories(tree, snapshot.layout).rollup([code])
        names = set(self._chosen(question).names)
        found = [
            Revision(
                month=f"{one.occurred_on:%Y-%m}",
                indicator=one.measure,
                occurred_on=one.occurred_on,
                recorded_on=one.recorded_on,
                amount=one.amount,
            )
            for one in snapshot.revisions(rollup, question.filters, since, question.day)
            if one.measure in names and one.recorded_on >= recorded_since
        ]
        found.sort(key=lambda r: (r.occurred_on, r.recorded_on, r.indicator))
        return Revisions(
            unit=name_of(tree.unit(code)),
            since=since,
            until=question.day,
            grace_days=GRACE_DAYS,
            filters=question.filters,
            revisions=found,
            total=len(found),
            position=snapshot.position(),
        )

    def _complete(
        self, snapshot: Snapshot, land: Territories, code: str, day: date
    ) -> tuple[Position, Completeness]:
        position = snapshot.position()
        localities = land.localities(code)
        return position, self._completing.completeness(snapshot, position, localities, day)

    def _reasons(self, snapshot: Snapshot, code: str, question: Question) -> list[str]:
        tree, _ = question.read(code)
        land = territories(tree, snapshot.layout)
        return reasons(self._complete(snapshot, land, code, question.day)[1])

    def _chosen(self, question: Question) -> Chosen:
        names = question.indicators
        return Chosen(self._algebra, names) if names else self._every

    def _ordering(self, chosen: Chosen, excerpt: Excerpt) -> Chosen:
        """The same with the indicator that units are sorted by."""
        if excerpt.column in ("", *NAMED):
            return chosen
        return Chosen(self._algebra, [*(one.name for one in chosen.indicators), excerpt.column])

    def _numbers(self, units: Sequence[Unit], sums: Sums, excerpt: Excerpt) -> list[int]:
        """Which of these units are asked for, in order."""
        numbers = range(len(units))
        if (named := NAMED.get(excerpt.column)) is not None:
            return excerpt.of(numbers, lambda number: named(units[number]))
        one = self._algebra.indicator(excerpt.column)
        values = sums.column(one) if one is not None else []
        return excerpt.of(numbers, values.__getitem__)


def _is_closed(day: date, today: date) -> bool:
    return today > last_day(day, "month") + timedelta(days=GRACE_DAYS)
