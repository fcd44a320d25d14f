"""How old overdue principal is (nhóm thời gian quá hạn)."""

from datetime import date
from typing import Final

from policy_credit_shared.kernel.identifiers import Bucket

AGES: Final[dict[Bucket, tuple[int, Bucket] | None]] = {
    "1_90": (90, "91_180"),
    "91_180": (180, "181_360"),
    "181_360": (360, "over_360"),
    "over_360": None,
}
"""After how many days overdue principal leaves a bucket, and for which one.

The day on which it falls overdue, the day after its due date, is its first.
"""


def bucket_on(fell_on: date, day: date) -> Bucket:
    """The bucket that principal belongs in on a day (nhóm thời gian quá hạn)."""
    days, bucket = (day - fell_on).days, next(iter(AGES))
    while (ages := AGES[bucket]) is not None and days >= ages[0]:
        bucket = ages[1]
    return bucket
