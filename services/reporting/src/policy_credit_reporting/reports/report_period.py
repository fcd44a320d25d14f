"""The periods that are closed (kỳ báo cáo): a month, a quarter or a year, by its name."""

import re
from datetime import date
from typing import Annotated, Final

from msgspec import Meta, Struct

from policy_credit_reporting.indicators.movements import FIRST_DAY, LAST_DAY
from policy_credit_reporting.indicators.periods import Period, last_day

PeriodName = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$",
        max_length=7,
        description="A month 2019-11, a quarter 2019-Q4 or a year 2019",
        examples=["2019-11"],
    ),
]
_NAME: Final = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?")


class NoSuchPeriod(ValueError):
    """The name is of no period that figures are kept for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name[:20]!r} is no month 2019-11, quarter 2019-Q4 or year 2019")


class ReportPeriod(Struct, frozen=True):
    """A period with its first and last business day."""

    name: str
    step: Period
    first: date
    last: date


def report_period(name: str) -> ReportPeriod:
    """The period of a name; raises NoSuchPeriod."""
    match = _NAME.fullmatch(name)
    if match is None or not FIRST_DAY.year < int(match["year"]) < LAST_DAY.year:
        raise NoSuchPeriod(name)
    year = int(match["year"])
    if match["month"]:
        first = date(year, int(match["month"]), 1)
        return ReportPeriod(name, "month", first, last_day(first, "month"))
    if match["quarter"]:
        first = date(year, int(match["quarter"]) * 3 - 2, 1)
        return ReportPeriod(name, "quarter", first, last_day(first, "quarter"))
    return ReportPeriod(name, "year", date(year, 1, 1), date(year, 12, 31))


def ending_on(day: date, step: Period) -> ReportPeriod | None:
    """The month, quarter or year that ends on a day, if one does."""
    names = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": str(day.year),
    }
    if step not in names:
        return None
    try:
        found = report_period(names[step])
    except NoSuchPeriod:
        return None
    return found if found.last == day else None
