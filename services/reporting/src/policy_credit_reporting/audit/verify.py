"""Walk the fact topics and check every sequence and every hash of every chain."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from policy_credit_shared.messaging.admission import verdict
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import BadHeaders, Incoming, read_place
from policy_credit_shared.store.progress import Partition, Stream

RESENT_MAX: Final = 10_000
"""How far back a resent record is compared with what it repeats: more than a relay's window."""

Fault = Literal["bad-headers", "altered", "missing", "no-value"]


class Break(Struct, frozen=True):
    """The first thing wrong with a stream."""

    fault: Fault
    partition: Partition
    offset: int
    source: str
    sequence: int
    detail: str

    def __str__(self) -> str:
        return (
            f"{self.fault}: {self.partition.topic}[{self.partition.number}] offset {self.offset},"
            f" source {self.source}, sequence {self.sequence}: {self.detail}"
        )


class Report(Struct, frozen=True):
    """What a walk found: `breaks` in the order of the walk, one a stream at most."""

    records: int
    resent: int
    heads: dict[Stream, Head]
    breaks: list[Break]


class _Walk:
    """One stream on its way through a partition."""

    def __init__(self) -> None:
        self.head = GENESIS
        self.recent: dict[int, bytes] = {}
        self.waiting: tuple[int, int] | None = None

    def take(self, record: Incoming, stream: Stream, claimed: Head) -> Break | None:
        """Check one record against the chain so far."""
        value = record.value
        if value is None:
            return _break("no-value", record, stream, claimed.sequence, "the value is gone")
        judged = verdict(self.head.sequence, claimed.sequence)
        if judged == "early":
            self.waiting = self.waiting or (record.offset, claimed.sequence)
            return None
        if judged == "duplicate":
            known = self.recent.get(claimed.sequence)
            if known is not None and known != claimed.digest:
                detail = "it differs from the record that it repeats"
                return _break("altered", record, stream, claimed.sequence, detail)
            return None
        expected = self.head.next(value)
        if expected.digest != claimed.digest:
            detail = (
                f"its chain says {claimed.digest.hex()[:16]}…,"
                f" its bytes give {expected.digest.hex()[:16]}…"
            )
            return _break("altered", record, stream, claimed.sequence, detail)
        self.head = expected
        self.recent[expected.sequence] = expected.digest
        self.recent.pop(expected.sequence - RESENT_MAX, None)
        if self.waiting and self.waiting[1] <= expected.sequence:
            self.waiting = None
        return None


def verify(fetches: Iterator[Sequence[Incoming]]) -> Report:
    """Check everything that the fetches bring."""
    walks: dict[Stream, _Walk] = {}
    broken: dict[Stream | Partition, Break] = {}
    records = 0
    resent = 0
    for fetch in fetches:
        for record in fetch:
            records += 1
            try:
                place = read_place(record)
            except BadHeaders as error:
                nameless = Break("bad-headers", record.partition, record.offset, "?", 0, str(error))
                broken.setdefault(record.partition, nameless)
                continue
            if place.stream in broken:
                continue
            walk = walks.setdefault(place.stream, _Walk())
            resent += place.head.sequence <= walk.head.sequence
            if found := walk.take(record, place.stream, place.head):
                broken[place.stream] = found
    for stream, walk in walks.items():
        if walk.waiting and stream not in broken:
            offset, sequence = walk.waiting
            missing = walk.head.sequence + 1
            detail = f"it never came in its place, but sequence {sequence} did"
            broken[stream] = Break(
                "missing", stream.partition, offset, stream.source, missing, detail
            )
    heads = {stream: walk.head for stream, walk in walks.items()}
    return Report(records, resent, heads, list(broken.values()))


def _break(fault: Fault, record: Incoming, stream: Stream, sequence: int, detail: str) -> Break:
    return Break(fault, record.partition, record.offset, stream.source, sequence, detail)
