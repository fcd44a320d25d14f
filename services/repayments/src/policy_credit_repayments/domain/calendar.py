"""Days and months as the books count them."""

from calendar import monthrange
from datetime import date, timedelta


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_number(day: date) -> int:
    """Months counted through the years, so that their difference is how far apart they are."""
    return day.year * 12 + day.month


def days_after(day: date, days: int) -> date:
    """So many days later; the last day there is if it lies beyond the calendar."""
    return day + timedelta(days=days) if days <= (date.max - day).days else date.max
