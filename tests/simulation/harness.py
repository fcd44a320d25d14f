"""The whole way from command to figure in one process, from one seed, with faults on the way.

A scheduler picks the next step of some process; a nemesis crashes processes before and after
whatever they make durable, loses acknowledgements, lets later records through where an earlier
one failed, resends old ranges, corrupts records, and keeps zombie workers alive. The code under
test is the real one; only Kafka and PostgreSQL are twins that pass the real ones' contracts.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import build
import naive
from simulation.branches import DAYS, FIRST_DAY, OFFICES, Asked, Branches, commands

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_loans.domain.capital import CAPITAL, capital_id
from policy_credit_repayments.__main__ import PARTS as REPAYMENTS
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.balances import Balances
from policy_credit_reporting.store.ledger import Commit
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.trees import TREES as TREE_NAMES
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
from policy_credit_shared.store.books import Books, LinesRefused, carry_out
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.progress import Fenced, Partition, Progress
from policy_credit_shared.store.receipts import Receipt

PARTITIONS = 3
TOPICS = Topics("sim", PARTITIONS)
LAYOUT = Layout.of(ALGEBRA)
TREES = [dated_trees()[name].on(day) for name in TREE_NAMES for day in (FIRST_DAY, date.max)]
READS = {"loans": "repayments", "repayments": "loans"}
"""Which service takes in whose facts."""

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
        if self.resting:
            durable()
            return
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
        super().__init__(LAYOUT)
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
        self.intakes: dict[str, Intake | None] = dict.fromkeys(self.services)
        self.ledger = FaultyLedger(self.nemesis)
        self.workers: list[Worker] = []
        self.branches = Branches(self.random)
        self.calls: list[tuple[Asked, str]] = []
        self.garbage = 0
        self.closed = FIRST_DAY
        self.lay_ground()

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
            (self.call, 14),
            (self.close_day, 1),
            (lambda: self.relay("loans"), 4),
            (lambda: self.relay("repayments"), 4),
            (lambda: self.take_in("loans"), 4),
            (lambda: self.take_in("repayments"), 4),
            (self.project, 8),
            (self.rebalance, 1),
            (self.resend_old_range, 1),
            (self.append_garbage, 1),
        ]
        action = self.random.choices([a for a, _ in actions], [w for _, w in actions])[0]
        action()

    def lay_ground(self) -> None:
        """What must be there before anything can be lent, while nothing goes wrong."""
        resting, self.nemesis.resting = self.nemesis.resting, True
        self.branches.lay_ground(self.ask)
        self.converge()
        self.nemesis.resting = resting

    def call(self) -> None:
        """A branch calls; sometimes it repeats an earlier call word for word."""
        if self.calls and self.random.random() < 0.2:
            asked, key = self.random.choice(self.calls)
        else:
            asked, key = self.branches.ask(), f"key-{len(self.calls)}"
            self.calls.append((asked, key))
        try:
            self.ask(asked, key)
        except (LinesRefused, Crash, AckLost):
            return
        if (asked.service, key) not in self.accepted:
            self.accepted.append((asked.service, key))
            self.branches.learn(asked)

    def ask(self, asked: Asked, key: str = "") -> None:
        """Have a service do what is asked; with a key, once."""
        parts, store = self.services[asked.service], self.stores[asked.service]
        key = key or f"ground-{len(store.log)}"
        receipt = Receipt("branch", key, repr(asked).encode(), 201, b"{}")
        sheet = commands(parts, asked.lines)
        carry_out(store, build.clock, parts.handlers, sheet, receipt, asked.by)

    def close_day(self) -> None:
        """Some later day is closed, in one office or all; a close may die on the way."""
        last = FIRST_DAY + timedelta(days=DAYS)
        self.closed = min(last, self.closed + timedelta(days=self.random.randint(1, 60)))
        office = self.random.choice((None, None, *OFFICES))
        store = self.stores["repayments"]
        try:
            for _ in close_day(store, build.clock, REPAYMENTS.closings, self.closed, office):
                pass
        except (Crash, AckLost):
            return

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

    def take_in(self, name: str) -> None:
        """An intake step of a service."""
        try:
            intake = self.intakes[name]
            if intake is None:
                source = TOPICS.facts(self.services[READS[name]].name)
                reader = MemoryReader(self.log, [source], self.random.randint(1, 20))
                letters = (MemoryPublisher(self.log), TOPICS.dead_letters)
                store, takes_in = self.stores[name], self.services[name].takes_in
                intake = Intake(name, reader, store, takes_in, letters, build.clock)
                self.intakes[name] = intake
            intake.step(0)
        except Exception:  # noqa: BLE001 - whatever ends the process, it is started again
            self.intakes[name] = None
        except Crash:
            self.intakes[name] = None

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
        return Worker(Projector(self.ledger, Folding(ALGEBRA, LAYOUT), lambda _: None), set())

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
                self.take_in(name)
            self.project()
            if self.is_quiet():
                return
        raise AssertionError("I7: it did not converge")

    def is_quiet(self) -> bool:
        published = all(
            self.outboxes[name].mark().position == len(store.log)
            for name, store in self.stores.items()
        )
        reflected = self.ledger.progress().offsets
        taken_in = {
            TOPICS.facts(self.services[source].name): self.stores[name].progress().offsets
            for name, source in READS.items()
        }
        return published and all(
            reflected.get(p, 0) == taken_in[p.topic].get(p, 0) == len(records)
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
        self.check_services_agree()

    def said(self, name: str) -> list[bytes]:
        """Every record value that a service's log says, whatever was published of it."""
        parts = self.services[name]
        records, _ = window(START, self.stores[name].log, parts.translate, route(parts))
        return [record.value for record in records]

    def check_conservation(self) -> None:
        """I1: in every tree, at every level, the parts make up the whole."""
        balances = Balances(LAYOUT).with_movements(self.ledger.movements())
        for tree in TREES:
            units = {unit.code for cell in self.ledger.figures() for unit in tree.path(cell.unit)}
            families = {unit: [child.code for child in tree.children(unit)] for unit in units}
            members = [code for unit, parts in families.items() for code in (unit, *parts)]
            rollup = territories(tree, LAYOUT).rollup(members)
            for measure in range(len(ALGEBRA.measures)):
                sums = iter(rollup.sums([balances.now(measure)])[0].tolist())
                for unit, parts in families.items():
                    whole, by_part = next(sums), [next(sums) for _ in parts]
                    assert not parts or sum(by_part) == whole, f"I1 {unit} {measure}"

    def check_determinism(self) -> None:
        """I5: one replay in one batch gives the same figures as all of that."""
        replayed = MemoryLedger(LAYOUT)
        Projector(replayed, Folding(ALGEBRA, LAYOUT), lambda _: None).step(
            [r for r in self.log.read(Progress.none(), 10**9) if r.partition.topic in FACTS]
        )
        assert nonzero(self.ledger) == nonzero(replayed), "I5"

    def check_services_agree(self) -> None:
        """I8: no fact was one that its taker could not believe, and capital is lent as figures say.

        Loans knows what is outstanding by what repayments told it, reporting by both.
        """
        letters = [
            json.loads(record.value or b"")
            for partition, records in self.log.partitions.items()
            if partition.topic == TOPICS.dead_letters
            for record in records
        ]
        assert [x for x in letters if x["reason"] == "contradiction"] == [], "I8"
        books = Books(self.stores["loans"])
        for office in OFFICES:
            capital = books.get(CAPITAL, capital_id(office))
            lent = sum(capital.outstanding.values()) if capital else 0
            assert lent == self.ledger.figure(office, "outstanding"), f"I8 {office}"

    def fact_partitions(self) -> list[Partition]:
        return [
            Partition(TOPICS.facts(parts.name), number)
            for parts in self.services.values()
            for number in range(PARTITIONS)
        ]


FACTS = (TOPICS.facts("loans"), TOPICS.facts("repayments"))


def nonzero(ledger: MemoryLedger) -> set[tuple[Any, str, int]]:
    """The figures that are not 0."""
    return {(c, m, n) for c, amounts in ledger.figures().items() for m, n in amounts.items() if n}


def route(parts: WritingService) -> Route:
    """Where a service publishes in the simulation."""
    return Route(source_of(parts.name), TOPICS.facts(parts.name), PARTITIONS)


def outgoing(record: Incoming) -> Outgoing:
    """A record as it was sent."""
    topic, number = record.partition
    return Outgoing(topic, number, record.key or b"", record.value or b"", tuple(record.headers))
