"""What a month brings beside loans: ratings, inspections, outreach, deposits of organisations."""

from typing import Final

import numpy as np

from policy_credit_local.history.calendar import COUNTS, DAY, OPENS, SECOND, Month, number
from policy_credit_local.history.chance import Whole
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import GROUPS_FAIR, GROUPS_GOOD, RATING_CHANGES
from policy_credit_local.history.tally import OFFICE, OUTCOMES
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import REFORM_DAY

INSPECTED_ON, DEPOSITED_ON, REACHED_OUT_ON, MET_ON = 20, 10, 12, 15
MONTHS_BETWEEN_INSPECTIONS: Final = 3
MONTHS_BETWEEN_MEETINGS: Final = 3
MONTHS_BETWEEN_WITHDRAWALS: Final = 6
WEAKER: Final = 50_000
"""In a bad commune, by so much fewer groups are good."""


class Oversight:
    """The ratings of a partition's groups, and the deposits of its offices."""

    def __init__(self, p: Portfolio) -> None:
        ground = p.ground
        counts = ground.groups[p.communes]
        self._commune = np.repeat(p.communes, counts)
        within = np.arange(len(self._commune)) - np.repeat(np.cumsum(counts) - counts, counts)
        self._group = ground.first_group[self._commune] + within
        first = np.unique(p.group, return_index=True)
        self._association = np.zeros(len(self._group), np.int64)
        self._association[np.searchsorted(self._group, first[0])] = p.association[first[1]]
        self._rating = np.full(len(self._group), -1, np.int64)
        offices = sorted({ground.office[int(commune)] for commune in p.communes})
        self._offices = np.array([int(office) for office in offices], np.int64)
        by_office = {ground.office[int(c)]: int(c) for c in reversed(p.communes)}
        self._seat = ground.main[np.array([by_office[office] for office in offices], np.int64)]
        self._deposits = np.zeros(len(offices), np.int64)

    def oversee(self, p: Portfolio, month: Month) -> None:
        """Everything of one month."""
        self._take_deposits(p, month)
        self._inspect(p, month)
        self._reach_out(p, month)
        if month.first < number(REFORM_DAY):
            self._meet(p, month)
        self._rate(p, month)

    def _rate(self, p: Portfolio, month: Month) -> None:
        """Xếp loại tổ: on the last day of the month."""
        keys = self._group * 1_000 + month.index
        drawn = p.chance.below(1_000_000, "rating", keys)
        good = GROUPS_GOOD.value - np.where(p.ground.bad[self._commune], WEAKER, 0)
        rating = (drawn >= good).astype(np.int64)
        rating += drawn >= good + GROUPS_FAIR.value
        again = p.chance.happens(RATING_CHANGES, "rated anew", keys) | (self._rating < 0)
        rating = np.where(again, rating, self._rating)
        day = np.full(len(keys), month.last, np.int64)
        p.rows.add(
            "group.rated",
            day * DAY + COUNTS + keys % 3_600 * SECOND + 1 + keys % 900_000,
            occurred=day,
            key=keys,
            place_at=p.ground.main[self._commune],
            group=self._group,
            association=self._association,
            month=np.full(len(keys), month.number, np.int64),
            rating=rating,
            previous=self._rating + 1,
        )
        self._rating = rating

    def _inspect(self, p: Portfolio, month: Month) -> None:
        communes = p.communes[p.ground.households[p.communes] > 0]
        turn = (communes + month.index) % MONTHS_BETWEEN_INSPECTIONS == 0
        communes = communes[turn]
        day = np.full(len(communes), month.first + INSPECTED_ON - 1, np.int64)
        keys = communes * 1_000 + month.index
        p.rows.add(
            "inspection.carried_out",
            day * DAY + OPENS + communes * SECOND % (6 * 3_600 * SECOND) + 1,
            occurred=day,
            key=keys,
            place_at=p.ground.main[communes],
            body=p.chance.below(4, "body", keys),
            groups_inspected=1 + p.chance.below(4, "groups inspected", keys),
            households_visited=5 + p.chance.below(15, "households visited", keys),
        )

    def _reach_out(self, p: Portfolio, month: Month) -> None:
        """Tuyên truyền, and what lending brought about: each commune in its turn."""
        communes = p.communes[p.ground.households[p.communes] > 0]
        communes = communes[(communes + month.index) % MONTHS_BETWEEN_INSPECTIONS == 1]
        day = np.full(len(communes), month.first + REACHED_OUT_ON - 1, np.int64)
        keys = communes * 1_000 + month.index
        at = day * DAY + OPENS + communes * SECOND % (6 * 3_600 * SECOND) + 1
        place = p.ground.main[communes]
        p.rows.add(
            "outreach.held",
            at,
            occurred=day,
            key=keys,
            place_at=place,
            outreach_kind=p.chance.below(5, "outreach", keys),
            organiser=p.chance.below(4, "organiser", keys),
            attendance=10 + p.chance.below(90, "attendance", keys),
        )
        p.rows.add(
            "outcome.recorded",
            at + SECOND // 2,
            occurred=day,
            key=keys,
            place_at=place,
            outcome_kind=p.chance.below(len(OUTCOMES), "outcome", keys),
            count=1 + p.chance.below(20, "outcomes", keys),
        )

    def _meet(self, p: Portfolio, month: Month) -> None:
        """Boards of districts met each quarter, as long as there were districts."""
        if month.of_year % MONTHS_BETWEEN_MEETINGS:
            return
        keys = self._offices * 1_000 + month.index
        day = np.full(len(keys), month.first + MET_ON - 1, np.int64)
        members = 9 + p.chance.below(4, "members", self._offices)
        p.rows.add(
            "board.met",
            day * DAY + OPENS + self._offices * SECOND + 1,
            occurred=day,
            key=keys,
            place_at=self._seat,
            office_at=self._offices,
            members=members,
            attended=members - p.chance.below(3, "absent", keys),
            zero=np.zeros(len(keys), np.int64),
        )

    def _take_deposits(self, p: Portfolio, month: Month) -> None:
        keys = self._offices * 1_000 + month.index
        day = np.full(len(keys), month.first + DEPOSITED_ON - 1, np.int64)
        at = day * DAY + OPENS + self._offices * SECOND + 1
        columns: dict[str, Whole] = {
            "occurred": day,
            "key": keys,
            "place_at": self._seat,
            "depositor": self._offices,
            "depositor_kind": np.zeros(len(keys), np.int64),
            "place": np.full(len(keys), OFFICE, np.int64),
        }
        amount = (50 + p.chance.below(450, "deposit", keys)) * MILLION
        p.rows.add("mobilised.deposited", at, amount=amount, **columns)
        self._deposits += amount
        if month.index % MONTHS_BETWEEN_WITHDRAWALS == MONTHS_BETWEEN_WITHDRAWALS - 1:
            drawn = self._deposits // 3
            p.rows.add("mobilised.withdrawn", at + SECOND // 2, amount=drawn, **columns)
            self._deposits -= drawn
