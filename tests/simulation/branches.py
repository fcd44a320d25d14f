"""What branches ask for in a simulation: sheets of lines as they go over the wire, valid or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_
from random import Random
from typing import Any
from uuid import UUID

import existing
import msgspec
from lending import CATEGORIES, Lender

from policy_credit_local.scenario.calls import Line
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.running.writing import WritingService

OFFICES = {"587": ("22870", "22876"), "586": ("22834", "22846"), "585": ("22810",)}
MEMBERS = 5
BORROWERS = 2
"""So few of a group's members borrow that they do it again and again."""

THOUSAND = 1_000
"""Loans are so large that the interest of a month is some dong."""

FIRST_DAY = date(2019, 2, 1)
LENDING_DAYS = 200
DAYS = 700


@dataclass(frozen=True)
class Asked:
    """A sheet for a service, and who sends it."""

    service: str
    by: Principal
    lines: list[Line]


@dataclass(frozen=True)
class Prospect:
    """A household that is confirmed in every programme."""

    office: str
    commune: str
    group: str
    list: str
    household: str


@dataclass
class Lent:
    """A loan as its branch thinks of it: it may not know whether a call came through."""

    id: str
    of: Prospect
    amount: int
    fund: str
    day: date
    term_months: int
    paid_out: int = 0
    tranches: int = 0
    offices: list[str] = field(default_factory=list)

    @property
    def due_on(self) -> date:
        """About when it is due."""
        return self.day + timedelta(days=31 * self.term_months)


def commands(parts: WritingService, lines: Sequence[Line]) -> list[Any]:
    """The lines as the service's commands."""
    kinds: Any = reduce(or_, [route.command for route in parts.routes])
    decoder = msgspec.json.Decoder(kinds)
    return [decoder.decode(msgspec.json.encode(line)) for line in lines]


def somebody(role: Role, unit: str) -> Principal:
    """The one person who has that role in that unit."""
    return Principal(f"{role} of {unit}", unit, role)


class Branches:
    """All branches, with what they remember of what they asked for."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.prospects: list[Prospect] = []
        self.loans: dict[str, Lent] = {}
        self.sessions: list[tuple[str, str]] = []
        self.depositors: list[tuple[str, str]] = []
        self.payments: list[Line] = []
        self.known: dict[str, list[str]] = {}
        """By kind of line, the loans for which such a line was accepted."""

    def lay_ground(self, ask: Callable[[Asked], None]) -> None:
        """Everything that must be there before anything can be lent."""

        def post(role: Role, unit: str, lines: Sequence[Line]) -> None:
            ask(Asked("loans", somebody(role, unit), list(lines)))

        for office, communes in OFFICES.items():
            for number, commune in enumerate(communes):
                association = self._random.choice(("women", "farmers"))
                lender = Lender(post, office, commune, association, self._id)
                if number == 0:
                    lender.fund()
                members = lender.households(MEMBERS)
                group = lender.group(members)
                borrowing = members[:BORROWERS]
                listed = lender.confirm(group, borrowing, list(CATEGORIES))
                self.prospects += [
                    Prospect(office, commune, group, listed, member) for member in borrowing
                ]
        self._open_books(ask, "585")

    def _open_books(self, ask: Callable[[Asked], None], office: str) -> None:
        """An office begins with books of its own; their loans live on as those it paid out."""
        of, director = {"office": office, "books": self._id()}, somebody("branch_director", office)
        parts = existing.parts(self._random, office, OFFICES[office], of["books"], FIRST_DAY, 2, 4)
        sheets: list[list[Line]] = msgspec.to_builtins(parts)
        totals = existing.totals_of([line for sheet in sheets for line in sheet], FIRST_DAY)
        begun = {**of, "opened_on": FIRST_DAY.isoformat(), "totals": totals}
        ask(Asked("loans", director, [{"type": "begin_books", **begun}]))
        for sheet in sheets:
            ask(Asked("loans", director, sheet))
        ask(Asked("loans", director, [{"type": "open_books", **of}]))
        for sheet in sheets:
            commune, group = sheet[0]["commune"], sheet[0]["group"]
            for line in sheet:
                if line["type"] == "carry_over_loan":
                    self._carried_over(
                        line, Prospect(office, commune, group, "", line["household"])
                    )

    def _carried_over(self, line: Line, of: Prospect) -> None:
        loan = Lent(line["loan"], of, 20 * THOUSAND, line["fund"], FIRST_DAY, 24, 20 * THOUSAND, 1)
        self.loans[loan.id] = loan
        self.known.setdefault("disburse_loan", []).append(loan.id)

    def ask(self) -> Asked:
        """Some sheet."""
        chance = self._random.random()
        if not self.known or chance < 0.2:
            return self._lending()
        return self._treating() if chance < 0.4 else self._collecting()

    def learn(self, asked: Asked) -> None:
        """What was asked is done."""
        for line in asked.lines:
            if "loan" in line:
                self.known.setdefault(line["type"], []).append(line["loan"])
            if line["type"] in ("collect_payment", "collect_recovery", "repay_from_savings"):
                self.payments.append(line)

    def _loan(self, *kinds: str) -> Lent:
        """A loan for which such a line was accepted, or now and then any."""
        random = self._random
        found = [loan for kind in kinds for loan in self.known.get(kind, [])]
        if found and random.random() < 0.95:
            return self.loans[random.choice(found)]
        return random.choice(list(self.loans.values()))

    # -- loans -----------------------------------------------------------------------------

    def _lending(self) -> Asked:
        random = self._random
        unpaid = [
            x
            for x in self.loans.values()
            if x.paid_out < x.amount and x.id in self.known.get("disburse_loan", [])
        ]
        if unpaid and random.random() < 0.3:
            loan = random.choice(unpaid)
            day = loan.day + timedelta(days=random.randrange(60))
            return self._by("teller", loan, [self._tranche(loan, day)])
        office = random.choice(list(OFFICES))
        prospects = [x for x in self.prospects if x.office == office]
        chosen = [random.choice(prospects) for _ in range(random.randint(1, 3))]
        lines = [line for prospect in chosen for line in self._new_loan(prospect)]
        return Asked("loans", somebody("credit_officer", office), lines)

    def _new_loan(self, of: Prospect) -> list[Line]:
        random = self._random
        day = self._day(LENDING_DAYS)
        loan = Lent(
            id=self._id(),
            of=of,
            amount=random.randint(10, 60) * THOUSAND,
            fund=random.choice(("central", "central", "local")),
            day=day,
            term_months=random.choice((3, 6, 24)),
        )
        self.loans[loan.id] = loan
        at: Line = {"office": of.office, "loan": loan.id}
        applied: Line = {
            "type": "apply_for_loan",
            **at,
            "household": of.household,
            "group": of.group,
            "list": of.list,
            "programme": random.choice(("HN",) * 4 + ("GQVL",) * 5 + ("HMTN",)),
            "fund": loan.fund,
            "amount": loan.amount,
            "purpose": "two cows",
            "term_months": loan.term_months,
            "instalment_months": random.choice((0, 1, 3)),
            "applied_on": day.isoformat(),
        }
        approved: Line = {"type": "approve_loan", **at, "approved_on": day.isoformat()}
        if random.random() < 0.1:
            declined = {"reason": "the cows were sold", "declined_on": day.isoformat()}
            return [applied, {"type": "decline_loan", **at, **declined}]
        return [applied, approved, self._tranche(loan, day)]

    def _tranche(self, loan: Lent, day: date) -> Line:
        random = self._random
        left = loan.amount - loan.paid_out
        amount = left if random.random() < 0.7 else random.randint(1, left)
        loan.paid_out += amount
        loan.tranches += 1
        paid_out: Line = {
            "type": "disburse_loan",
            "office": self._office(loan),
            "loan": loan.id,
            "tranche": loan.tranches,
            "amount": amount,
            "disbursed_on": day.isoformat(),
            "place": "point",
        }
        return paid_out | self._in_session(loan.of.office)

    def _treating(self) -> Asked:
        paid_out = self._loan("disburse_loan")
        treatments: list[Callable[[], Asked]] = [
            lambda: self._by("branch_director", paid_out, [self._extension(paid_out)]),
            lambda: self._proposed(paid_out, "freezing"),
            lambda: self._approved(self._loan("propose_freezing"), "freezing"),
            lambda: self._unfrozen(self._loan("approve_freezing")),
            lambda: self._proposed(paid_out, "write_off"),
            lambda: self._approved(self._loan("propose_write_off"), "write_off"),
            lambda: self._transferred(paid_out),
        ]
        return self._random.choice(treatments)()

    def _extension(self, loan: Lent) -> Line:
        until = loan.due_on + timedelta(days=self._random.randint(1, 90))
        extended_on = self._day_of(loan, (loan.due_on - loan.day).days)
        later = {"until": until.isoformat(), "extended_on": extended_on.isoformat()}
        return {"type": "extend_loan", **self._at(loan), "reason": "a storm", **later}

    def _proposed(self, loan: Lent, treatment: str) -> Asked:
        day = self._day_of(loan, 200)
        proposal: Line = {
            "type": f"propose_{treatment}",
            **self._at(loan),
            "amount": self._random.randint(1, 20) * THOUSAND,
            "reason": "a storm",
            "proposed_on": day.isoformat(),
        }
        if treatment == "freezing":
            proposal["until"] = (day + timedelta(days=4 * 365)).isoformat()
        return self._by("credit_officer", loan, [proposal])

    def _approved(self, loan: Lent, treatment: str) -> Asked:
        on = loan.day + timedelta(days=self._random.randint(200, 300))
        decided = {"decision": "of those who gave the money", "approved_on": on.isoformat()}
        line: Line = {"type": f"approve_{treatment}", **self._at(loan), **decided}
        if loan.fund == "central":
            return Asked("loans", somebody("branch_director", NATION), [line])
        return Asked("loans", somebody("peoples_committee", line["office"]), [line])

    def _unfrozen(self, loan: Lent) -> Asked:
        on = loan.day + timedelta(days=self._random.randint(300, 400))
        unfrozen = {"reason": "it rained", "unfrozen_on": on.isoformat()}
        line: Line = {"type": "unfreeze_loan", **self._at(loan), **unfrozen}
        return self._by("branch_director", loan, [line])

    def _transferred(self, loan: Lent) -> Asked:
        to = self._random.choice(self.prospects)
        line: Line = {
            "type": "transfer_loan",
            **self._at(loan),
            "to_office": to.office,
            "to_commune": to.commune,
            "to_group": to.group,
            "reason": "it moved there",
            "transferred_on": self._day_of(loan, 400).isoformat(),
        }
        loan.offices.append(to.office)
        return Asked("loans", somebody("branch_director", NATION), [line])

    # -- repayments ------------------------------------------------------------------------

    def _collecting(self) -> Asked:
        random = self._random
        lines = [self._entry() for _ in range(random.choice((1, 1, 1, 3)))]
        reverses = lines[0]["type"] == "reverse_payment"
        role: Role = "branch_director" if reverses else "credit_officer"
        return Asked("repayments", somebody(role, lines[0]["office"]), lines)

    def _entry(self) -> Line:
        random = self._random
        loan = self._loan("disburse_loan")
        on = self._day_of(loan, 500).isoformat()
        at = self._at(loan)
        of: Line = {"office": loan.of.office, "household": loan.of.household}
        here: Line = {"place": random.choice(("point", "office")), **self._in_session(at["office"])}
        match random.randrange(16):
            case 0:
                called_in = {"amount": random.randint(1, 10) * THOUSAND, "fell_on": on}
                return {"type": "mark_overdue", **at, **called_in}
            case 1:
                return {"type": "charge_interest", **at, "until": on}
            case 2 | 3 if self.payments:
                return self._reversal(random.choice(self.payments))
            case 4 | 5:
                return {"type": "deposit_savings", **of, **self._deposit(loan, on), **here}
            case 6:
                withdrawn = {"amount": random.randint(1, 9), "withdrawn_on": on}
                return {"type": "withdraw_savings", **of, **withdrawn, **here}
            case 7:
                repaid = {"payment": self._id(), "principal": 1, "repaid_on": on}
                return {"type": "repay_from_savings", **at, **repaid, **here}
            case 8:
                written_off = self._at(self._loan("approve_write_off"))
                recovered = {"payment": self._id(), "amount": 1, "collected_on": on}
                return {"type": "collect_recovery", **written_off, **recovered, **here}
            case 9:
                return self._mobilised(loan, on) | here
            case 10:
                return self._session(loan, on)
        paid = {random.choice(("principal", "amount")): random.randint(1, 20_000)}
        if random.random() < 0.2:
            paid["principal"] = loan.paid_out
            paid.pop("amount", None)
        payment = {"payment": self._id(), "collected_on": on}
        return {"type": "collect_payment", **at, **paid, **payment, **here}

    def _reversal(self, payment: Line) -> Line:
        taken_on = date.fromisoformat(payment.get("collected_on") or payment["repaid_on"])
        on = taken_on + timedelta(days=self._random.randrange(20))
        of = {"payment": payment["payment"], "reversed_on": on.isoformat(), "reason": "a mistake"}
        return {"type": "reverse_payment", **self._at(self.loans[payment["loan"]]), **of}

    def _deposit(self, loan: Lent, on: str) -> Line:
        return {
            "commune": loan.of.commune,
            "group": loan.of.group,
            "association": "women",
            "amount": self._random.randint(1, 9),
            "deposited_on": on,
        }

    def _mobilised(self, loan: Lent, on: str) -> Line:
        random = self._random
        if self.depositors and random.random() < 0.4:
            office, depositor = random.choice(self.depositors)
            withdrawn = {"amount": random.randint(1, 9), "withdrawn_on": on}
            of = {"office": office, "depositor": depositor}
            return {"type": "withdraw_mobilised", **of, **withdrawn}
        depositor = self._id()
        self.depositors.append((loan.of.office, depositor))
        return {
            "type": "deposit_mobilised",
            "office": loan.of.office,
            "commune": loan.of.commune,
            "depositor": depositor,
            "kind": random.choice(("individual", "organisation")),
            "amount": random.randint(1, 30),
            "deposited_on": on,
        }

    def _session(self, loan: Lent, on: str) -> Line:
        """A session is opened, or closed: with cash that is right where nothing was entered."""
        if self.sessions and self._random.random() < 0.4:
            office, session = self._random.choice(self.sessions)
            at = {"office": office, "session": session}
            return {"type": "close_session", **at, "counted_cash": 1_000}
        session = self._id()
        self.sessions.append((loan.of.office, session))
        return {
            "type": "open_session",
            "office": loan.of.office,
            "commune": loan.of.commune,
            "session": session,
            "held_on": on,
            "opening_cash": 1_000,
            "planned": {},
        }

    # -- places, days, ids -----------------------------------------------------------------

    def _by(self, role: Role, loan: Lent, lines: list[Line]) -> Asked:
        return Asked("loans", somebody(role, loan.of.office), lines)

    def _at(self, loan: Lent) -> Line:
        return {"office": self._office(loan), "loan": loan.id}

    def _office(self, loan: Lent) -> str:
        """Where the loan is, as far as its branch knows; rarely a mistake."""
        if self._random.random() < 0.05:
            return self._random.choice(list(OFFICES))
        moved = self.known.get("transfer_loan", [])
        return self._random.choice(loan.offices) if loan.id in moved else loan.of.office

    def _in_session(self, office: str) -> Line:
        mine = [session for where, session in self.sessions if where == office]
        if mine and self._random.random() < 0.1:
            return {"session": self._random.choice(mine)}
        return {}

    def _day(self, days: int) -> date:
        return FIRST_DAY + timedelta(days=self._random.randrange(days))

    def _day_of(self, loan: Lent, days: int) -> date:
        return loan.day + timedelta(days=self._random.randrange(max(1, days)))

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))
