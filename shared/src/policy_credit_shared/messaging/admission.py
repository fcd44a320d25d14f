"""Which records take effect: one rule for every reader.

For each stream, with H the last sequence applied: up to H is a duplicate; H + 1 is applied;
beyond is early, is not applied and leaves H where it is, until the relay's resend fills the hole.
Keeping merely the highest sequence seen would lose what was missing below it.

What a relay sends arrives as it was sent, sequence after sequence, so that one comparison judges a
whole run of records; any others are judged one by one. Both come to the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Literal

from msgspec import Struct

from policy_credit_shared.events.envelope import Envelope, decode
from policy_credit_shared.events.errors import BadField, EventError, NotAnEvent, UnknownEventType
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.records import BadHeaders, Incoming, Place, read_place
from policy_credit_shared.messaging.runs import claimed
from policy_credit_shared.store.progress import Advance, Partition, Progress, Stream

Verdict = Literal["applied", "duplicate", "early"]
Outcome = Literal["applied", "duplicate", "early", "quarantined", "skipped"]
"""What became of a record; `skipped` is a type that this reader's version does not know."""
Tally = Counter[tuple[Partition, Outcome]]


def by_outcome(tally: Mapping[tuple[Partition, Outcome], int]) -> Counter[str]:
    """The records of all partitions by what became of them."""
    found = Counter[str]()
    for (_, outcome), records in tally.items():
        found[outcome] += records
    return found


class OffsetsMissing(Exception):
    """The log no longer holds records that were never read; going on would lose them."""

    def __init__(self, partition: Partition, expected: int, found: int) -> None:
        super().__init__(
            f"{partition.topic}[{partition.number}]: offsets {expected} to {found - 1} are gone"
        )


class Run(Struct, frozen=True):
    """Records of one stream that take effect, in order; their sequences count on from `first`."""

    stream: Stream
    first: int
    records: Sequence[Incoming]


class Early(Struct, frozen=True):
    """A record beyond a hole: `expected` was the next sequence of its stream."""

    record: Incoming
    place: Place
    expected: int


class Sifted(Struct, frozen=True):
    """What a fetch holds and where its reader stands afterwards.

    `misplaced` are records whose headers cannot be read; `tally` counts all but the runs.
    """

    runs: list[Run]
    early: list[Early]
    misplaced: list[tuple[Incoming, BadHeaders]]
    tally: Tally
    advance: Advance


def verdict(high: int, sequence: int) -> Verdict:
    """The rule."""
    if sequence <= high:
        return "duplicate"
    return "applied" if sequence == high + 1 else "early"


def sift(progress: Progress, records: Sequence[Incoming]) -> Sifted:
    """Sort a fetch by what its headers say, without changing `progress`.

    Raises OffsetsMissing when records between the progress and the fetch are gone.
    """
    sifting = _Sifting(progress)
    for partition, found in groupby(records, attrgetter("partition")):
        if unread := sifting.unread(partition, list(found)):
            sifting.judge(partition, unread)
    return sifting.outcome()


Accept = Callable[[PublicEvent], None]
"""Raises an EventError for an event that a reader cannot apply."""


class Admitted(Struct, frozen=True):
    """An event that takes effect."""

    record: Incoming
    place: Place
    envelope: Envelope
    event: PublicEvent


class Quarantined(Struct, frozen=True):
    """A record that cannot be read or breaks its contract; `place` is None if even that is lost."""

    record: Incoming
    place: Place | None
    error: EventError


class Batch(Struct, frozen=True):
    """What a reader is to do with a fetch, and where it stands afterwards."""

    admitted: list[Admitted]
    quarantined: list[Quarantined]
    early: list[Early]
    tally: dict[tuple[Partition, Outcome], int]
    advance: Advance

    @property
    def consumed(self) -> int:
        """Records that this batch accounts for."""
        return sum(self.tally.values())


def admit(
    progress: Progress, records: Sequence[Incoming], accept: Accept = lambda _: None
) -> Batch:
    """Sort a fetch by outcome, without changing `progress`.

    Raises OffsetsMissing when records between the progress and the fetch are gone.
    """
    sifted = sift(progress, records)
    admitted: list[Admitted] = []
    quarantined = misplaced(sifted)
    tally = Counter(sifted.tally)
    for run in sifted.runs:
        for record in run.records:
            found = read(record, accept)
            if isinstance(found, Admitted):
                admitted.append(found)
            elif isinstance(found, Quarantined):
                quarantined.append(found)
            tally[record.partition, outcome(found)] += 1
    return Batch(admitted, quarantined, sifted.early, dict(tally), sifted.advance)


def misplaced(sifted: Sifted) -> list[Quarantined]:
    """The records of a fetch that have no place."""
    return [Quarantined(record, None, error) for record, error in sifted.misplaced]


def read(record: Incoming, accept: Accept) -> Admitted | Quarantined | None:
    """The event of a record that takes effect; None for a type that is not known here."""
    place = read_place(record)
    try:
        if record.value is None:
            raise NotAnEvent("the record has no value")
        envelope, event = decode(record.value)
        if envelope.source != place.stream.source:
            raise BadField(f"header says source {place.stream.source!r}", "$.source")
        accept(event)
    except UnknownEventType:
        return None
    except EventError as error:
        return Quarantined(record, place, error)
    return Admitted(record, place, envelope, event)


def outcome(found: Admitted | Quarantined | None) -> Outcome:
    """What became of a record that takes effect, once it was read."""
    if found is None:
        return "skipped"
    return "applied" if isinstance(found, Admitted) else "quarantined"


def apply_advance(progress: Progress, advance: Advance) -> None:
    """Bring a reader's own copy of its progress to the end of a stored step."""
    progress.offsets.update(advance.end)
    progress.highs.update(advance.highs)


class _Sifting:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._runs: list[Run] = []
        self._early: list[Early] = []
        self._misplaced: list[tuple[Incoming, BadHeaders]] = []
        self._tally: Tally = Counter()
        self._start: dict[Partition, int] = {}
        self._end: dict[Partition, int] = {}
        self._highs: dict[Stream, int] = {}

    def outcome(self) -> Sifted:
        advance = Advance(self._start, self._end, self._highs)
        return Sifted(self._runs, self._early, self._misplaced, self._tally, advance)

    def unread(self, partition: Partition, records: list[Incoming]) -> list[Incoming]:
        """The records from the expected offset on, which must follow one another."""
        expected = self._end.get(partition, self._progress.offsets.get(partition, 0))
        offsets = [record.offset for record in records]
        if offsets != list(range(expected, expected + len(records))):
            records = list(_following(partition, expected, records))
        if records:
            self._start.setdefault(partition, expected)
            self._end[partition] = records[-1].offset + 1
        return records

    def judge(self, partition: Partition, records: list[Incoming]) -> None:
        """Judge all of them at once, or each by itself."""
        if (found := claimed(records)) is None:
            for record in records:
                self._judge_one(partition, record)
            return
        source, first = found
        stream = Stream(partition, source)
        high = self._high(stream)
        known = min(max(high - first + 1, 0), len(records))
        if known:
            self._tally[partition, "duplicate"] += known
        if known == len(records):
            return
        if verdict(high, first + known) == "early":
            self._tally[partition, "early"] += len(records)
            self._early += [Early(record, read_place(record), high + 1) for record in records]
            return
        self._runs.append(Run(stream, first + known, records[known:]))
        self._highs[stream] = first + len(records) - 1

    def _judge_one(self, partition: Partition, record: Incoming) -> None:
        try:
            place = read_place(record)
        except BadHeaders as error:
            self._misplaced.append((record, error))
            self._tally[partition, "quarantined"] += 1
            return
        high = self._high(place.stream)
        judged = verdict(high, place.head.sequence)
        if judged == "applied":
            self._runs.append(Run(place.stream, place.head.sequence, [record]))
            self._highs[place.stream] = place.head.sequence
            return
        self._tally[partition, judged] += 1
        if judged == "early":
            self._early.append(Early(record, place, high + 1))

    def _high(self, stream: Stream) -> int:
        return self._highs.get(stream, self._progress.highs.get(stream, 0))


def _following(
    partition: Partition, expected: int, records: Sequence[Incoming]
) -> Iterator[Incoming]:
    for record in records:
        if record.offset < expected:
            continue
        if record.offset > expected:
            raise OffsetsMissing(partition, expected, record.offset)
        yield record
        expected += 1
