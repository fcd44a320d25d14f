"""Offline sessions from a seed: laptops that lose power, copies of a sheet, and a bad line.

The code under test is the real one, from the outbox to the figures; the disk, the line and the
servers are twins. A teller knows what was said to be saved, and holds everybody to it.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import build
from msgspec.structs import replace
from power import FailingDisk, PowerCut
from simulation.branches import commands

from policy_credit_branch.outbox.outbox import Outbox, sheets
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.lines import Deposit, Line, Payment, Withdrawal
from policy_credit_branch.sheet.records import Opened, Record
from policy_credit_branch.sheet.sheet import Sheet, SheetLine
from policy_credit_branch.sheet.totals import Totals, totals_of
from policy_credit_branch.submission import submit
from policy_credit_branch.submission.services import (
    Reason,
    Recorded,
    Reply,
    SomeRefused,
    Unanswered,
)
from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.entries import PaymentTaken
from policy_credit_repayments.domain.savings import SavingsDeposited, SavingsWithdrawn
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.messaging.memory import MemoryLog, MemoryOutbox, MemoryPublisher
from policy_credit_shared.messaging.relay import Relay, Route
from policy_credit_shared.messaging.topics import Topics, source_of
from policy_credit_shared.store.books import LinesRefused, carry_out
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.receipts import Receipt, fingerprint
from policy_credit_shared.web.problems import problem_of_lines

SECRET = b"a passphrase of some length"
COST = 4
"""Guessing need not be slow here."""

FOLDER = Path("/branch")
TOPICS = Topics("point", 3)
TREE = units_before_reform()
LOANS = tuple(build.some_id(f"loan {n}") for n in range(6))
HOUSEHOLDS = tuple(build.some_id(f"household {n}") for n in range(6))
LENT = 1_000_000
HELD_ON = build.DAY
ANOTHERS = ("payment-repeated", "savings-entry-repeated")
"""Codes of lines that are recorded with other amounts: by another copy, or by a late call."""

SETTLING_ROUNDS_MAX = 60


class Point:
    """The repayments service, its books and everything that it was asked: loans to collect on."""

    def __init__(self) -> None:
        self.store = MemoryEventStore()
        desk = build.Desk(PARTS)
        desk.store = self.store
        for loan, household in zip(LOANS, HOUSEHOLDS, strict=True):
            desk.takes_in(build.loan_disbursed(loan=loan, household=household, amount=LENT))
            desk.does(build.charge_interest(loan=loan, until=date(2019, 3, 25)))
        self.before = len(self.store.log)

    def post(self, caller: str, key: str, body: bytes) -> Reply:
        """What the service answers to a sheet, and does."""
        teller = Principal(caller, build.OFFICE, "teller")
        sheet = commands(PARTS, json.loads(body)["lines"])
        mark = fingerprint("/sheets", body)
        receipt = Receipt(f"{teller.unit}/{caller}", key, mark, 201, b"{}")
        try:
            carry_out(self.store, build.clock, PARTS.handlers, sheet, receipt, teller)
        except LinesRefused as refused:
            errors = problem_of_lines(refused).details.errors
            return SomeRefused(
                {
                    int(e.pointer.split("/")[2]): Reason(
                        code=e.code, field=e.pointer, detail=e.detail, fix=e.fix
                    )
                    for e in errors
                }
            )
        return Recorded(len(sheet))

    def booked(self) -> dict[UUID, Totals]:
        """What each entry came to in the books."""
        found: Counter[tuple[UUID, str]] = Counter()
        for notified in self.store.log[self.before :]:
            match notified.recorded.event:
                case PaymentTaken() as e:
                    found[e.payment, "principal"] += e.principal
                    found[e.payment, "interest"] += e.interest
                case SavingsDeposited(entry=UUID() as entry) as e:
                    found[entry, "deposited"] += e.amount
                case SavingsWithdrawn(entry=UUID() as entry) as e:
                    found[entry, "withdrawn"] += e.amount
        entries = {entry for entry, _ in found}
        return {
            entry: Totals(lines=1, **{kind: n for (e, kind), n in found.items() if e == entry})
            for entry in entries
        }

    def figures(self) -> MemoryLedger:
        """The indicators, from the events as they are published."""
        log, ledger = MemoryLog(), MemoryLedger()
        route = Route(source_of(PARTS.name), TOPICS.facts(PARTS.name), 3)
        relay = Relay(MemoryOutbox(self.store), MemoryPublisher(log), PARTS.translate, route)
        while relay.step(500):
            pass
        projector = Projector(ledger, Folding(ALGEBRA, TREE), lambda _: None)
        projector.step(log.read(ledger.progress(), 10**9))
        return ledger


@dataclass
class Net:
    """The line of one laptop: calls get lost on the way there or back, or arrive again later."""

    point: Point
    caller: str
    random: Random
    trouble: float
    calls: list[tuple[str, bytes]] = field(default_factory=list)

    def post(self, key: str, body: bytes) -> Reply:
        if self.random.random() < self.trouble:
            raise Unanswered("lost on the way there")
        self.calls.append((key, body))
        reply = self.point.post(self.caller, key, body)
        if self.random.random() < self.trouble:
            raise Unanswered("lost on the way back")
        if self.random.random() < self.trouble / 2:
            raise PowerCut
        return reply


class Laptop:
    """A machine, its teller, and what the teller was told: the lines said to be saved."""

    def __init__(self, name: str, point: Point, random: Random, trouble: float) -> None:
        self.random = random
        self.trouble = trouble
        self.disk = FailingDisk(random, trouble / 10)
        self.net = Net(point, name, random, trouble)
        self.told: dict[UUID, tuple[Line, bool]] = {}
        """By entry: the line as it was last said to be saved, and whether it was undone."""
        self.doubtful: Record | None = None
        """What was being saved when the power went: nobody was told, so either is right."""
        self.resting = False
        self._outbox: Outbox | None = None

    # -- what happens ------------------------------------------------------------------------

    def use(self, work: Callable[[Outbox], None]) -> None:
        """Have the teller do something; the power may go at any moment of it."""
        try:
            work(self.outbox())
        except PowerCut:
            self._outbox = None
            if self.random.random() < 0.7:
                self.disk.lose_power()
        except Unanswered:
            return

    def rest(self) -> None:
        """Nothing goes wrong from now on, and no call arrives late."""
        self.resting = True
        self.disk.chance = 0
        self.net.trouble = 0

    def outbox(self) -> Outbox:
        """The sheet; after a cut as it is found, compared with what the teller was told."""
        if self._outbox is None:
            (path,) = sheets(self.disk, FOLDER)
            self._outbox = Outbox.open(self.disk, path, SECRET)
            self.compare(self._outbox.sheet)
        return self._outbox

    def keep(self, outbox: Outbox, record: Record) -> None:
        """Save something; the teller is told once this returns."""
        self.doubtful = record
        outbox.keep(record)
        self.doubtful = None
        self.learn(outbox.sheet)

    def learn(self, sheet: Sheet) -> None:
        self.told = {e: (x.line, x.state == "undone") for e, x in sheet.lines.items()}

    def compare(self, sheet: Sheet) -> None:
        """No line that was said to be saved is missing or another."""
        found = {e: (x.line, x.state == "undone") for e, x in sheet.lines.items()}
        doubt = getattr(self.doubtful, "entry", None)
        assert {e: x for e, x in found.items() if e != doubt} == {
            e: x for e, x in self.told.items() if e != doubt
        }, "a line that was said to be saved is missing, or another"
        self.doubtful = None
        self.learn(sheet)

    # -- what tellers do ---------------------------------------------------------------------

    def enter(self, outbox: Outbox) -> None:
        entry = UUID(int=self.random.getrandbits(128), version=4)
        self.keep(outbox, deciding.enter(outbox.sheet, entry, some_line(self.random)))

    def undo(self, outbox: Outbox) -> None:
        self.undo_nowhere(outbox, outbox.sheet.of("saved", "refused"))

    def undo_nowhere(self, outbox: Outbox, lines: Sequence[SheetLine]) -> None:
        """Take back one of the lines that is in no call: an earlier call can arrive once more."""
        calls = [] if self.resting else self.net.calls
        on_its_way = {e for _, body in calls for e in entries_of(body)}
        lines = [line for line in lines if str(line.entry) not in on_its_way]
        if lines:
            self.keep(outbox, deciding.undo(self.random.choice(lines)))

    def correct(self, outbox: Outbox) -> None:
        """Put a refused line right: smaller, or as the refusal says that it is recorded already."""
        lines = outbox.sheet.of("refused")
        if lines:
            self.settle_line(outbox, self.random.choice(lines))

    def settle_line(self, outbox: Outbox, line: SheetLine) -> None:
        assert line.refused is not None
        if line.refused.code in ANOTHERS:
            booked = self.net.point.booked()[line.entry]
            self.keep(outbox, deciding.correct(line, as_booked(line.line, booked)))
        elif (less := smaller(line.line)) == line.line:
            self.undo_nowhere(outbox, [line])
        else:
            self.keep(outbox, deciding.correct(line, less))

    def submit(self, outbox: Outbox) -> None:
        answers = submit.submit(outbox, self.net, build.clock, self.key)
        for _ in answers:
            if self.random.random() < self.trouble:
                break

    def key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def settle(self) -> None:
        """Send and correct until every line is recorded or undone."""
        for _ in range(SETTLING_ROUNDS_MAX):
            self.use(self.submit)
            outbox = self.outbox()
            refused = outbox.sheet.of("refused")
            if not refused and not outbox.sheet.of("saved", "sending"):
                return
            for line in refused:
                self.settle_line(outbox, line)
        raise AssertionError("the sheet does not come to an end")


def some_line(random: Random) -> Line:
    """A line as tellers enter them, now and then one that will be refused."""
    number = random.randrange(len(LOANS))
    amount = random.choice((1_000, 20_000, 50_000, 500_000, 2_000_000))
    match random.randrange(6):
        case 0 | 1:
            return Payment(loan=LOANS[number], principal=amount)
        case 2:
            return Payment(loan=LOANS[number], interest=random.choice((500, 3_000, 9_000)))
        case 3 | 4:
            return Deposit(
                household=HOUSEHOLDS[number],
                group=build.GROUP,
                association="women",
                amount=amount,
            )
    return Withdrawal(household=HOUSEHOLDS[number], amount=amount)


def smaller(line: Line) -> Line:
    """The same with less money, a single dong at least."""
    match line:
        case Payment(interest=0):
            return Payment(loan=line.loan, principal=max(1, line.principal // 10))
        case Payment():
            return Payment(loan=line.loan, interest=max(1, line.interest // 10))
        case Deposit():
            return line
    return Withdrawal(household=line.household, amount=max(1, line.amount // 10))


def as_booked(line: Line, booked: Totals) -> Line:
    """The line as its refusal says that it is recorded."""
    match line:
        case Payment():
            return Payment(loan=line.loan, principal=booked.principal, interest=booked.interest)
        case Deposit():
            return replace(line, amount=booked.deposited)
    return Withdrawal(household=line.household, amount=booked.withdrawn)


def entries_of(body: bytes) -> set[str]:
    """The ids of a call's lines."""
    lines: list[dict[str, Any]] = json.loads(body)["lines"]
    return {line[name] for line in lines for name in ("payment", "entry") if name in line}


class Simulation:
    """One session's life."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.trouble = random.choice((0.0, 0.1, 0.25))
        self.point = Point()
        first = Laptop("teller a", self.point, random, self.trouble)
        self.laptops = [first]
        opened = Opened(
            session=UUID(int=random.getrandbits(128), version=4),
            office=build.OFFICE,
            commune=build.COMMUNE,
            held_on=HELD_ON,
            opening_cash=5_000_000,
        )
        chance, first.disk.chance = first.disk.chance, 0
        Outbox.create(first.disk, FOLDER, SECRET, opened, COST)
        for household in HOUSEHOLDS:
            saved = Deposit(
                household=household, group=build.GROUP, association="women", amount=100_000
            )
            entry = UUID(int=random.getrandbits(128), version=4)
            first.keep(first.outbox(), deciding.enter(first.outbox().sheet, entry, saved))
        first.disk.chance = chance

    def run(self, steps: int) -> None:
        """Steps of somebody, then rest until all is settled, then the verdict."""
        for _ in range(steps):
            self.step()
        for laptop in self.laptops:
            laptop.rest()
        for laptop in self.laptops:
            laptop.settle()
        self.verdict()

    def step(self) -> None:
        laptop = self.random.choice(self.laptops)
        works: list[tuple[Callable[[Outbox], None], int]] = [
            (laptop.enter, 10),
            (laptop.undo, 1),
            (laptop.correct, 3),
            (laptop.submit, 4),
        ]
        chosen = self.random.choices([*works, (None, 0)], [*(w for _, w in works), 3])[0][0]
        if chosen is not None:
            laptop.use(chosen)
        else:
            self.happen(laptop)

    def happen(self, laptop: Laptop) -> None:
        """Something from outside: the power, a copy, a call that arrives long after it was made."""
        match self.random.randrange(3):
            case 0:
                laptop.use(_cut)
            case 1 if len(self.laptops) < 3:
                self.copy(laptop)
            case _ if laptop.net.calls:
                key, body = self.random.choice(laptop.net.calls)
                self.point.post(laptop.net.caller, key, body)

    def copy(self, laptop: Laptop) -> None:
        """Another laptop gets a copy of the sheet's file, and another teller or the same."""
        name = self.random.choice(("teller a", "teller b"))
        other = Laptop(name, self.point, self.random, self.trouble)
        (path,) = sheets(laptop.disk, FOLDER)
        laptop.use(lambda outbox: None)
        other.disk.put(path, laptop.disk.read(path))
        other.told, other.doubtful = dict(laptop.told), laptop.doubtful
        self.laptops.append(other)

    def verdict(self) -> None:
        """The same at the office, in the books and in the indicators, line by line and in all."""
        accepted: dict[UUID, Line] = {}
        for laptop in self.laptops:
            laptop.compare(laptop.outbox().sheet)
            for entry, (line, undone) in laptop.told.items():
                if not undone:
                    assert accepted.setdefault(entry, line) == line, "two copies, two truths"
        booked = self.point.booked()
        assert {e: totals_of([line]) for e, line in accepted.items()} == booked

        office = totals_of(accepted.values())
        session = build.session(self.desk(), self.laptops[0].outbox().sheet.session)
        assert session.realised.lines == office.lines
        assert session.realised.cash == office.cash
        ledger = self.point.figures()
        for unit in (build.OFFICE, "VN"):
            figures = [ledger.figure(unit, m) for m in ("collected", "interest_collected")]
            assert figures == [office.principal, office.interest]
            assert ledger.figure(unit, "savings") == office.deposited - office.withdrawn

    def desk(self) -> build.Desk:
        desk = build.Desk(PARTS)
        desk.store = self.point.store
        return desk


def _cut(_: Outbox) -> None:
    raise PowerCut
