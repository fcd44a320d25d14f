"""What `--until` says: a moment, a day, offsets of the log, or a published report."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from policy_credit_shared.kernel.clock import BUSINESS_ZONE
from policy_credit_shared.store.progress import Partition

_OFFSET: Final = re.compile(r"^(?P<topic>[\w.-]+)\[(?P<number>[0-9]+)\]=(?P<offset>[0-9]+)$")

_REPORT: Final = re.compile(r"^([0-9]{1,7}|[0-9a-f]{64})$")


class NotAMoment(ValueError):
    """Neither a moment nor offsets nor a report; says what is."""


class ReportNamed(Struct, frozen=True):
    """A published report by its number in the register, or by its digest."""

    name: str


Until = datetime | dict[Partition, int] | ReportNamed


def read_until(written: str) -> Until:
    """A moment, of a day its last; the next offset of each partition, others not read; a report.

    What has no zone is in Viet Nam's. Raises NotAMoment.
    """
    if _REPORT.match(written):
        return ReportNamed(written)
    if "=" in written:
        found: dict[Partition, int] = {}
        for part in written.split(","):
            match = _OFFSET.match(part.strip())
            if match is None:
                raise NotAMoment(f"{part[:60]!r} is not topic[partition]=offset")
            found[Partition(match["topic"], int(match["number"]))] = int(match["offset"])
        return found
    try:
        day = date.fromisoformat(written)
    except ValueError:
        pass
    else:
        after = datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE) + timedelta(days=1)
        return after - timedelta(microseconds=1)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise NotAMoment(
            f"{written[:60]!r} is no day (2026-04-05), no moment (2026-04-05T17:00), no"
            " offsets (policy-credit.loans[0]=120,policy-credit.loans[1]=80) and no number or"
            " digest of a published report"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BUSINESS_ZONE)
