"""What a month brings beside loans: ratings, inspections, outreach, reports, and deposits."""

from typing import Final

import numpy as np

from policy_credit_local.history.bodies import OF_DISTRICT, Bodies
from policy_credit_local.history.calendar import COUNTS, DAY, OPENS, SECOND, Month
from policy_credit_local.history.chance import Whole
from policy_credit_local.history.governing import govern, key_of
from policy_credit_local.history.inspecting import (
    MONTHS_BETWEEN_INSPECTIONS,
    inspect,
    plan_inspections,
)
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import (
    GROUPS_AVERAGE,
    GROUPS_FAIR,
    GROUPS_GOOD,
    INDIVIDUALS_DEPOSIT,
    OUTCOMES_TAKEN_BACK,
    RATING_CHANGES,
    USURY_REPORTED,
    USURY_SETTLED,
)
from policy_credit_local.history.tally import OFFICE, OUTCOMES, POINTS
from policy_credit_shared.kernel.money import MILLION

DEPOSITED_ON, REACHED_OUT_ON, REPORTED_ON = 10, 12, 9
TAKEN_BACK_AFTER: Final = 7
MONTHS_BETWEEN_WITHDRAWALS: Final = 6
WEAKER: Final = 50_000
"""In a bad commune, by so much fewer groups are good."""
LEAST_POINTS, MORE_POINTS = np.array([90, 80, 70, 40]), np.array([11, 10, 10, 30])
"""By rating: from how many points on, and by how many there are more or less of them."""
INDIVIDUALS: Final = 1_000
"""An office's individuals have one number together, its own and this."""


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
        self._points = _shared_out(np.zeros(len(self._group), np.int64))
        self._bodies = Bodies(p)
        bank = self._bodies.bank
        self._offices = bank.chosen(np.flatnonzero(bank.level == OF_DISTRICT))
        self._lived_in = np.flatnonzero(ground.households[p.communes] > 0)
        self._deposits = np.zeros((2, len(self._offices.code)), np.int64)

    def oversee(self, p: Portfolio, month: Month) -> None:
        """Everything of one month."""
        for kind in range(2):
            self._take_deposits(p, month, kind)
        communes = self._bodies.communes.chosen(self._lived_in)
        if month.index == 0 or month.of_year == 1:
            plan_inspections(self._bodies, p.chance, month, communes)
        turn = (p.communes[self._lived_in] + month.index) % MONTHS_BETWEEN_INSPECTIONS
        inspect(self._bodies, p.chance, month, communes.chosen(np.flatnonzero(turn == 0)))
        self._reach_out(p, month, turn == 1)
        self._report_usury(p, month)
        govern(self._bodies, p.chance, month)
        self._rate(p, month)

    def _rate(self, p: Portfolio, month: Month) -> None:
        """Xếp loại tổ: on the last day of the month."""
        keys = self._group * 1_000 + month.index
        drawn = p.chance.below(MILLION, "rating", keys)
        good = GROUPS_GOOD.value - np.where(p.ground.bad[self._commune], WEAKER, 0)
        rating = (drawn >= good).astype(np.int64)
        rating += drawn >= good + GROUPS_FAIR.value
        rating += drawn >= good + GROUPS_FAIR.value + GROUPS_AVERAGE
        again = p.chance.happens(RATING_CHANGES, "rated anew", keys) | (self._rating < 0)
        rating = np.where(again, rating, self._rating)
        more = p.chance.below(1_000, "points", keys) * MORE_POINTS[rating] // 1_000
        points = _shared_out(np.where(again, LEAST_POINTS[rating] + more, self._points["points"]))
        day = np.full(len(keys), month.last, np.int64)
        p.rows.add(
            "group.rated",
            day * DAY + COUNTS + keys % 3_600 * SECOND + 1 + keys % 900_000,
            occurred=day,
            key=keys,
            place_at=p.ground.main[self._commune],
            group=self._group,
            association=self._association,
            month=month.number,
            rating=rating,
            previous=self._rating + 1,
            zero=0,
            **points,
            **{f"previous_{name}": earned for name, earned in self._points.items()},
        )
        self._rating, self._points = rating, points

    def _reach_out(self, p: Portfolio, month: Month, turn: Whole) -> None:
        """Tuyên truyền, and what lending brought about; little of it was a mistake."""
        communes = p.communes[self._lived_in[turn]]
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
        outcomes = {
            "place_at": place,
            "outcome_kind": p.chance.below(len(OUTCOMES), "outcome", keys),
            "count": 1 + p.chance.below(20, "outcomes", keys),
            "zero": 0 * keys,
        }
        p.rows.add("outcome.recorded", at + SECOND // 2, occurred=day, key=keys, **outcomes)
        wrong = p.chance.happens(OUTCOMES_TAKEN_BACK, "taken back", keys)
        self._bodies.say("outcome.taken_back", day + TAKEN_BACK_AFTER, keys, wrong, **outcomes)

    def _report_usury(self, p: Portfolio, month: Month) -> None:
        """Tín dụng đen: reported, and mostly settled within months."""
        keys = key_of(self._bodies.communes.code, month)
        rows = np.flatnonzero(p.chance.happens(USURY_REPORTED, "usury", keys))
        keys, units = keys[rows], self._bodies.communes.chosen(rows)
        days = np.full(len(keys), month.first + REPORTED_ON - 1, np.int64)
        of = {"place_at": units.place, "usury_kind": p.chance.below(6, "usury kind", keys)}
        self._bodies.say("illegal_lending.reported", days, keys, **of)
        after = 10 + p.chance.below(80, "usury settled after", keys)
        self._bodies.say(
            "illegal_lending.closed",
            days + after,
            keys,
            p.chance.happens(USURY_SETTLED, "usury settled", keys),
            result=p.chance.below(6, "usury result", keys),
            days_after=after,
            **of,
        )

    def _take_deposits(self, p: Portfolio, month: Month, kind: int) -> None:
        """Huy động tiền gửi of organisations (0), each month, and of individuals (1)."""
        offices = self._offices.code
        depositor = offices + INDIVIDUALS * kind
        keys = depositor * 1_000 + month.index
        day = np.full(len(keys), month.first + DEPOSITED_ON - 1, np.int64)
        at = day * DAY + OPENS + offices * SECOND + 1 + kind
        columns: dict[str, Whole] = {
            "occurred": day,
            "key": keys,
            "place_at": self._offices.place,
            "depositor": depositor,
            "depositor_kind": np.full(len(keys), kind, np.int64),
            "place": np.full(len(keys), OFFICE, np.int64),
        }
        amount = (50 + p.chance.below(450, "deposit", keys)) * MILLION // (1 + 9 * kind)
        comes = p.chance.happens(INDIVIDUALS_DEPOSIT if kind else MILLION, "deposits", keys)
        some = np.flatnonzero(comes)
        p.rows.add(
            "mobilised.deposited",
            at[some],
            amount=amount[some],
            **{name: column[some] for name, column in columns.items()},
        )
        self._deposits[kind, some] += amount[some]
        if month.index % MONTHS_BETWEEN_WITHDRAWALS == MONTHS_BETWEEN_WITHDRAWALS - 1:
            drawn = self._deposits[kind] // 3
            draws = np.flatnonzero(drawn)
            p.rows.add(
                "mobilised.withdrawn",
                at[draws] + SECOND // 2,
                amount=drawn[draws],
                **{name: column[draws] for name, column in columns.items()},
            )
            self._deposits[kind] -= drawn


def _shared_out(points: Whole) -> dict[str, Whole]:
    """A score's points and its components': what is missing is missing of the last ones first."""
    found = {"points": points}
    missing = sum(most for _, most in POINTS) - points
    for name, most in reversed(POINTS):
        lost = np.minimum(missing, most)
        found[f"points_{name}"] = most - lost
        missing = missing - lost
    return found
