"""The way to a loan: listed, confirmed and approved in one month, paid out in the next."""

from typing import Final, Protocol

import numpy as np

from policy_credit_local.history.calendar import CLOSES, COUNTS, DAY, OPENS, SECOND, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.opening import plan_left
from policy_credit_local.history.portfolio import CARRIES, RATE, TERM, Portfolio
from policy_credit_local.history.published import CHECKED_LATE, DECLINED, REJECTED, WRONG_USE

APPROVED: Final = -1
"""What a loan waits when nothing but the money is missing."""
NOTHING: Final = -2
MONTHS_UNTIL_LISTED_AGAIN: Final = 6
VALID_DAYS: Final = 180
POSTED_AFTER, CONFIRMED_AFTER, APPROVED_AFTER = 1, 3, 1
CHECKED_BY: Final = 30
SPREAD_SECONDS: Final = 3 * 3_600


class Took(Protocol):
    """Counts entries of a session."""

    def __call__(self, p: Portfolio, kind: str, households: Whole, amount: Whole) -> None: ...


def list_borrowers(p: Portfolio, month: Month) -> None:
    """Households whose turn it is are listed on their session's day, and hear of it within days."""
    idle = (p.outstanding == 0) & (p.wait > 0)
    p.wait[idle] -= 1
    loans = np.flatnonzero(idle & (p.wait == 0))
    p.generation[loans] += 1
    listed = month.first + p.day[p.of[loans]] - 1
    rejected = p.chance.happens(REJECTED, "rejected", p.number(loans))
    _list(p, month, loans, listed, rejected)
    p.wait[loans[rejected]] = MONTHS_UNTIL_LISTED_AGAIN
    loans, confirmed = loans[~rejected], listed[~rejected] + CONFIRMED_AFTER
    declined = p.chance.happens(DECLINED, "declined", p.number(loans))
    _apply(p, month, loans, confirmed, declined)
    p.wait[loans] = np.where(declined, MONTHS_UNTIL_LISTED_AGAIN, APPROVED)


def _list(p: Portfolio, month: Month, loans: Whole, listed: Whole, rejected: Yes) -> None:
    households = p.of[loans]
    of = {
        **p.of_member(households),
        "product": p.product[loans],
        "loan": p.number(loans),
        "zero": np.zeros(len(loans), np.int64),
    }
    key = p.key(loans, month.index)
    posted, decided = listed + POSTED_AFTER, listed + CONFIRMED_AFTER
    for kind, days, chosen in (
        ("entitlement.listed", listed, rejected | True),
        ("entitlement.posted", posted, rejected | True),
        ("entitlement.confirmed", decided, ~rejected),
        ("entitlement.rejected", decided, rejected),
    ):
        some = np.flatnonzero(chosen)
        columns = {name: column[some] for name, column in of.items()}
        p.rows.add(
            kind,
            p.moment(households[some], days[some], OPENS, SPREAD_SECONDS) + p.slot[loans[some]],
            occurred=days[some],
            key=key[some],
            days_listed=(days - listed)[some],
            days_posted=(days - posted)[some],
            valid_until=days[some] + VALID_DAYS,
            **columns,
        )


def _apply(p: Portfolio, month: Month, loans: Whole, confirmed: Whole, declined: Yes) -> None:
    p.begin(loans, np.full(len(loans), month.index + 1, np.int64))
    p.confirmed_on[loans] = confirmed
    for kind, chosen, after in (
        ("loan.applied", declined | True, 0),
        ("loan.approved", ~declined, APPROVED_AFTER),
        ("loan.declined", declined, APPROVED_AFTER),
    ):
        some, days = loans[chosen], confirmed[chosen] + after
        households = p.of[some]
        p.say(
            kind,
            some,
            p.moment(households, days, OPENS, SPREAD_SECONDS) + 60 * SECOND + p.slot[some],
            days,
            p.key(some, month.index),
            group=p.group[households],
            amount=p.amount[some],
            term_months=TERM[p.product[some]],
            annual_rate=RATE[p.product[some]],
            days_applied=np.full(len(some), after, np.int64),
            zero=np.zeros(len(some), np.int64),
        )


def pay_out(
    p: Portfolio, month: Month, at: Whole, session_days: Whole, place: Whole, took: Took
) -> None:
    """At the session, loans approved in the month before are paid out, whole."""
    loans = np.flatnonzero(p.wait == APPROVED)
    households = p.of[loans]
    owed_before = p.outstanding > 0
    days, amount = session_days[households], p.amount[loans]
    first = np.ones(len(loans), np.int64)
    plan_days, plan_amounts = plan_left(p, loans, first)
    at = at[households] + 60 * SECOND
    zero = np.zeros(len(loans), np.int64)
    p.say(
        "loan.disbursed",
        loans,
        at + p.slot[loans],
        days,
        p.key(loans, month.index),
        group=p.group[households],
        amount=amount,
        annual_rate=RATE[p.product[loans]],
        due_on=p.calendar.day_in(p.final[loans], p.day[households]),
        place=place[households],
        plan_days=plan_days,
        plan_amounts=plan_amounts,
        carries=CARRIES[p.product[loans]].astype(np.int64),
        confirmed_on=p.confirmed_on[loans],
        is_confirmed=first,
        lead=days - p.confirmed_on[loans],
        zero=zero,
    )
    p.in_term[loans] = amount
    p.wait[loans] = NOTHING
    took(p, "disbursed", households, amount)
    other = loans ^ 1
    owes = np.where(p.slot[loans] == 0, owed_before[other], p.outstanding[other] > 0)
    key = p.key(loans, month.index)
    p.say_debt("household.entered_debt", loans, ~owes, at + 10 + p.slot[loans], days, key)
    _check_use(p, loans, days)


def _check_use(p: Portfolio, loans: Whole, paid_out: Whole) -> None:
    """The association checks what the money was used for, a few when it is overdue (06/TD)."""
    keys, households = p.number(loans), p.of[loans]
    late = p.chance.happens(CHECKED_LATE, "checked late", keys)
    after = 3 + p.chance.below(CHECKED_BY - 2, "checked after", keys)
    after = np.where(late, CHECKED_BY + 2 + after % 3, after)
    of = {
        "key": keys,
        "place_at": p.place[households],
        "loan": keys,
        "association": p.association[households],
        "zero": np.zeros(len(loans), np.int64),
    }
    due_on = paid_out + CHECKED_BY
    p.rows.add(
        "loan_use.check_opened",
        p.moment(households, paid_out, COUNTS, SPREAD_SECONDS) + p.slot[loans],
        occurred=paid_out,
        disbursed_on=paid_out,
        due_on=due_on,
        **of,
    )
    missed = np.flatnonzero(late)
    p.rows.add(
        "loan_use.fell_due",
        p.moment(households[missed], due_on[missed] + 1, CLOSES, SPREAD_SECONDS),
        occurred=due_on[missed] + 1,
        due_on=due_on[missed],
        **{name: column[missed] for name, column in of.items()},
    )
    p.rows.add(
        "loan_use.checked",
        (paid_out + after) * DAY + OPENS + keys % 10_000 * SECOND + 1 + keys % 900_000,
        occurred=paid_out + after,
        result=p.chance.happens(WRONG_USE, "wrong use", keys).astype(np.int64),
        days_after=after,
        on_time=(~late).astype(np.int64),
        fell_due=late.astype(np.int64),
        **of,
    )
