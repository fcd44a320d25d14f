"""The savings-and-credit groups (tổ tiết kiệm và vay vốn) of a unit, with their figures now.

They are kept for the present only, by all that is recorded. What groups have and what belongs to
none of them is together what the unit has.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final, get_args
from uuid import UUID

import numpy as np
from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.group_rows import GroupRows, id_of
from policy_credit_reporting.indicators.measures.supervision import RATED
from policy_credit_reporting.indicators.movements import (
    ASSOCIATION,
    MEASURE,
    Integers,
    Layout,
)
from policy_credit_reporting.store.answers import Figure, Paged, Reading, UnitName
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.figuring import Chosen, Sums
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.standing import let_through
from policy_credit_reporting.store.territories import Rollup, territories
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.identifiers import Association, Rating
from policy_credit_shared.kernel.units import NATION

COLUMNS: Final = (
    "group_members",
    "loans",
    "outstanding",
    "overdue",
    "frozen",
    "overdue_ratio",
    "overdue_loans",
    "savings",
    "average_points",
)
"""What is told of groups if nothing is asked for."""
RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)
ORDERS: Final = ("village", "association", "formed_on", "rating")
"""What groups can be put in order by, beside their indicators."""
OWN_ORDER: Final = "-outstanding"
FILTERS: Final = {"association"}
"""What groups can be narrowed to."""


class NotByGroup(Exception):
    """Figures of groups are not kept so: what was asked, and what can be asked instead."""


class GroupFigures(Struct, frozen=True, kw_only=True):
    """Tổ TK&VV: a group with its figures in a unit.

    `locality`, `village` and `formed_on` are of its foundation, null if that was never heard of.
    `rating` is its last; null before its first.
    """

    group: UUID
    locality: str | None
    village: str | None
    association: Association
    formed_on: date | None
    rating: Rating | None
    indicators: list[Figure]


class GroupsOfUnit(Paged, frozen=True, kw_only=True):
    """The groups of a unit.

    `outside` is what belongs to no group, `whole` what the unit has: all its groups and `outside`.
    """

    unit: UnitName
    reading: Reading
    filters: Filters
    groups: list[GroupFigures]
    outside: list[Figure]
    whole: list[Figure]
    position: Position
    provisional: list[str] = []


def kept_by_group(algebra: Algebra) -> list[str]:
    """Every indicator that there is of groups."""
    parts = {
        name: {ratio.numerator.name, ratio.denominator.name}
        for name, ratio in algebra.ratios.items()
    }
    ratios = [name for name, both in parts.items() if both <= algebra.by_group]
    return [*sorted(algebra.by_group), *ratios]


def groups_of(
    algebra: Algebra,
    snapshot: Snapshot,
    code: str,
    question: Question,
    rating: Rating | None,
    excerpt: Excerpt,
    is_dated: bool,
) -> GroupsOfUnit:
    """The groups of a unit, perhaps of one rating; those that owe most first if not sorted.

    If a day is asked for, only one after which nothing moved: it is as good as now. Raises
    UnknownUnit, UnknownIndicator and NotByGroup.
    """
    tree, reading = question.read(code)
    names = question.indicators or COLUMNS
    excerpt = excerpt if excerpt.column else excerpt._replace(sort=OWN_ORDER)
    by = excerpt.column
    chosen = Chosen(algebra, names if by in (*names, *ORDERS) else (*names, by))
    kept = sorted(algebra.by_group.intersection(snapshot.layout.meaning.by_group))
    _may_be_asked(kept, chosen, code, question)
    rollup = territories(tree, snapshot.layout).rollup([code])
    if is_dated and snapshot.moved_after(rollup, question.day):
        raise NotByGroup(
            f"Groups are kept for the present only, and figures of {code} moved after"
            f" {question.day}: leave the date out"
        )
    found = _Found(_rows(snapshot, rollup, question), snapshot, kept)
    [standing] = snapshot.standing([None], rollup, question.filters, kept)
    check((found.sums.sum(1) == standing[:, 0]).all(), f"groups of {code} add up to its figures")
    wanted, every = [kept.index(name) for name in chosen.names], [True] * len(chosen.names)
    of_groups = Sums(chosen, found.sums[wanted][None], every)
    of_unit = Sums(chosen, standing[wanted][None], every)
    numbers = [n for n in found.present() if rating in (None, found.ratings[n])]
    order = excerpt.of(numbers, _key(algebra, found, of_groups, by))
    return GroupsOfUnit(
        unit=name_of(tree.unit(code)),
        reading=reading,
        filters=question.filters,
        groups=[
            GroupFigures(
                group=found.groups[number],
                locality=one.locality if (one := found.formed[number]) else None,
                village=one.village if one else None,
                association=found.associations[number],
                formed_on=one.formed_on if one else None,
                rating=found.ratings[number],
                indicators=of_groups.figures(number)[: len(names)],
            )
            for number in order
        ],
        outside=of_groups.figures(found.outside)[: len(names)],
        whole=of_unit.figures(0)[: len(names)],
        total=len(numbers),
        limit=excerpt.limit,
        offset=excerpt.offset,
        position=snapshot.position(),
    )


def _may_be_asked(kept: list[str], chosen: Chosen, code: str, question: Question) -> None:
    if not kept:
        raise NotByGroup("Figures of groups are being filled: ask again when they have caught up")
    if code == NATION:
        raise NotByGroup("The nation has too many groups: ask for a province, or a unit below it")
    if others := question.filters.keys() - FILTERS:
        raise NotByGroup(f"Groups are not kept by {', '.join(sorted(others))}: leave that out")
    for name in chosen.names:
        if name not in kept:
            raise NotByGroup(f"{name} is not kept by group: there are {', '.join(kept)}")


def _rows(snapshot: Snapshot, rollup: Rollup, question: Question) -> GroupRows:
    rows = snapshot.group_rows(rollup)
    return rows[let_through(rows[:, 2], question.filters, snapshot.layout)]


class _Found:
    """Groups by number, with the sum of each measure of each; `outside` is what is in none."""

    def __init__(self, rows: GroupRows, snapshot: Snapshot, names: list[str]) -> None:
        # A row of nothing in no group, so that there always is one.
        rows = np.concatenate((rows, np.zeros((1, 4), np.int64)))
        halves, numbers = np.unique(rows[:, :2], axis=0, return_inverse=True)
        numbers = numbers.reshape(-1)
        self._names = names
        self.outside = int(np.flatnonzero(~halves.any(axis=1))[0])
        self.groups = [id_of(high, low) for high, low in halves.tolist()]
        self.sums = _sums(rows, numbers, len(halves), snapshot.layout, names)
        self.associations: list[Any] = _associations(rows, numbers, len(halves), snapshot.layout)
        self.ratings = self._ratings()
        formed = snapshot.groups_formed(self.groups)
        self.formed = [formed.get(group) for group in self.groups]

    def present(self) -> list[int]:
        """The groups that have anything, without what is in none."""
        found: list[int] = np.flatnonzero(self.sums.any(axis=0)).tolist()
        return [number for number in found if number != self.outside]

    def _ratings(self) -> list[Rating | None]:
        found: list[Rating | None] = [None] * len(self.groups)
        for rating in RATINGS:
            if (name := RATED[rating].name) in self._names:
                rated = np.flatnonzero(self.sums[self._names.index(name)] > 0)
                for number in rated.tolist():
                    found[number] = rating
        found[self.outside] = None
        return found


def _sums(
    rows: GroupRows, numbers: Integers, count: int, layout: Layout, names: list[str]
) -> Integers:
    """Each group's sum of each measure."""
    row_of = np.full(len(layout.meaning.measures), -1, np.int64)
    for row, name in enumerate(names):
        row_of[layout.measure_numbers[name]] = row
    places = row_of[MEASURE.of(rows[:, 2])]
    kept = places >= 0
    found = np.zeros((len(names), count), np.int64)
    np.add.at(found, (places[kept], numbers[kept]), rows[kept, 3])
    return found


def _associations(rows: GroupRows, numbers: Integers, count: int, layout: Layout) -> list[str]:
    found = np.zeros(count, np.int64)
    found[numbers] = ASSOCIATION.of(rows[:, 2])
    return [layout.values["association"][number] for number in found.tolist()]


Key = Callable[[int], Any]


def _key(algebra: Algebra, found: _Found, sums: Sums, by: str) -> Key:
    """What groups are put in order by; None where a group has none."""
    columns: dict[str, list[Any]] = {
        "village": [_counted(one.village) if one else None for one in found.formed],
        "association": found.associations,
        "formed_on": [one.formed_on if one else None for one in found.formed],
        "rating": [None if r is None else RATINGS.index(r) for r in found.ratings],
    }
    if by in columns:
        return columns[by].__getitem__
    one = algebra.measures.get(by) or algebra.ratios[by]
    return lambda number: sums.value(one, number)


def _counted(name: str) -> str:
    """With numbers by their size: Thôn 2 is before Thôn 10."""
    return re.sub(r"\d+", lambda number: f"{int(number[0]):09}", name)
