"""Commands, events and services for tests: sensible unless a test says otherwise."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec import convert

from policy_credit_loans.domain.group import GROUP as GROUP_KIND
from policy_credit_loans.domain.household import HOUSEHOLD as HOUSEHOLD_KIND
from policy_credit_loans.domain.loan import DisburseLoan
from policy_credit_loans.domain.people_commands import (
    CorrectPerson,
    DecideList,
    DissolveGroup,
    EraseHousehold,
    FormGroup,
    JoinGroup,
    LeaveGroup,
    ListHouseholds,
    PostList,
    RegisterHousehold,
)
from policy_credit_loans.domain.person import Person
from policy_credit_oversight.domain.group_rating import RateGroup
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.loan_use import CheckLoanUse
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_repayments.domain.account import Account, AccountEvent, evolve, receive_tranche
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    DepositSavings,
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Programme, derived_id
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


def deposit(**changes: Any) -> DepositSavings:
    fields = {
        "office": OFFICE,
        "commune": COMMUNE,
        "household": HOUSEHOLD,
        "group": GROUP,
        "association": "women",
        "amount": 50_000,
        "deposited_on": DAY,
        "place": "point",
    }
    return convert(fields | changes, DepositSavings)


_AT = {"office": OFFICE, "commune": COMMUNE}


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


# People: households, groups, entitlement lists.

LIST = some_id("list")
MEMBERS = (HOUSEHOLD, *(some_id(f"neighbour {n}") for n in range(1, 5)))
"""As few as a group is formed with."""

PERSON = {
    "name": "Nguyễn Thị Bưởi",
    "identity_number": "060175004321",
    "phone": "0912345678",
    "address": "Thôn Hạ, nhà cuối xóm",
}


def person(**changes: Any) -> Person:
    return convert(PERSON | changes, Person)


def register(household: UUID = HOUSEHOLD, **changes: Any) -> RegisterHousehold:
    fields = {**_AT, "household": household, "person": PERSON, "registered_on": date(2019, 1, 7)}
    return convert(fields | changes, RegisterHousehold)


def correct(**changes: Any) -> CorrectPerson:
    fields = {
        "office": OFFICE,
        "household": HOUSEHOLD,
        "person": PERSON | {"name": "Nguyễn Thị Bười"},
        "corrected_on": date(2019, 1, 8),
    }
    return convert(fields | changes, CorrectPerson)


def erase(**changes: Any) -> EraseHousehold:
    fields = {
        "office": OFFICE,
        "household": HOUSEHOLD,
        "reason": "asked",
        "erased_on": date(2019, 12, 2),
    }
    return convert(fields | changes, EraseHousehold)


_OF_GROUP = {"office": OFFICE, "group": GROUP}


def form(**changes: Any) -> FormGroup:
    fields = {
        **_OF_GROUP,
        "commune": COMMUNE,
        "association": "women",
        "village": "Thôn Hạ",
        "members": MEMBERS,
        "formed_on": date(2019, 1, 14),
    }
    return convert(fields | changes, FormGroup)


def join(household: UUID, **changes: Any) -> JoinGroup:
    fields = {**_OF_GROUP, "household": household, "joined_on": date(2019, 1, 21)}
    return convert(fields | changes, JoinGroup)


def leave(household: UUID = HOUSEHOLD, **changes: Any) -> LeaveGroup:
    fields = {**_OF_GROUP, "household": household, "left_on": date(2019, 11, 4)}
    return convert(fields | changes, LeaveGroup)


def dissolve(**changes: Any) -> DissolveGroup:
    fields = {**_OF_GROUP, "reason": "too few members", "dissolved_on": date(2019, 11, 25)}
    return convert(fields | changes, DissolveGroup)


def named(household: UUID = HOUSEHOLD, programme: str = "HN") -> dict[str, Any]:
    return {"household": household, "programme": programme, "category": "poor"}


def list_households(*entries: dict[str, Any], **changes: Any) -> ListHouseholds:
    fields = {
        **_OF_GROUP,
        "list": LIST,
        "entries": entries or (named(),),
        "listed_on": date(2019, 2, 11),
    }
    return convert(fields | changes, ListHouseholds)


def post_list(**changes: Any) -> PostList:
    fields = {"office": OFFICE, "list": LIST, "posted_on": date(2019, 2, 12)}
    return convert(fields | changes, PostList)


def decide_list(**changes: Any) -> DecideList:
    fields = {**_AT, "list": LIST, "decided_on": date(2019, 2, 19)}
    return convert(fields | changes, DecideList)


def confirmation(household: UUID = HOUSEHOLD, programme: str = "HN") -> dict[str, Any]:
    return {"household": household, "programme": programme, "valid_until": date(2019, 12, 31)}


def rejection(household: UUID = HOUSEHOLD, programme: str = "HN") -> dict[str, Any]:
    return {"household": household, "programme": programme, "reason": "left the poor list"}


def grouped(desk: Desk, *households: UUID, group: UUID = GROUP, **formed: Any) -> None:
    """Bring households into a group: register them and form it as far as that is not done yet."""
    unknown = [h for h in households if desk.state(HOUSEHOLD_KIND, h) is None]
    desk.does(*(register(h, **_where(formed)) for h in unknown))
    existing = desk.state(GROUP_KIND, group)
    if existing is None:
        fillers = [some_id(f"{group} member {n}") for n in range(len(households), 5)]
        desk.does(*(register(h, **_where(formed)) for h in fillers))
        desk.does(form(group=group, members=[*households, *fillers], **formed))
        return
    joining = [h for h in households if h not in existing.members]
    desk.does(*(join(h, office=existing.office, group=group) for h in joining))


def confirmed(
    desk: Desk,
    household: UUID = HOUSEHOLD,
    programme: Programme = "HN",
    *,
    group: UUID = GROUP,
    valid_until: date = date(2019, 12, 31),
    **formed: Any,
) -> UUID:
    """Confirm a household's entitlement, from its registration on as far as that is not done yet.

    Returns the list's id. `formed` changes the group if it is formed: `office`, `commune`, ….
    """
    grouped(desk, household, group=group, **formed)
    at = _where(formed)
    list_id = some_id(f"list of {household} for {programme}")
    of_list = {"office": at["office"], "list": list_id}
    confirmation_ = confirmation(household, programme) | {"valid_until": valid_until}
    desk.does(
        list_households(named(household, programme), **of_list, group=group),
        post_list(**of_list),
        decide_list(**of_list, commune=at["commune"], confirmed=[confirmation_]),
    )
    return list_id


def _where(formed: dict[str, Any]) -> dict[str, Any]:
    return {"office": formed.get("office", OFFICE), "commune": formed.get("commune", COMMUNE)}
