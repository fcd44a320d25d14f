"""Whatever is asked, valid or not, on whatever day, the books stay straight."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

import build
import naive
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.handlers import HANDLERS, MAPPER, TAKES_IN
from policy_credit_repayments.domain import account
from policy_credit_repayments.domain.account import (
    ACCOUNT,
    Account,
    PaymentReversed,
    PaymentTaken,
    TrancheReceived,
)
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_shared.events.collection import HouseholdEnteredDebt, HouseholdLeftDebt
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import Books, Command, LinesRefused, decide

PROGRAMMES = {build.some_id("1"): "HN", build.some_id("2"): "HN", build.some_id("3"): "HCN"}
"""Three loans of one household, two of them of one programme."""
PAYMENTS = [build.some_id(f"payment {n}") for n in range(4)]

DUE = date(2029, 3, 5)

Ask = Callable[[date], Command]
"""A command once its day is known."""


class World:
    """The two services that keep a household's loans, and what each account was when decided."""

    def __init__(self) -> None:
        self.loans = build.Desk(LOANS)
        self.repayments = build.Desk(PARTS)
        self.decided: dict[UUID, Account | None] = {}

    def asks(self, command: Command) -> None:
        """Carry the command out, or check that its refusal leaves nothing behind."""
        if type(command) not in HANDLERS:
            self._lends(command)
            return
        books, before = Books(self.repayments.store), len(self.repayments.store.log)
        try:
            changes = decide(books, build.clock, HANDLERS, [command])
        except LinesRefused:
            assert len(self.repayments.store.log) == before
            return
        self._keep(books)
        self.repayments.store.append(changes)

    def _lends(self, command: Command) -> None:
        said = len(self.loans.said())
        try:
            self.loans.does(command)
        except Refusal:
            return
        for event in self.loans.said()[said:]:
            books = Books(self.repayments.store)
            TAKES_IN[type(event)].handle(event, books)
            self._keep(books)
            self.repayments.store.append(books.changes(build.clock))

    def _keep(self, books: Books) -> None:
        self.decided.update({loan: books.get(ACCOUNT, loan) for loan in PROGRAMMES})

    def said(self) -> Sequence[PublicEvent]:
        return [*self.loans.said(), *self.repayments.said()]

    def values(self) -> list[bytes]:
        return [value for desk in (self.loans, self.repayments) for _, value in desk.records()]


def ask(kind: Callable[..., Any], day_field: str, **fields: st.SearchStrategy[Any]) -> Any:
    """Commands of a kind on a loan, now and then from an office that has no part in it."""
    some = {
        "loan": st.sampled_from(list(PROGRAMMES)),
        "office": st.sampled_from([build.OFFICE] * 19 + [build.OTHER_OFFICE]),
        **fields,
    }
    return st.fixed_dictionaries(some).map(
        lambda chosen: lambda day: kind(**chosen | {day_field: day})
    )


def lending(chosen: dict[str, Any]) -> Ask:
    programme = PROGRAMMES[chosen["loan"]]
    return lambda day: build.disburse(**chosen, programme=programme, disbursed_on=day)


amounts = st.integers(1, 6)
payments = st.sampled_from(PAYMENTS)
asks = st.one_of(
    st.fixed_dictionaries(
        {
            "loan": st.sampled_from(list(PROGRAMMES)),
            "tranche": st.sampled_from([1, 2, 2, 3]),
            "amount": amounts,
            "annual_rate": st.sampled_from([10_000, 10_000, 10_000, 660]),
            "commune": st.sampled_from([build.COMMUNE] * 9 + ["22834"]),
            "due_on": st.sampled_from([DUE, DUE, DUE, build.DAY]),
        }
    ).map(lending),
    ask(
        build.collect,
        "collected_on",
        payment=payments,
        principal=st.integers(0, 8),
        interest=st.sampled_from([0, 0, 0, 1]),
    ),
    ask(build.reverse, "reversed_on", payment=payments),
    ask(build.charge_interest, "until"),
    ask(build.mark_overdue, "fell_on", amount=amounts),
    ask(build.freeze, "frozen_on", amount=amounts),
)
days_on = st.integers(-10, 60)
"""Days from one command to the next; some are booked late."""


@settings(max_examples=100, deadline=None)
@given(
    st.lists(amounts, min_size=3, max_size=3),
    st.lists(st.tuples(days_on, asks), min_size=20, max_size=40),
)
def test_the_books_stay_straight(lent: list[int], steps: list[tuple[int, Ask]]) -> None:
    world, day = World(), build.DAY
    for loan, amount in zip(PROGRAMMES, lent, strict=True):
        first = {"loan": loan, "amount": amount, "annual_rate": 10_000, "due_on": DUE}
        world.asks(lending(first)(day))
    for days, asked in steps:
        day += timedelta(days=days)
        world.asks(asked(day))
        check_accounts(world)
    check_households(world)
    check_what_is_said(world)


def check_accounts(world: World) -> None:
    for loan in PROGRAMMES:
        received = collected = restored = 0
        replayed: Account | None = None
        for recorded in world.repayments.history(loan):
            row = MAPPER.to_stored(recorded)
            event = MAPPER.to_recorded(loan, recorded.version, row.topic, row.state).event
            replayed = ACCOUNT.evolve(replayed, event)
            match event:
                case TrancheReceived():
                    received += event.amount
                case PaymentTaken():
                    collected += event.in_term + event.overdue
                case PaymentReversed(entry=entry):
                    restored += entry.in_term + entry.overdue
        assert replayed == world.decided.get(loan)
        if replayed is None:
            continue
        in_term, overdue, frozen = build.classes(replayed)
        assert min(in_term, overdue, frozen, replayed.interest_due) >= 0
        assert received - collected + restored == replayed.outstanding == in_term + overdue + frozen


def check_households(world: World) -> None:
    """Entered less left is 1 exactly while there is principal, by programme and overall."""
    owed = {
        PROGRAMMES[loan] for loan, held in world.decided.items() if held and held.outstanding > 0
    }
    programmes: Counter[str] = Counter()
    overall = 0
    for event in world.repayments.said():
        if isinstance(event, HouseholdEnteredDebt | HouseholdLeftDebt):
            sign = 1 if isinstance(event, HouseholdEnteredDebt) else -1
            programmes[event.programme] += sign
            overall += sign * event.overall
            assert {overall, *programmes.values()} <= {0, 1}
    assert {programme for programme, count in programmes.items() if count} == owed
    assert overall == (1 if owed else 0)
    debt = world.repayments.state(HOUSEHOLD_DEBT, debt_id(build.HOUSEHOLD))
    assert {programme for programme, _ in debt.owed} == owed if debt else not owed


def check_what_is_said(world: World) -> None:
    """The public events alone, added up the plainest way, are what the accounts hold."""
    held = [account for account in world.decided.values() if account is not None]
    found = naive.totals(world.values()).get(build.LOCALITY, Counter())
    assert {name: found[name] for name in naive.STOCKS} == {
        "outstanding": sum(account.outstanding for account in held),
        "in_term": sum(account.in_term for account in held),
        "overdue": sum(account.overdue for account in held),
        "frozen": sum(account.frozen for account in held),
        "loans": sum(account.outstanding > 0 for account in held),
        "overdue_loans": sum(account.overdue > 0 for account in held),
        "households": int(any(account.outstanding > 0 for account in held)),
    }
    interest_due = sum(account.interest_due for account in held)
    assert found["interest_due"] - found["interest_collected"] == interest_due


class Clerk:
    """Adds up interest day by day from a list of what the balances were on each day."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.entries: list[tuple[date, int, int]] = []
        self.accounted = Fraction(0)

    def notes(self, on: date, before: Account | None, after: Account) -> None:
        """A change of the balances in term and overdue counts from its day."""
        in_term, overdue = (before.in_term, before.overdue) if before else (0, 0)
        self.entries.append((on, after.in_term - in_term, after.overdue - overdue))

    def charges(self, until: date) -> int:
        """Whole dong earned before `until` and not accounted for, half a dong as one."""
        overdue_rate = floor(Fraction(self.rate * 130, 100) + Fraction(1, 2))
        earned, day = 0, min(on for on, _, _ in self.entries)
        while day < until:
            in_term = sum(change for on, change, _ in self.entries if on <= day)
            overdue = sum(change for on, _, change in self.entries if on <= day)
            earned += in_term * self.rate + overdue * overdue_rate
            day += timedelta(days=1)
        due = max(Fraction(0), Fraction(earned, 10_000 * 365) - self.accounted)
        self.accounted += due
        return floor(due + Fraction(1, 2))


moves = st.sampled_from(["collect", "mark_overdue", "freeze", "charge"])


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 10**9),
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(-40, 120), moves, st.integers(1, 10**9)), max_size=12),
)
def test_interest_is_what_a_clerk_adds_up_day_by_day(
    principal: int, rate: int, steps: list[tuple[int, str, int]]
) -> None:
    held, day, clerk = build.opened(amount=principal, annual_rate=rate), build.DAY, Clerk(rate)
    clerk.notes(day, None, held)
    for number, (days, move, amount) in enumerate(steps):
        day += timedelta(days=days)
        if move != "charge":
            before, held = held, moved(held, move, amount, day, number)
            clerk.notes(day, before, held)
        elif day > held.charged_until:
            event = account.charge_interest(held, build.charge_interest(until=day))
            assert event.amount == clerk.charges(day)
            held = build.after(held, event)


def moved(held: Account, move: str, amount: int, day: date, number: int) -> Account:
    """The account after as much of the move as it allows."""
    most = held.in_term + (0 if move == "mark_overdue" else held.overdue)
    amount = min(amount, most)
    if amount == 0:
        return held
    if move == "collect":
        payment = build.some_id(f"payment {number}")
        command = build.collect(payment=payment, principal=amount, collected_on=day)
        return build.after(held, account.collect(held, command))
    if move == "freeze":
        return build.after(held, account.freeze(held, build.freeze(amount=amount, frozen_on=day)))
    fell = account.mark_overdue(held, build.mark_overdue(amount=amount, fell_on=day))
    return build.after(held, fell)
