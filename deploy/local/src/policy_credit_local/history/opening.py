"""The day before the first month: balances are taken over, as loans paid out on that day.

Loans are in the middle of their lives, with the instalments that are left; a few are frozen or
have an instalment overdue.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from policy_credit_local.history.calendar import DAY, SECOND
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.fields import INSTALMENTS_MAX
from policy_credit_local.history.funding import FUNDED
from policy_credit_local.history.portfolio import BETWEEN, CARRIES, RATE, SLOTS, TERM, Portfolio
from policy_credit_local.history.published import (
    FROZEN_AT_OPENING,
    IN_DEBT_AT_OPENING,
    MONTHS_MAX,
    SECOND_LOAN,
)
from policy_credit_local.history.tally import OFFICE
from policy_credit_shared.kernel.checks import check

BEFORE: Final = -1
"""The month of the opening."""
HOUSEHOLDS_AT_ONCE: Final = 60_000
SPREAD_SECONDS: Final = 600


def in_turns(p: Portfolio) -> Iterator[Whole]:
    """The households in whole communes, so many at once as memory should hold rows of."""
    turn = np.cumsum(p.ground.households[p.communes]) // HOUSEHOLDS_AT_ONCE
    check(not len(turn) or turn[-1] * SPREAD_SECONDS * SECOND < FUNDED, "a day has enough turns")
    by_household = turn[np.searchsorted(p.communes, p.commune)]
    for number in np.unique(by_household):
        yield np.flatnonzero(by_household == number)


def open_books(p: Portfolio, everybody: Whole, turn: int, reformed: bool) -> None:
    """Found the groups of some households, take members in, and take over what they owe."""
    if reformed:
        p.place[everybody] = p.reformed_place(everybody)
    begins = turn * SPREAD_SECONDS * SECOND
    days = np.full(len(everybody), p.calendar.opening, np.int64)
    at = np.zeros(len(p.household), np.int64)
    at[everybody] = p.moment(everybody, days, begins + 5 * SECOND, SPREAD_SECONDS - 60)
    _form_groups(p, everybody, p.calendar.opening * DAY + begins)
    p.rows.add(
        "group.member_joined",
        at[everybody],
        occurred=days,
        key=p.household_key(everybody, BEFORE),
        **p.of_member(everybody),
    )
    loans, skipped = _take_over(p, everybody)
    _pay_out(p, loans, skipped, at[p.of[loans]] + 2 * SECOND)
    _let_fall_overdue(p, loans[skipped], at + 3 * SECOND)
    _freeze(p, loans[~skipped], at + 3 * SECOND)
    _bring_savings(p, np.unique(p.of[loans]), at + SECOND)


def plan_left(p: Portfolio, loans: Whole, first: Whole) -> tuple[Whole, Whole]:
    """The instalments from the nth on, as days and amounts; 0 where there are fewer."""
    n = first[:, None] + np.arange(INSTALMENTS_MAX)
    count = TERM[p.product[loans]] // p.between[loans]
    month = np.minimum(
        p.start[loans][:, None] + n * p.between[loans][:, None], p.final[loans][:, None]
    )
    days = p.calendar.day_in(month, p.day[p.of[loans]][:, None])
    last = p.amount[loans] - p.instalment[loans] * (count - 1)
    amounts = np.where(n == count[:, None], last[:, None], p.instalment[loans][:, None])
    exists = n <= count[:, None]
    return np.where(exists, days, 0), np.where(exists, amounts, 0)


def _form_groups(p: Portfolio, everybody: Whole, at: int) -> None:
    groups, first = np.unique(p.group[everybody], return_index=True)
    heads = everybody[first]
    p.rows.add(
        "group.formed",
        at + 1 + np.arange(len(groups), dtype=np.int64) % 900_000,
        occurred=np.full(len(groups), p.calendar.opening, np.int64),
        key=groups,
        place_at=p.group_place[heads],
        group=groups,
        association=p.association[heads],
        village=p.chance.below(20, "village", groups),
    )


def _take_over(p: Portfolio, everybody: Whole) -> tuple[Whole, Yes]:
    """The loans there are, and which of them missed the instalment of the month before."""
    places = (everybody[:, None] * SLOTS + np.arange(SLOTS)).ravel()
    own = p.chance.happens(IN_DEBT_AT_OPENING, "in debt", p.household[everybody])
    water = p.chance.happens(SECOND_LOAN, "second loan", p.household[everybody])
    there = np.column_stack((own, own & water)).ravel()
    loans = places[there]
    keys = p.number(loans)
    product = p.product[loans]
    skipped = p.chance.happens(p.habit("overdue_at_opening", p.of[loans]), "overdue", keys)
    term, between = TERM[product], BETWEEN[product]
    elapsed = 1 + p.chance.below(1_000, "elapsed", keys) * (term - 1) // 1_000
    whole = np.maximum(elapsed // between, 1) * between
    whole = np.where(whole >= term, term - between, whole)
    p.begin(loans, np.where(skipped, BEFORE - whole, -elapsed))
    waiting = places[~there]
    long = np.where(p.slot[waiting] == 0, 12, 60)
    drawn = p.chance.below(1_000, "first wait", p.number(waiting))
    p.wait[waiting] = 1 + drawn * long // 1_000
    return loans, skipped


def _pay_out(p: Portfolio, loans: Whole, skipped: Yes, at: Whole) -> None:
    product, households = p.product[loans], p.of[loans]
    paid = (BEFORE - p.start[loans]) // p.between[loans]
    first = paid + 1 - skipped
    owed = p.amount[loans] - p.instalment[loans] * (first - 1)
    p.in_term[loans] = owed
    days, amounts = plan_left(p, loans, first)
    opening = np.full(len(loans), p.calendar.opening, np.int64)
    zero = np.zeros(len(loans), np.int64)
    p.say(
        "loan.disbursed",
        loans,
        at,
        opening,
        p.key(loans, BEFORE),
        group=p.group[households],
        amount=owed,
        annual_rate=RATE[product],
        due_on=p.calendar.day_in(p.final[loans], p.day[households]),
        place=zero + OFFICE,
        plan_days=days,
        plan_amounts=amounts,
        carries=CARRIES[product].astype(np.int64),
        confirmed_on=zero,
        is_confirmed=zero,
        lead=zero,
        zero=zero,
    )
    has_other = (p.slot[loans] == 1) & (p.in_term[loans ^ 1] > 0)
    p.say_debt(
        "household.entered_debt",
        loans,
        ~has_other,
        at + 10 + p.slot[loans],
        opening,
        p.key(loans, BEFORE),
    )


def _let_fall_overdue(p: Portfolio, loans: Whole, at: Whole) -> None:
    households = p.of[loans]
    opening = np.full(len(loans), p.calendar.opening, np.int64)
    missed = p.instalment[loans]
    p.in_term[loans] -= missed
    p.overdue[0, loans] = missed
    p.due_since[0, loans] = p.calendar.day_in(np.full(len(loans), BEFORE), p.day[households])
    key = p.key(loans, BEFORE)
    p.say("principal.fell_overdue", loans, at[households], opening, key, amount=missed)
    p.say("loan.fell_overdue", loans, at[households] + 1, opening, key)


def _freeze(p: Portfolio, loans: Whole, at: Whole) -> None:
    loans = loans[p.chance.happens(FROZEN_AT_OPENING.value, "frozen", p.number(loans))]
    at = at[p.of[loans]]
    opening = np.full(len(loans), p.calendar.opening, np.int64)
    months = np.full(len(loans), MONTHS_MAX, np.int64)
    amount, zero = p.in_term[loans], np.zeros(len(loans), np.int64)
    until = p.calendar.day_in(months, zero + 1)
    key = p.key(loans, BEFORE)
    p.say(
        "loan.freezing_approved",
        loans,
        at,
        opening,
        key,
        amount=amount,
        until=until,
        zero=zero,
    )
    p.say(
        "loan.frozen",
        loans,
        at + 100,
        opening,
        key,
        amount=amount,
        debt_class=zero,
        bucket=zero,
    )
    p.frozen[loans] = amount
    p.in_term[loans] = 0


def _bring_savings(p: Portfolio, households: Whole, at: Whole) -> None:
    keys = p.household[households]
    amount = (1 + p.chance.below(20, "savings", keys)) * 100_000
    p.savings[households] = amount
    p.rows.add(
        "savings.deposited",
        at[households],
        occurred=np.full(len(households), p.calendar.opening, np.int64),
        key=p.household_key(households, BEFORE),
        amount=amount,
        place=np.full(len(households), OFFICE, np.int64),
        **p.of_member(households),
    )
