"""A compact copy of all figures by month and locality, in memory, of one moment of the database.

For each measure it holds what had added up by the end of each month. A stock on a day is what had
added up until then, a flow of a period the difference of two such sums. Beside them are the parts
of measures by dimension, as they stand now and as they stood when the last two years began, so
that what became of a programme in either is at hand too. Copies are never changed: what was
committed since gives a new one that shares with the old whatever did not move. As adding up copies
every measure that moved, what moved last is kept beside the sums until there is much of it.
Who only looks at the present, and at years of a few measures, keeps no more than that.
"""

from collections.abc import Collection, Iterator
from copy import copy
from typing import Final, NamedTuple

import numpy as np

from policy_credit_reporting.indicators.algebra import Dimension
from policy_credit_reporting.indicators.movements import (
    DAY,
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    months_of,
    nothing,
)
from policy_credit_reporting.store.parts import Parts
from policy_credit_shared.kernel.checks import check

SESSIONS = "sessions"
"""The measure whose days are kept: which points have held their session follows from them."""


MONTHS_A_YEAR: Final = 12
OPENINGS_MAX: Final = 2
"""This year's, and the one that a report about the last year goes back to."""


class Opening(NamedTuple):
    """The parts of what moved before a month, counted from January 1970."""

    month: int
    parts: Parts


class Balances:
    """What had added up, by measure, month and locality; `recent` has moved, and is not in it."""

    def __init__(self, layout: Layout, years_of: Collection[str] | None = None) -> None:
        self.layout = layout
        self._years_of = years_of
        wanted = layout.measure_numbers if years_of is None else years_of
        self._kept = {n for name, n in layout.measure_numbers.items() if name in wanted}
        self._span = 1 if years_of is None else MONTHS_A_YEAR
        self.sessions = nothing()
        self.recent = nothing()
        self.parts = Parts(layout)
        self._openings: list[Opening] = []
        self._first = 0
        self._sums: list[list[Integers]] = [[] for _ in layout.meaning.measures]
        self._last_days: dict[int, int] = {}
        self._zero = np.zeros(len(layout.localities), np.int64)
        self._sessions = layout.measure_numbers.get(SESSIONS, -1)

    @property
    def first_month(self) -> int:
        """The first month in which anything moved, or the January before it."""
        return self._first * self._span

    @property
    def last_month(self) -> int:
        """The last month in which anything moved, or the December after it."""
        return (self._first + max(map(len, self._sums), default=0)) * self._span - 1

    def until(self, measure: int, month: int) -> Integers:
        """By locality, what had added up by the end of a month."""
        kept = measure in self._kept and (month + 1) % self._span == 0
        check(kept, "the end of the month is kept where a day is asked for")
        sums = self._sums[measure]
        number = month // self._span - self._first
        if not sums or number < 0:
            return self._zero
        return sums[min(number, len(sums) - 1)]

    def now(self, measure: int) -> Integers:
        """By locality, all that was ever recorded."""
        sums = self._sums[measure]
        return sums[-1] if sums else self._zero

    def is_whole_by(self, day: int, month: int) -> bool:
        """Whether nothing of the day's month is known to have moved after that day."""
        return self._last_days.get(month, day) <= day

    def months_moved(self) -> tuple[int, int]:
        """The first and the last month in which anything moved, recently or before."""
        if not len(self.recent):
            return self.first_month, self.last_month
        months = months_of(DAY.of(self.recent[:, 0]))
        first, last = int(months.min()), int(months.max())
        if not any(self._sums):
            return first, last
        return min(self.first_month, first), max(self.last_month, last)

    def values(self, measure: int, dimension: Dimension) -> list[str]:
        """The values of a dimension for which a measure has moved."""
        keys = self.recent[MEASURE.of(self.recent[:, 0]) == measure, 0]
        recent = np.unique(FIELD_OF[dimension].of(keys)).tolist()
        return [
            self.layout.values[dimension][number]
            for number in sorted({*self.parts.numbers(measure, dimension), *recent})
        ]

    def with_recent(self, movements: Movements) -> "Balances":
        """The balances when these have moved too, which are not added up yet."""
        if not len(movements):
            return self
        fresh = copy(self)
        fresh.recent = np.concatenate((self.recent, movements))
        held = movements[MEASURE.of(movements[:, 0]) == self._sessions]
        fresh.sessions = np.concatenate((self.sessions, held)) if len(held) else self.sessions
        return fresh

    def with_movements(self, movements: Movements) -> "Balances":
        """The balances when these have moved too, added up; there must be nothing recent."""
        check(not len(self.recent), "what moved before is added up")
        return self.with_recent(movements).added_up()

    def is_later_than(self, earlier: "Balances") -> bool:
        """Whether these are the earlier ones with more that is not added up yet."""
        return self._sums is earlier._sums

    def added_up(self) -> "Balances":
        """The same, with nothing recent left."""
        movements = self.recent
        if not len(movements):
            return self
        fresh = Balances(self.layout, self._years_of)
        fresh._first, fresh._sums = self._first, [list(sums) for sums in self._sums]
        keys = movements[:, 0]
        days, measures = DAY.of(keys), MEASURE.of(keys)
        months = months_of(days)
        fresh._last_days = _latest(self._last_days, months, days)
        fresh.sessions = self.sessions
        spans = months // self._span
        fresh._make_room(int(spans.min()), int(spans.max()))
        if self._years_of is None:
            fresh.parts = self.parts.with_movements(movements)
            fresh._openings = self._opened(fresh.last_month, movements, months)
        for measure, rows in _by_number(measures):
            fresh._move(measure, spans[rows], LOCALITY.of(keys[rows]), movements[rows, 1])
        return fresh

    def openings(self) -> list[Opening]:
        """Parts that what had added up by a day can be had from, sooner from the nearer."""
        check(self._years_of is None, "parts are kept where all months are")
        nothing = Opening(self.first_month, Parts(self.layout))
        return [nothing, *self._openings, Opening(self.last_month + 1, self.parts)]

    def _opened(self, last_month: int, movements: Movements, months: Integers) -> list[Opening]:
        january = last_month - last_month % MONTHS_A_YEAR
        known = self._openings
        if not known or january > known[-1].month:
            # All that is known is from before a year that begins only now.
            known = [*known, Opening(january, self.parts)][-OPENINGS_MAX:]
        return [
            Opening(month, parts.with_movements(movements[months < month]))
            for month, parts in known
        ]

    def _make_room(self, first: int, last: int) -> None:
        if not any(self._sums):
            self._first = first
        before = max(self._first - first, 0)
        self._first -= before
        for measure, sums in enumerate(self._sums):
            end = sums[-1] if sums else self._zero
            if measure not in self._kept:
                sums[:] = [end]
                continue
            sums[:0] = [self._zero] * before
            sums += [end] * (last - self._first + 1 - len(sums))

    def _move(self, measure: int, spans: Integers, localities: Integers, amounts: Integers) -> None:
        sums = self._sums[measure]
        numbers = spans - self._first if measure in self._kept else np.zeros_like(spans)
        first = int(numbers.min())
        moved = np.zeros((len(sums) - first, len(self._zero)), np.int64)
        np.add.at(moved, (numbers - first, localities), amounts)
        np.cumsum(moved, axis=0, out=moved)
        for number, change in enumerate(moved, first):
            sums[number] = sums[number] + change


def _by_number(numbers: Integers) -> Iterator[tuple[int, Integers]]:
    """Each number with the rows that hold it."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    for rows in np.split(order, starts[1:]):
        yield int(numbers[rows[0]]), rows


def _latest(known: dict[int, int], months: Integers, days: Integers) -> dict[int, int]:
    latest = dict(known)
    for month, rows in _by_number(months):
        latest[month] = max(latest.get(month, -1), int(days[rows].max()))
    return latest
