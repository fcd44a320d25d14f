"""What had added up by a day: whole months from the copy in memory, what is left from pages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy_credit_reporting.indicators.movements import (
    DAY,
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    day_number,
    first_day_number,
    months_of,
)
from policy_credit_reporting.store.balances import Balances, Opening
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.territories import Rollup

ReadPages = Callable[[Rollup, int, int], Iterator[Movements]]
"""The movements of a rollup's localities, and perhaps others, in these months and all between."""

DAYS_END: Final = (1 << DAY.bits) - 1
"""The number of the last day that a key can hold."""


def standing(
    balances: Balances,
    read_pages: ReadPages,
    days: Sequence[date | None],
    rollup: Rollup,
    filters: Filters,
    measures: Sequence[str],
) -> Integers:
    """By day, measure and unit, what had added up by the end of the day; None is after all days."""
    if filters:
        return standing_of_each(balances, read_pages, days, rollup, [filters], measures)[0]
    numbers, months = _numbers(days)
    found = np.zeros((len(days), len(measures), len(rollup.starts)), np.int64)
    known = balances.layout.measure_numbers
    columns = [column for column, name in enumerate(measures) if name in known]
    numbered = [known[measures[column]] for column in columns]
    # Days of one month, and months in which a measure did not move, share what had added up.
    sums: dict[int, Integers] = {}
    cut: dict[int, list[int]] = {}
    until = list[int]()
    for row, (number, month) in enumerate(zip(numbers, months, strict=True)):
        is_whole = number == DAYS_END or balances.is_whole_by(number, month)
        if not is_whole:
            cut.setdefault(month, []).append(row)
        until.append(number if is_whole else first_day_number(month) - 1)
        if number == DAYS_END:
            added_up = [balances.now(measure) for measure in numbered]
        else:
            last = month if is_whole else month - 1
            added_up = [balances.until(measure, last) for measure in numbered]
        unsummed = {id(one): one for one in added_up if id(one) not in sums}
        sums |= zip(unsummed, rollup.sums(list(unsummed.values())), strict=True)
        found[row, columns] = [sums[id(one)] for one in added_up]
    found += _recent(balances, until, rollup, filters, measures)
    for month, rows in cut.items():
        adding = _Adding([numbers[n] for n in rows], rollup, filters, measures, balances.layout)
        for movements in read_pages(rollup, month, month):
            adding.add(_of_measures(movements, measures, balances.layout))
        found[rows] += adding.sums()
    return found


def standing_of_each(
    balances: Balances,
    read_pages: ReadPages,
    days: Sequence[date | None],
    rollup: Rollup,
    each: Sequence[Filters],
    measures: Sequence[str],
) -> list[Integers]:
    """The same under each of several filters: from parts, and the pages of all months between
    these and the days, which are read once."""
    numbers, months = _numbers(days)
    found = [np.zeros((len(days), len(measures), len(rollup.starts)), np.int64) for _ in each]
    layout, whole, left = balances.layout, [], []
    for row, (number, month) in enumerate(zip(numbers, months, strict=True)):
        opening = _standing_at(balances, number, month)
        if opening is None:
            left.append(row)
            continue
        whole.append(row)
        for sums, filters in zip(found, each, strict=True):
            sums[row] = _sums(opening, layout, rollup, filters, measures)
    for sums, filters in zip(found, each, strict=True):
        sums[whole] += _recent(balances, [numbers[n] for n in whole], rollup, filters, measures)
    if not left:
        return found
    first, last = min(months[row] for row in left), max(months[row] for row in left)
    nearest = min(balances.openings(), key=lambda o: max(o.month - 1, last) - min(o.month, first))
    eve = first_day_number(nearest.month) - 1
    until = [*(numbers[row] for row in left), eve]
    adding = [_Adding(until, rollup, filters, measures, layout) for filters in each]
    for movements in read_pages(rollup, min(nearest.month, first), max(nearest.month - 1, last)):
        wanted = _of_measures(movements, measures, layout)
        for one in adding:
            one.add(wanted)
    for sums, filters, one in zip(found, each, adding, strict=True):
        moved = one.sums()
        sums[left] = _sums(nearest, layout, rollup, filters, measures) + moved[:-1] - moved[-1]
        sums[left] += _recent(balances, [eve], rollup, filters, measures)
    return found


def _recent(
    balances: Balances,
    until: Sequence[int],
    rollup: Rollup,
    filters: Filters,
    measures: Sequence[str],
) -> Integers:
    """By day, measure and unit, what is not added up yet and had moved by the end of the day."""
    if not (len(balances.recent) and until):
        return np.zeros((len(until), len(measures), len(rollup.starts)), np.int64)
    adding = _Adding(until, rollup, filters, measures, balances.layout)
    adding.add(balances.recent)
    return adding.sums()


def _numbers(days: Sequence[date | None]) -> tuple[list[int], list[int]]:
    """The days as numbers, and their months."""
    numbers = [DAYS_END if day is None else day_number(day) for day in days]
    return numbers, months_of(np.array(numbers, np.int64)).tolist()


def _of_measures(movements: Movements, measures: Sequence[str], layout: Layout) -> Movements:
    """Most of what is read is of other measures, and the cheapest to leave out first."""
    wanted = np.zeros(1 << MEASURE.bits, bool)
    known = layout.measure_numbers
    wanted[[known[name] for name in measures if name in known]] = True
    return movements[wanted[MEASURE.of(movements[:, 0])]]


def _standing_at(balances: Balances, day: int, month: int) -> Opening | None:
    """Parts between which and a day nothing moved; None if none are known to be so."""
    for opening in reversed(balances.openings()):
        is_after_all = month >= opening.month > balances.last_month
        if is_after_all or (month == opening.month - 1 and balances.is_whole_by(day, month)):
            return opening
    return None


def _sums(
    opening: Opening, layout: Layout, rollup: Rollup, filters: Filters, measures: Sequence[str]
) -> Integers:
    """By measure and unit, what the filters let through."""
    found = np.zeros((len(measures), len(rollup.starts)), np.int64)
    known = layout.measure_numbers
    rows = [row for row, name in enumerate(measures) if name in known]
    found[rows] = rollup.sums([opening.parts.of(known[measures[n]], filters) for n in rows])
    return found


def let_through(keys: Integers, filters: Filters, layout: Layout) -> NDArray[np.bool_]:
    """Which keys the filters let through."""
    found = np.ones(len(keys), bool)
    for dimension, value in filters.items():
        found &= FIELD_OF[dimension].of(keys) == layout.codes[dimension][value]
    return found


class _Adding:
    """Adds movements up until each of some days, by measure and unit."""

    def __init__(
        self,
        days: Sequence[int],
        rollup: Rollup,
        filters: Filters,
        measures: Sequence[str],
        layout: Layout,
    ) -> None:
        self._rollup, self._filters, self._layout = rollup, filters, layout
        self._order = np.argsort(np.array(days, np.int64), kind="stable")
        self._days = np.array(days, np.int64)[self._order]
        self._columns = np.full(1 << MEASURE.bits, -1, np.int64)
        for column, name in enumerate(measures):
            if name in layout.measure_numbers:
                self._columns[layout.measure_numbers[name]] = column
        self._sums = np.zeros((len(days), len(measures), rollup.segment_count), np.int64)

    def add(self, movements: Movements) -> None:
        movements = movements[movements[:, 0] >> DAY.shift <= self._days[-1]]
        if self._filters:
            movements = movements[let_through(movements[:, 0], self._filters, self._layout)]
        keys = movements[:, 0]
        columns = self._columns[MEASURE.of(keys)]
        segments = self._rollup.segments(LOCALITY.of(keys), len(self._layout.localities))
        counts = (columns >= 0) & (segments >= 0)
        _, measures, units = self._sums.shape
        places = columns * units + segments
        if len(self._days) > 1:
            places += np.searchsorted(self._days, DAY.of(keys)) * (measures * units)
        np.add.at(self._sums.reshape(-1), places[counts], movements[counts, 1])

    def sums(self) -> Integers:
        """By day as asked, measure and unit."""
        until = np.cumsum(self._sums, axis=0)
        by_unit = self._rollup.sums_of_segments(until)
        found = np.empty_like(by_unit)
        found[self._order] = by_unit
        return found
