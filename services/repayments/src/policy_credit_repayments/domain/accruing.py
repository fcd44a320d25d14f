"""Interest from a loan's whole life, so that entries dated back or ahead count for their days.

Declining balance, actual days over 365 (Circular 14/2017/TT-NHNN); overdue principal at 130 %.
"""

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

from policy_credit_shared.kernel.money import accrual, overdue_rate


class Change(Struct, frozen=True, array_like=True):
    """On its day the balances in term and overdue changed by so much."""

    on: date
    in_term: int
    overdue: int


class Rate(Struct, frozen=True, array_like=True):
    """The annual rate from a day on; the first is from the beginning of days."""

    since: date
    annual: int


def rated(rates: Sequence[Rate], more: Rate) -> tuple[Rate, ...]:
    """Rates and another; of two from one day, the later said."""
    kept = (rate for rate in rates if rate.since != more.since)
    return tuple(sorted((*kept, more), key=lambda rate: rate.since))


def noted(changes: tuple[Change, ...], more: Change) -> tuple[Change, ...]:
    """Changes and another, together with the last one if they are of one day."""
    if changes and changes[-1].on == more.on:
        last = changes[-1]
        both = Change(more.on, last.in_term + more.in_term, last.overdue + more.overdue)
        return (*changes[:-1], both)
    return (*changes, more)


def earned(changes: Sequence[Change], rates: Sequence[Rate], day: date) -> int:
    """What the balances have earned until `day`, that day not counted, as `money.accrual` counts.

    `changes` in the order they were booked, whatever their days.
    """
    whole = 0
    for change in changes:
        if change.on < day:
            whole += _over(rates, change.on, day, change.in_term, _same)
            if change.overdue:
                whole += _over(rates, change.on, day, change.overdue, overdue_rate)
    return whole


def _over(
    rates: Sequence[Rate], start: date, end: date, principal: int, charged: Callable[[int], int]
) -> int:
    """What a principal earns from `start` until `end` at the rates of its days."""
    if len(rates) == 1:
        return accrual(principal, charged(rates[0].annual), (end - start).days)
    whole = 0
    ends = [rate.since for rate in rates[1:]]
    for rate, following in zip(rates, (*ends, date.max), strict=True):
        since, until = max(start, rate.since), min(end, following)
        if since < until:
            whole += accrual(principal, charged(rate.annual), (until - since).days)
    return whole


def _same(rate: int) -> int:
    return rate
