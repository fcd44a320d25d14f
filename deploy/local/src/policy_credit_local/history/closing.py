"""What follows from the calendar alone: debt that falls overdue or ages, interest of the month."""

import numpy as np

from policy_credit_local.history.calendar import CLOSES, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.portfolio import CARRIES, LEAVES_BUCKET, RATE, Portfolio
from policy_credit_shared.kernel.money import DAYS_PER_YEAR, OVERDUE_RATE_PERCENT

SPREAD_SECONDS = 3_600


def miss(p: Portfolio, month: Month, loans: Whole, amount: Whole, session_days: Whole) -> None:
    """The day after, what was not paid falls overdue, or is carried to the next instalment."""
    households = p.of[loans]
    days = session_days[households] + 1
    at = p.moment(households, days, CLOSES, SPREAD_SECONDS)
    carries = CARRIES[p.product[loans]] & (month.index < p.final[loans])
    carried, fell = np.flatnonzero(carries), np.flatnonzero(~carries)
    key = p.key(loans, month.index)
    following = np.minimum(month.index + p.between[loans], p.final[loans])
    p.say(
        "instalment.carried_forward",
        loans[carried],
        at[carried],
        days[carried],
        key[carried],
        amount=amount[carried],
        new_due_on=p.calendar.day_in(following, p.day[households])[carried],
    )
    carry(p, loans[carried], amount[carried], at[carried] + 1, days[carried], key[carried])
    loans, amount, at, days, key = loans[fell], amount[fell], at[fell], days[fell], key[fell]
    first = np.flatnonzero(p.overdue[:, loans].sum(axis=0) == 0)
    p.say("principal.fell_overdue", loans, at, days, key, amount=amount)
    p.say("loan.fell_overdue", loans[first], at[first] + 1, days[first], key[first])
    carry(p, loans, 0 * amount, at + 2, days, key)
    p.in_term[loans] -= amount
    p.overdue[0, loans] += amount
    p.due_since[0, loans] = days - 1


def carry(p: Portfolio, loans: Whole, owed: Whole, at: Whole, days: Whole, key: Whole) -> None:
    """So much is owed of instalments carried forward from now on: say by how much that differs."""
    change = owed - p.carried[loans]
    some = np.flatnonzero(change)
    loans, change = loans[some], change[some]
    p.say("carried_forward.changed", loans, at[some], days[some], key[some], amount=change)
    p.carried[loans] += change


def grow_older(p: Portfolio, month: Month, *, before_sessions: bool) -> Yes:
    """Overdue principal leaves its bucket, on days before or from the session's on; whose did."""
    session_days = month.first + p.day[p.of] - 1
    aged: Yes = np.zeros(len(p.of), np.bool_)
    for bucket in (2, 1, 0):
        leaves = p.due_since[bucket] + LEAVES_BUCKET[bucket]
        now = (p.overdue[bucket] > 0) & (leaves >= month.first) & (leaves <= month.last)
        now &= (leaves < session_days) == before_sessions
        loans = np.flatnonzero(now)
        amount, days = p.overdue[bucket, loans], leaves[loans]
        p.say(
            "overdue.aged",
            loans,
            p.moment(p.of[loans], days, CLOSES, SPREAD_SECONDS) + 20 - bucket,
            days,
            p.key(loans, month.index, bucket),
            amount=amount,
            from_bucket=np.full(len(loans), bucket + 1, np.int64),
            to_bucket=np.full(len(loans), bucket + 2, np.int64),
        )
        p.overdue[bucket + 1, loans] += amount
        p.due_since[bucket + 1, loans] = p.due_since[bucket, loans]
        p.overdue[bucket, loans] = 0
        aged |= now
    return aged


def charge_interest(p: Portfolio, month: Month, earned_before: Whole) -> None:
    """Interest of the month: a balance until the session's day, another from it on."""
    session_days = month.first + p.day[p.of] - 1
    after = earned_a_day(p)
    units = earned_before * (session_days - month.first)
    units += after * (month.next_first - session_days)
    amount = np.where(after > 0, accrued(units), 0)
    loans = np.flatnonzero(amount)
    days = np.full(len(loans), month.last, np.int64)
    new = p.start[loans] == month.index
    p.say(
        "interest.charged",
        loans,
        p.moment(p.of[loans], days, CLOSES, SPREAD_SECONDS) + 50 + p.slot[loans],
        days,
        p.key(loans, month.index),
        amount=amount[loans],
        period_from=np.where(new, session_days[loans], month.first),
        period_until=days + 1,
    )
    p.arrears[loans] += amount[loans]


def earned_a_day(p: Portfolio) -> Whole:
    """What each loan earns in a day: dong × rate; overdue principal 130 % of the rate."""
    rate = RATE[p.product]
    overdue_rate = (2 * rate * OVERDUE_RATE_PERCENT + 100) // 200
    units: Whole = p.in_term * rate + p.overdue.sum(axis=0) * overdue_rate
    return units


def accrued(units: Whole) -> Whole:
    """Interest in whole dong of dong × rate × days, rounded half up."""
    unit = 10_000 * DAYS_PER_YEAR
    return (2 * units + unit) // (2 * unit)
