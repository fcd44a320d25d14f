"""Months (tháng) as ratings name them: YYYY-MM, which sorts as time does."""

from calendar import monthrange
from datetime import date
from typing import Annotated

from msgspec import Meta

Month = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7, description="YYYY-MM")
]


def month_of(day: date) -> Month:
    """The month that a day is in."""
    return day.isoformat()[:7]


def month_end(month: Month) -> date:
    """Its last day."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def months_later(month: Month, months: int) -> Month:
    """So many months later, or earlier; never outside the calendar."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    year, number = divmod(min(max(count, date.min.year * 12), date.max.year * 12 + 11), 12)
    return f"{year:04}-{number + 1:02}"
