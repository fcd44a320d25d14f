"""Who owes which report to whom and by when (chế độ báo cáo): dated reference data."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, convert

from policy_credit_shared.events import governance
from policy_credit_shared.events.governance import Period, ReportedTo
from policy_credit_shared.events.supervision import BodyLevel
from policy_credit_shared.kernel.identifiers import Text

Every = Literal["month", "quarter", "half_year", "year"]

_MONTHS: Final[dict[Every, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class ReportDuty(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report that the bank's units of a level owe, `days` after the end of each period."""

    duty: governance.Duty
    level: BodyLevel
    to: ReportedTo
    every: Every
    days: Annotated[int, Meta(ge=1, le=366)]
    valid_from: date
    valid_until: date | None = None
    legal_basis: Text
    trust: Literal["s", "q", "k"]
    note: str = ""

    def is_in_force(self, day: date) -> bool:
        """Whether a period that ends on that day is asked for."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class DueReport(Struct, frozen=True, kw_only=True):
    """A report of a period, owed by a deadline."""

    duty: governance.Duty
    to: ReportedTo
    period: Period
    period_end: date
    deadline: date


@cache
def duties() -> Sequence[ReportDuty]:
    """The duties of the data file."""
    text = (resources.files(__package__) / "data" / "report_duties.toml").read_text("utf-8")
    return convert(tomllib.loads(text)["duty"], tuple[ReportDuty, ...])


def owed(level: BodyLevel, month_end: date) -> tuple[DueReport, ...]:
    """What a unit of that level owes of the periods that end with a month."""
    return tuple(
        DueReport(
            duty=duty.duty,
            to=duty.to,
            period=_period(duty.every, month_end),
            period_end=month_end,
            deadline=month_end + timedelta(days=duty.days),
        )
        for duty in duties()
        if duty.level == level
        and duty.is_in_force(month_end)
        and month_end.month % _MONTHS[duty.every] == 0
    )


def _period(every: Every, month_end: date) -> str:
    match every:
        case "month":
            return f"{month_end:%Y-%m}"
        case "quarter":
            return f"{month_end.year}-Q{month_end.month // 3}"
        case "half_year":
            return f"{month_end.year}-H{month_end.month // 6}"
        case "year":
            return f"{month_end.year}"
