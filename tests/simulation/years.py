"""Two services, a small district and a calendar: whatever its people ask for, over years.

Every step some days pass, somebody asks for something that may be right or wrong, the services
tell each other what happened, and the day is closed. All of it follows from one seed.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import build
import existing
import msgspec
from simulation.branches import commands

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.loan import LOAN
from policy_credit_local.scenario.calls import Line
from policy_credit_repayments.__main__ import PARTS as REPAYMENTS
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.clock import BUSINESS_ZONE
from policy_credit_shared.kernel.instalments import spread
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.running.closing import close_day
from policy_credit_shared.store.books import LinesRefused, carry_out
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.web.problems import Problem

MILLION: Final = build.MILLION
FIRST_DAY: Final = date(2019, 1, 2)
COMMUNES: Final = {"587": ("22870", "22876"), "586": ("22834",)}
PROGRAMMES: Final = {
    "HN": "poor",
    "HCN": "near_poor",
    "GQVL": "job_seeker",
    "NSVSMT": "rural_resident",
}
PARTS: Final = {"loans": LOANS, "repayments": REPAYMENTS}


class Call(msgspec.Struct, frozen=True):
    """What somebody asked of a service, under a key."""

    service: str
    commands: tuple[Any, ...]
    by: Principal
    receipt: Receipt


class District:
    """The services, the people, and what they have asked for so far."""

    def __init__(self, seed: int, after_lending: Callable[["District", UUID], None]) -> None:
        self.seed = seed
        self.after_lending: Callable[[UUID], None] = lambda loan: after_lending(self, loan)
        self.random = Random(seed)
        self.day = FIRST_DAY
        self.desks = {name: build.Desk(parts) for name, parts in PARTS.items()}
        self.told = dict.fromkeys(PARTS, 0)
        self.accepted: list[Call] = []
        self.refused: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self.groups: list[tuple[str, str, UUID, list[UUID]]] = []
        self.lists: list[tuple[str, str, UUID, UUID, list[dict[str, Any]]]] = []
        self.applied: list[tuple[str, UUID, int]] = []
        self.loans: list[tuple[str, UUID]] = []
        self.payments: list[tuple[UUID, UUID]] = []

    # -- time and telling ------------------------------------------------------------------

    def clock(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=BUSINESS_ZONE)

    def closes(self) -> None:
        """Each service closes the day, and tells the other."""
        for name, parts in PARTS.items():
            for _ in close_day(self.desks[name].store, self.clock, parts.closings, self.day):
                pass
        self.tell()

    def tell(self) -> None:
        """Each service takes in what the other said, until neither has anything new to say."""
        while any(self._tell(name) for name in PARTS):
            pass

    def _tell(self, name: str) -> bool:
        desk, other = self.desks[name], self.desks["repayments" if name == "loans" else "loans"]
        entries = desk.store.log[self.told[name] :]
        self.told[name] += len(entries)
        for entry in entries:
            for publication in desk.parts.translate(entry.recorded):
                if type(publication.event) in other.parts.takes_in:
                    other.takes_in(publication.event)
        return bool(entries)

    def said(self) -> list[PublicEvent]:
        return [event for desk in self.desks.values() for event in desk.said()]

    # -- asking ----------------------------------------------------------------------------

    def asks(self, service: str, tag: str, by: Principal, **fields: Any) -> bool:
        """Whether the service does what is asked; a refusal leaves nothing behind."""
        return self.asks_all(service, by, [{"type": tag, **fields}])

    def asks_all(self, service: str, by: Principal, lines: Sequence[Line]) -> bool:
        """Whether the service does all that a sheet asks."""
        asked = tuple(commands(PARTS[service], msgspec.to_builtins(list(lines))))
        tag = lines[0]["type"]
        key = f"{self.seed}/{sum(self.done.values()) + sum(self.refused.values())}"
        receipt = Receipt(by.subject, key, repr(asked).encode(), 201, b"{}")
        call = Call(service, asked, by, receipt)
        before = len(self.desks[service].store.log)
        try:
            self.carries_out(call)
        except (LinesRefused, Refusal, Problem) as refusal:
            code = refusal.refusals[0][1].code if isinstance(refusal, LinesRefused) else "forbidden"
            self.refused[f"{tag}: {code}"] = self.refused.get(f"{tag}: {code}", 0) + 1
            assert len(self.desks[service].store.log) == before
            return False
        self.done[tag] = self.done.get(tag, 0) + 1
        self.accepted.append(call)
        self.tell()
        if tag == "disburse_loan":
            self.after_lending(asked[0].loan)
        return True

    def carries_out(self, call: Call) -> None:
        """As the API does: permission, then the command, once."""
        parts, store = PARTS[call.service], self.desks[call.service].store
        for command in call.commands:
            route = next(r for r in parts.routes if r.command is type(command))
            route.allow(call.by, command)
        carry_out(store, self.clock, parts.handlers, call.commands, call.receipt, call.by)

    def some_id(self, name: str, number: int) -> UUID:
        return build.some_id(f"{self.seed}/{name}/{number}")

    # -- what people ask for ---------------------------------------------------------------

    def settle_in(self) -> None:
        """Capital, plans, households, groups and confirmed lists: what lending starts from."""
        for office, communes in COMMUNES.items():
            above = Principal("the branch's director", "58", "branch_director")
            for fund, amount in (("central", 900), ("local", 120)):
                self.asks(
                    "loans",
                    "allocate_capital",
                    above,
                    office=office,
                    fund=fund,
                    amount=amount * MILLION,
                    decision="Decision 1",
                    allocated_on=self.day,
                )
            for commune in communes:
                self._form_group(office, commune)
        self._open_books("586")
        self._assign_plans()

    def _open_books(self, office: str) -> None:
        """The office begins with books of its own: groups, households, loans and savings."""
        books, director = self.some_id("books of", int(office)), self.director(office)
        of = {"office": office, "books": books}
        sheets = existing.parts(self.random, office, COMMUNES[office], books, self.day)
        totals = existing.totals_of([line for sheet in sheets for line in sheet], self.day)
        self.asks("loans", "begin_books", director, **of, opened_on=self.day, totals=totals)
        for sheet in sheets:
            self.asks_all("loans", director, sheet)
        assert self.asks("loans", "open_books", director, **of)
        for line in (line for sheet in sheets for line in sheet):
            if line["type"] == "carry_over_group":
                of_group = office, line["commune"], line["group"], line["members"]
                self.groups.append(of_group)
                self._list(*of_group)
            elif line["type"] == "carry_over_loan":
                self.loans.append((office, line["loan"]))

    def _assign_plans(self) -> None:
        above = Principal("the branch's director", "58", "branch_director")
        for office in COMMUNES:
            for programme in PROGRAMMES:
                self.asks(
                    "loans",
                    "assign_plan",
                    above,
                    office=office,
                    programme=programme,
                    year=self.day.year,
                    target=self.random.choice([200, 400, 900]) * MILLION,
                    assigned_on=self.day,
                )

    def _form_group(self, office: str, commune: str) -> None:
        group = self.some_id("group", len(self.groups))
        members = [self.some_id(f"member of {group}", n) for n in range(6)]
        for number, household in enumerate(members):
            person = {"name": f"Hộ số {number}", "identity_number": f"{number:012}"}
            self.asks(
                "loans",
                "register_household",
                self.officer(office),
                office=office,
                commune=commune,
                household=household,
                person=person,
                registered_on=self.day,
            )
        self.asks(
            "loans",
            "form_group",
            self.officer(office),
            office=office,
            commune=commune,
            group=group,
            association=self.random.choice(["women", "farmers"]),
            village="Thôn 1",
            members=members,
            formed_on=self.day,
        )
        self.groups.append((office, commune, group, members))
        self._list(office, commune, group, members)

    def _list(self, office: str, commune: str, group: UUID, members: list[UUID]) -> None:
        known = self.desks["loans"].state(GROUP, group)
        if known is not None and self.random.random() < 0.9:
            members = sorted(known.members)
        entries = [
            {"household": household, "programme": programme, "category": category}
            for household in members
            for programme, category in self.random.sample(sorted(PROGRAMMES.items()), 2)
        ]
        listed = self.some_id("list", len(self.lists))
        officer = self.officer(office)
        self.asks(
            "loans",
            "list_households",
            officer,
            office=office,
            list=listed,
            group=group,
            entries=entries,
            listed_on=self.day,
        )
        self.asks("loans", "post_list", officer, office=office, list=listed, posted_on=self.day)
        valid_until = self.day + timedelta(days=self.random.choice([200, 400, 800]))
        cut = self.random.randrange(len(entries) // 2, len(entries) + 1)
        confirmed = [
            {"household": e["household"], "programme": e["programme"], "valid_until": valid_until}
            for e in entries[:cut]
        ]
        rejected = [
            {"household": e["household"], "programme": e["programme"], "reason": "not on the list"}
            for e in entries[cut:]
        ]
        committee = Principal("the committee", commune, "peoples_committee")
        self.asks(
            "loans",
            "decide_list",
            committee,
            office=office,
            commune=commune,
            list=listed,
            confirmed=confirmed,
            rejected=rejected,
            decided_on=self.day,
        )
        self.lists.append((office, commune, group, listed, confirmed))

    def officer(self, office: str) -> Principal:
        return Principal(self.random.choice(["Officer 1", "Officer 2"]), office, "credit_officer")

    def director(self, office: str) -> Principal:
        return Principal("The director", office, "branch_director")

    def lives(self, days: int) -> None:
        """Some days pass; on one of them somebody asks for something; the day is closed."""
        year = self.day.year
        self.day += timedelta(days=days)
        if self.day.year != year:
            self._assign_plans()
        self.random.choice(self._wishes())()
        self.closes()

    def _wishes(self) -> list[Callable[[], object]]:
        wishes = {
            self.wishes_to_borrow: 10,
            self.pays_out: 4,
            self.pays: 14,
            self.reverses: 2,
            self.charges: 2,
            self.saves: 4,
            self.repays_from_savings: 2,
            self.lists_again: 5,
            self.has_trouble: 5,
            self.moves: 2,
            self.joins_or_leaves: 2,
        }
        return [wish for wish, weight in wishes.items() for _ in range(weight)]

    def some_office(self, office: str) -> str:
        """That office, or now and then one that has no part in it."""
        return office if self.random.random() < 0.95 else "585"

    def wishes_to_borrow(self) -> None:
        """Somebody applies, mostly on a fresh confirmation, and is often paid out at once."""
        office, _, group, listed, confirmed = self.random.choice(self.lists[-4:])
        if not confirmed:
            return
        entry = self.random.choice(confirmed)
        loan = self.some_id("loan", len(self.applied))
        programme = entry["programme"] if self.random.random() < 0.95 else "HMTN"
        amount = self.random.choice([5, 8, 10, 20, 30, 50, 60, 120]) * MILLION
        self.applied.append((office, loan, amount))
        taken = self.asks(
            "loans",
            "apply_for_loan",
            self.officer(office),
            office=self.some_office(office),
            loan=loan,
            household=entry["household"],
            group=group,
            list=listed,
            programme=programme,
            fund=self.random.choice(["central", "central", "local"]),
            amount=amount,
            purpose="two cows",
            term_months=self.random.choice([12, 36, 60, 60, 240]),
            instalment_months=self.random.choice([0, 6, 12]),
            applied_on=self.day,
        )
        if taken and self.random.random() < 0.8:
            self.pays_out()

    def pays_out(self) -> None:
        """A loan is approved or declined, and paid out, in one go or in parts."""
        if not self.applied:
            return
        office, loan, amount = self.random.choice(self.applied[-2:])
        on_loan = {"office": office, "loan": loan}
        director = self.director(office)
        if self.random.random() < 0.1:
            self.asks(
                "loans", "decline_loan", director, **on_loan, reason="no", declined_on=self.day
            )
            return
        self.asks(
            "loans",
            "approve_loan",
            self.random.choice([director, director, self.officer(office)]),
            **on_loan,
            approved_on=self.day,
        )
        part = self.random.choice([amount, amount, amount // 2, 3 * amount])
        for tranche in (1, 2):
            paid = self.asks(
                "loans",
                "disburse_loan",
                self.officer(office),
                **on_loan,
                tranche=tranche,
                amount=part,
                disbursed_on=self.day,
                place=self.random.choice(["point", "office"]),
            )
            if paid and (office, loan) not in self.loans:
                self.loans.append((office, loan))

    def pays(self) -> None:
        office, loan = self.some_loan()
        payment = self.some_id("payment", self.random.randrange(len(self.payments) + 3))
        self.payments.append((loan, payment))
        paid = self.random.choice(
            [
                {"amount": self.random.choice([1, 50_000, MILLION, 7 * MILLION, 60 * MILLION])},
                {"principal": self.random.choice([1, MILLION, 10 * MILLION, 50 * MILLION])},
                {"interest": self.random.choice([1, 20_000, 300_000])},
                {"principal": MILLION, "interest": 10_000},
            ]
        )
        self.asks(
            "repayments",
            "collect_payment",
            self.officer(office),
            office=self.some_office(office),
            loan=loan,
            payment=payment,
            **paid,
            via=self.random.choice(["borrower", "borrower", "group_leader"]),
            collected_on=self.day,
            place="point",
        )

    def reverses(self) -> None:
        if self.payments:
            loan, payment = self.random.choice(self.payments)
            office = next((o for o, other in self.loans if other == loan), "587")
            self.asks(
                "repayments",
                "reverse_payment",
                self.director(office),
                office=office,
                loan=loan,
                payment=payment,
                reversed_on=self.day,
                reason="booked twice",
            )

    def charges(self) -> None:
        office, loan = self.some_loan()
        self.asks(
            "repayments",
            "charge_interest",
            self.officer(office),
            office=office,
            loan=loan,
            until=self.day,
        )

    def saves(self) -> None:
        office, commune, group, members = self.random.choice(self.groups)
        household = self.random.choice(members)
        if self.random.random() < 0.3:
            self.asks(
                "repayments",
                "withdraw_savings",
                self.officer(office),
                office=office,
                household=household,
                amount=self.random.choice([1, 90_000, MILLION]),
                withdrawn_on=self.day,
                place="office",
            )
            return
        self.asks(
            "repayments",
            "deposit_savings",
            self.officer(office),
            office=office,
            commune=commune,
            household=household,
            group=group,
            association="women",
            amount=self.random.choice([20_000, MILLION]),
            deposited_on=self.day,
            place="point",
        )

    def repays_from_savings(self) -> None:
        office, loan = self.some_loan()
        self.asks(
            "repayments",
            "repay_from_savings",
            self.officer(office),
            office=office,
            loan=loan,
            payment=self.some_id("from savings", self.random.randrange(10**9)),
            amount=self.random.choice([10_000, 500_000]),
            repaid_on=self.day,
            place="point",
        )

    def lists_again(self) -> None:
        self._list(*self.random.choice(self.groups))

    def has_trouble(self) -> None:
        """A loan is extended, rescheduled, called in, frozen or written off, or thaws."""
        office, loan = self.some_loan()
        on_loan, reason = {"office": office, "loan": loan}, {"reason": "a flood"}
        officer, director = self.officer(office), self.director(office)
        known = self.desks["loans"].state(LOAN, loan)
        owed = known.outstanding if known else MILLION
        amount = max(1, self.random.choice([owed, owed, owed // 2, 3 * owed]))
        bank = Principal("the bank's board", "VN", "branch_director")
        committee = Principal("the province's committee", "58", "peoples_committee")
        approver = self.random.choice([bank, bank, bank, committee, committee, director])
        match self.random.randrange(6):
            case 0:
                due = known.due_on if known and known.due_on else self.day
                until = due + timedelta(days=self.random.choice([100, 300, 900]))
                self.asks(
                    "loans",
                    "extend_loan",
                    director,
                    **on_loan,
                    **reason,
                    until=until,
                    extended_on=self.day,
                )
            case 1:
                disbursed = known.disbursed if known else MILLION
                parts = self.random.choice([1, 2, 3])
                days = [self.day + timedelta(days=90 * n) for n in range(1, parts + 1)]
                plan = [{"due_on": i.due_on, "amount": i.amount} for i in spread(disbursed, days)]
                self.asks(
                    "loans",
                    "reschedule_loan",
                    director,
                    **on_loan,
                    **reason,
                    plan=plan,
                    rescheduled_on=self.day,
                )
            case 2:
                self.asks(
                    "repayments",
                    "mark_overdue",
                    director,
                    **on_loan,
                    amount=amount,
                    fell_on=self.day,
                )
            case 3:
                until = self.day + timedelta(days=self.random.choice([100, 1_200, 1_200]))
                self.asks(
                    "loans",
                    "propose_freezing",
                    officer,
                    **on_loan,
                    **reason,
                    amount=amount,
                    until=until,
                    proposed_on=self.day,
                )
                self.asks(
                    "loans",
                    "approve_freezing",
                    approver,
                    **on_loan,
                    decision="Decision 2",
                    approved_on=self.day,
                )
            case 4:
                self.asks(
                    "loans",
                    "propose_write_off",
                    officer,
                    **on_loan,
                    **reason,
                    amount=amount,
                    proposed_on=self.day,
                )
                self.asks(
                    "loans",
                    "approve_write_off",
                    approver,
                    **on_loan,
                    decision="Decision 3",
                    approved_on=self.day,
                )
                self.asks(
                    "repayments",
                    "collect_recovery",
                    officer,
                    **on_loan,
                    payment=self.some_id("recovery", self.random.randrange(10**9)),
                    amount=max(1, amount // 2),
                    collected_on=self.day,
                    place="office",
                )
            case _:
                self.asks(
                    "loans", "unfreeze_loan", director, **on_loan, **reason, unfrozen_on=self.day
                )

    def moves(self) -> None:
        """A loan goes to another group, commune or office."""
        office, loan = self.some_loan()
        to_office, to_commune, to_group, _ = self.random.choice(self.groups)
        by = self.random.choice(
            [self.director(office), Principal("above", "58", "branch_director")]
        )
        moved = self.asks(
            "loans",
            "transfer_loan",
            by,
            office=office,
            loan=loan,
            to_office=to_office,
            to_commune=to_commune,
            to_group=to_group,
            reason="the hamlet moved",
            transferred_on=self.day,
        )
        if moved:
            self.loans[self.loans.index((office, loan))] = (to_office, loan)

    def joins_or_leaves(self) -> None:
        office, _, group, members = self.random.choice(self.groups)
        household = self.random.choice(members)
        officer = self.officer(office)
        if self.random.random() < 0.5:
            self.asks(
                "loans",
                "leave_group",
                officer,
                office=office,
                group=group,
                household=household,
                left_on=self.day,
            )
        else:
            self.asks(
                "loans",
                "join_group",
                officer,
                office=office,
                group=group,
                household=household,
                joined_on=self.day,
            )

    def some_loan(self) -> tuple[str, UUID]:
        """One that was paid out, mostly; now and then one that nobody knows."""
        if not self.loans or self.random.random() < 0.03:
            return "587", build.LOAN
        return self.random.choice(self.loans[-15:])
