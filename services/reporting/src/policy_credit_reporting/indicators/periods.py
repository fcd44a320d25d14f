"""Periods of the calendar: months, quarters and years, and when one counts as closed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

Step = Literal["day", "month", "quarter", "year"]
"""Ngày, tháng, quý, năm."""

Period = Literal["day", "month", "quarter", "year", "total"]
"""Over what a flow is summed until a day: that day, its month, quarter or year, or all time."""

GRACE_DAYS: Final = 1
"""How many days after a month's end what belongs to it is still recorded in time: the close of its
last day is recorded by the end of the next."""

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def first_day(day: date, step: Step) -> date:
    """The first day of the period that a day is in."""
    if step == "day":
        return day
    month = (day.month - 1) // _MONTHS[step] * _MONTHS[step] + 1
    return date(day.year, month, 1)


def last_day(day: date, step: Step) -> date:
    """The last day of the period that a day is in."""
    return next_period(day, step) - timedelta(days=1)


def next_period(day: date, step: Step) -> date:
    """The first day of the period after the one that a day is in."""
    first = first_day(day, step)
    if step == "day":
        return first + timedelta(days=1)
    month = first.month - 1 + _MONTHS[step]
    return date(first.year + month // 12, month % 12 + 1, 1)


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, or that month's last if it has no such day."""
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_day(first, "month"))


def periods(since: date, until: date, step: Step) -> Iterator[tuple[date, date]]:
    """The periods from one day to another, the first and last of them cut at these days."""
    first = since
    while first <= until:
        last = min(last_day(first, step), until)
        yield first, last
        first = last + timedelta(days=1)


def is_late(occurred_on: date, recorded_on: date) -> bool:
    """Whether an event was recorded after its month had closed, so that published figures moved."""
    return (
        recorded_on.toordinal() - occurred_on.toordinal() > GRACE_DAYS
        and recorded_on > last_day(occurred_on, "month") + timedelta(days=GRACE_DAYS)
    )
