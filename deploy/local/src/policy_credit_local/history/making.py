"""One partition's history, month by month: what a worker makes, wherever the records go."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
from msgspec import Struct

from policy_credit_local.history import (
    closing,
    entrusting,
    lending,
    moving,
    opening,
    sessions,
    treating,
)
from policy_credit_local.history.calendar import Calendar, Month, number
from policy_credit_local.history.chaining import Batch, Chains
from policy_credit_local.history.chance import Chance, Whole
from policy_credit_local.history.funding import Funds
from policy_credit_local.history.ground import Ground, make_ground
from policy_credit_local.history.octets import table
from policy_credit_local.history.overseeing import Oversight
from policy_credit_local.history.pieces import Setting
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.rows import Rows
from policy_credit_local.history.sheets import Sheets
from policy_credit_local.history.tally import BUCKETS, Tally
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.units import REFORM_DAY
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.topics import Emitter

THE_REFORM: Final = number(REFORM_DAY)


class Order(Struct, frozen=True, kw_only=True):
    """What history is wanted: everything that its bytes depend on."""

    unit: str
    households: int
    first: date
    months: int
    seed: int
    partitions: int

    def calendar(self) -> Calendar:
        """Its months."""
        return Calendar(self.first, self.months)

    def ground(self) -> Ground:
        """Who lives where."""
        return make_ground(self.unit, self.households, Chance(self.seed))


class Made(Struct, frozen=True):
    """What came of one partition."""

    partition: int
    moved: dict[str, Whole]
    events: Counter[str]
    heads: dict[Emitter, Head]


class Making:
    """The history of one partition; `batches` makes it, `made` says what came of it."""

    def __init__(self, order: Order, ground: Ground, partition: int) -> None:
        self._calendar = order.calendar()
        self._tally = Tally(self._calendar)
        self._rows = Rows(self._tally)
        chance = Chance(order.seed)
        communes = ground.of_partition(partition, order.partitions)
        self._portfolio = Portfolio(ground, communes, self._calendar, chance, self._rows)
        self._funds = Funds(self._portfolio)
        self._oversight = Oversight(self._portfolio)
        places = table([f'"{office}""{locality}"' for office, locality in ground.places])
        self._chains = Chains(partition, Setting(chance, places))
        self._partition = partition

    def months(self) -> Iterator[Iterator[Batch]]:
        """The opening, each month, and what comes late after the last: records in order."""
        yield self._opening()
        for month in self._calendar.months:
            yield self._month(month)
        yield self._chains.records(self._rows.take())

    def made(self) -> Made:
        """What came of it, once everything was made."""
        p, tally = self._portfolio, self._tally
        stocks = {
            "outstanding": p.outstanding,
            "in_term": p.in_term,
            "frozen": p.frozen,
            "carried_forward_owed": p.carried,
            "loans": p.outstanding > 0,
            "overdue_loans": p.overdue.sum(axis=0) > 0,
            "households": (p.outstanding > 0).reshape(-1, 2).any(axis=1),
            "savings": p.savings,
            **{f"overdue_{name}": p.overdue[n] for n, name in enumerate(BUCKETS)},
        }
        for measure, stock in stocks.items():
            check(
                tally.total(measure) == int(stock.sum()), f"{measure} is what its events add up to"
            )
        return Made(self._partition, tally.moved, tally.events, self._chains.heads)

    def _opening(self) -> Iterator[Batch]:
        reformed = self._calendar.months[0].first >= THE_REFORM
        for turn, households in enumerate(opening.in_turns(self._portfolio)):
            opening.open_books(self._portfolio, households, turn, reformed)
            yield from self._chains.records(self._rows.take())
        self._funds.open()
        yield from self._chains.records(self._rows.take())

    def _month(self, month: Month) -> Iterator[Batch]:
        p = self._portfolio
        self._funds.renew(month)
        if month.first == THE_REFORM:
            moving.reform(p, month)
        closing.grow_older(p, month, before_sessions=True)
        sheets = Sheets(p, month)
        sessions.hold_sessions(p, sheets)
        calm = ~closing.grow_older(p, month, before_sessions=False)
        treating.treat(p, month, calm, sheets.late)
        moving.move_households(p, month, calm, sheets.late)
        paid_up = p.arrears == 0
        closing.charge_interest(p, month, sheets.earned_a_day)
        entrusting.accrue_fees(p, month, paid_up)
        lending.list_borrowers(p, month)
        self._oversight.oversee(p, month)
        check(bool(np.all(p.in_term >= 0)), "nothing is paid that is not owed")
        yield from self._chains.records(self._rows.take(month.ends_before()))
