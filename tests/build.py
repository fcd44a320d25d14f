"""Commands, events and services for tests: sensible unless a test says otherwise."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec import convert

from policy_credit_loans.domain.loan import DisburseLoan
from policy_credit_oversight.domain.group_rating import RateGroup
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.loan_use import CheckLoanUse
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_repayments.domain.account import Account, AccountEvent, evolve, receive_tranche
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.mobilised import MOBILISED
from policy_credit_repayments.domain.point_commands import (
    CloseSession,
    DepositMobilised,
    DepositSavings,
    OpenSession,
    RepayFromSavings,
    WithdrawMobilised,
    WithdrawSavings,
    mobilised_id,
    savings_id,
    session_id,
)
from policy_credit_repayments.domain.savings import SAVINGS
from policy_credit_repayments.domain.session import SESSION as SESSION_KIND
from policy_credit_repayments.domain.session import Session
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.messaging.relay import START, Route, window
from policy_credit_shared.messaging.topics import source_of
from policy_credit_shared.running.writing import WritingService
from policy_credit_shared.store.books import Books, Command, LinesRefused, decide
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.recorded import Recorded

S = TypeVar("S")

MILLION = 1_000_000

OFFICE = "587"
COMMUNE = "22870"
LOCALITY = "22870-22870"
OTHER_OFFICE = "586"
DAY = date(2019, 3, 5)
NOW = datetime(2019, 3, 5, 2, 0, tzinfo=UTC)


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def some_id(name: str) -> UUID:
    """The same id for the same name."""
    return derived_id("test", name)


OFFICER = Principal("an officer", OFFICE, "credit_officer")
LOAN = some_id("loan")
HOUSEHOLD = some_id("household")
GROUP = some_id("group")

_ON_LOAN = {"office": OFFICE, "loan": LOAN}
_DISBURSED = {
    **_ON_LOAN,
    "household": HOUSEHOLD,
    "group": GROUP,
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "tranche": 1,
    "amount": 40_000_000,
    "annual_rate": 660,
    "due_on": date(2024, 3, 5),
    "place": "point",
}


def disburse(**changes: Any) -> DisburseLoan:
    fields = {**_DISBURSED, "commune": COMMUNE, "disbursed_on": DAY}
    return convert(fields | changes, DisburseLoan)


def loan_disbursed(**changes: Any) -> LoanDisbursed:
    fields = {**_DISBURSED, "locality": LOCALITY, "occurred_on": DAY}
    return convert(fields | changes, LoanDisbursed)


def collect(**changes: Any) -> CollectPayment:
    fields = {
        **_ON_LOAN,
        "payment": some_id("payment"),
        "collected_on": date(2019, 4, 5),
        "place": "point",
    }
    return convert(fields | changes, CollectPayment)


def reverse(**changes: Any) -> ReversePayment:
    fields = {
        **_ON_LOAN,
        "payment": some_id("payment"),
        "reversed_on": date(2019, 4, 6),
        "reason": "booked twice",
    }
    return convert(fields | changes, ReversePayment)


def charge_interest(**changes: Any) -> ChargeInterest:
    return convert({**_ON_LOAN, "until": date(2019, 4, 5)} | changes, ChargeInterest)


def mark_overdue(**changes: Any) -> MarkOverdue:
    fields = {**_ON_LOAN, "amount": 5_000_000, "fell_on": date(2019, 4, 5)}
    return convert(fields | changes, MarkOverdue)


def freeze(**changes: Any) -> FreezeDebt:
    fields = {**_ON_LOAN, "amount": 5_000_000, "frozen_on": date(2019, 4, 5)}
    return convert(fields | changes, FreezeDebt)


# Savings, mobilised deposits, and the sessions of transaction points.

SESSION = some_id("session")
DEPOSITOR = some_id("depositor")

_AT = {"office": OFFICE, "commune": COMMUNE}
_ENTRY = {"office": OFFICE, "place": "point"}


def deposit(**changes: Any) -> DepositSavings:
    fields = {
        **_ENTRY,
        "commune": COMMUNE,
        "household": HOUSEHOLD,
        "group": GROUP,
        "association": "women",
        "amount": 50_000,
        "deposited_on": DAY,
    }
    return convert(fields | changes, DepositSavings)


def withdraw(**changes: Any) -> WithdrawSavings:
    fields = {**_ENTRY, "household": HOUSEHOLD, "amount": 20_000, "withdrawn_on": DAY}
    return convert(fields | changes, WithdrawSavings)


def repay_from_savings(**changes: Any) -> RepayFromSavings:
    fields = {**_ENTRY, "loan": LOAN, "payment": some_id("payment"), "repaid_on": DAY}
    return convert(fields | changes, RepayFromSavings)


def deposit_mobilised(**changes: Any) -> DepositMobilised:
    fields = {
        **_ENTRY,
        "commune": COMMUNE,
        "depositor": DEPOSITOR,
        "kind": "individual",
        "amount": 5_000_000,
        "deposited_on": DAY,
    }
    return convert(fields | changes, DepositMobilised)


def withdraw_mobilised(**changes: Any) -> WithdrawMobilised:
    fields = {**_ENTRY, "depositor": DEPOSITOR, "amount": 2_000_000, "withdrawn_on": DAY}
    return convert(fields | changes, WithdrawMobilised)


def open_session(**changes: Any) -> OpenSession:
    fields = {**_AT, "session": SESSION, "held_on": DAY, "opening_cash": 0, "planned": {}}
    return convert(fields | changes, OpenSession)


def close_session(**changes: Any) -> CloseSession:
    fields = {"office": OFFICE, "session": SESSION, "counted_cash": 0}
    return convert(fields | changes, CloseSession)


def inspect(**changes: Any) -> CarryOutInspection:
    fields = {
        **_AT,
        "inspection": some_id("inspection"),
        "body": "representative_board",
        "groups_inspected": 4,
        "households_visited": 20,
        "carried_out_on": DAY,
    }
    return convert(fields | changes, CarryOutInspection)


def check_use(**changes: Any) -> CheckLoanUse:
    fields = {
        **_AT,
        "loan": LOAN,
        "association": "women",
        "disbursed_on": DAY,
        "result": "right_use",
        "checked_on": date(2019, 4, 4),
    }
    return convert(fields | changes, CheckLoanUse)


def rate(**changes: Any) -> RateGroup:
    fields = {
        **_AT,
        "group": GROUP,
        "association": "women",
        "month": "2019-03",
        "rating": "good",
        "rated_on": DAY,
    }
    return convert(fields | changes, RateGroup)


def set_target(**changes: Any) -> SetTarget:
    fields = {
        **_AT,
        "unit": OFFICE,
        "year": 2019,
        "indicator": "overdue_ratio",
        "ceiling": 1_400,
        "set_on": DAY,
    }
    return convert(fields | changes, SetTarget)


def opened(**loan: Any) -> Account:
    """The account of a loan just disbursed."""
    return evolve(None, receive_tranche(None, loan_disbursed(**loan)))


def after(account: Account, *events: AccountEvent) -> Account:
    """The account once these events have happened to it as well."""
    for event in events:
        account = evolve(account, event)
    return account


def classes(account: Account) -> tuple[int, int, int]:
    """In term, overdue, frozen."""
    return account.in_term, account.overdue, account.frozen


def saved(desk: "Desk", household: UUID = HOUSEHOLD) -> int:
    """What a household has saved, by the stored events."""
    savings = desk.state(SAVINGS, savings_id(household))
    return savings.balance if savings else 0


def session(desk: "Desk", session: UUID = SESSION) -> Session:
    """A session by its stored events."""
    held = desk.state(SESSION_KIND, session_id(session))
    assert held is not None
    return held


def mobilised(desk: "Desk", depositor: UUID = DEPOSITOR) -> int:
    """What a depositor has deposited, by the stored events."""
    held = desk.state(MOBILISED, mobilised_id(depositor))
    return held.balance if held else 0


class Desk:
    """A writing service on an event store in memory: its own handlers, events and translation."""

    def __init__(self, parts: WritingService, by: Principal = OFFICER) -> None:
        self.parts = parts
        self.by = by
        self.store = MemoryEventStore()

    def does(self, *commands: Command) -> list[DomainEvent]:
        """Carry out commands as one sheet; raises the Refusal of its first refused line."""
        try:
            changes = decide(Books(self.store, self.by), clock, self.parts.handlers, commands)
        except LinesRefused as refused:
            raise refused.refusals[0][1] from None
        self.store.append(changes)
        return [r.event for r in changes.events]

    def takes_in(self, *events: PublicEvent) -> list[DomainEvent]:
        """Take in what another service says; raises a Refusal."""
        books = Books(self.store)
        for event in events:
            self.parts.takes_in[type(event)].handle(event, books)
        changes = books.changes(clock)
        self.store.append(changes)
        return [r.event for r in changes.events]

    def history(self, aggregate: UUID) -> Sequence[Recorded]:
        """An aggregate's stored events, from the first."""
        found = self.store.histories([aggregate], whole=True).get(aggregate)
        return found.events if found else ()

    def state(self, kind: Kind[S], aggregate: UUID) -> S | None:
        """An aggregate as its stored events make it."""
        return Books(self.store).get(kind, aggregate)

    def said(self) -> list[PublicEvent]:
        """Everything said publicly so far."""
        return [
            publication.event
            for entry in self.store.log
            for publication in self.parts.translate(entry.recorded)
        ]

    def records(self) -> Sequence[tuple[int, bytes]]:
        """Partition and value of every record to publish so far."""
        route = Route(source_of(self.parts.name), self.parts.name, partitions=6)
        records, _ = window(START, self.store.log, self.parts.translate, route)
        return [(record.partition, record.value) for record in records]
