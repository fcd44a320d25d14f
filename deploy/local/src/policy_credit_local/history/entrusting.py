"""Entrustment fees (phí ủy thác): what associations earn at the end of a month, by locality."""

from typing import Final

import numpy as np

from policy_credit_local.history.calendar import CLOSES, DAY, HOUR, SECOND, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_shared.kernel.money import ENTRUSTMENT_FEE_PER_100_000

ASSOCIATIONS: Final = 4
SHARES: Final = ((2, 100), (3, 80), (4, 50))
"""The fee's share in percent, below so many percent of overdue debt; none from the last on."""
PUBLISHED_AFTER: Final = 13 * HOUR // 2
"""Once every account of the month is closed."""


def accrue_fees(p: Portfolio, month: Month, paid_up: Yes) -> None:
    """Fees of the outstanding of loans that owe no interest from before the month."""
    entrusted = np.flatnonzero((p.outstanding > 0) & ~p.moved[p.of])
    households = p.of[entrusted]
    at = p.place[households] * ASSOCIATIONS + p.association[households]
    pairs, where = np.unique(at, return_inverse=True)
    outstanding = _summed(p.outstanding[entrusted], where, len(pairs))
    overdue = _summed(p.overdue[:, entrusted].sum(axis=0), where, len(pairs))
    base = _summed(p.outstanding[entrusted] * paid_up[entrusted], where, len(pairs))
    share = np.zeros(len(pairs), np.int64)
    for below, percent in reversed(SHARES):
        share = np.where(overdue * 100 < outstanding * below, percent, share)
    unit = 100_000 * 100
    amount = (2 * base * ENTRUSTMENT_FEE_PER_100_000 * share + unit) // (2 * unit)
    day = np.full(len(pairs), month.last, np.int64)
    p.rows.add(
        "entrustment_fee.accrued",
        day * DAY + CLOSES + PUBLISHED_AFTER + pairs * SECOND // 1_000 % (HOUR // 2) + 1,
        occurred=day,
        key=pairs * 1_000 + month.index,
        place_at=pairs // ASSOCIATIONS,
        association=pairs % ASSOCIATIONS,
        month=np.full(len(pairs), month.number, np.int64),
        base=base,
        overdue=overdue,
        outstanding=outstanding,
        share=share // 10,
        amount=amount,
    )


def _summed(amounts: Whole, where: Whole, count: int) -> Whole:
    found = np.zeros(count, np.int64)
    np.add.at(found, where, amounts)
    return found
