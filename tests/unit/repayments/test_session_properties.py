"""Whatever entries are asked for, valid or not, a session's totals are what was said of them."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.handlers import MAPPER
from policy_credit_repayments.domain.point_commands import session_id
from policy_credit_repayments.domain.refusals import CashDiffers, SessionClosedAlready
from policy_credit_repayments.domain.session import SESSION, Session
from policy_credit_shared.events import collection
from policy_credit_shared.events.collection import SessionAmounts, SessionHeld
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import Command

POINTS = {build.some_id("one"): build.COMMUNE, build.some_id("two"): "22873"}
"""Two sessions of one day, and their communes."""
HOUSEHOLDS = {
    build.COMMUNE: (build.LOCALITY, build.some_id("here"), build.some_id("loan here")),
    "22873": ("22873-22873", build.some_id("there"), build.some_id("loan there")),
}
OPENING_CASH = 1_000
OTHER_DAY = build.DAY + timedelta(days=1)

KINDS: dict[type[Any], tuple[str, int]] = {
    collection.PrincipalCollected: ("principal", 1),
    collection.InterestCollected: ("interest", 1),
    collection.SavingsDeposited: ("savings_deposited", 1),
    collection.SavingsWithdrawn: ("savings_withdrawn", -1),
    collection.MobilisedDeposited: ("savings_deposited", 1),
    collection.MobilisedWithdrawn: ("savings_withdrawn", -1),
    LoanDisbursed: ("disbursed", -1),
}
"""Which kind of a session's amounts a public event counts under, and where its money goes."""


class Clerk:
    """Adds up what is said publicly of each session's entries, from the events alone."""

    def __init__(self) -> None:
        self.totals: dict[UUID, Counter[str]] = {session: Counter() for session in POINTS}
        self.cash = dict.fromkeys(POINTS, OPENING_CASH)

    def writes(self, session: UUID, event: Any) -> None:
        kind, sign = KINDS[type(event)]
        self.totals[session][kind] += event.amount
        self.cash[session] += sign * event.amount

    def amounts(self, session: UUID) -> SessionAmounts:
        return SessionAmounts(**self.totals[session])


class Day:
    """A service with two points; entries in a session are made at the point, others are not."""

    def __init__(self) -> None:
        self.desk = build.Desk(PARTS)
        self.clerk = Clerk()
        self.opened: set[UUID] = set()
        self.payments = 0
        for commune, (locality, household, loan) in HOUSEHOLDS.items():
            of = {"household": household, "loan": loan, "locality": locality}
            self.desk.takes_in(build.loan_disbursed(**of, amount=60, annual_rate=10_000))
            self.desk.does(
                build.charge_interest(loan=loan),
                build.deposit(household=household, commune=commune, amount=40, place="office"),
            )

    def opens(self, session: UUID) -> None:
        if session not in self.opened:
            self.desk.does(
                build.open_session(
                    session=session, commune=POINTS[session], opening_cash=OPENING_CASH
                )
            )
            self.opened.add(session)

    def enters(self, session: UUID, lines: list["Line"]) -> None:
        """A sheet: refused as a whole, or all of it said."""
        commands = [line(self, session) for line in lines]
        before, log = len(self.desk.said()), len(self.desk.store.log)
        try:
            self.desk.does(*commands)
        except Refusal:
            assert len(self.desk.store.log) == log
            return
        for event in self.desk.said()[before:]:
            if getattr(event, "place", "") == "point":
                self.clerk.writes(session, event)

    def disburses(self, session: UUID, amount: int, astray: bool) -> None:
        self.payments += 1
        event = build.loan_disbursed(
            loan=build.some_id(f"loan {self.payments}"),
            amount=amount,
            session=session,
            occurred_on=OTHER_DAY if astray else build.DAY,
        )
        self.desk.takes_in(event)
        if not astray:
            self.clerk.writes(session, event)


Line = Callable[[Day, UUID], Command]


def line(chosen: dict[str, Any]) -> Line:
    """A line of a sheet, once its session is known."""

    def make(day: Day, session: UUID) -> Command:
        kind, amount, wrong = chosen["kind"], chosen["amount"], chosen["wrong"]
        commune = POINTS[session]
        _, household, loan = HOUSEHOLDS[commune]
        on = OTHER_DAY if wrong == "day" else build.DAY
        fields: dict[str, Any] = {"place": "office"}
        if not chosen["outside"]:
            unknown = build.some_id("no session")
            fields = {"place": "point", "session": unknown if wrong == "session" else session}
        if wrong == "office":
            fields["office"] = build.OTHER_OFFICE
        day.payments += wrong != "payment"
        paid = {"loan": loan, "payment": build.some_id(f"payment {day.payments}")}
        parts = {"principal": amount, "interest": chosen["interest"]}
        match kind:
            case "collect":
                return build.collect(**fields, **paid, **parts, collected_on=on)
            case "repay":
                return build.repay_from_savings(**fields, **paid, **parts, repaid_on=on)
        fields["amount"] = max(amount, 1)
        match kind:
            case "save":
                of = {"household": household, "commune": commune, "deposited_on": on}
                return build.deposit(**fields, **of)
            case "withdraw":
                return build.withdraw(**fields, household=household, withdrawn_on=on)
            case "deposit":
                of = {"depositor": household, "commune": commune, "deposited_on": on}
                return build.deposit_mobilised(**fields, **of)
        return build.withdraw_mobilised(**fields, depositor=household, withdrawn_on=on)

    return make


lines = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["collect", "repay", "save", "withdraw", "deposit", "take back"]),
        "amount": st.sampled_from([1, 2, 3, 5, 8, 0, 30]),
        "interest": st.sampled_from([0, 0, 0, 0, 1]),
        "outside": st.sampled_from([False, False, False, True]),
        "wrong": st.sampled_from([""] * 30 + ["day", "session", "office", "payment"]),
    }
).map(line)
sessions = st.sampled_from(list(POINTS))
steps = st.one_of(
    st.tuples(st.just("open"), sessions),
    st.tuples(st.just("sheet"), sessions, st.lists(lines, min_size=1, max_size=4)),
    st.tuples(st.just("sheet"), sessions, st.lists(lines, min_size=1, max_size=4)),
    st.tuples(st.just("disburse"), sessions, st.integers(1, 20), st.sampled_from([False, True])),
)


@settings(max_examples=150, deadline=None)
@given(st.sets(sessions), st.lists(steps, min_size=5, max_size=25))
def test_a_sessions_totals_are_what_was_said_of_its_entries(
    opened: set[UUID], asked: list[Any]
) -> None:
    day = Day()
    for session in sorted(opened):
        day.opens(session)
    for step in asked:
        match step:
            case ("open", session):
                day.opens(session)
            case ("sheet", session, entries):
                day.enters(session, entries)
            case ("disburse", session, amount, astray):
                day.disburses(session, amount, astray)
    for session in POINTS:
        day.opens(session)
        check_replay(day, session)
        check_close(day, session)


def check_replay(day: Day, session: UUID) -> None:
    """Events as they are stored make the session that was decided on."""
    replayed: Session | None = None
    for recorded in day.desk.history(session_id(session)):
        row = MAPPER.to_stored(recorded)
        event = MAPPER.to_recorded(recorded.aggregate, recorded.version, row.topic, row.state)
        replayed = SESSION.evolve(replayed, event.event)
    assert replayed == build.session(day.desk, session)
    assert replayed is not None
    assert replayed.cash == day.clerk.cash[session]


def check_close(day: Day, session: UUID) -> None:
    """The session is closed with exactly the cash that the public events say, and then over."""
    cash = day.clerk.cash[session]
    for wrong in (cash - 1, cash + 1):
        with pytest.raises(CashDiffers, match=f"{cash} must be there: 1 dong"):
            day.desk.does(build.close_session(session=session, counted_cash=wrong))
    day.desk.does(build.close_session(session=session, counted_cash=cash))
    held = day.desk.said()[-1]
    assert isinstance(held, SessionHeld)
    assert held.session == session
    assert held.realised == day.clerk.amounts(session)
    with pytest.raises(SessionClosedAlready):
        day.desk.does(
            build.deposit(household=build.some_id("late"), session=session, commune=POINTS[session])
        )
