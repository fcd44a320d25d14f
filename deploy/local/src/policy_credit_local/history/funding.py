"""Capital and plans: what each office may lend of each fund, and reach in each programme.

A plan holds for its year. The next year's holds from the first of January; where it was not
assigned by then the target is 0 until it is, before the first session. In July, what has become
too little is raised.
"""

from datetime import date
from typing import Final

import numpy as np

from policy_credit_local.history.calendar import CLOSES, DAY, EPOCH, HOUR, OPENS, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import LOCAL_CAPITAL, PLANNED_LATE, PRODUCTS
from policy_credit_shared.kernel.money import MILLION

FUNDED: Final = 23 * HOUR
GROWTH_PERCENT: Final = 110
"""Example: what capital and plan leave room for."""
LATE_DAYS, RAISED_AFTER_DAYS = 3, 9
JANUARY, JULY = 1, 7
MONTHS: Final = 64
"""More than a history has, the opening included."""


class Funds:
    """What the offices of a partition hold."""

    def __init__(self, p: Portfolio) -> None:
        self._p = p
        offices = sorted({p.ground.office[int(commune)] for commune in p.communes})
        number = {office: n for n, office in enumerate(offices)}
        self._of_commune = np.array([number[p.ground.office[int(c)]] for c in p.communes], np.int64)
        first = np.unique(self._of_commune, return_index=True)[1]
        self._seat = p.ground.main[p.communes[first]]
        self._codes = np.array([int(office) for office in offices], np.int64)
        self._capital = np.zeros((len(offices), 2), np.int64)
        self._plans = np.zeros((len(offices), len(PRODUCTS)), np.int64)

    def open(self) -> None:
        """Give each office the capital and the plan that its books need, with room to grow."""
        opening, room = self._p.calendar.opening, self._room()
        at = opening * DAY + FUNDED
        self._allocate(room, opening, at, 0)
        year = date.fromordinal(opening + EPOCH).year
        self._assign(room, self._plans >= 0, year, opening, at, 0)

    def renew(self, month: Month) -> None:
        """Begin a year's plans, and raise what is too little in its middle."""
        if month.of_year not in (JANUARY, JULY):
            return
        room, index = self._room(), month.index + 1
        everybody: Yes = self._plans >= 0
        if month.of_year == JULY:
            day = month.first + RAISED_AFTER_DAYS
            self._allocate(room, day, day * DAY + OPENS, index)
            self._assign(room, room > self._plans, month.year, day, day * DAY + OPENS, 4 * index)
            return
        keys = self._codes[:, None] * len(PRODUCTS) + np.arange(len(PRODUCTS))
        late = self._p.chance.happens(PLANNED_LATE, f"plan of {month.year}", keys.ravel())
        late = late.reshape(keys.shape) & (self._plans > 0)
        begins, day = month.first * DAY + CLOSES, month.first + LATE_DAYS
        self._assign(0 * room, late, month.year, month.first, begins, 4 * index)
        self._assign(room, everybody & ~late, month.year, month.first, begins, 4 * index + 1)
        self._allocate(room, day, day * DAY + OPENS, index)
        self._assign(room, late, month.year, day, day * DAY + OPENS, 4 * index + 2)

    def _room(self) -> Whole:
        p = self._p
        owed = np.zeros(self._plans.shape, np.int64)
        by_commune = np.searchsorted(p.communes, p.commune[p.of])
        np.add.at(owed, (self._of_commune[by_commune], p.product), p.outstanding)
        room: Whole = owed * GROWTH_PERCENT // 100 // MILLION * MILLION
        return room

    def _allocate(self, room: Whole, day: int, at: int, turn: int) -> None:
        """Phân bổ nguồn vốn: what is missing of what the books need."""
        local = room.sum(axis=1) * LOCAL_CAPITAL.value // 1_000_000
        needs = np.column_stack((room.sum(axis=1) - local, local))
        missing = np.maximum(needs - self._capital, 0)
        office, fund = np.nonzero(missing)
        codes = self._codes[office]
        self._p.rows.add(
            "capital.allocated",
            at + 1 + codes + fund * 1_000,
            occurred=day,
            key=(codes * 2 + fund) * MONTHS + turn,
            place_at=self._seat[office],
            office_at=codes,
            fund=fund,
            amount=missing[office, fund],
            zero=0,
        )
        self._capital += missing

    def _assign(self, room: Whole, which: Yes, year: int, day: int, at: int, turn: int) -> None:
        """Giao chỉ tiêu kế hoạch, where there is one or was."""
        office, product = np.nonzero(which & ((room > 0) | (self._plans > 0)))
        codes = self._codes[office]
        self._p.rows.add(
            "plan.assigned",
            at + 10_001 + codes + product * 1_000,
            occurred=day,
            key=(codes * 16 + product) * MONTHS * 4 + turn,
            place_at=self._seat[office],
            office_at=codes,
            product=product,
            year=year,
            target=room[office, product],
            previous=self._plans[office, product],
        )
        self._plans[office, product] = room[office, product]
