"""The sheets of a month's sessions: when everybody comes, where, how late it is recorded."""

from typing import Final

import numpy as np

from policy_credit_local.history import closing
from policy_credit_local.history.calendar import DAY, OPENS, Month
from policy_credit_local.history.chance import Whole
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import AT_POINT, LATE_SHEETS
from policy_credit_local.history.tally import OFFICE, POINT

ENTRIES_SECONDS: Final = 7 * 3_600
CASH: Final = ("disbursed", "principal", "interest", "savings_deposited", "savings_withdrawn")
LATE_DAYS: Final = 3
"""Late entries come on one of the first so many days after the first of the next month."""


class Sheets:
    """What one month's sessions need to know of every household and loan, before they begin."""

    def __init__(self, p: Portfolio, month: Month) -> None:
        chance, everybody = p.chance, np.arange(len(p.household), dtype=np.int64)
        self.month = month
        self.days = month.first + p.day - 1
        self.at = p.moment(everybody, self.days, OPENS, ENTRIES_SECONDS)
        sheets = p.ground.first_household * 0 + np.arange(len(p.ground.office))
        late = chance.happens(LATE_SHEETS, f"late sheet {month.index}", sheets)
        self.late_commune = late
        self.late = late[p.commune] & ~p.moved
        delay = 1 + chance.below(LATE_DAYS - 1, f"late by {month.index}", p.household)
        self.late_at = self.at + (month.next_first + delay - self.days) * DAY
        office = p.moved | ~chance.happens(AT_POINT.value, f"place {month.index}", p.household)
        self.place = np.where(office, OFFICE, POINT)
        self.planned = {kind: np.zeros(len(p.ground.office), np.int64) for kind in CASH}
        self.realised = {kind: np.zeros(len(p.ground.office), np.int64) for kind in CASH}
        self.lines = np.zeros(len(p.ground.office), np.int64)
        self.earned_a_day = closing.earned_a_day(p)

    def took(self, p: Portfolio, kind: str, households: Whole, amount: Whole) -> None:
        """Count entries at the points in what their sessions realised."""
        there = self.place[households] == POINT
        communes = p.commune[households[there]]
        np.add.at(self.realised[kind], communes, amount[there])
        np.add.at(self.lines, communes, 1)
