"""Makes answers about units from snapshots."""

from collections.abc import Sequence
from datetime import date, timedelta

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
from policy_credit_reporting.store.explanations import Explanation, explanation_of
from policy_credit_reporting.store.figuring import Chosen, Sums, UnknownIndicator
from policy_credit_reporting.store.findings import FindingOrder, OpenFinding
from policy_credit_reporting.store.groups import GroupsAsked, GroupsOfUnit, groups_of
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.spots import SpotsOfUnit, spots_of
from policy_credit_reporting.store.territories import Territories, territories
from policy_credit_reporting.store.through_time import bridge, series
from policy_credit_shared.kernel.units import Level, Unit


class Reporter:
    """The answers of one algebra."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
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
        sort: str = "",
        limit: int = 1_000,
        offset: int = 0,
    ) -> ChildrenFigures:
        """The answer about the units below one; raises UnknownUnit and UnknownIndicator.

        `sort` is `code`, `name` or an indicator, with `-` before it from the largest down; units
        without a value come last.
        """
        tree, reading = question.read(code)
        land = territories(tree, snapshot.layout)
        units = tree.children(code)
        chosen = self._chosen(question)
        by = sort.removeprefix("-")
        ordering = chosen if by in ("", "code", "name") else self._with(chosen, by)
        sums = Sums.of(ordering, land.rollup([unit.code for unit in units]), question, snapshot)
        order = _ordered(units, sums, self._indicator(by), by, sort.startswith("-"))
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
                for number in order[offset : offset + limit]
            ],
            total=len(units),
            limit=limit,
            offset=offset,
            completeness=completeness,
            position=position,
            provisional=reasons(completeness),
        )

    def tree(
        self, snapshot: Snapshot, code: str, question: Question, down_to: Level
    ) -> TreeColumns:
        """Every unit from one down to a level; raises UnknownUnit and UnknownIndicator."""
        tree, reading = question.read(code)
        land = territories(tree, snapshot.layout)
        units = land.down_to(code, down_to)
        chosen = self._chosen(question)
        columns = chosen.columns()
        shown = [
            self._algebra.measures.get(c.name) or self._algebra.ratios[c.name] for c in columns
        ]
        sums = Sums.of(chosen, units.rollup, question, snapshot)
        position, completeness = self._complete(snapshot, land, code, question.day)
        return TreeColumns(
            reading=reading,
            filters=question.filters,
            columns=columns,
            units=units,
            values=[sums.column(one) for one in shown],
            position=position,
            provisional=reasons(completeness),
        )

    def series(
        self, snapshot: Snapshot, code: str, question: Question, since: date, step: Step
    ) -> SeriesFigures:
        """A unit through time; raises UnknownUnit and UnknownIndicator."""
        found = series(self._algebra, snapshot, code, question, since, step)
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
        order: FindingOrder = "deadline",
        limit: int = 100,
        offset: int = 0,
    ) -> list[OpenFinding]:
        """A unit's findings that were open at the end of the day; raises UnknownUnit."""
        tree, reading = question.read(code)
        localities = territories(tree, snapshot.layout).localities(code)
        return snapshot.findings(localities, reading.day, order, limit, offset)

    def groups(
        self, snapshot: Snapshot, code: str, question: Question, asked: GroupsAsked
    ) -> GroupsOfUnit:
        """A unit's groups now; raises UnknownUnit, UnknownIndicator and NotByGroup."""
        found = groups_of(self._algebra, snapshot, code, question, asked)
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
        limit: int,
        offset: int,
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
            revisions=found[offset : offset + limit],
            total=len(found),
            limit=limit,
            offset=offset,
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
        return Chosen(self._algebra, question.indicators)

    def _with(self, chosen: Chosen, name: str) -> Chosen:
        return Chosen(self._algebra, [*(one.name for one in chosen.indicators), name])

    def _indicator(self, name: str) -> Indicator | None:
        if name in ("", "code", "name"):
            return None
        found = self._algebra.measures.get(name) or self._algebra.ratios.get(name)
        if found is None:
            raise UnknownIndicator(name)
        return found


def _is_closed(day: date, today: date) -> bool:
    return today > last_day(day, "month") + timedelta(days=GRACE_DAYS)


def _ordered(
    units: list[Unit], sums: Sums, one: Indicator | None, by: str, descending: bool
) -> list[int]:
    numbers = list(range(len(units)))
    if not by:
        return numbers
    if one is None:
        names = {"code": lambda n: units[n].code, "name": lambda n: units[n].name}
        return sorted(numbers, key=names[by], reverse=descending)
    values = {number: sums.value(one, number) for number in numbers}
    with_value = [number for number in numbers if values[number] is not None]
    with_value.sort(key=lambda n: values[n] or 0, reverse=descending)
    return with_value + [number for number in numbers if values[number] is None]
