"""Days as numbers since 1970-01-01, instants as microseconds, and the months of a history."""

from datetime import date
from typing import Final

import numpy as np

from policy_credit_local.history.chance import Whole

EPOCH: Final = date(1970, 1, 1).toordinal()
SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
MONTHS_BEFORE: Final = 130
MONTHS_AFTER: Final = 260
"""Around the first month: as far as loans reach."""

OPENS: Final = 1 * HOUR
"""08:00 in Vietnam: a session begins."""
COUNTS: Final = 9 * HOUR
"""16:00 in Vietnam: its cash is counted."""
CLOSES: Final = 16 * HOUR
"""23:00 in Vietnam: the close of a day runs."""


def number(day: date) -> int:
    """The day as a number."""
    return day.toordinal() - EPOCH


class Month:
    """One month of a history; `index` counts from 0."""

    def __init__(self, index: int, firsts: Whole) -> None:
        self.index = index
        self.first = int(firsts[MONTHS_BEFORE + index])
        self.next_first = int(firsts[MONTHS_BEFORE + index + 1])
        self.last = self.next_first - 1
        self.days = self.next_first - self.first
        on = date.fromordinal(self.first + EPOCH)
        self.year, self.of_year = on.year, on.month
        self.name = f"{on.year:04}-{on.month:02}"
        self.number = (on.year - 2_000) * 12 + on.month - 1
        """Counted from January 2000."""

    def ends_before(self) -> int:
        """The instant at which what is recorded in this month ends."""
        return self.next_first * DAY


class Calendar:
    """The months of a history, its loans' years before and after included."""

    def __init__(self, first: date, months: int) -> None:
        start = first.year * 12 + first.month - 1
        around = range(start - MONTHS_BEFORE, start + months + MONTHS_AFTER)
        self._firsts = np.array([number(date(n // 12, n % 12 + 1, 1)) for n in around], np.int64)
        self.opening = int(self._firsts[MONTHS_BEFORE]) - 1
        """The day before the first month: balances are taken over."""
        self.months = [Month(index, self._firsts) for index in range(months)]

    def day_in(self, months: Whole, days: Whole) -> Whole:
        """The day of each month, counted from the history's first, that is its nth."""
        found: Whole = self._firsts[months + MONTHS_BEFORE] + days - 1
        return found

    def index_of(self, days: Whole) -> Whole:
        """The month of each day; the opening is in month -1, as is everything before."""
        found = np.searchsorted(self._firsts, days, side="right") - 1 - MONTHS_BEFORE
        return np.maximum(found, -1).astype(np.int64)
