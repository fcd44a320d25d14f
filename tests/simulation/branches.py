"""What branches ask for in a simulation: sheets of lines as they go over the wire, valid or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from random import Random
from typing import Any
from uuid import UUID

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
    """A loan as a branch thinks of it: refused calls and others' calls it does not know of."""

    id: str
    of: Prospect
    amount: int
    paid_out: int
    tranches: int
    fund: str
    offices: list[str] = field(default_factory=list)


def commands(parts: WritingService, lines: Sequence[Line]) -> list[Any]:
    """The lines as the service's commands."""
    kinds = reduce(lambda union, kind: union | kind, [route.command for route in parts.routes])
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
        self.loans: list[Lent] = []
        self.payments: list[tuple[Lent, str]] = []
        self.sessions: list[tuple[str, str]] = []
        self.depositors: list[tuple[str, str]] = []

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

    def ask(self) -> Asked:
        """Some sheet."""
        if not self.loans or self._random.random() < 0.25:
            return self._lending()
        if self._random.random() < 0.25:
            return self._treating()
        return self._collecting()

    # -- loans -----------------------------------------------------------------------------

    def _lending(self) -> Asked:
        random = self._random
        unpaid = [x for x in self.loans if x.paid_out < x.amount]
        if unpaid and random.random() < 0.3:
            loan = random.choice(unpaid)
            return self._by("teller", loan, "loans", [self._tranche(loan, self._day(DAYS))])
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
            amount=random.randint(10, 60),
            paid_out=0,
            tranches=0,
            fund=random.choice(("central", "central", "local")),
        )
        self.loans.append(loan)
        at: Line = {"office": of.office, "loan": loan.id}
        applied: Line = {
            "type": "apply_for_loan",
            **at,
            "household": of.household,
            "group": of.group,
            "list": of.list,
            "programme": random.choice(("HN", "HMTN", "GQVL", "GQVL")),
            "fund": loan.fund,
            "amount": loan.amount,
            "purpose": "two cows",
            "term_months": random.choice((3, 6, 24)),
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
        random = self._random
        loan = random.choice(self.loans)
        day = self._day(DAYS)
        on = day.isoformat()
        at: Line = {"office": self._office(loan), "loan": loan.id}
        treatments: list[Callable[[], Asked]] = [
            lambda: self._by("branch_director", loan, "loans", [self._extension(at, day)]),
            lambda: self._proposed(loan, at, "freezing", day),
            lambda: self._approved(loan, at, "freezing", day),
            lambda: self._proposed(loan, at, "write_off", day),
            lambda: self._approved(loan, at, "write_off", day),
            lambda: self._by(
                "branch_director",
                loan,
                "loans",
                [{"type": "unfreeze_loan", **at, "reason": "it rained", "unfrozen_on": on}],
            ),
            lambda: self._transferred(loan, at, on),
        ]
        return random.choice(treatments)()

    def _extension(self, at: Line, day: date) -> Line:
        until = day + timedelta(days=self._random.randint(1, 300))
        later = {"until": until.isoformat(), "extended_on": day.isoformat()}
        return {"type": "extend_loan", **at, "reason": "a storm", **later}

    def _proposed(self, loan: Lent, at: Line, treatment: str, day: date) -> Asked:
        proposal: Line = {
            "type": f"propose_{treatment}",
            **at,
            "amount": self._random.randint(1, 30),
            "reason": "a storm",
            "proposed_on": day.isoformat(),
        }
        if treatment == "freezing":
            proposal["until"] = (day + timedelta(days=4 * 365)).isoformat()
        return self._by("credit_officer", loan, "loans", [proposal])

    def _approved(self, loan: Lent, at: Line, treatment: str, day: date) -> Asked:
        decided = {"decision": "of those who gave the money", "approved_on": day.isoformat()}
        line: Line = {"type": f"approve_{treatment}", **at, **decided}
        if loan.fund == "central":
            return Asked("loans", somebody("branch_director", NATION), [line])
        return Asked("loans", somebody("peoples_committee", at["office"]), [line])

    def _transferred(self, loan: Lent, at: Line, on: str) -> Asked:
        to = self._random.choice(self.prospects)
        loan.offices.append(to.office)
        line: Line = {
            "type": "transfer_loan",
            **at,
            "to_office": to.office,
            "to_commune": to.commune,
            "to_group": to.group,
            "reason": "it moved there",
            "transferred_on": on,
        }
        return Asked("loans", somebody("branch_director", NATION), [line])

    # -- repayments ------------------------------------------------------------------------

    def _collecting(self) -> Asked:
        random = self._random
        lines = [self._entry() for _ in range(random.choice((1, 1, 1, 3)))]
        role: Role = random.choice(("credit_officer", "branch_director"))
        return Asked("repayments", somebody(role, lines[0]["office"]), lines)

    def _entry(self) -> Line:
        random = self._random
        loan = random.choice(self.loans)
        on = self._day(DAYS).isoformat()
        at: Line = {"office": self._office(loan), "loan": loan.id}
        here: Line = {"place": random.choice(("point", "office")), **self._in_session(at["office"])}
        of: Line = {"office": loan.of.office, "household": loan.of.household}
        match random.randrange(14):
            case 0:
                called_in = {"amount": random.randint(1, 20), "fell_on": on}
                return {"type": "mark_overdue", **at, **called_in}
            case 1:
                return {"type": "charge_interest", **at, "until": on}
            case 2 if self.payments:
                loan, payment = random.choice(self.payments)
                reversed_ = {"payment": payment, "reversed_on": on, "reason": "booked twice"}
                at = {"office": self._office(loan), "loan": loan.id}
                return {"type": "reverse_payment", **at, **reversed_}
            case 3 | 4:
                deposited: Line = {
                    "commune": loan.of.commune,
                    "group": loan.of.group,
                    "association": "women",
                    "amount": random.randint(1, 9),
                    "deposited_on": on,
                }
                return {"type": "deposit_savings", **of, **deposited, **here}
            case 5:
                withdrawn = {"amount": random.randint(1, 9), "withdrawn_on": on}
                return {"type": "withdraw_savings", **of, **withdrawn, **here}
            case 6:
                repaid = {"payment": self._payment(loan), "principal": 1, "repaid_on": on}
                return {"type": "repay_from_savings", **at, **repaid, **here}
            case 7:
                recovered = {"payment": self._payment(loan), "amount": 1, "collected_on": on}
                return {"type": "collect_recovery", **at, **recovered, **here}
            case 8:
                return self._mobilised(loan, on) | here
            case 9:
                return self._session(loan, on)
        paid: Line = {"principal": random.randint(1, 30)}
        if random.random() < 0.3:
            paid = {"amount": random.randint(1, 30)}
        return {
            "type": "collect_payment",
            **at,
            "payment": self._payment(loan),
            **paid,
            "collected_on": on,
            **here,
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

    # -- ids, days, people -----------------------------------------------------------------

    def _by(self, role: Role, loan: Lent, service: str, lines: list[Line]) -> Asked:
        return Asked(service, somebody(role, loan.of.office), lines)

    def _office(self, loan: Lent) -> str:
        """Where the loan is, as far as its branch knows; rarely a mistake."""
        if self._random.random() < 0.05:
            return self._random.choice(list(OFFICES))
        return self._random.choice([loan.of.office, *loan.offices])

    def _in_session(self, office: str) -> Line:
        mine = [session for where, session in self.sessions if where == office]
        if mine and self._random.random() < 0.1:
            return {"session": self._random.choice(mine)}
        return {}

    def _payment(self, loan: Lent) -> str:
        payment = self._id()
        self.payments.append((loan, payment))
        return payment

    def _day(self, days: int) -> date:
        return FIRST_DAY + timedelta(days=self._random.randrange(days))

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))
