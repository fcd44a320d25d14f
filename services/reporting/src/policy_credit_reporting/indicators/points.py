"""Which transaction points have not reported their session yet.

The rule: a point (điểm giao dịch xã) has its usual day of the month, the one on which it held most
of its sessions in the twelve months before; of several, the last. With fewer than two sessions
it has none. From its usual day on (in a shorter month, the month's last day) it is expected to
have held a session in the month, and as long as none is recorded, it is missing.
"""

from calendar import monthrange
from datetime import date
from typing import Final

import numpy as np
from msgspec import Struct

from policy_credit_reporting.indicators.movements import (
    DAY,
    LOCALITY,
    Integers,
    Movements,
    day_number,
    first_day_number,
    month_number,
    months_of,
)

MONTHS_BEFORE: Final = 12
SESSIONS_MIN: Final = 2


class Points(Struct, frozen=True):
    """The points that are expected to have reported by a day, and those that have not.

    Points are numbers of old communes; `usual_days` goes with `missing`.
    """

    expected: Integers
    missing: Integers
    usual_days: Integers


def points_on(day: date, sessions: Movements, point_of: Integers) -> Points:
    """How the points stand on a day; `point_of` is each locality's point."""
    month = month_number(day)
    counting = sessions[
        (sessions[:, 0] >= first_day_number(month - MONTHS_BEFORE) << DAY.shift)
        & (sessions[:, 0] < first_day_number(month + 1) << DAY.shift)
    ]
    points = point_of[LOCALITY.of(counting[:, 0])]
    held_points, held_days = _held(points, DAY.of(counting[:, 0]), counting[:, 1])
    months = months_of(held_days)
    before = months < month
    usual_points, usual = _usual(held_points[before], _days_of_month(held_days[before]))
    in_month = np.minimum(usual, monthrange(day.year, day.month)[1])
    due = in_month <= day.day
    expected, usual = usual_points[due], in_month[due]
    now = (months == month) & (held_days <= day_number(day))
    missing = ~np.isin(expected, held_points[now])
    return Points(expected, expected[missing], usual[missing])


def _held(points: Integers, days: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Points and days of sessions that were held and not reversed."""
    together = (points << DAY.bits) | days
    found, where = np.unique(together, return_inverse=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, where, counts)
    held = found[sums > 0]
    return held >> DAY.bits, held & ((1 << DAY.bits) - 1)


def _usual(points: Integers, days: Integers) -> tuple[Integers, Integers]:
    """Each point with enough sessions, and the day of the month of most of them."""
    if not len(points):
        return points, days
    pairs, counts = np.unique((points << 5) | days, return_counts=True)
    owners = pairs >> 5
    # Within a point the most usual day comes last, and of equally usual ones the latest.
    order = np.lexsort((pairs & 31, counts, owners))
    owners, pairs, counts = owners[order], pairs[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
    totals = np.add.reduceat(counts, starts)
    last = np.append(starts[1:], len(owners)) - 1
    enough = totals >= SESSIONS_MIN
    return owners[last][enough], (pairs[last] & 31)[enough]


def _days_of_month(days: Integers) -> Integers:
    dates = days.astype("M8[D]")
    found: Integers = (dates - dates.astype("M8[M]").astype("M8[D]")).astype(np.int64) + 1
    return found
