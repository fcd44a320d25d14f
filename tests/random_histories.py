"""Random histories of public events with everything that can befall them, and their records."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import build
from msgspec import Raw, json

from policy_credit_shared.events import collection, lending
from policy_credit_shared.events.envelope import encode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming, Outgoing, place_headers
from policy_credit_shared.messaging.topics import Emitter, source_of
from policy_credit_shared.store.progress import Partition, Progress

FIRST = date(2025, 4, 20)
DAYS = 150
PARTITIONS = 3


class History:
    """A seed's events, in an order in which they might have been recorded."""

    def __init__(self, seed: int, count: int, localities: Sequence[str]) -> None:
        self._random = Random(seed)
        self._localities = localities
        self.events: list[tuple[Emitter, PublicEvent, datetime]] = []
        for number in range(count):
            emitter, event = self._event(number)
            self.events.append((emitter, event, self._recorded_at(event)))

    def values(self) -> list[bytes]:
        """Each event as its CloudEvent."""
        return [
            encode(
                event,
                event_id=build.some_id(f"event-{number}"),
                source=source_of(emitter),
                subject="loan",
                recorded_at=recorded_at,
            )
            for number, (emitter, event, recorded_at) in enumerate(self.events)
        ]

    def records(self) -> list[Incoming]:
        """The log: partitions interleaved at random, ranges resent, each sequence contiguous."""
        log, sent = MemoryLog(), list[Outgoing]()
        heads: dict[tuple[str, int], Head] = {}
        for (emitter, event, _), value in zip(self.events, self.values(), strict=True):
            place = (emitter, int(event.locality[:5]) % PARTITIONS)
            head = heads.get(place, GENESIS).next(value)
            heads[place] = head
            record = Outgoing(*place, b"", value, place_headers(source_of(emitter), head))
            log.append(record)
            sent.append(record)
            if self._random.random() < 0.1:
                start = self._random.randrange(len(sent))
                for again in sent[start : start + 5]:
                    log.append(again)
        by_partition: dict[Any, list[Incoming]] = {}
        for read in log.read(Progress.none(), 10**9):
            by_partition.setdefault(read.partition, []).append(read)
        mixed = []
        while by_partition:
            partition = self._random.choice(list(by_partition))
            mixed.append(by_partition[partition].pop(0))
            if not by_partition[partition]:
                del by_partition[partition]
        return mixed

    def batches(self, records: Sequence[Incoming]) -> list[list[Incoming]]:
        """The records cut at random."""
        cut, found = 0, []
        while cut < len(records):
            size = self._random.randint(1, 40)
            found.append(list(records[cut : cut + size]))
            cut += size
        return found

    def _event(self, number: int) -> tuple[Emitter, PublicEvent]:
        where = self._where(number)
        loan = {
            **where,
            "programme": self._random.choice(("HN", "HCN", "GQVL")),
            "association": self._random.choice(("women", "farmers")),
            "fund": self._random.choice(("central", "local")),
            "household": build.HOUSEHOLD,
            "loan": build.some_id(f"loan-{number % 7}"),
        }
        amount = self._random.randint(1, 50_000_000)
        match self._random.randrange(9):
            case 0:
                changes = {**loan, "amount": amount, "tranche": self._random.randint(1, 2)}
                return "loans", build.loan_disbursed(**changes)
            case 1:
                return "repayments", collection.PrincipalCollected(
                    **loan,
                    payment=build.some_id("payment"),
                    amount=amount,
                    debt_class="in_term",
                    place="point",
                )
            case 2:
                return "repayments", collection.PrincipalFellOverdue(**loan, amount=amount)
            case 3:
                return "repayments", self._transfer(loan, amount)
            case 4:
                return "repayments", collection.SavingsDeposited(
                    **where,
                    association="women",
                    household=build.HOUSEHOLD,
                    group=build.some_id("group"),
                    amount=amount,
                    place="office",
                )
            case 5:
                return "repayments", collection.HouseholdEnteredDebt(
                    **where, household=build.HOUSEHOLD, programme="HN", overall=1
                )
            case 6:
                return "loans", lending.CapitalAllocated(
                    **where, fund="local", amount=amount - 25_000_000, decision="12/QĐ"
                )
            case 7 if reversible := [e for _, e, _ in self.events if _can_be_reversed(e)]:
                entry = self._random.choice(reversible)
                return "repayments", collection.EntryReversed(
                    office=entry.office,
                    locality=entry.locality,
                    occurred_on=self._day(),
                    entry_id=UUID(int=number),
                    entry_type=entry.type(),
                    entry=Raw(json.encode(entry)),
                    reason="booked twice",
                )
            case _:
                return "repayments", collection.InterestCharged(
                    **loan, amount=amount, period_from=FIRST, period_until=FIRST
                )

    def _transfer(self, loan: dict[str, Any], amount: int) -> PublicEvent:
        return collection.LoanTransferred(
            **loan,
            direction=self._random.choice(("in", "out")),
            group=build.some_id("group"),
            in_term=amount,
            frozen=0,
            overdue_1_90=0,
            overdue_91_180=0,
            overdue_181_360=0,
            overdue_over_360=0,
            overdue=0,
            outstanding=amount,
            loans=1,
            overdue_loans=0,
        )

    def _where(self, number: int) -> dict[str, Any]:
        locality = self._localities[(number + self._random.randrange(3)) % len(self._localities)]
        return {"office": "587", "locality": locality, "occurred_on": self._day()}

    def _day(self) -> date:
        return FIRST + timedelta(days=self._random.randrange(DAYS))

    def _recorded_at(self, event: PublicEvent) -> datetime:
        """Mostly on the day, sometimes weeks late."""
        late = self._random.choice((0, 0, 0, 1, 9, 45))
        day = event.occurred_on + timedelta(days=late)
        return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


class Log:
    """Some records as Kafka gives them, a few at a time."""

    def __init__(self, records: Sequence[Incoming]) -> None:
        self.records = sorted(records, key=lambda r: (r.partition, r.offset))
        self.read = 0
        self._at = Progress.none()

    def ends(self) -> dict[Partition, int]:
        return {record.partition: record.offset + 1 for record in self.records}

    def seek(self, progress: Progress) -> None:
        self._at = progress.copy()

    def poll(self, _: float) -> list[Incoming]:
        found = [r for r in self.records if r.offset >= self._at.offsets.get(r.partition, 0)][:50]
        self._at.offsets.update({r.partition: r.offset + 1 for r in found})
        self.read += len(found)
        return found


def _can_be_reversed(event: PublicEvent) -> bool:
    return not isinstance(event, collection.EntryReversed)
