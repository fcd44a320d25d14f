"""The transaction session of each point: everybody's monthly day.

Interest, then overdue principal, the oldest first, then principal that is due or paid before it is;
savings; mistakes, that are booked twice and reversed later; and the money of new loans.
"""

from typing import Final

import numpy as np

from policy_credit_local.history import lending
from policy_credit_local.history.calendar import COUNTS, DAY, HOUR, OPENS, SECOND
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.paying import Payments
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import (
    DRAWS_SAVINGS,
    MISTAKES,
    SAVES,
)
from policy_credit_local.history.sheets import CASH, ENTRIES_SECONDS, LATE_DAYS, Sheets
from policy_credit_local.history.tally import REVERSED

SAVED_USUALLY: Final = 50_000


def hold_sessions(p: Portfolio, sheets: Sheets) -> None:
    """Everything of a month's sessions, and what the close of their days says of what was due."""
    month = sheets.month
    owed_before = p.outstanding > 0
    payments = Payments(p, sheets)
    payments.book()
    settled = np.flatnonzero(owed_before & (p.outstanding == 0))
    at = sheets.at[p.of[settled]]
    days = sheets.days[p.of[settled]]
    p.say("loan.settled", settled, at + 60, days, p.key(settled, month.index))
    p.end(settled, owed_before, at + 70, days, month)
    lending.pay_out(p, sheets.month, sheets.at, sheets.days, sheets.place, sheets.took)
    _save(p, sheets)
    _count(p, sheets)
    payments.close()


def _save(p: Portfolio, sheets: Sheets) -> None:
    """Members with debt save; some draw all that they have saved."""
    month = sheets.month
    owes = (p.outstanding > 0).reshape(-1, 2).any(axis=1)
    everybody = np.arange(len(p.household), dtype=np.int64)
    keys = p.household_key(everybody, month.index)
    savers = np.flatnonzero(owes & p.chance.happens(SAVES, "saves", keys))
    amount = (1 + p.chance.below(10, "saved", keys[savers])) * 10_000
    at = np.where(sheets.late, sheets.late_at, sheets.at) + 80
    columns = {"amount": amount, "place": sheets.place[savers], **p.of_member(savers)}
    p.rows.add(
        "savings.deposited", at[savers], occurred=sheets.days[savers], key=keys[savers], **columns
    )
    p.savings[savers] += amount
    sheets.took(p, "savings_deposited", savers, amount)
    np.add.at(sheets.planned["savings_deposited"], p.commune[savers], SAVED_USUALLY)
    _saved_twice(p, sheets, savers, keys[savers], columns, at)
    drawing = p.chance.happens(DRAWS_SAVINGS, "draws savings", keys) & (p.savings > 0)
    drawers = np.flatnonzero(drawing)
    amount = p.savings[drawers]
    p.rows.add(
        "savings.withdrawn",
        at[drawers] + 10,
        occurred=sheets.days[drawers],
        key=keys[drawers],
        amount=amount,
        place=sheets.place[drawers],
        **p.of_member(drawers),
    )
    p.savings[drawers] = 0
    sheets.took(p, "savings_withdrawn", drawers, amount)


def _saved_twice(
    p: Portfolio, sheets: Sheets, savers: Whole, keys: Whole, columns: dict[str, Whole], at: Whole
) -> None:
    month = sheets.month
    chosen: Yes = p.chance.happens(MISTAKES, "saved twice", keys) & ~sheets.late[savers]
    who = savers[chosen]
    more = {name: column[chosen] for name, column in columns.items()}
    days = sheets.days[who]
    key = p.household_key(who, month.index, 8)
    p.rows.add("savings.deposited", at[who] + 5, occurred=days, key=key, **more)
    sheets.took(p, "savings_deposited", who, more["amount"])
    on = np.full(len(who), month.next_first + 1, np.int64)
    p.rows.add(
        REVERSED + "savings.deposited",
        p.moment(who, on, OPENS, ENTRIES_SECONDS),
        occurred=on,
        key=key,
        entry_key=key,
        entry_occurred=days,
        zero=np.zeros(len(who), np.int64),
        **more,
    )


def _count(p: Portfolio, sheets: Sheets) -> None:
    """The cash of each session is counted and right; a late sheet's, when it came."""
    month = sheets.month
    sheets.planned["disbursed"] = sheets.realised["disbursed"]
    held = p.communes[p.ground.households[p.communes] > 0]
    days = month.first + p.ground.session_day[held] - 1
    counted = np.where(sheets.late_commune[held], month.next_first + LATE_DAYS, days)
    p.rows.add(
        "session.held",
        counted * DAY + COUNTS + HOUR // 2 + held * SECOND // 100 + 1,
        occurred=days,
        key=held * 1_000 + month.index,
        place_at=p.ground.main[held],
        lines=sheets.lines[held],
        **{f"planned_{kind}": sheets.planned[kind][held] for kind in CASH},
        **{f"realised_{kind}": sheets.realised[kind][held] for kind in CASH},
    )
