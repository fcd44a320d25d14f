"""The whole way from command to figure in one process, from one seed, with faults on the way.

A scheduler picks the next step of some process; a nemesis crashes processes before and after
whatever they make durable, loses acknowledgements, lets later records through where an earlier
one failed, resends old ranges, corrupts records, and keeps zombie workers alive. The code under
test is the real one; only Kafka and PostgreSQL are twins that pass the real ones' contracts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import build
import naive

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_repayments.__main__ import PARTS as REPAYMENTS
from policy_credit_repayments.domain.commands import ReversePayment
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.ledger import Commit
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.messaging.intake import Intake
from policy_credit_shared.messaging.memory import (
    MemoryLog,
    MemoryOutbox,
    MemoryPublisher,
    MemoryReader,
)
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.relay import (
    START,
    Mark,
    MarkMoved,
    PublishFailed,
    Relay,
    Route,
    window,
)
from policy_credit_shared.messaging.topics import Topics, source_of
from policy_credit_shared.running.closing import close_day
from policy_credit_shared.running.writing import WritingService
from policy_credit_shared.store.books import LinesRefused, carry_out
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.progress import Fenced, Partition, Progress
from policy_credit_shared.store.receipts import Receipt

PARTITIONS = 3
TOPICS = Topics("sim", PARTITIONS)
TREE = units_before_reform()
OFFICES = {"587": ("22870", "22876"), "586": ("22834", "22846"), "585": ("22810",)}
CONVERGE_STEPS_MAX = 400


class Crash(BaseException):
    """The process is gone; what it made durable stays."""


class AckLost(Exception):
    """It is durable, but the one who asked was not told."""


class Nemesis:
    """Decides what goes wrong; silent once it is told to rest."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.resting = False

    def strikes(self, chance: float) -> bool:
        return not self.resting and self._random.random() < chance

    def around(self, durable: Callable[[], None], chance: float = 0.1) -> None:
        """Do something durable, perhaps crashing before it, after it, or losing the answer."""
        if self.strikes(chance):
            raise Crash
        durable()
        if self.strikes(chance):
            raise Crash
        if self.strikes(chance):
            raise AckLost


class FaultyPublisher(MemoryPublisher):
    """Fails as an idempotent producer can: a prefix, a hole, a lost answer, or a crash."""

    def __init__(self, log: MemoryLog, nemesis: Nemesis, random: Random) -> None:
        super().__init__(log)
        self._nemesis = nemesis
        self._random = random

    def publish(self, records: Sequence[Outgoing]) -> None:
        cut = self._random.randrange(len(records) + 1)
        if self._nemesis.strikes(0.1):
            super().publish(records[:cut])
            raise Crash
        if self._nemesis.strikes(0.1):
            # One record expires while later ones on its partition succeed.
            super().publish([r for i, r in enumerate(records) if i != cut])
            raise PublishFailed("one record was not acknowledged")
        super().publish(records)
        if self._nemesis.strikes(0.1):
            raise PublishFailed("acknowledgements were lost")


class FaultyOutbox(MemoryOutbox):
    """Moves its mark, but does not always live to tell."""

    def __init__(self, store: MemoryEventStore, nemesis: Nemesis) -> None:
        super().__init__(store)
        self._nemesis = nemesis

    def move(self, before: Mark, after: Mark) -> None:
        self._nemesis.around(lambda: super(FaultyOutbox, self).move(before, after))


class FaultyStore(MemoryEventStore):
    """An event store whose commits can be the last thing that a process sees."""

    def __init__(self, nemesis: Nemesis) -> None:
        super().__init__()
        self._nemesis = nemesis

    def append(self, *args: Any, **kwargs: Any) -> None:
        self._nemesis.around(lambda: super(FaultyStore, self).append(*args, **kwargs), 0.05)


class FaultyLedger(MemoryLedger):
    """A read model likewise, that checks its invariants at every commit."""

    def __init__(self, nemesis: Nemesis) -> None:
        super().__init__()
        self._nemesis = nemesis

    def commit(self, commit: Commit) -> None:
        self._nemesis.around(lambda: self._commit(commit))

    def _commit(self, commit: Commit) -> None:
        before = self.progress()
        super().commit(commit)
        after = self.progress()
        assert all(after.offsets[p] >= at for p, at in before.offsets.items()), "I4"
        assert all(after.highs[s] >= at for s, at in before.highs.items()), "I4"
        # I6: what was consumed is accounted for, record by record.
        assert sum(self.tally.values()) == sum(after.offsets.values()), "I6"


@dataclass
class Worker:
    """A projecting process: its projector, and the partitions it believes are its own."""

    projector: Projector
    partitions: set[Partition]


@dataclass
class Simulation:
    """One run."""

    seed: int
    given: Nemesis | None = None
    log: MemoryLog = field(default_factory=MemoryLog)
    accepted: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.nemesis = self.given or Nemesis(self.random)
        self.services = {"loans": LOANS, "repayments": REPAYMENTS}
        self.stores = {name: FaultyStore(self.nemesis) for name in self.services}
        self.outboxes = {n: FaultyOutbox(s, self.nemesis) for n, s in self.stores.items()}
        self.relays: dict[str, Relay | None] = dict.fromkeys(self.services)
        self.intake: Intake | None = None
        self.ledger = FaultyLedger(self.nemesis)
        self.workers: list[Worker] = []
        self.loans: list[tuple[UUID, str]] = []
        self.payments: list[tuple[UUID, str, UUID]] = []
        self.calls: list[tuple[str, Any, str]] = []
        self.garbage = 0

    # -- steps -----------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Faulty steps, then rest until everything has converged, then the verdict."""
        for _ in range(steps):
            self.step()
        self.nemesis.resting = True
        self.converge()
        self.verdict()

    def step(self) -> None:
        """One step of somebody."""
        actions = [
            (self.call, 12),
            (lambda: self.relay("loans"), 4),
            (lambda: self.relay("repayments"), 4),
            (self.take_in, 4),
            (self.close, 1),
            (self.project, 8),
            (self.rebalance, 1),
            (self.resend_old_range, 1),
            (self.append_garbage, 1),
        ]
        action = self.random.choices([a for a, _ in actions], [w for _, w in actions])[0]
        action()

    def call(self) -> None:
        """A branch calls; sometimes it repeats an earlier call word for word."""
        if self.calls and self.random.random() < 0.2:
            service, commands, key = self.random.choice(self.calls)
        else:
            service, commands = self.some_commands()
            key = f"key-{len(self.calls)}"
            self.calls.append((service, commands, key))
        parts = self.services[service]
        receipt = Receipt("branch", key, repr(commands).encode(), 201, b"{}")
        try:
            store, by = self.stores[service], self.caller(commands)
            carry_out(store, build.clock, parts.handlers, commands, receipt, by)
        except (LinesRefused, Crash, AckLost):
            return
        if (service, key) not in self.accepted:
            self.accepted.append((service, key))

    def caller(self, commands: list[Any]) -> Principal:
        """An officer takes payments; a director reverses them."""
        reverses = any(isinstance(command, ReversePayment) for command in commands)
        return build.DIRECTOR if reverses else build.OFFICER

    def close(self) -> None:
        """A day is closed in an office or in all, or half of it is."""
        day = date(2019, 1, 1) + timedelta(days=self.random.randrange(300))
        office = self.random.choice([None, *OFFICES])
        store = self.stores["repayments"]
        try:
            for _ in close_day(store, build.clock, REPAYMENTS.closings, day, office):
                pass
        except (Crash, AckLost):
            return

    def some_commands(self) -> tuple[str, list[Any]]:
        """A small sheet, valid or not."""
        random = self.random
        day = date(2019, 1, 1) + timedelta(days=random.randrange(300))
        if not self.loans or random.random() < 0.25:
            return "loans", [self.disbursement(day) for _ in range(random.randint(1, 3))]
        return "repayments", [self.repayment(day) for _ in range(random.choice([1, 1, 1, 3]))]

    def disbursement(self, day: date) -> Any:
        random = self.random
        office = random.choice(list(OFFICES))
        loan = build.some_id(f"{self.seed}/loan/{len(self.loans)}")
        self.loans.append((loan, office))
        return build.disburse(
            office=office,
            commune=random.choice(OFFICES[office]),
            loan=loan,
            household=build.some_id(f"{self.seed}/household/{random.randrange(6)}"),
            programme=random.choice(["HN", "HCN"]),
            amount=random.randint(10, 50),
            disbursed_on=day,
            due_on=day + timedelta(days=1_000),
        )

    def repayment(self, day: date) -> Any:
        random = self.random
        loan, office = random.choice(self.loans)
        if random.random() < 0.05:
            office = random.choice(list(OFFICES))
        kind = random.randrange(6)
        if kind == 0:
            return build.mark_overdue(office=office, loan=loan, amount=random.randint(1, 20))
        if kind == 1:
            return build.charge_interest(office=office, loan=loan, until=day)
        if kind == 2:
            payment = build.some_id(f"{self.seed}/payment/{len(self.payments)}")
            self.payments.append((loan, office, payment))
            amount = random.randint(1, 30)
            return build.collect(office=office, loan=loan, payment=payment, amount=amount)
        if kind == 3 and self.payments:
            loan, office, payment = random.choice(self.payments)
            return build.reverse(office=office, loan=loan, payment=payment)
        if kind == 4:
            return build.deposit(office="587", commune="22870", amount=random.randint(1, 9))
        payment = build.some_id(f"{self.seed}/payment/{len(self.payments)}")
        self.payments.append((loan, office, payment))
        return build.collect(
            office=office, loan=loan, payment=payment, principal=random.randint(1, 30)
        )

    def relay(self, name: str) -> None:
        """A relay step, in a process that is started if it does not run."""
        parts = self.services[name]
        try:
            relay = self.relays[name]
            if relay is None:
                publisher = FaultyPublisher(self.log, self.nemesis, self.random)
                relay = Relay(self.outboxes[name], publisher, parts.translate, route(parts))
                self.relays[name] = relay
            relay.step(self.random.randint(1, 20))
        except (Crash, AckLost, PublishFailed, MarkMoved):
            self.relays[name] = None

    def take_in(self) -> None:
        """An intake step of repayments."""
        try:
            if self.intake is None:
                reader = MemoryReader(self.log, [TOPICS.facts("loans")], self.random.randint(1, 20))
                letters = (MemoryPublisher(self.log), TOPICS.dead_letters)
                store = self.stores["repayments"]
                self.intake = Intake(
                    "repayments", reader, store, REPAYMENTS.takes_in, letters, build.clock
                )
            self.intake.step(0)
        except Exception:  # noqa: BLE001 - whatever ends the process, it is started again
            self.intake = None
        except Crash:
            self.intake = None

    def project(self) -> None:
        """A step of some projecting worker, a zombie perhaps."""
        if not self.workers:
            self.rebalance()
        worker = self.random.choice(self.workers)
        limit = self.random.randint(1, 25)
        records = [
            record
            for record in self.log.read(worker.projector.progress, limit)
            if record.partition in worker.partitions
        ]
        try:
            worker.projector.step(records)
        except (Fenced, AckLost):
            worker.projector.reload()
        except Crash:
            self.workers.remove(worker)

    def rebalance(self) -> None:
        """New workers share the partitions; old ones may not have noticed and go on."""
        zombies = [w for w in self.workers if self.nemesis.strikes(0.5)]
        count = self.random.randint(1, 3)
        fresh = [self.worker() for _ in range(count)]
        for number, partition in enumerate(self.fact_partitions()):
            fresh[number % count].partitions.add(partition)
        self.workers = [*fresh, *zombies]

    def worker(self) -> Worker:
        return Worker(Projector(self.ledger, Folding(ALGEBRA, TREE), lambda _: None), set())

    def resend_old_range(self) -> None:
        """Records of long ago arrive again, a whole range of them."""
        partition = self.random.choice(self.fact_partitions())
        records = self.log.partitions.get(partition, [])
        if not self.nemesis.resting and records:
            start = self.random.randrange(len(records))
            for record in list(records[start : start + self.random.randint(1, 15)]):
                if "chain" in dict(record.headers):
                    self.log.append(outgoing(record))

    def append_garbage(self) -> None:
        """Something that is no event of ours."""
        if not self.nemesis.resting:
            partition = self.random.choice(self.fact_partitions())
            value = self.random.choice([b"", b"\xff\xfe", b"{}", b"null"])
            headers = self.random.choice([(), (("source", b"x"), ("sequence", b"NaN"))])
            self.log.append(Outgoing(partition.topic, partition.number, b"", value, headers))
            self.garbage += 1

    # -- verdict ---------------------------------------------------------------------------

    def converge(self) -> None:
        """I7: without faults everything is soon published, taken in and reflected."""
        self.workers = []
        for _ in range(CONVERGE_STEPS_MAX):
            for name in self.services:
                self.relay(name)
            self.take_in()
            self.project()
            if self.is_quiet():
                return
        raise AssertionError("I7: it did not converge")

    def is_quiet(self) -> bool:
        published = all(
            self.outboxes[name].mark().position == len(store.log)
            for name, store in self.stores.items()
        )
        loans = TOPICS.facts("loans")
        taken_in = self.stores["repayments"].progress().offsets
        reflected = self.ledger.progress().offsets
        return published and all(
            reflected.get(p, 0) == len(records)
            and (p.topic != loans or taken_in.get(p, 0) == len(records))
            for p, records in self.log.partitions.items()
            if p in self.fact_partitions()
        )

    def verdict(self) -> None:
        """I1 to I6 on what came out."""
        said = {name: self.said(name) for name in self.services}
        expected = naive.totals(value for records in said.values() for value in records)
        for locality, totals in expected.items():
            for measure in naive.MEASURES:
                found = self.ledger.figure(locality, measure)
                assert found == totals[measure], f"I2 {locality} {measure}"
        self.check_conservation()
        for service, key in self.accepted:
            assert self.stores[service].receipt("branch", key) is not None, "I3"
        for name, records in said.items():
            in_log = {
                bytes(record.value or b"")
                for partition, kept in self.log.partitions.items()
                if partition.topic == TOPICS.facts(self.services[name].name)
                for record in kept
            }
            assert set(records) <= in_log, "I3: acknowledged, and in the topic"
        assert self.ledger.tally_of("quarantined") == self.garbage == len(self.ledger.letters)
        self.check_determinism()

    def said(self, name: str) -> list[bytes]:
        """Every record value that a service's log says, whatever was published of it."""
        parts = self.services[name]
        records, _ = window(START, self.stores[name].log, parts.translate, route(parts))
        return [record.value for record in records]

    def check_conservation(self) -> None:
        """I1: at every level the parts make up the whole."""
        units = {cell.unit for cell in self.ledger.figures}
        for unit in units:
            children = [c.code for c in TREE.children(unit)]
            for measure in ALGEBRA.measures if children else ():
                parts = sum(self.ledger.figure(child, measure) for child in children)
                assert parts == self.ledger.figure(unit, measure), f"I1 {unit} {measure}"

    def check_determinism(self) -> None:
        """I5: one replay in one batch gives the same figures as all of that."""
        replayed = MemoryLedger()
        Projector(replayed, Folding(ALGEBRA, TREE), lambda _: None).step(
            [r for r in self.log.read(Progress.none(), 10**9) if r.partition.topic in FACTS]
        )
        assert nonzero(self.ledger) == nonzero(replayed), "I5"

    def fact_partitions(self) -> list[Partition]:
        return [
            Partition(TOPICS.facts(parts.name), number)
            for parts in self.services.values()
            for number in range(PARTITIONS)
        ]


FACTS = (TOPICS.facts("loans"), TOPICS.facts("repayments"))


def nonzero(ledger: MemoryLedger) -> set[tuple[Any, str, int]]:
    """The figures that are not 0."""
    return {(c, m, n) for c, amounts in ledger.figures.items() for m, n in amounts.items() if n}


def route(parts: WritingService) -> Route:
    """Where a service publishes in the simulation."""
    return Route(source_of(parts.name), TOPICS.facts(parts.name), PARTITIONS)


def outgoing(record: Incoming) -> Outgoing:
    """A record as it was sent."""
    topic, number = record.partition
    return Outgoing(topic, number, record.key or b"", record.value or b"", tuple(record.headers))
