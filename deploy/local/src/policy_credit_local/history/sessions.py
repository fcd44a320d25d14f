"""The transaction session of each point: everybody's monthly day.

Interest, then overdue principal, the oldest first, then principal that is due or paid before it is;
savings; mistakes, that are booked twice and reversed later; and the money of new loans.
"""

from typing import Final

import numpy as np

from policy_credit_local.history import closing, lending
from policy_credit_local.history.calendar import CLOSES, COUNTS, DAY, HOUR, OPENS, SECOND, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.portfolio import Portfolio
from policy_credit_local.history.published import (
    AT_POINT,
    DRAWS_SAVINGS,
    LATE_SHEETS,
    MISTAKES,
    PREPAYS,
    PREPAYS_ALL,
    SAVES,
)
from policy_credit_local.history.tally import OFFICE, POINT, REVERSED
from policy_credit_shared.kernel.money import MILLION

ENTRIES_SECONDS: Final = 7 * 3_600
CASH: Final = ("disbursed", "principal", "interest", "savings_deposited", "savings_withdrawn")
SAVED_USUALLY: Final = 50_000
REVERSED_AFTER_DAYS: Final = 2
LATE_DAYS: Final = 3
"""Late entries come on one of the first so many days after the first of the next month."""


class Session:
    """What one month's sessions need to know of every household and loan, before they begin."""

    def __init__(self, p: Portfolio, month: Month) -> None:
        chance, everybody = p.chance, np.arange(len(p.household), dtype=np.int64)
        self.month = month
        self.days = month.first + p.day - 1
        self.at = p.moment(everybody, self.days, OPENS, ENTRIES_SECONDS)
        sheets = p.ground.first_household * 0 + np.arange(len(p.ground.office))
        late = chance.happens(LATE_SHEETS, f"late sheet {month.index}", sheets)
        self.late_commune = late
        self.late = late[p.commune] & ~p.moved
        delay = 1 + chance.below(LATE_DAYS - 1, f"late by {month.index}", p.household)
        self.late_at = self.at + (month.next_first + delay - self.days) * DAY
        office = p.moved | ~chance.happens(AT_POINT.value, f"place {month.index}", p.household)
        self.place = np.where(office, OFFICE, POINT)
        self.planned = {kind: np.zeros(len(p.ground.office), np.int64) for kind in CASH}
        self.realised = {kind: np.zeros(len(p.ground.office), np.int64) for kind in CASH}
        self.lines = np.zeros(len(p.ground.office), np.int64)
        self.earned_a_day = closing.earned_a_day(p)

    def took(self, p: Portfolio, kind: str, households: Whole, amount: Whole) -> None:
        """Count entries at the points in what their sessions realised."""
        there = self.place[households] == POINT
        communes = p.commune[households[there]]
        np.add.at(self.realised[kind], communes, amount[there])
        np.add.at(self.lines, communes, 1)


def hold_sessions(p: Portfolio, session: Session) -> None:
    """Everything of a month's sessions, and what the close of their days says of what was due."""
    month = session.month
    owed_before = p.outstanding > 0
    payments = _Payments(p, session)
    payments.book()
    settled = np.flatnonzero(owed_before & (p.outstanding == 0))
    at = session.at[p.of[settled]]
    days = session.days[p.of[settled]]
    p.say("loan.settled", settled, at + 60, days, p.key(settled, month.index))
    p.end(settled, owed_before, at + 70, days, month)
    lending.pay_out(p, session.month, session.at, session.days, session.place, session.took)
    _save(p, session)
    _count(p, session)
    payments.close()


class _Payments:
    """Who pays what on which loan."""

    def __init__(self, p: Portfolio, session: Session) -> None:
        self._p, self._session = p, session
        month, chance = session.month, p.chance
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
        late = session.late[households]
        whole = early & chance.happens(PREPAYS_ALL, "pays all", keys) & ~late
        some = (1 + chance.below(2, "pays some", keys)) * MILLION
        early_amount = np.where(whole, p.in_term[loans], np.where(early, some, 0))
        self.principal = np.where(self.pays_due, self.due, 0) + early_amount
        self.settles = (p.in_term[loans] == self.principal) & ((overdue == 0) | self.pays_overdue)
        self.plain = late & (overdue == 0) & (self.due == 0)
        self.at = np.where(self.plain, session.late_at[households], session.at[households])
        self.overdue = overdue

    def book(self) -> None:
        """Book the payments of everybody."""
        p, session = self._p, self._session
        np.add.at(session.planned["principal"], p.commune[self.households], self.due)
        np.add.at(session.planned["interest"], p.commune[self.households], p.arrears[self.loans])
        self._charge_the_last()
        self._interest()
        for bucket in (3, 2, 1, 0):
            paid = np.where(self.pays_overdue, p.overdue[bucket, self.loans], 0)
            self._principal(paid, 1, bucket + 1, 10 + (3 - bucket))
            p.overdue[bucket, self.loans] -= paid
        self._principal(self.principal, 0, 0, 20)
        p.in_term[self.loans] -= self.principal
        cured = self.loans[self.pays_overdue]
        at, days = self.at[self.pays_overdue] + 30, session.days[p.of[cured]]
        p.say("loan.cured", cured, at, days, p.key(cured, session.month.index))
        self._twice()

    def close(self) -> None:
        """At the close of the session's day, and of the next: what was due, what was missed."""
        p, session = self._p, self._session
        month, loans = session.month, self.loans
        due = np.flatnonzero(self.due > 0)
        days = session.days[p.of[loans[due]]]
        at = p.moment(p.of[loans[due]], days, CLOSES, 3_600)
        paid = np.where(self.pays_due[due], self.due[due], 0)
        key = p.key(loans[due], month.index)
        p.say("principal.fell_due", loans[due], at, days, key, amount=self.due[due], paid=paid)
        missed = np.flatnonzero((self.due > 0) & ~self.pays_due)
        closing.miss(p, month, loans[missed], self.due[missed], session.days)

    def _charge_the_last(self) -> None:
        """What a loan earned in its last days is charged when it is settled."""
        p, session, month = self._p, self._session, self._session.month
        last = self.loans[self.settles]
        days = session.days[p.of[last]]
        amount = closing.accrued(session.earned_a_day[last] * (days - month.first))
        some = amount > 0
        last, days, amount = last[some], days[some], amount[some]
        p.arrears[last] += amount
        p.say(
            "interest.charged",
            last,
            session.at[p.of[last]] - 10,
            days,
            p.key(last, month.index, 1),
            amount=amount,
            period_from=np.full(len(last), month.first, np.int64),
            period_until=days,
        )

    def _interest(self) -> None:
        p, session = self._p, self._session
        pays = p.chance.happens(
            p.habit("interest_paid", self.households), "pays interest", self._keys
        )
        some = np.flatnonzero((pays | self.settles) & (p.arrears[self.loans] > 0))
        loans, households = self.loans[some], self.households[some]
        amount = p.arrears[loans]
        key = p.key(loans, session.month.index)
        p.say(
            "interest.collected",
            loans,
            self.at[some],
            session.days[households],
            key,
            payment=key,
            amount=amount,
            place=session.place[households],
        )
        session.took(p, "interest", households, amount)
        p.arrears[loans] = 0

    def _principal(self, paid: Whole, debt_class: int, bucket: int, after: int) -> None:
        p, session = self._p, self._session
        some = np.flatnonzero(paid)
        loans, households = self.loans[some], self.households[some]
        zero = np.zeros(len(some), np.int64)
        p.say(
            "principal.collected",
            loans,
            self.at[some] + after,
            session.days[households],
            p.key(loans, session.month.index, bucket),
            payment=p.key(loans, session.month.index),
            amount=paid[some],
            debt_class=zero + debt_class,
            bucket=zero + bucket,
            place=session.place[households],
        )
        session.took(p, "principal", households, paid[some])

    def _twice(self) -> None:
        """Entries booked twice by mistake, and reversed: interest, or principal in term."""
        p, session, month = self._p, self._session, self._session.month
        drawn = p.chance.happens(MISTAKES, "mistake", self._keys) & ~self.plain & ~self.settles
        enough = p.in_term[self.loans] > 2 * MILLION + np.where(self.pays_due, 0, self.due)
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
            more = {"payment": key, "amount": amount, "place": session.place[households]}
            if kind == "principal.collected":
                more |= {"debt_class": zero, "bucket": zero}
            days = session.days[households]
            p.say(kind, loans, session.at[households] + 40, days, key, **more)
            session.took(p, kind.split(".")[0], households, amount)
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
    next_month = p.chance.happens(300_000, "reversed next month", key)
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


def _save(p: Portfolio, session: Session) -> None:
    """Members with debt save; some draw all that they have saved."""
    month = session.month
    owes = (p.outstanding > 0).reshape(-1, 2).any(axis=1)
    everybody = np.arange(len(p.household), dtype=np.int64)
    keys = p.household_key(everybody, month.index)
    savers = np.flatnonzero(owes & p.chance.happens(SAVES, "saves", keys))
    amount = (1 + p.chance.below(10, "saved", keys[savers])) * 10_000
    at = np.where(session.late, session.late_at, session.at) + 80
    columns = {"amount": amount, "place": session.place[savers], **p.of_member(savers)}
    p.rows.add(
        "savings.deposited", at[savers], occurred=session.days[savers], key=keys[savers], **columns
    )
    p.savings[savers] += amount
    session.took(p, "savings_deposited", savers, amount)
    np.add.at(session.planned["savings_deposited"], p.commune[savers], SAVED_USUALLY)
    _saved_twice(p, session, savers, keys[savers], columns, at)
    drawing = p.chance.happens(DRAWS_SAVINGS, "draws savings", keys) & (p.savings > 0)
    drawers = np.flatnonzero(drawing)
    amount = p.savings[drawers]
    p.rows.add(
        "savings.withdrawn",
        at[drawers] + 10,
        occurred=session.days[drawers],
        key=keys[drawers],
        amount=amount,
        place=session.place[drawers],
        **p.of_member(drawers),
    )
    p.savings[drawers] = 0
    session.took(p, "savings_withdrawn", drawers, amount)


def _saved_twice(
    p: Portfolio, session: Session, savers: Whole, keys: Whole, columns: dict[str, Whole], at: Whole
) -> None:
    month = session.month
    chosen: Yes = p.chance.happens(MISTAKES, "saved twice", keys) & ~session.late[savers]
    who = savers[chosen]
    more = {name: column[chosen] for name, column in columns.items()}
    days = session.days[who]
    key = p.household_key(who, month.index, 8)
    p.rows.add("savings.deposited", at[who] + 5, occurred=days, key=key, **more)
    session.took(p, "savings_deposited", who, more["amount"])
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


def _count(p: Portfolio, session: Session) -> None:
    """The cash of each session is counted and right; a late sheet's, when it came."""
    month = session.month
    session.planned["disbursed"] = session.realised["disbursed"]
    held = p.communes[p.ground.households[p.communes] > 0]
    days = month.first + p.ground.session_day[held] - 1
    counted = np.where(session.late_commune[held], month.next_first + LATE_DAYS, days)
    p.rows.add(
        "session.held",
        counted * DAY + COUNTS + HOUR // 2 + held * SECOND // 100 + 1,
        occurred=days,
        key=held * 1_000 + month.index,
        place_at=p.ground.main[held],
        lines=session.lines[held],
        **{f"planned_{kind}": session.planned[kind][held] for kind in CASH},
        **{f"realised_{kind}": session.realised[kind][held] for kind in CASH},
    )
