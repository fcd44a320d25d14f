"""Who pays what on which loan at a month's sessions."""

from typing import Final

import numpy as np

from policy_credit_local.history import closing
from policy_credit_local.history.calendar import CLOSES, OPENS, Month
from policy_credit_local.history.chance import Whole
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import MISTAKES, PREPAYS, PREPAYS_ALL
from policy_credit_local.history.sheets import ENTRIES_SECONDS, Sheets
from policy_credit_local.history.tally import REVERSED
from policy_credit_shared.kernel.money import MILLION

REVERSED_AFTER_DAYS: Final = 2
MONTHS_BEFORE_SETTLED: Final = 3
REVERSED_NEXT_MONTH: Final = 300_000


class Payments:
    """Who pays what on which loan."""

    def __init__(self, p: Portfolio, sheets: Sheets) -> None:
        self._p, self._sheets = p, sheets
        month, chance = sheets.month, p.chance
        loans = np.flatnonzero((p.in_term > 0) | (p.overdue.sum(axis=0) > 0))
        households, keys = p.of[loans], p.key(loans, month.index)
        self.loans, self.households, self._keys = loans, households, keys
        since = month.index - p.start[loans]
        comes = (since > 0) & ((since % p.between[loans] == 0) | (month.index == p.final[loans]))
        left = p.left_after(loans, month.index)
        self.due = np.where(comes, np.maximum(p.in_term[loans] - left, 0), 0)
        overdue = p.overdue[:, loans].sum(axis=0)
        self.pays_overdue = (overdue > 0) & chance.happens(
            p.habit("overdue_paid", households), "pays overdue", keys
        )
        pays = chance.happens(p.habit("due_paid", households), "pays when due", keys)
        self.pays_due = (self.due > 0) & pays & ((overdue == 0) | self.pays_overdue)
        early = (self.due == 0) & (overdue == 0) & (p.in_term[loans] > 2 * MILLION)
        early &= chance.happens(PREPAYS, "pays early", keys)
        late = sheets.late[households]
        # A loan lives until its use has been checked.
        whole = (
            early
            & (since >= MONTHS_BEFORE_SETTLED)
            & chance.happens(PREPAYS_ALL, "pays all", keys)
            & ~late
        )
        some = (1 + chance.below(2, "pays some", keys)) * MILLION
        early_amount = np.where(whole, p.in_term[loans], np.where(early, some, 0))
        self.principal = np.where(self.pays_due, self.due, 0) + early_amount
        self.settles = (p.in_term[loans] == self.principal) & ((overdue == 0) | self.pays_overdue)
        self.plain = late & (overdue == 0) & (self.due == 0)
        self.at = np.where(self.plain, sheets.late_at[households], sheets.at[households])
        self.overdue = overdue

    def book(self) -> None:
        """Book the payments of everybody."""
        p, sheets = self._p, self._sheets
        np.add.at(sheets.planned["principal"], p.commune[self.households], self.due)
        np.add.at(sheets.planned["interest"], p.commune[self.households], p.arrears[self.loans])
        self._charge_the_last()
        self._interest()
        for bucket in (3, 2, 1, 0):
            paid = np.where(self.pays_overdue, p.overdue[bucket, self.loans], 0)
            self._principal(paid, 1, bucket + 1, 10 + (3 - bucket))
            p.overdue[bucket, self.loans] -= paid
        self._principal(self.principal, 0, 0, 20)
        p.in_term[self.loans] -= self.principal
        closing.carry(
            p,
            self.loans,
            np.maximum(p.carried[self.loans] - self.principal, 0),
            self.at + 21,
            sheets.days[self.households],
            self._keys,
        )
        cured = self.loans[self.pays_overdue]
        at, days = self.at[self.pays_overdue] + 30, sheets.days[p.of[cured]]
        p.say("loan.cured", cured, at, days, p.key(cured, sheets.month.index))
        self._twice()

    def close(self) -> None:
        """At the close of the session's day, and of the next: what was due, what was missed."""
        p, sheets = self._p, self._sheets
        month, loans = sheets.month, self.loans
        due = np.flatnonzero(self.due > 0)
        days = sheets.days[p.of[loans[due]]]
        at = p.moment(p.of[loans[due]], days, CLOSES, 3_600)
        paid = np.where(self.pays_due[due], self.due[due], 0)
        key = p.key(loans[due], month.index)
        p.say("principal.fell_due", loans[due], at, days, key, amount=self.due[due], paid=paid)
        missed = np.flatnonzero((self.due > 0) & ~self.pays_due)
        closing.miss(p, month, loans[missed], self.due[missed], sheets.days)

    def _charge_the_last(self) -> None:
        """What a loan earned in its last days is charged when it is settled."""
        p, sheets, month = self._p, self._sheets, self._sheets.month
        last = self.loans[self.settles]
        days = sheets.days[p.of[last]]
        amount = closing.accrued(sheets.earned_a_day[last] * (days - month.first))
        some = amount > 0
        last, days, amount = last[some], days[some], amount[some]
        p.arrears[last] += amount
        p.say(
            "interest.charged",
            last,
            sheets.at[p.of[last]] - 10,
            days,
            p.key(last, month.index, 1),
            amount=amount,
            period_from=np.full(len(last), month.first, np.int64),
            period_until=days,
        )

    def _interest(self) -> None:
        p, sheets = self._p, self._sheets
        pays = p.chance.happens(
            p.habit("interest_paid", self.households), "pays interest", self._keys
        )
        some = np.flatnonzero((pays | self.settles) & (p.arrears[self.loans] > 0))
        loans, households = self.loans[some], self.households[some]
        amount = p.arrears[loans]
        key = p.key(loans, sheets.month.index)
        p.say(
            "interest.collected",
            loans,
            self.at[some],
            sheets.days[households],
            key,
            payment=key,
            amount=amount,
            place=sheets.place[households],
        )
        sheets.took(p, "interest", households, amount)
        p.arrears[loans] = 0

    def _principal(self, paid: Whole, debt_class: int, bucket: int, after: int) -> None:
        p, sheets = self._p, self._sheets
        some = np.flatnonzero(paid)
        loans, households = self.loans[some], self.households[some]
        zero = np.zeros(len(some), np.int64)
        p.say(
            "principal.collected",
            loans,
            self.at[some] + after,
            sheets.days[households],
            p.key(loans, sheets.month.index, bucket),
            payment=p.key(loans, sheets.month.index),
            amount=paid[some],
            debt_class=zero + debt_class,
            bucket=zero + bucket,
            place=sheets.place[households],
        )
        sheets.took(p, "principal", households, paid[some])

    def _twice(self) -> None:
        """Entries booked twice by mistake, and reversed: interest, or principal in term."""
        p, sheets, month = self._p, self._sheets, self._sheets.month
        drawn = p.chance.happens(MISTAKES, "mistake", self._keys) & ~self.plain & ~self.settles
        enough = p.carried[self.loans] == 0
        enough &= p.in_term[self.loans] > 2 * MILLION + np.where(self.pays_due, 0, self.due)
        which = p.chance.below(2, "which mistake", self._keys)
        for kind, chosen in (
            ("interest.collected", drawn & (which == 0)),
            ("principal.collected", drawn & (which == 1) & enough),
        ):
            some = np.flatnonzero(chosen)
            loans, households = self.loans[some], self.households[some]
            key = p.key(loans, month.index, 8)
            amount = np.full(len(some), MILLION, np.int64)
            zero = np.zeros(len(some), np.int64)
            if kind == "interest.collected":
                amount //= 10
            more = {"payment": key, "amount": amount, "place": sheets.place[households]}
            if kind == "principal.collected":
                more |= {"debt_class": zero, "bucket": zero}
            days = sheets.days[households]
            p.say(kind, loans, sheets.at[households] + 40, days, key, **more)
            sheets.took(p, kind.split(".")[0], households, amount)
            reverse(p, kind, loans, days, key, month, more)


def reverse(
    p: Portfolio,
    kind: str,
    loans: Whole,
    days: Whole,
    key: Whole,
    month: Month,
    more: dict[str, Whole],
) -> None:
    """Reverse entries: principal two days later, interest often only in the next month."""
    households = p.of[loans]
    next_month = p.chance.happens(REVERSED_NEXT_MONTH, "reversed next month", key)
    on = days + REVERSED_AFTER_DAYS
    if kind != "principal.collected":
        on = np.where(next_month, month.next_first + 1, on)
    p.say(
        REVERSED + kind,
        loans,
        p.moment(households, on, OPENS, ENTRIES_SECONDS),
        on,
        key,
        entry_key=key,
        entry_occurred=days,
        zero=np.zeros(len(loans), np.int64),
        **more,
    )
