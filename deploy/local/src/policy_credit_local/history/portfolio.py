"""What is owed and saved in one partition, as arrays: by household, and by loan.

A household has two places for loans, one for its own programme and one for water and sanitation; a
loan's index is twice its household's, plus 0 or 1. When a loan is settled, the next one takes its
place with the next generation.
"""

from typing import Final

import numpy as np

from policy_credit_local.history.calendar import DAY, SECOND, Calendar, Month
from policy_credit_local.history.chance import Chance, Whole, Yes
from policy_credit_local.history.ground import Ground, association_of
from policy_credit_local.history.published import (
    BAD_HABITS,
    GOOD_HABITS,
    HOUSEHOLDS_PER_GROUP,
    LOCAL_CAPITAL,
    MONTHS_MAX,
    PRODUCTS,
    REFORM_MOVES,
    WATER,
)
from policy_credit_local.history.rows import Rows
from policy_credit_local.history.tally import BUCKETS
from policy_credit_shared.kernel.money import MILLION

SLOTS: Final = 2
GENERATIONS: Final = 256
KEYS_A_MONTH: Final = 16
NOT_OF_LOANS: Final = 1 << 50
LEAVES_BUCKET: Final = (91, 181, 361)
"""Days after its due day on which overdue principal grows into the next bucket."""

WEIGHTS: Final = np.cumsum([product.weight for product in PRODUCTS])
LEAST: Final = np.array([product.least for product in PRODUCTS], np.int64)
MOST: Final = np.array([product.most for product in PRODUCTS], np.int64)
RATE: Final = np.array([product.annual_rate for product in PRODUCTS], np.int64)
TERM: Final = np.array([product.term_months for product in PRODUCTS], np.int64)
BETWEEN: Final = np.array([product.months_between for product in PRODUCTS], np.int64)
CARRIES: Final = np.array([product.carries for product in PRODUCTS], np.bool_)


class Portfolio:
    """Who lives in some communes, and what they owe and have saved."""

    def __init__(
        self, ground: Ground, communes: Whole, calendar: Calendar, chance: Chance, rows: Rows
    ) -> None:
        self.ground = ground
        self.communes = communes
        self.calendar = calendar
        self.chance = chance
        self.rows = rows
        self._settle_households()
        loans = SLOTS * len(self.household)
        self.of = np.arange(loans, dtype=np.int64) // SLOTS
        self.slot = np.arange(loans, dtype=np.int64) % SLOTS
        drawn = chance.below(int(WEIGHTS[-1]), "programme", self.household)
        self.product = np.where(
            self.slot == 0, np.searchsorted(WEIGHTS, drawn, side="right")[self.of], WATER
        )
        for name in (
            *("generation", "amount", "fund", "instalment", "between", "start", "final"),
            *("in_term", "frozen", "carried", "arrears", "wait", "confirmed_on", "category"),
        ):
            setattr(self, name, np.zeros(loans, np.int64))
        self.overdue = np.zeros((len(BUCKETS), loans), np.int64)
        self.due_since = np.zeros((len(BUCKETS), loans), np.int64)

    generation: Whole
    amount: Whole
    fund: Whole
    instalment: Whole
    between: Whole
    start: Whole
    """The month in which it was paid out; instalments are due each `between` months after it."""
    final: Whole
    in_term: Whole
    frozen: Whole
    carried: Whole
    """Of what is in term, what instalments carried forward left to be paid."""
    arrears: Whole
    """Interest charged and not collected."""
    wait: Whole
    """Months until the household is listed for the next loan; -1 once the money is approved."""
    confirmed_on: Whole
    category: Whole
    """One more than the index of its product, 0 for loans of existing books."""

    def _settle_households(self) -> None:
        ground, communes = self.ground, self.communes
        counts = ground.households[communes]
        self.commune = np.repeat(communes, counts)
        """The commune that it belonged to first: its session day and its habits stay."""
        within = np.arange(len(self.commune)) - np.repeat(np.cumsum(counts) - counts, counts)
        self.household = ground.first_household[self.commune] + within
        self.group = ground.first_group[self.commune] + within // HOUSEHOLDS_PER_GROUP.value
        self.association = association_of(self.group, self.chance)
        self.place = ground.main[self.commune]
        self.group_place = self.place.copy()
        """Where its group is: memberships and savings count there."""
        self.moved = np.zeros(len(self.commune), np.bool_)
        """Whether it comes to the office instead of a point."""
        self.day = ground.session_day[self.commune]
        self.bad = ground.bad[self.commune]
        self.savings = np.zeros(len(self.commune), np.int64)

    @property
    def outstanding(self) -> Whole:
        """Principal owed, by loan."""
        owed: Whole = self.in_term + self.overdue.sum(axis=0) + self.frozen
        return owed

    def number(self, loans: Whole) -> Whole:
        """The number that a loan has in the whole unit, for ever."""
        found: Whole = (self.household[self.of[loans]] * SLOTS + self.slot[loans]) * GENERATIONS
        return found + self.generation[loans]

    def key(self, loans: Whole, month: int, ordinal: int = 0) -> Whole:
        """A number of one of a loan's events of a month; other for each ordinal below 16."""
        at = (month + 1) * KEYS_A_MONTH + ordinal
        found: Whole = self.number(loans) * (2 * MONTHS_MAX * KEYS_A_MONTH) + at
        return found

    def household_key(self, households: Whole, month: int, ordinal: int = 0) -> Whole:
        """The same of a household's events."""
        at = (month + 1) * KEYS_A_MONTH + ordinal
        found: Whole = self.household[households] * (2 * MONTHS_MAX * KEYS_A_MONTH) + at
        return found + NOT_OF_LOANS

    def of_loan(self, loans: Whole) -> dict[str, Whole]:
        """The columns that every event of a loan has."""
        households = self.of[loans]
        return {
            "place_at": self.place[households],
            "household": self.household[households],
            "association": self.association[households],
            "product": self.product[loans],
            "fund": self.fund[loans],
            "category": self.category[loans],
            "loan": self.number(loans),
            "in_group": self.group[households],
        }

    def of_member(self, households: Whole) -> dict[str, Whole]:
        """The columns that every event of a member of a group has."""
        return {
            "place_at": self.group_place[households],
            "household": self.household[households],
            "association": self.association[households],
            "group": self.group[households],
        }

    def moment(self, households: Whole, days: Whole, opens: int, seconds: int) -> Whole:
        """An instant of its own for each household, within so many seconds of an hour of a day.

        Up to 0.1 s may be added to it: its fraction stays one, as an event's must.
        """
        keys = self.household[households]
        after = self.chance.below(seconds, "second", keys) * SECOND
        found: Whole = days * DAY + opens + after + 1 + self.chance.below(900_000, "micro", keys)
        return found

    def habit(self, name: str, households: Whole) -> Whole:
        """A share of the habits of each household's commune, in millionths."""
        good, bad = getattr(GOOD_HABITS, name), getattr(BAD_HABITS, name)
        share: Whole = np.where(self.bad[households], bad, good)
        return share

    def begin(self, loans: Whole, month: Whole) -> None:
        """Give loans the terms that their numbers have; nothing is paid out by that."""
        keys, product = self.number(loans), self.product[loans]
        steps = self.chance.below(1_000, "amount", keys) * (MOST - LEAST + 1)[product] // 1_000
        self.amount[loans] = (LEAST[product] + steps) * MILLION
        self.fund[loans] = self.chance.happens(LOCAL_CAPITAL.value, "local capital", keys)
        self.between[loans] = BETWEEN[product]
        self.instalment[loans] = self.amount[loans] // (TERM[product] // BETWEEN[product])
        self.start[loans] = month
        self.final[loans] = month + TERM[product]
        self.category[loans] = np.where(month < 0, 0, product + 1)

    def left_after(self, loans: Whole, month: int) -> Whole:
        """What may still be owed in term once the instalments up to a month are paid."""
        paid = (month - self.start[loans]) // self.between[loans]
        left = self.amount[loans] - self.instalment[loans] * paid
        owed: Whole = np.where(month >= self.final[loans], 0, np.maximum(left, 0))
        return owed

    def reformed_place(self, households: Whole) -> Whole:
        """Where each household counts after the reform of 2025-07-01: in a part of its commune."""
        keys = self.household[households]
        away = self.chance.happens(REFORM_MOVES, "reform", keys)
        places = self.ground.main[self.commune[households]].copy()
        for at in np.flatnonzero(away & self.cut_up[households]):
            parts = self.ground.parts[int(self.commune[households[at]])]
            places[at] = parts[int(keys[at]) % len(parts)]
        return places

    @property
    def cut_up(self) -> Yes:
        """Whether each household's commune went to more than one new commune."""
        many = np.array([len(parts) > 0 for parts in self.ground.parts], np.bool_)
        return many[self.commune]

    def say(
        self, kind: str, loans: Whole, recorded: Whole, occurred: Whole, key: Whole, **more: Whole
    ) -> None:
        """Add rows about loans."""
        self.rows.add(kind, recorded, occurred=occurred, key=key, **self.of_loan(loans), **more)

    def say_debt(
        self, kind: str, loans: Whole, overall: Yes, recorded: Whole, occurred: Whole, key: Whole
    ) -> None:
        """Add rows that a household entered or left debt by a loan."""
        households = self.of[loans]
        self.rows.add(
            kind,
            recorded,
            occurred=occurred,
            key=key,
            place_at=self.place[households],
            household=self.household[households],
            product=self.product[loans],
            overall=overall.astype(np.int64),
        )

    def end(
        self, loans: Whole, owed_before: Yes, recorded: Whole, occurred: Whole, month: Month
    ) -> None:
        """Households leave debt with loans that owe nothing any more, and wait for the next."""
        other = loans ^ 1
        owes = np.where(self.slot[loans] == 0, owed_before[other], self.outstanding[other] > 0)
        self.say_debt(
            "household.left_debt",
            loans,
            ~owes,
            recorded + self.slot[loans],
            occurred,
            self.key(loans, month.index),
        )
        long = np.where(self.slot[loans] == 0, 3, 30)
        keys = self.number(loans)
        self.wait[loans] = 1 + self.chance.below(1_000, "wait", keys) * long // 1_000
        self.arrears[loans] = 0
