"""Walk the fact topics and check every sequence and every hash of every chain."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from policy_credit_shared.messaging.admission import verdict
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import BadHeaders, Incoming, read_place
from policy_credit_shared.store.progress import Partition, Stream

RESENT_MAX: Final = 10_000
"""How far back a resent record is compared with what it repeats: more than a relay's window."""

Fault = Literal[
    "bad-headers",
    "altered",
    "missing",
    "no-value",
    "doubled",
    "forged",
    "incomplete",
    "rolled-back",
    "unreadable",
]

Known = Mapping[int, bytes]
"""What a source itself says of its chain: the hash at some sequences, the last one among them."""


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


def joined(reports: Sequence[Report], beside: Sequence[Break] = ()) -> Report:
    """Reports of different partitions as one; what was found beside them comes first."""
    return Report(
        sum(report.records for report in reports),
        sum(report.resent for report in reports),
        {stream: head for report in reports for stream, head in report.heads.items()},
        [*beside, *(found for report in reports for found in report.breaks)],
    )


class Walk:
    """One stream on its way through a partition."""

    def __init__(self, known: Known, stream: Stream) -> None:
        self.stream = stream
        self.known = known
        self.head = GENESIS
        self.waiting: tuple[int, int] | None = None
        self._recent: dict[int, bytes] = {GENESIS.sequence: GENESIS.digest}

    def take(self, record: Incoming, claimed: Head) -> Break | None:
        """Check one record against the chain so far."""
        value = record.value
        if value is None:
            return self._break("no-value", record, claimed.sequence, "the value is gone")
        judged = verdict(self.head.sequence, claimed.sequence)
        if judged == "early":
            self.waiting = self.waiting or (record.offset, claimed.sequence)
            return None
        if judged == "duplicate":
            known = self._recent.get(claimed.sequence)
            before = self._recent.get(claimed.sequence - 1)
            if (known is not None and known != claimed.digest) or (
                before is not None and Head(0, before).next(value).digest != claimed.digest
            ):
                detail = "it differs from the record that it repeats"
                return self._break("altered", record, claimed.sequence, detail)
            return None
        expected = self.head.next(value)
        if expected.digest != claimed.digest:
            detail = (
                f"its chain says {claimed.digest.hex()[:16]}…,"
                f" its bytes give {expected.digest.hex()[:16]}…"
            )
            return self._break("altered", record, claimed.sequence, detail)
        if self.known.get(expected.sequence, expected.digest) != expected.digest:
            detail = "it is not what its source's event store says"
            return self._break("forged", record, claimed.sequence, detail)
        self.follow(expected)
        return None

    def follow(self, head: Head) -> None:
        """Go on to a record that is right."""
        self.head = head
        self._recent[head.sequence] = head.digest
        self._recent.pop(head.sequence - RESENT_MAX, None)
        if self.waiting and self.waiting[1] <= head.sequence:
            self.waiting = None

    def lacks(self) -> Break | None:
        """Whether the source has published more than there is."""
        return incomplete(self.stream, self.head, self.known) if self.known else None

    def _break(self, fault: Fault, record: Incoming, sequence: int, detail: str) -> Break:
        return Break(fault, record.partition, record.offset, self.stream.source, sequence, detail)


def verify(
    fetches: Iterator[Sequence[Incoming]], known: Mapping[Stream, Known] | None = None
) -> Report:
    """Check everything that the fetches bring, and that what sources are known to say is there."""
    known = known or {}
    walks: dict[Stream, Walk] = {}
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
            walk = walks.get(place.stream)
            if walk is None:
                walk = walks[place.stream] = Walk(known.get(place.stream, {}), place.stream)
            resent += place.head.sequence <= walk.head.sequence
            if found := walk.take(record, place.head):
                broken[place.stream] = found
    for stream, said in known.items():
        walks.setdefault(stream, Walk(said, stream))
    for stream, walk in walks.items():
        if stream not in broken and (found := missing(walk) or walk.lacks()):
            broken[stream] = found
    heads = {stream: walk.head for stream, walk in walks.items()}
    return Report(records, resent, heads, list(broken.values()))


def missing(walk: Walk) -> Break | None:
    """What never came in its place although what follows it did."""
    if walk.waiting is None:
        return None
    offset, sequence = walk.waiting
    detail = f"it never came in its place, but sequence {sequence} did"
    stream = walk.stream
    return Break("missing", stream.partition, offset, stream.source, walk.head.sequence + 1, detail)


def incomplete(stream: Stream, head: Head, known: Known) -> Break | None:
    """Whether a stream ends before what its source is known to have published."""
    last = max(known, default=0)
    if head.sequence >= last:
        return None
    detail = f"its source has published until sequence {last}, and there is no more here"
    return Break("incomplete", stream.partition, 0, stream.source, head.sequence + 1, detail)
