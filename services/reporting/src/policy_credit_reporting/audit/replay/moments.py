"""What `--until` says: a moment, a day, or offsets of the log."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from policy_credit_shared.kernel.clock import BUSINESS_ZONE
from policy_credit_shared.store.progress import Partition

_OFFSET: Final = re.compile(r"^(?P<topic>[\w.-]+)\[(?P<number>[0-9]+)\]=(?P<offset>[0-9]+)$")


class NotAMoment(ValueError):
    """Neither a moment nor offsets; says what is."""


def read_until(written: str) -> datetime | dict[Partition, int]:
    """A moment, of a day its last; or the next offset of each partition, the others not read.

    What has no zone is in Viet Nam's. Raises NotAMoment.
    """
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
            f"{written[:60]!r} is no day (2026-04-05), no moment (2026-04-05T17:00) and no"
            " offsets (policy-credit.loans[0]=120,policy-credit.loans[1]=80)"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BUSINESS_ZONE)
