"""Whatever is asked, said or closed, valid or not, on whatever day, the books stay straight."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

import build
import msgspec
import naive
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.handlers import HANDLERS, MAPPER, TAKES_IN
from policy_credit_repayments.domain import charging, collecting, treating
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import (
    DebtWrittenOff,
    PaymentReversed,
    PaymentTaken,
    RecoveryReversed,
    RecoveryTaken,
    TrancheReceived,
)
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_shared.events.collection import HouseholdEnteredDebt, HouseholdLeftDebt
from policy_credit_shared.events.envelope import encode
from policy_credit_shared.events.lending import LoanDisbursed, LoanReassigned
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.instalments import spread
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import Books, Command, LinesRefused, decide

PROGRAMMES = {build.some_id("1"): "HN", build.some_id("2"): "HN", build.some_id("3"): "HCN"}
"""Three loans of one household, two of them of one programme."""
PLACES = {
    build.LOCALITY: build.OFFICE,
    "22876-22876": build.OFFICE,
    build.OTHER_LOCALITY: build.OTHER_OFFICE,
}
PAYMENTS = [build.some_id(f"payment {n}") for n in range(6)]


class World:
    """What loans says and branches ask, and what each account was when it was decided."""

    def __init__(self) -> None:
        self.repayments = build.Desk(PARTS)
        self.decided: dict[UUID, Account | None] = {}
        self.lent: list[LoanDisbursed] = []
        self.places = dict.fromkeys(PROGRAMMES, build.LOCALITY)

    def asks(self, command: Command, by: Principal) -> None:
        """Carry the command out, or check that its refusal leaves nothing behind."""
        books, before = Books(self.repayments.store, by), len(self.repayments.store.log)
        try:
            changes = decide(books, build.clock, HANDLERS, [command])
        except LinesRefused:
            assert len(self.repayments.store.log) == before
            return
        self._keep(books)
        self.repayments.store.append(changes)

    def hears(self, event: PublicEvent) -> None:
        """Take in what loans says."""
        books = Books(self.repayments.store)
        try:
            TAKES_IN[type(event)].handle(event, books)
        except Refusal:
            return
        if isinstance(event, LoanDisbursed):
            self.lent.append(event)
        if isinstance(event, LoanReassigned):
            self.places[event.loan] = event.to_locality
        self._keep(books)
        self.repayments.store.append(books.changes(build.clock))

    def closes(self, day: date) -> None:
        self.repayments.closes(day)
        self._keep(Books(self.repayments.store))

    def _keep(self, books: Books) -> None:
        self.decided.update({loan: books.get(ACCOUNT, loan) for loan in PROGRAMMES})

    def lends(self, day: date, loan: UUID, amount: int, days: Sequence[int], **terms: Any) -> None:
        """The next tranche of a loan, with a plan for all that was lent on it."""
        before = [event.amount for event in self.lent if event.loan == loan]
        due = [day + timedelta(days=n) for n in days]
        self.hears(
            build.loan_disbursed(
                **self.of(loan),
                tranche=len(before) + 1,
                amount=amount,
                plan=spread(sum(before) + amount, due) if len(due) > 1 else (),
                due_on=due[-1],
                occurred_on=day,
                **terms,
            )
        )

    def of(self, loan: UUID) -> dict[str, Any]:
        """Where a loan is now."""
        place = self.places[loan]
        programme = PROGRAMMES[loan]
        return {"loan": loan, "programme": programme, "office": PLACES[place], "locality": place}

    def values(self) -> list[bytes]:
        lent = [
            encode(
                event,
                event_id=build.some_id(f"lent {n}"),
                source="/policy-credit/loans",
                subject="loan",
                recorded_at=build.NOW,
            )
            for n, event in enumerate(self.lent)
        ]
        return [*lent, *(value for _, value in self.repayments.records())]


Step = Callable[[World, date], None]
"""Something that happens once its day is known."""

loans = st.sampled_from(list(PROGRAMMES))
amounts = st.integers(1, 6)
payments = st.sampled_from(PAYMENTS)
until = st.integers(1, 400)
due_days = st.lists(st.integers(5, 700), min_size=1, max_size=4, unique=True).map(sorted)
terms = st.fixed_dictionaries(
    {
        "annual_rate": st.sampled_from([10_000, 10_000, 660]),
        "ageing": st.sampled_from(["at_once", "carried_forward"]),
    }
)


def ask(kind: Callable[..., Any], day_field: str, **fields: st.SearchStrategy[Any]) -> Any:
    """Commands of a kind on a loan, now and then from an office that has no part in it."""

    def step(loan: UUID, mine: bool, by: Principal, chosen: dict[str, Any]) -> Step:
        def asks(world: World, day: date) -> None:
            own = world.of(loan)["office"]
            other = build.OTHER_OFFICE if own == build.OFFICE else build.OFFICE
            office = own if mine else other
            world.asks(kind(loan=loan, office=office, **chosen | {day_field: day}), by)

        return asks

    people = st.sampled_from([build.OFFICER, build.DIRECTOR])
    mine = st.sampled_from([True] * 19 + [False])
    return st.builds(step, loans, mine, people, st.fixed_dictionaries(fields))


def fact(kind: Callable[..., Any], **fields: Any) -> Any:
    """What loans says of a loan; where a field is a number of days, it is that day."""

    def step(loan: UUID, chosen: dict[str, Any]) -> Step:
        def says(world: World, day: date) -> None:
            told = {
                name: day + timedelta(days=value) if name == "until" else value
                for name, value in chosen.items()
            }
            if "plan" in chosen:
                owed = sum(event.amount for event in world.lent if event.loan == loan)
                days = [day + timedelta(days=n) for n in chosen["plan"]]
                told["plan"] = spread(max(1, owed), days)
            if "to_locality" in chosen:
                told["to_office"] = PLACES[chosen["to_locality"]]
            world.hears(kind(**world.of(loan), occurred_on=day, **told))

        return says

    return st.builds(step, loans, st.fixed_dictionaries(fields))


closes: st.SearchStrategy[Step] = st.integers(-3, 40).map(
    lambda ahead: lambda world, day: world.closes(day + timedelta(days=ahead))
)
lending = st.builds(
    lambda loan, amount, days, terms: (
        lambda world, day: world.lends(day, loan, amount, days, **terms)
    ),
    loans,
    amounts,
    due_days,
    terms,
)
collecting_some = ask(
    build.collect,
    "collected_on",
    payment=payments,
    principal=st.integers(0, 8),
    interest=st.sampled_from([0, 0, 0, 1]),
)
steps = st.one_of(
    lending,
    closes,
    closes,
    collecting_some,
    ask(build.collect, "collected_on", payment=payments, amount=st.integers(1, 12)),
    ask(build.reverse, "reversed_on", payment=payments),
    ask(build.reverse, "reversed_on", payment=payments),
    ask(build.recover, "collected_on", payment=payments, amount=amounts),
    ask(build.charge_interest, "until"),
    ask(build.mark_overdue, "fell_on", amount=amounts),
    fact(build.loan_extended, until=until),
    fact(build.loan_rescheduled, plan=due_days),
    fact(build.loan_rerated, annual_rate=st.integers(0, 10_000)),
    fact(build.freezing_approved, amount=amounts, until=until),
    fact(build.unfreezing_approved),
    fact(build.write_off_approved, amount=amounts),
    fact(build.loan_reassigned, to_locality=st.sampled_from(list(PLACES))),
)
days_on = st.one_of(st.integers(-10, 60), st.integers(0, 200))
"""Days from one step to the next; some are booked late."""


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(amounts, due_days, terms), min_size=3, max_size=3),
    st.lists(st.tuples(days_on, steps), min_size=20, max_size=60),
)
def test_the_books_stay_straight(
    lent: list[tuple[int, list[int], dict[str, Any]]], happening: list[tuple[int, Step]]
) -> None:
    world, day = World(), build.DAY
    for loan, (amount, days, agreed) in zip(PROGRAMMES, lent, strict=True):
        world.lends(day, loan, amount, days, **agreed)
    for number, (days_later, step) in enumerate(happening):
        day += timedelta(days=days_later)
        step(world, day)
        if number % 5 == 0:
            check_accounts(world)
    check_accounts(world)
    check_households(world)
    check_what_is_said(world)


def check_accounts(world: World) -> None:
    for loan in PROGRAMMES:
        received = collected = written_off = recovered = 0
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
                    collected -= entry.in_term + entry.overdue
                case DebtWrittenOff():
                    written_off += event.amount
                case RecoveryTaken():
                    recovered += event.amount
                case RecoveryReversed(entry=entry):
                    recovered -= entry.amount
        assert replayed == world.decided.get(loan) == world.repayments.state(ACCOUNT, loan)
        if replayed is None:
            continue
        kept = msgspec.json.decode(msgspec.json.encode(replayed), type=Account)
        assert kept == replayed
        in_term, overdue, frozen = build.classes(replayed)
        assert min(in_term, overdue, frozen, replayed.interest_due) >= 0
        assert received - collected - written_off == replayed.outstanding
        assert replayed.outstanding == in_term + overdue + frozen
        assert in_term == sum(due.owed for due in replayed.schedule)
        assert 0 <= replayed.carried_forward <= in_term
        assert overdue == sum(layer.amount for layer in replayed.layers)
        assert frozen == sum(parked.part.amount for parked in replayed.parked)
        assert 0 <= written_off - recovered == replayed.recoverable
        assert sum(change.in_term for change in replayed.changes) == in_term
        assert sum(change.overdue for change in replayed.changes) == overdue


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
    totals = naive.totals(world.values())
    debt = world.repayments.state(HOUSEHOLD_DEBT, debt_id(build.HOUSEHOLD))
    for place in PLACES:
        found = totals.get(place, Counter())
        held = [x for x in world.decided.values() if x and x.terms.locality == place]
        home = debt is not None and bool(debt.owed) and debt.locality == place
        assert {name: found[name] for name in (*naive.STOCKS, *naive.BUCKETS)} == {
            "outstanding": sum(account.outstanding for account in held),
            "in_term": sum(account.in_term for account in held),
            "carried_forward_owed": sum(account.carried_forward for account in held),
            "overdue": sum(account.overdue for account in held),
            "frozen": sum(account.frozen for account in held),
            "loans": sum(account.outstanding > 0 for account in held),
            "overdue_loans": sum(account.overdue > 0 for account in held),
            "households": int(home),
            **{
                f"overdue_{bucket}": sum(account.buckets[bucket] for account in held)
                for bucket in ("1_90", "91_180", "181_360", "over_360")
            },
        }
    interest_due = sum(account.interest_due for account in world.decided.values() if account)
    assert (
        sum(found["interest_due"] - found["interest_collected"] for found in totals.values())
        == interest_due
    )


class Clerk:
    """Adds up interest day by day from a list of what balances and rates were on each day."""

    def __init__(self, rate: int) -> None:
        self.first = rate
        self.rates: list[tuple[date, int]] = []
        self.entries: list[tuple[date, int, int]] = []
        self.accounted = Fraction(0)

    def notes(self, on: date, before: Account | None, after: Account) -> None:
        """A change of the balances in term and overdue counts from its day."""
        in_term, overdue = (before.in_term, before.overdue) if before else (0, 0)
        self.entries.append((on, after.in_term - in_term, after.overdue - overdue))

    def rate_on(self, day: date) -> int:
        """Of the rates since that day or earlier the latest; of one day's, the last said."""
        since = [on for on, _ in self.rates if on <= day]
        return [rate for on, rate in self.rates if on == max(since)][-1] if since else self.first

    def charges(self, until: date) -> int:
        """Whole dong earned before `until` and not accounted for, half a dong as one."""
        earned, day = 0, min(on for on, _, _ in self.entries)
        while day < until:
            rate = self.rate_on(day)
            overdue_rate = floor(Fraction(rate * 130, 100) + Fraction(1, 2))
            in_term = sum(change for on, change, _ in self.entries if on <= day)
            overdue = sum(change for on, _, change in self.entries if on <= day)
            earned += in_term * rate + overdue * overdue_rate
            day += timedelta(days=1)
        due = max(Fraction(0), Fraction(earned, 10_000 * 365) - self.accounted)
        self.accounted += due
        return floor(due + Fraction(1, 2))


moves = st.sampled_from(["collect", "mark_overdue", "freeze", "rerate", "charge"])


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 10**9),
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(-40, 120), moves, st.integers(1, 10**9)), max_size=12),
)
def test_interest_is_what_a_clerk_adds_up_day_by_day(
    principal: int, rate: int, happening: list[tuple[int, str, int]]
) -> None:
    held, day, clerk = build.opened(amount=principal, annual_rate=rate), build.DAY, Clerk(rate)
    clerk.notes(day, None, held)
    for number, (days, move, amount) in enumerate(happening):
        day += timedelta(days=days)
        if move == "rerate":
            since = max(day, build.DAY)
            rerated = build.loan_rerated(annual_rate=amount % 10_001, occurred_on=since)
            held = build.after(held, treating.rerate(held, rerated))
            clerk.rates.append((since, amount % 10_001))
        elif move != "charge":
            before, held = held, moved(held, move, amount, day, number)
            clerk.notes(day, before, held)
        elif day > held.charged_until:
            event = charging.charge_interest(held, build.charge_interest(until=day))
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
        return build.after(held, collecting.collect(held, command, "a teller"))
    if move == "freeze":
        return build.after(held, build.frozen(held, amount=amount, occurred_on=day))
    fell = charging.mark_overdue(held, build.mark_overdue(amount=amount, fell_on=day))
    return build.after(held, fell)
