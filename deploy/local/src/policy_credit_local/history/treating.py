"""Debt in trouble: extended, frozen or written off, on one day late in a month."""

from typing import Final

import numpy as np

from policy_credit_local.history.calendar import OPENS, SECOND, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.closing import carry
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import (
    EXTENDED,
    FROZEN,
    MONTHS_MAX,
    RECOVERED,
    RESCHEDULED,
    WRITTEN_OFF,
)
from policy_credit_local.history.tally import OFFICE

TREATED_ON: Final = 27
MONTHS_MORE: Final = 12
OVER_360: Final = 3
PAYS_AFTER_MONTHS: Final = (2, 5, 9)
SPREAD_SECONDS: Final = 6 * 3_600
REPAYMENTS_LATER: Final = 2 * SECOND
"""Loans decides, repayments carries out."""


def treat(p: Portfolio, month: Month, calm: Yes, late: Yes) -> None:
    """Treat some of the overdue loans whose debt did not change its bucket late in the month.

    Of loans in term, a few get another plan, if their household's sheet is not late.
    """
    overdue = np.flatnonzero((p.overdue.sum(axis=0) > 0) & calm)
    keys = p.key(overdue, month.index)
    old = p.overdue[OVER_360, overdue] > 0
    drawn = p.chance.below(1_000_000, "treatment", keys)
    frozen = old & (drawn < FROZEN)
    written_off = old & ~frozen & (drawn < FROZEN + WRITTEN_OFF)
    extended = ~old & (p.final[overdue] <= month.index) & (drawn < EXTENDED)
    _extend(p, month, overdue[extended])
    _reschedule(p, month, _plans_to_change(p, month, calm & ~late[p.of]))
    _freeze(p, month, overdue[frozen])
    _write_off(p, month, overdue[written_off])


def _plans_to_change(p: Portfolio, month: Month, quiet: Yes) -> Whole:
    """Loans paid out in the history, with nothing overdue or carried forward, before their end."""
    fits = quiet & (p.in_term > 0) & (p.overdue.sum(axis=0) == 0) & (p.carried == 0)
    fits &= (p.start >= 0) & (p.start < month.index) & (month.index < p.final)
    loans = np.flatnonzero(fits & (p.instalment > 0))
    chosen = p.chance.happens(RESCHEDULED, "rescheduled", p.key(loans, month.index))
    return loans[chosen]


def _when(p: Portfolio, month: Month, loans: Whole) -> tuple[Whole, Whole, Whole]:
    days = np.full(len(loans), month.first + TREATED_ON - 1, np.int64)
    at = p.moment(p.of[loans], days, OPENS, SPREAD_SECONDS) + 50 * p.slot[loans]
    return at, days, p.key(loans, month.index)


def _extend(p: Portfolio, month: Month, loans: Whole) -> None:
    """Another year for all that is owed; what was overdue is in term again."""
    at, days, key = _when(p, month, loans)
    previously = p.calendar.day_in(p.final[loans], p.day[p.of[loans]])
    p.final[loans] = month.index + MONTHS_MORE
    until = p.calendar.day_in(p.final[loans], p.day[p.of[loans]])
    p.say("loan.extended", loans, at, days, key, until=until, previously=previously)
    at = at + REPAYMENTS_LATER
    for _, bucket, amount, some in _pieces(p, loans)[:-1]:
        p.say(
            "overdue.cured",
            loans[some],
            at[some] + 5 - bucket,
            days[some],
            p.key(loans[some], month.index, bucket),
            amount=amount[some],
            bucket=np.full(len(some), bucket, np.int64),
        )
    p.say("loan.cured", loans, at + 10, days, p.key(loans, month.index, 1))
    carry(p, loans, 0 * loans, at + 11, days, p.key(loans, month.index, 2))
    p.in_term[loans] += p.overdue[:, loans].sum(axis=0)
    p.overdue[:, loans] = 0
    p.amount[loans] = p.in_term[loans]
    p.instalment[loans] = 0


def _reschedule(p: Portfolio, month: Month, loans: Whole) -> None:
    """All that is left is to be paid at the end of the term."""
    at, days, key = _when(p, month, loans)
    ends = p.calendar.day_in(p.final[loans], p.day[p.of[loans]])
    plan = {"plan_days": ends[:, None], "plan_amounts": p.amount[loans][:, None]}
    p.say("loan.rescheduled", loans, at, days, key, **plan)
    p.amount[loans] = p.in_term[loans]
    p.instalment[loans] = 0


def _freeze(p: Portfolio, month: Month, loans: Whole) -> None:
    at, days, key = _when(p, month, loans)
    until = p.calendar.day_in(np.full(len(loans), month.index + MONTHS_MAX), days * 0 + 1)
    amount = p.outstanding[loans]
    p.say("loan.freezing_approved", loans, at, days, key, amount=amount, until=until, zero=days * 0)
    _take_off(p, month, loans, "loan.frozen")
    p.frozen[loans] = amount


def _write_off(p: Portfolio, month: Month, loans: Whole) -> None:
    owed_before = p.outstanding > 0
    at, days, key = _when(p, month, loans)
    amount = p.outstanding[loans]
    p.say("loan.write_off_approved", loans, at, days, key, amount=amount, zero=days * 0)
    _take_off(p, month, loans, "loan.written_off")
    _recover(p, month, loans, amount)
    p.end(loans, owed_before, at + REPAYMENTS_LATER + 20, days, month)


def _take_off(p: Portfolio, month: Month, loans: Whole, kind: str) -> None:
    """What is in term or overdue goes, class by class, and the loan is overdue no more."""
    at, days, _ = _when(p, month, loans)
    at, left = at + REPAYMENTS_LATER, p.outstanding[loans]
    for debt_class, bucket, part, some in _pieces(p, loans):
        left = left - part
        p.say(
            kind,
            loans[some],
            at[some] + 5 - bucket,
            days[some],
            p.key(loans[some], month.index, bucket),
            amount=part[some],
            debt_class=np.full(len(some), debt_class, np.int64),
            bucket=np.full(len(some), bucket, np.int64),
            closes=(left[some] == 0).astype(np.int64),
        )
    p.say("loan.cured", loans, at + 10, days, p.key(loans, month.index, 1))
    carry(p, loans, 0 * left, at + 11, days, p.key(loans, month.index, 2))
    p.in_term[loans] = 0
    p.overdue[:, loans] = 0


def _recover(p: Portfolio, month: Month, loans: Whole, written_off: Whole) -> None:
    """Thu nợ đã xóa: some pay at the office what was written off, in parts, as long as we look."""
    pays = p.chance.happens(RECOVERED, "recovered", p.number(loans))
    for later in PAYS_AFTER_MONTHS:
        if month.index + later >= len(p.calendar.months):
            break
        again = p.calendar.months[month.index + later]
        some = loans[pays]
        at, days, key = _when(p, again, some)
        p.say(
            "debt.recovered",
            some,
            at,
            days,
            key,
            payment=key,
            amount=written_off[pays] // 10,
            place=np.full(len(some), OFFICE, np.int64),
        )


def _pieces(p: Portfolio, loans: Whole) -> list[tuple[int, int, Whole, Whole]]:
    """Class, bucket (0 for none), amounts and which loans have any: overdue, the oldest first."""
    parts = [(1, bucket + 1, p.overdue[bucket, loans]) for bucket in (3, 2, 1, 0)]
    parts.append((0, 0, p.in_term[loans]))
    return [(debt_class, b, amount, np.flatnonzero(amount)) for debt_class, b, amount in parts]
