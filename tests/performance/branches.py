"""What the branches of a benchmark have lent and what they send: borrowers, loans, sheets."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import cycle, islice
from random import Random
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.instalments import spread
from policy_credit_shared.kernel.units import main_localities, units_before_reform
from policy_credit_shared.messaging.relay import START, Publication, Publisher, Route, window
from policy_credit_shared.store.recorded import Notified, Recorded

OFFICES: Final = 24
COMMUNES: Final = 8
"""Communes of each office that have borrowers."""
AMOUNT: Final = 50_000_000
DISBURSED_ON: Final = date(2019, 3, 5)
PAID_ON: Final = date(2019, 3, 20)
MONTH_END: Final = date(2019, 3, 31)
DUE: Final = [date(2019 + n // 2, 9 if n % 2 == 0 else 3, 5) for n in range(10)]
PUBLISH_EVENTS: Final = 2_000


class Borrower(Struct, frozen=True):
    """A household with one loan."""

    office: str
    commune: str
    household: UUID
    loan: UUID


def borrowers(count: int) -> list[Borrower]:
    """Spread evenly over some communes of some offices."""
    tree = units_before_reform()
    offices = [
        (unit.code, [c.code for c in tree.children(unit.code)])
        for unit in tree
        if unit.level == "district"
    ]
    places = [
        (office, commune)
        for office, communes in offices[:: len(offices) // OFFICES][:OFFICES]
        for commune in communes[:COMMUNES]
    ]
    return [
        Borrower(office, commune, derived_id("bench-household", n), derived_id("bench-loan", n))
        for n, (office, commune) in enumerate(islice(cycle(places), count))
    ]


def disbursement(borrower: Borrower) -> LoanDisbursed:
    """The fact that opens the borrower's account: ten half-yearly instalments."""
    return LoanDisbursed(
        office=borrower.office,
        locality=main_localities()[borrower.commune],
        occurred_on=DISBURSED_ON,
        programme="HN",
        association="women",
        fund="central",
        household=borrower.household,
        loan=borrower.loan,
        group=derived_id("bench-group", borrower.commune),
        tranche=1,
        amount=AMOUNT,
        annual_rate=660,
        due_on=DUE[-1],
        place="point",
        plan=spread(AMOUNT, DUE),
    )


class _Said(DomainEvent, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "bench.said.v1"

    fact: LoanDisbursed


def publish_disbursements(
    lent: Sequence[Borrower], publisher: Publisher, route: Route, done: Callable[[int], None]
) -> None:
    """Publish as the relay of loans would: numbered and chained from the first record on."""
    mark = START
    for first in range(0, len(lent), PUBLISH_EVENTS):
        entries = [
            Notified(
                first + n + 1,
                Recorded(b.loan, 1, datetime(2019, 3, 5, tzinfo=UTC), _Said(fact=disbursement(b))),
            )
            for n, b in enumerate(lent[first : first + PUBLISH_EVENTS])
        ]
        records, mark = window(mark, entries, _said, route)
        publisher.publish(records)
        done(len(entries))


def _said(recorded: Recorded) -> Sequence[Publication]:
    fact = recorded.event.fact  # type: ignore[attr-defined]
    return [Publication(fact.office, fact)]


class Takings(Struct):
    """What was sent and accepted, to compare with what was published."""

    payments: int = 0
    principal: int = 0
    deposits: int = 0
    saved: int = 0

    def add(self, lines: Sequence[dict[str, Any]]) -> None:
        """Count accepted lines."""
        for line in lines:
            if line["type"] == "collect_payment":
                self.payments += 1
                self.principal += line["principal"]
            else:
                self.deposits += 1
                self.saved += line["amount"]

    def __add__(self, other: "Takings") -> "Takings":
        mine, others = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Takings(*(a + b for a, b in zip(mine, others, strict=True)))


class Branch:
    """One caller: some offices, whose borrowers come one after the other, again and again."""

    def __init__(self, lent: Sequence[Borrower], seed: int) -> None:
        by_office: dict[str, list[Borrower]] = {}
        for borrower in lent:
            by_office.setdefault(borrower.office, []).append(borrower)
        self._queues = {office: cycle(mine) for office, mine in by_office.items()}
        self._offices = cycle(by_office)
        self._random = Random(seed)

    def sheet(self, lines: int) -> tuple[str, list[dict[str, Any]]]:
        """The next office, and a session sheet of its: each borrower pays and saves."""
        office = next(self._offices)
        come = islice(self._queues[office], lines // 2)
        return office, [line for borrower in come for line in self._lines(borrower)]

    def payment(self) -> tuple[str, dict[str, Any]]:
        """The next office, and one payment there."""
        office = next(self._offices)
        return office, next(self._lines(next(self._queues[office])))

    def _lines(self, borrower: Borrower) -> Iterator[dict[str, Any]]:
        yield {
            "type": "collect_payment",
            "office": borrower.office,
            "loan": str(borrower.loan),
            "payment": str(uuid4()),
            "principal": self._random.randint(1, 50) * 1_000,
            "collected_on": str(PAID_ON),
            "place": "point",
        }
        yield {
            "type": "deposit_savings",
            "office": borrower.office,
            "commune": borrower.commune,
            "household": str(borrower.household),
            "group": str(derived_id("bench-group", borrower.commune)),
            "association": "women",
            "amount": self._random.randint(1, 50) * 1_000,
            "deposited_on": str(PAID_ON),
            "place": "point",
        }


def dealt(lent: Sequence[Borrower], callers: int) -> list[Branch]:
    """The offices dealt out to so many callers, no office to two of them."""
    offices = sorted({borrower.office for borrower in lent})
    return [
        Branch([b for b in lent if b.office in set(offices[n::callers])], seed=n)
        for n in range(callers)
    ]
