"""Commands, events and services for tests: sensible unless a test says otherwise."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Raw, convert, json

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_loans.domain.applying import ApplyForLoan, ApproveLoan, DeclineLoan
from policy_credit_loans.domain.capital import AllocateCapital, AssignPlan
from policy_credit_loans.domain.disbursing import DisburseLoan
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.group import GROUP as GROUP_KIND
from policy_credit_loans.domain.household import HOUSEHOLD as HOUSEHOLD_KIND
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
from policy_credit_loans.domain.programme_change import ChangeProgramme
from policy_credit_loans.domain.transferring import RestructureGroup, TransferLoan
from policy_credit_loans.domain.treating import (
    ApproveFreezing,
    ApproveWriteOff,
    ExtendLoan,
    ProposeFreezing,
    ProposeWriteOff,
    RescheduleLoan,
    UnfreezeLoan,
)
from policy_credit_oversight.domain.checking import CheckLoanUse
from policy_credit_oversight.domain.finding import RaiseFinding, RemedyFinding
from policy_credit_oversight.domain.group_rating import AmendRating, ConfirmRating
from policy_credit_oversight.domain.inspection import CarryOutInspection
from policy_credit_oversight.domain.inspection_plan import PlanInspections
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    CollectRecovery,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.entries import AccountEvent, DebtFrozen
from policy_credit_repayments.domain.evolving import evolve
from policy_credit_repayments.domain.mobilised import MOBILISED
from policy_credit_repayments.domain.opening import receive_tranche
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
from policy_credit_repayments.domain.treating import freeze
from policy_credit_shared.events.collection import (
    EntryReversed,
    LoanCured,
    LoanFellOverdue,
    LoanReopened,
    LoanSettled,
    LoanWrittenOff,
    PrincipalCollected,
)
from policy_credit_shared.events.lending import (
    LoanDisbursed,
    LoanExtended,
    LoanFreezingApproved,
    LoanReassigned,
    LoanRerated,
    LoanRescheduled,
    LoanUnfreezingApproved,
    LoanWriteOffApproved,
)
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Programme, derived_id
from policy_credit_shared.kernel.instalments import Instalment
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.messaging.relay import START, Route, window
from policy_credit_shared.messaging.topics import source_of
from policy_credit_shared.running.closing import close_day
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
OTHER_LOCALITY = "22834-22834"
DAY = date(2019, 3, 5)
NOW = datetime(2019, 3, 5, 2, 0, tzinfo=UTC)


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def some_id(name: str) -> UUID:
    """The same id for the same name."""
    return derived_id("test", name)


OFFICER = Principal("an officer", OFFICE, "credit_officer")
DIRECTOR = Principal("a director", OFFICE, "branch_director")
LOAN = some_id("loan")
HOUSEHOLD = some_id("household")
GROUP = some_id("group")

_ON_LOAN = {"office": OFFICE, "loan": LOAN}
_DISBURSED = {
    **_ON_LOAN,
    "household": HOUSEHOLD,
    "group": GROUP,
    "in_group": GROUP,
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "tranche": 1,
    "amount": 40_000_000,
    "annual_rate": 660,
    "due_on": date(2024, 3, 5),
    "place": "point",
}


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


# -- account -------------------------------------------------------------------------------


def instalments(*parts: tuple[date, int]) -> tuple[Instalment, ...]:
    """A repayment plan."""
    return tuple(Instalment(due_on, amount) for due_on, amount in parts)


def recover(**changes: Any) -> CollectRecovery:
    fields = {
        **_ON_LOAN,
        "payment": some_id("recovery"),
        "amount": 1_000_000,
        "collected_on": date(2019, 6, 5),
        "place": "point",
    }
    return convert(fields | changes, CollectRecovery)


_OF_LOAN = {
    **_ON_LOAN,
    "locality": LOCALITY,
    "household": HOUSEHOLD,
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "occurred_on": date(2019, 5, 5),
}


def loan_extended(**changes: Any) -> LoanExtended:
    fields = {**_OF_LOAN, "until": date(2025, 3, 5), "previously": date(2024, 3, 5)}
    return convert(fields | changes, LoanExtended)


def loan_rescheduled(**changes: Any) -> LoanRescheduled:
    plan = instalments((date(2023, 3, 5), 20_000_000), (date(2024, 3, 5), 20_000_000))
    return convert({**_OF_LOAN, "plan": plan} | changes, LoanRescheduled)


def loan_rerated(**changes: Any) -> LoanRerated:
    fields = {**_OF_LOAN, "annual_rate": 540, "previously": 660, "legal_basis": "261/2025/NĐ-CP"}
    return convert(fields | changes, LoanRerated)


def freezing_approved(**changes: Any) -> LoanFreezingApproved:
    fields = {**_OF_LOAN, "amount": 5_000_000, "until": date(2022, 5, 5), "reason": "a flood"}
    return convert(fields | changes, LoanFreezingApproved)


def unfreezing_approved(**changes: Any) -> LoanUnfreezingApproved:
    return convert({**_OF_LOAN, "reason": "able to pay again"} | changes, LoanUnfreezingApproved)


def write_off_approved(**changes: Any) -> LoanWriteOffApproved:
    fields = {**_OF_LOAN, "amount": 40_000_000, "decision": "12/QĐ"}
    return convert(fields | changes, LoanWriteOffApproved)


def loan_reassigned(**changes: Any) -> LoanReassigned:
    """To a farmers' group of a commune of another office."""
    fields = {
        **_OF_LOAN,
        "group": GROUP,
        "to_office": OTHER_OFFICE,
        "to_locality": OTHER_LOCALITY,
        "to_association": "farmers",
        "to_group": some_id("other group"),
    }
    return convert(fields | changes, LoanReassigned)


# -- oversight -----------------------------------------------------------------------------


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


def plan_inspections(**changes: Any) -> PlanInspections:
    fields = {
        "unit": OFFICE,
        "plan": some_id("plan"),
        "body": "representative_board",
        "scope": [{"unit": COMMUNE, "inspections": 2}, {"unit": "22876"}],
        "period_from": date(2019, 1, 1),
        "period_until": date(2019, 12, 31),
        "planned_on": date(2018, 12, 20),
    }
    return convert(fields | changes, PlanInspections)


def raise_finding(**changes: Any) -> RaiseFinding:
    fields = {
        "office": OFFICE,
        "finding": some_id("finding"),
        "inspection": some_id("inspection"),
        "subject": "group_management",
        "severity": "serious",
        "description": "The group kept no list of who saved how much.",
        "responsible": COMMUNE,
        "deadline": date(2019, 4, 5),
        "raised_on": DAY,
    }
    return convert(fields | changes, RaiseFinding)


def remedy_finding(**changes: Any) -> RemedyFinding:
    fields = {
        "office": OFFICE,
        "finding": some_id("finding"),
        "evidence": "Report 12/BC of 2019-04-01: the list is kept again.",
        "checked_by": "association",
        "remedied_on": date(2019, 4, 1),
    }
    return convert(fields | changes, RemedyFinding)


def check_use(**changes: Any) -> CheckLoanUse:
    fields = {**_ON_LOAN, "result": "right_use", "checked_on": date(2019, 4, 4)}
    return convert(fields | changes, CheckLoanUse)


def loan_settled(**changes: Any) -> LoanSettled:
    return convert({**_OF_LOAN, "occurred_on": date(2019, 3, 20)} | changes, LoanSettled)


def loan_reopened(**changes: Any) -> LoanReopened:
    return convert({**_OF_LOAN, "occurred_on": date(2019, 3, 22)} | changes, LoanReopened)


_RATED = {"office": OFFICE, "group": GROUP, "month": "2019-03"}


def confirm_rating(**changes: Any) -> ConfirmRating:
    fields = {**_RATED, "rating": "good", "confirmed_on": date(2019, 4, 2)}
    return convert(fields | changes, ConfirmRating)


def amend_rating(**changes: Any) -> AmendRating:
    fields = {
        **_RATED,
        "rating": "weak",
        "reason": "the group's book was not kept",
        "amended_on": date(2019, 4, 2),
    }
    return convert(fields | changes, AmendRating)


def set_target(**changes: Any) -> SetTarget:
    fields = {
        "unit": OFFICE,
        "year": 2019,
        "indicator": "overdue_ratio",
        "value": 1_400,
        "set_on": DAY,
    }
    return convert(fields | changes, SetTarget)


def frozen(account: Account, **approval: Any) -> DebtFrozen:
    """What an approval freezes."""
    event = freeze(account, freezing_approved(**approval))
    assert event is not None
    return event


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

    def does(self, *commands: Command, by: Principal | None = None) -> list[DomainEvent]:
        """Carry out commands as one sheet; raises the Refusal of its first refused line."""
        books = Books(self.store, by or self.by)
        try:
            changes = decide(books, clock, self.parts.handlers, commands)
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

    def closes(self, day: date, office: str | None = None) -> list[DomainEvent]:
        """Close a day; what the calendar made of what is awaited."""
        before = len(self.store.log)
        for _ in close_day(self.store, clock, self.parts.closings, day, office):
            pass
        return [entry.recorded.event for entry in self.store.log[before:]]

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


# Credit: capital, programmes, loans.

BILLION = 1_000 * MILLION
PROVINCE = "58"
TELLER = Principal("a teller", OFFICE, "teller")
DIRECTOR = Principal("a director", OFFICE, "branch_director")
PROVINCE_DIRECTOR = Principal("a provincial director", PROVINCE, "branch_director")
HEAD_OFFICE = Principal("head office", "VN", "branch_director")
DISTRICT_COMMITTEE = Principal("a committee", OFFICE, "peoples_committee")
OTHER_COMMUNE = "22834"
OTHER_GROUP = some_id("other group")

CATEGORIES = {
    "HN": "poor",
    "HCN": "near_poor",
    "HMTN": "newly_escaped",
    "HSSV": "student",
    "GQVL": "job_seeker",
    "NSVSMT": "rural_resident",
    "SXKD": "rural_resident",
    "XKLD": "migrant_worker",
    "NOXH": "low_income",
    "NO33": "poor",
    "DTTS": "ethnic_minority",
    "CHXAPT": "served_sentence",
}
"""A category that each programme is for."""


def allocate(**changes: Any) -> AllocateCapital:
    fields = {
        "office": OFFICE,
        "fund": "central",
        "amount": 10 * BILLION,
        "decision": "Decision 15",
        "allocated_on": date(2019, 1, 2),
    }
    return convert(fields | changes, AllocateCapital)


def assign_plan(**changes: Any) -> AssignPlan:
    fields = {
        "office": OFFICE,
        "programme": "HN",
        "year": 2019,
        "target": 5 * BILLION,
        "assigned_on": date(2019, 1, 2),
    }
    return convert(fields | changes, AssignPlan)


def change_programme(**changes: Any) -> ChangeProgramme:
    fields = {
        "unit": "VN",
        "programme": "HN",
        "change": some_id("change"),
        "valid_from": date(2019, 6, 1),
        "annual_rate": 600,
        "legal_basis": "Decree 1/2019",
    }
    return convert(fields | changes, ChangeProgramme)


def apply_for(**changes: Any) -> ApplyForLoan:
    fields = {
        **_ON_LOAN,
        "household": HOUSEHOLD,
        "group": GROUP,
        "list": LIST,
        "programme": "HN",
        "fund": "central",
        "amount": 40 * MILLION,
        "purpose": "two cows",
        "term_months": 60,
        "instalment_months": 12,
        "applied_on": date(2019, 2, 26),
    }
    return convert(fields | changes, ApplyForLoan)


def approve(**changes: Any) -> ApproveLoan:
    return convert({**_ON_LOAN, "approved_on": date(2019, 3, 1)} | changes, ApproveLoan)


def decline(**changes: Any) -> DeclineLoan:
    fields = {**_ON_LOAN, "reason": "the cows were sold", "declined_on": date(2019, 3, 4)}
    return convert(fields | changes, DeclineLoan)


def disburse(**changes: Any) -> DisburseLoan:
    fields = {**_ON_LOAN, "amount": 40 * MILLION, "disbursed_on": DAY, "place": "point"}
    return convert(fields | changes, DisburseLoan)


def extend(**changes: Any) -> ExtendLoan:
    fields = {
        **_ON_LOAN,
        "until": date(2025, 3, 5),
        "reason": "a storm",
        "extended_on": date(2024, 2, 5),
    }
    return convert(fields | changes, ExtendLoan)


def reschedule(**changes: Any) -> RescheduleLoan:
    fields = {
        **_ON_LOAN,
        "plan": [{"due_on": date(2024, 3, 5), "amount": 40 * MILLION}],
        "reason": "a storm",
        "rescheduled_on": date(2020, 2, 5),
    }
    return convert(fields | changes, RescheduleLoan)


def propose_freezing(**changes: Any) -> ProposeFreezing:
    fields = {
        **_ON_LOAN,
        "amount": 40 * MILLION,
        "until": date(2024, 2, 5),
        "reason": "a storm took the herd",
        "proposed_on": date(2020, 2, 5),
    }
    return convert(fields | changes, ProposeFreezing)


def approve_freezing(**changes: Any) -> ApproveFreezing:
    fields = {**_ON_LOAN, "decision": "Decision 7", "approved_on": date(2020, 6, 30)}
    return convert(fields | changes, ApproveFreezing)


def unfreeze(**changes: Any) -> UnfreezeLoan:
    fields = {**_ON_LOAN, "reason": "the herd was found", "unfrozen_on": date(2021, 2, 5)}
    return convert(fields | changes, UnfreezeLoan)


def propose_write_off(**changes: Any) -> ProposeWriteOff:
    fields = {
        **_ON_LOAN,
        "amount": 40 * MILLION,
        "reason": "the borrower died",
        "proposed_on": date(2020, 2, 5),
    }
    return convert(fields | changes, ProposeWriteOff)


def approve_write_off(**changes: Any) -> ApproveWriteOff:
    fields = {**_ON_LOAN, "decision": "Decision 8", "approved_on": date(2020, 6, 30)}
    return convert(fields | changes, ApproveWriteOff)


def transfer(**changes: Any) -> TransferLoan:
    fields = {
        **_ON_LOAN,
        "to_office": OTHER_OFFICE,
        "to_commune": OTHER_COMMUNE,
        "to_group": OTHER_GROUP,
        "reason": "the household moved",
        "transferred_on": date(2019, 9, 2),
    }
    return convert(fields | changes, TransferLoan)


def restructure(*households: UUID, **changes: Any) -> RestructureGroup:
    fields = {
        **_OF_GROUP,
        "into": OTHER_GROUP,
        "households": households or (HOUSEHOLD,),
        "reason": "the village was divided",
        "restructured_on": date(2019, 9, 2),
    }
    return convert(fields | changes, RestructureGroup)


def principal_collected(**changes: Any) -> PrincipalCollected:
    fields = {
        **_OF_LOAN,
        "occurred_on": date(2019, 4, 5),
        "payment": some_id("payment"),
        "amount": 5 * MILLION,
        "debt_class": "in_term",
        "place": "point",
    }
    return convert(fields | changes, PrincipalCollected)


def collection_reversed(**changes: Any) -> EntryReversed:
    entry = principal_collected(**changes)
    return EntryReversed(
        office=entry.office,
        locality=entry.locality,
        occurred_on=date(2019, 4, 6),
        entry_id=some_id("entry"),
        entry_type=entry.type(),
        entry=Raw(json.encode(entry)),
        reason="booked twice",
    )


def principal_written_off(**changes: Any) -> LoanWrittenOff:
    fields = {
        **_OF_LOAN,
        "occurred_on": date(2019, 4, 5),
        "amount": 40 * MILLION,
        "debt_class": "in_term",
        "closes": 1,
    }
    return convert(fields | changes, LoanWrittenOff)


def fell_overdue(**changes: Any) -> LoanFellOverdue:
    return convert({**_OF_LOAN, "occurred_on": date(2019, 4, 5)} | changes, LoanFellOverdue)


def cured(**changes: Any) -> LoanCured:
    return convert({**_OF_LOAN, "occurred_on": date(2019, 4, 5)} | changes, LoanCured)


def lending_desk(*programmes: str) -> Desk:
    """The loans service with money to lend: capital of both funds, plans of 2019 and 2020, and a
    group whose members are confirmed for the programmes, for HN if none is named."""
    desk = Desk(LOANS)
    desk.does(allocate(), allocate(fund="local", amount=BILLION), by=PROVINCE_DIRECTOR)
    grouped(desk, *MEMBERS)
    for programme in programmes or ("HN",):
        years = [assign_plan(programme=programme, year=year) for year in (2019, 2020)]
        desk.does(*years, by=PROVINCE_DIRECTOR)
        for household in MEMBERS:
            entitle(desk, household, programme)
    return desk


def list_of(household: UUID, programme: str) -> UUID:
    """The list on which `entitle` names a household."""
    return some_id(f"list of {household} for {programme}")


def entitle(
    desk: Desk,
    household: UUID = HOUSEHOLD,
    programme: str = "HN",
    *,
    group: UUID = GROUP,
    confirmed_on: date = date(2019, 2, 19),
    valid_until: date = date(2020, 2, 18),
    category: str = "",
) -> UUID:
    """Have a member of a group listed, posted and confirmed for a programme, on a list of its own.

    Returns the list's id.
    """
    known = desk.state(GROUP_KIND, group)
    assert known is not None
    list_id = list_of(household, programme)
    at = {"office": known.office, "list": list_id}
    entry = {"household": household, "programme": programme}
    listed = entry | {"category": category or CATEGORIES[programme]}
    desk.does(
        list_households(listed, **at, group=group, listed_on=confirmed_on - timedelta(days=8)),
        post_list(**at, posted_on=confirmed_on - timedelta(days=7)),
        decide_list(
            **at,
            commune=known.commune,
            confirmed=[entry | {"valid_until": valid_until}],
            decided_on=confirmed_on,
        ),
    )
    return list_id


def lend(
    desk: Desk,
    *,
    loan: UUID = LOAN,
    household: UUID = HOUSEHOLD,
    group: UUID = GROUP,
    programme: str = "HN",
    fund: str = "central",
    amount: int = 40 * MILLION,
    disbursed_on: date = DAY,
    **applied: Any,
) -> None:
    """Apply for, approve and pay out a loan to a member of a group, in one go.

    Confirms the household's entitlement if it has none for the programme yet.
    """
    known = desk.state(GROUP_KIND, group)
    assert known is not None
    listed = list_of(household, programme)
    if desk.state(ENTITLEMENT_LIST, listed) is None:
        entitle(desk, household, programme, group=group)
    at = {"office": known.office, "loan": loan}
    applied_on = disbursed_on - timedelta(days=7)
    desk.does(
        apply_for(
            **at,
            household=household,
            group=group,
            list=listed,
            programme=programme,
            fund=fund,
            amount=amount,
            applied_on=applied_on,
            **applied,
        )
    )
    approved_on = disbursed_on - timedelta(days=4)
    desk.does(approve(**at, approved_on=approved_on), by=DIRECTOR)
    desk.does(disburse(**at, amount=amount, disbursed_on=disbursed_on))
