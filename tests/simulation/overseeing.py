"""A year of a province as oversight hears of it, and what its people find: processed somehow.

The facts come from loans and repayments as they live through the year; they are published into
partitions, some of them more than once. Processing reads the partitions in any order, dies at any
commit, is started again, and is asked things and closes days in between.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import build
import msgspec
from simulation.branches import commands
from simulation.harness import LAYOUT, TOPICS, AckLost, Crash, FaultyStore, Nemesis, route
from simulation.years import District

from policy_credit_loans.domain.loan import LOAN
from policy_credit_local.scenario.calls import Line
from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.finding import FINDING, Finding, finding_of_use
from policy_credit_oversight.domain.group_score import GROUP_SCORE, GroupScore, group_score_id
from policy_credit_oversight.domain.loan_use import LOAN_USE, LoanUse, loan_use_id
from policy_credit_oversight.domain.office_groups import OFFICE_GROUPS, office_groups_id
from policy_credit_oversight.domain.register import REGISTER, register_id
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_shared.events.lending import LoanCarriedOver, LoanDisbursed
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.messaging.intake import Intake
from policy_credit_shared.messaging.memory import MemoryLog, MemoryPublisher, MemoryReader
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.relay import START, window
from policy_credit_shared.running.closing import close_day
from policy_credit_shared.store.books import Books, LinesRefused, carry_out
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.store.receipts import Receipt

OFFICES: Final = {"587": ("22870", "22876"), "586": ("22834",)}
END: Final = date(2019, 12, 31)
STEPS_MAX: Final = 20_000
LATER: Final = ("loan-not-paid-out", "tranche-not-paid-out")
"""Refusals that end when what was published is taken in."""


@dataclass(frozen=True)
class Year:
    """What was published, and what inspectors ask for: lines about one thing in their order.

    `tranches` were paid out; `owing` are the loans on which something is owed at the end; `owed`
    is what each group's loans owe then, in all and overdue.
    """

    log: MemoryLog
    tranches: set[tuple[UUID, int]]
    owing: set[UUID]
    owed: dict[UUID, tuple[int, int]]
    inspectors: list[list[Line]]

    @property
    def loans(self) -> set[UUID]:
        """The loans that were paid out."""
        return {loan for loan, _ in self.tranches}

    @property
    def to_be_checked(self) -> set[tuple[UUID, int]]:
        """The tranches whose use nobody has found out, of loans on which something is owed."""
        lines = [line for lines in self.inspectors for line in lines]
        found_out = {
            (UUID(line["loan"]), line["tranche"])
            for line in lines
            if line.get("result") in ("right_use", "wrong_use")
        }
        owed = {(loan, tranche) for loan, tranche in self.tranches if loan in self.owing}
        return owed - found_out


def live(seed: int) -> Year:
    """A year from a seed."""
    district = District(seed, lambda *_: None)
    district.settle_in()
    while district.day < END:
        district.lives(district.random.choice([0, 0, 0, 1]))
    random, log = Random(seed), MemoryLog()
    for desk in district.desks.values():
        records, _ = window(START, desk.store.log, desk.parts.translate, route(desk.parts))
        cuts = sorted(random.randrange(len(records)) for _ in range(10))
        for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True):
            # A relay that was not told of its acknowledgements says the end of it again.
            for record in (
                *records[max(0, start - random.randrange(9)) : start],
                *records[start:end],
            ):
                log.append(record)
    lent = [fact for fact in district.said() if isinstance(fact, LoanDisbursed)]
    by_loan: dict[UUID, list[Line]] = {}
    for fact in lent:
        by_loan.setdefault(fact.loan, []).extend(_checks(fact, random))
    found = [_inspection(random, seed, number) for number in range(12)]
    tranches = {(fact.loan, fact.tranche) for fact in lent}
    carried = [fact.loan for fact in district.said() if isinstance(fact, LoanCarriedOver)]
    desk = district.desks["repayments"]
    accounts = {loan: desk.state(ACCOUNT, loan) for loan in (*by_loan, *carried)}
    owing = {loan for loan, account in accounts.items() if account and account.outstanding}
    owed: dict[UUID, tuple[int, int]] = {}
    for loan, account in accounts.items():
        lent_to = district.desks["loans"].state(LOAN, loan)
        if account and account.outstanding and lent_to:
            group = lent_to.standing.group
            outstanding, overdue = owed.get(group, (0, 0))
            owed[group] = (outstanding + account.outstanding, overdue + account.overdue)
    return Year(log, tranches, owing, owed, [*by_loan.values(), *found])


def _checks(fact: LoanDisbursed, random: Random) -> Iterator[Line]:
    """Whether and how a tranche is checked."""
    day, results = fact.occurred_on, ["right_use", "wrong_use", None, None]
    result: str | None = random.choice(["not_yet_used", *results])
    while result is not None:
        day += timedelta(days=random.randrange(1, 50))
        yield {
            "type": "check_loan_use",
            "office": fact.office,
            "loan": str(fact.loan),
            "tranche": fact.tranche,
            "result": result,
            "checked_on": day.isoformat(),
        }
        if result == "wrong_use" and random.random() < 0.6:
            finding = finding_of_use(fact.loan, fact.tranche)
            yield _remedy(fact.office, finding, day + timedelta(days=random.randrange(60)))
        result = random.choice(results) if result == "not_yet_used" else None


def _inspection(random: Random, seed: int, number: int) -> list[Line]:
    """An inspection that finds something, which is put right or not."""
    office, communes = random.choice(list(OFFICES.items()))
    commune = random.choice(communes)
    on = date(2019, 1, 15) + timedelta(days=random.randrange(330))
    inspection = build.some_id(f"{seed}/inspection/{number}")
    finding = build.some_id(f"{seed}/finding/{number}")
    lines: list[Line] = [
        {
            "type": "carry_out_inspection",
            "office": office,
            "commune": commune,
            "inspection": str(inspection),
            "body": random.choice(["representative_board", "association", "bank", "people"]),
            "groups_inspected": random.randrange(5),
            "households_visited": random.randrange(20),
            "carried_out_on": on.isoformat(),
        },
        {
            "type": "raise_finding",
            "office": office,
            "finding": str(finding),
            "inspection": str(inspection),
            "subject": "collection",
            "severity": random.choice(["minor", "serious", "grave"]),
            "description": "The list of the session is not signed.",
            "responsible": random.choice([office, commune]),
            "deadline": (on + timedelta(days=random.randrange(60))).isoformat(),
            "raised_on": on.isoformat(),
        },
    ]
    if random.random() < 0.6:
        lines.append(_remedy(office, finding, on + timedelta(days=random.randrange(90))))
    return lines


def _remedy(office: str, finding: UUID, on: date) -> Line:
    return {
        "type": "remedy_finding",
        "office": office,
        "finding": str(finding),
        "evidence": "Report 7/BC",
        "checked_by": "bank",
        "remedied_on": on.isoformat(),
    }


class ShuffledReader(MemoryReader):
    """Reads on in some partitions only, as far as it happens to get."""

    def __init__(self, log: MemoryLog, random: Random) -> None:
        super().__init__(log, [])
        self._random = random

    def poll(self, _: float) -> list[Incoming]:
        found: list[Incoming] = []
        for partition, records in sorted(self._log.partitions.items()):
            if partition.topic in FACTS and self._random.random() < 0.4:
                start = self._at.offsets.get(partition, 0)
                more = records[start : start + self._random.randint(1, 40)]
                self._at.offsets[partition] = start + len(more)
                found += more
        return found


FACTS: Final = (TOPICS.facts("loans"), TOPICS.facts("repayments"))


@dataclass
class Processing:
    """Oversight, as it happens to hear of the year."""

    year: Year
    seed: int
    queues: list[list[tuple[str, Line]]] = field(default_factory=list)
    restarts: int = 0

    def __post_init__(self) -> None:
        self.random = Random(f"processing/{self.seed}")
        self.nemesis = Nemesis(self.random)
        self.store = FaultyStore(self.nemesis)
        self.letters = MemoryLog()
        self.intake: Intake | None = None
        self.closed = date(2019, 1, 1)
        self.queues = [
            [(f"{queue}/{number}", line) for number, line in enumerate(lines)]
            for queue, lines in enumerate(self.year.inspectors)
            if lines
        ]

    def run(self) -> "Processing":
        """Until everything is taken in, asked for and closed."""
        for _ in range(STEPS_MAX):
            actions = (self.take_in, self.take_in, self.take_in, self.ask, self.ask, self.close)
            self.random.choice((*actions, self.restart))()
            if self.is_done():
                self.nemesis.resting = True
                for _ in close_day(self.store, build.clock, PARTS.closings, END):
                    pass
                return self
        raise AssertionError("it did not come to an end")

    def is_done(self) -> bool:
        """Whether all is read and nothing is left to be asked."""
        offsets = self.store.progress().offsets
        read = all(offsets.get(p, 0) == len(r) for p, r in self.year.log.partitions.items())
        return read and not self.queues

    def take_in(self) -> None:
        """Read on, in a process that is started if it does not run."""
        try:
            if self.intake is None:
                reader = ShuffledReader(self.year.log, self.random)
                letters = (MemoryPublisher(self.letters), TOPICS.dead_letters)
                self.intake = Intake(
                    "oversight", reader, self.store, PARTS.takes_in, letters, build.clock
                )
            self.intake.step(0)
        except (Crash, AckLost):
            self.restart()

    def restart(self) -> None:
        """The reading process is gone; what it stored stays."""
        self.intake = None
        self.restarts += 1

    def ask(self) -> None:
        """Some inspector asks for the next thing, again if the answer did not come."""
        if not self.queues:
            return
        queue = self.random.choice(self.queues)
        key, line = queue[0]
        by = Principal("an inspector", line["office"], "inspector")
        sheet = commands(PARTS, [line])
        receipt = Receipt("an inspector", key, msgspec.json.encode(line), 201, b"{}")
        try:
            carry_out(self.store, build.clock, PARTS.handlers, sheet, receipt, by)
        except (Crash, AckLost):
            return
        except LinesRefused as refused:
            code = refused.refusals[0][1].code
            if code in LATER:
                return
            if code == "wrong-office":
                queue[0] = (key, line | {"office": self.owner(line)})
                return
        queue.pop(0)
        self.queues = [left for left in self.queues if left]

    def owner(self, line: Line) -> str:
        """Whose the thing is by now: a loan may have been handed over."""
        books = Books(self.store)
        if "loan" in line:
            use = books.get(LOAN_USE, loan_use_id(UUID(line["loan"])))
            assert use is not None
            return use.office
        finding = books.get(FINDING, UUID(line["finding"]))
        assert finding is not None
        return finding.raised.office

    def close(self) -> None:
        """Some later day is closed, whatever is known by then; a close may die on the way."""
        self.closed = min(END, self.closed + timedelta(days=self.random.randint(1, 15)))
        try:
            for _ in close_day(self.store, build.clock, PARTS.closings, self.closed, batch=7):
                pass
        except (Crash, AckLost):
            return

    # -- what came out ---------------------------------------------------------------------

    def uses(self) -> list[LoanUse]:
        """What is known of each loan."""
        books = Books(self.store)
        found = [books.get(LOAN_USE, loan_use_id(loan)) for loan in sorted(self.year.loans)]
        return [use for use in found if use is not None]

    def findings(self) -> dict[UUID, Finding]:
        """Each finding."""
        books = Books(self.store)
        ids = {e.recorded.aggregate for e in self.store.log if _is_of_finding(e.recorded.event)}
        found = {identifier: books.get(FINDING, identifier) for identifier in sorted(ids)}
        return {identifier: finding for identifier, finding in found.items() if finding}

    def figures(self) -> MemoryLedger:
        """Indicators by what oversight says of all this."""
        log, ledger = MemoryLog(), MemoryLedger(LAYOUT)
        records, _ = window(START, self.store.log, PARTS.translate, route(PARTS))
        for record in records:
            log.append(record)
        projector = Projector(ledger, Folding(ALGEBRA, LAYOUT), lambda _: None)
        projector.step(log.read(Progress.none(), 10**9))
        return ledger


def _is_of_finding(event: Any) -> bool:
    return isinstance(event, FINDING.events)


def open_checks(oversight: Processing) -> Any:
    """The open checks, where they are, and whether they are overdue."""
    return {
        (use.office, use.locality, use.association, use.loan, tranche): check
        for use in oversight.uses()
        for tranche, check in use.open_checks.items()
    }


def listed(oversight: Processing) -> Any:
    """What the offices' registers of checks say."""
    books = Books(oversight.store)
    found = {o: books.get(REGISTER, register_id(o, "loan_use")) for o in OFFICES}
    return {office: register.due for office, register in found.items() if register}


def findings(oversight: Processing) -> Any:
    """Findings, whether and when they were remedied; of open ones, whether they lapsed.

    Where a wrong use was found depends on whether the loan was handed over before or after.
    """
    return {
        identifier: (
            finding.raised.deadline,
            finding.raised.severity,
            finding.raised.on,
            finding.remedied.on if finding.remedied else None,
            finding.is_open and finding.lapsed,
        )
        for identifier, finding in oversight.findings().items()
    }


def groups(oversight: Processing) -> dict[UUID, GroupScore]:
    """The sums and proposals of every group of the offices."""
    books = Books(oversight.store)
    listed = [books.get(OFFICE_GROUPS, office_groups_id(office)) for office in OFFICES]
    ids = [group for found in listed if found for group in found.groups]
    states = {group: books.get(GROUP_SCORE, group_score_id(group)) for group in ids}
    return {group: state for group, state in states.items() if state}


def proposals(oversight: Processing) -> Any:
    """What waits to be confirmed, with all that it is given for."""
    return {group: state.waiting for group, state in groups(oversight).items()}


STOCKS_OF_CHECKS: Final = ("use_checks_opened", "use_checks_open", "use_checks_overdue")
STOCKS_OF_FINDINGS: Final = ("findings_raised", "findings_open", "findings_past_deadline")


def figures(oversight: Processing) -> Any:
    """Stocks in the indicators: of checks by locality, of findings in all."""
    ledger = oversight.figures()
    localities = sorted({cell.unit for cell in ledger.figures()})
    checks = {(x, m): ledger.figure(x, m) for x in localities for m in STOCKS_OF_CHECKS}
    return {
        **{key: figure for key, figure in checks.items() if figure},
        **{("VN", m): ledger.figure("VN", m) for m in STOCKS_OF_FINDINGS},
    }


VIEWS: Final[dict[str, Callable[[Processing], Any]]] = {
    "open checks": open_checks,
    "registers": listed,
    "findings": findings,
    "figures": figures,
    "proposals": proposals,
}
"""What must come out the same, however the year is heard of."""
