"""Time as an argument: business days in Viet Nam and the moment a service stored a fact."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Returns the present moment, timezone-aware. Only composition roots pass a real one."""


def system_clock() -> datetime:
    """The machine's time in UTC, whole microseconds."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """The calendar day in Viet Nam on which `moment` falls."""
    return moment.astimezone(BUSINESS_ZONE).date()
