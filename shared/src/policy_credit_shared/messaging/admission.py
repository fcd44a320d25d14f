"""Which records take effect: one rule for every reader.

For each stream, with H the last sequence applied: up to H is a duplicate; H + 1 is applied;
beyond is early, is not applied and leaves H where it is, until the relay's resend fills the hole.
Keeping merely the highest sequence seen would lose what was missing below it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from policy_credit_shared.events.envelope import Envelope, decode
from policy_credit_shared.events.errors import BadField, EventError, NotAnEvent, UnknownEventType
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.records import BadHeaders, Incoming, Place, read_place
from policy_credit_shared.store.progress import Advance, Partition, Progress, Stream

Verdict = Literal["applied", "duplicate", "early"]
Outcome = Literal["applied", "duplicate", "early", "quarantined", "skipped"]
"""What became of a record; `skipped` is a type that this reader's version does not know."""


class OffsetsMissing(Exception):
    """The log no longer holds records that were never read; going on would lose them."""

    def __init__(self, partition: Partition, expected: int, found: int) -> None:
        super().__init__(
            f"{partition.topic}[{partition.number}]: offsets {expected} to {found - 1} are gone"
        )


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


class Early(Struct, frozen=True):
    """A record beyond a hole: `expected` was the next sequence of its stream."""

    record: Incoming
    place: Place
    expected: int


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


def verdict(high: int, sequence: int) -> Verdict:
    """The rule."""
    if sequence <= high:
        return "duplicate"
    return "applied" if sequence == high + 1 else "early"


def admit(
    progress: Progress,
    records: Sequence[Incoming],
    accept: Callable[[PublicEvent], None] = lambda _: None,
) -> Batch:
    """Sort a fetch by outcome, without changing `progress`.

    `accept` raises an EventError for an event that this reader cannot apply. Raises
    OffsetsMissing when records between the progress and the fetch are gone.
    """
    admitted: list[Admitted] = []
    quarantined: list[Quarantined] = []
    early: list[Early] = []
    tally: Counter[tuple[Partition, Outcome]] = Counter()
    start: dict[Partition, int] = {}
    end: dict[Partition, int] = {}
    highs: dict[Stream, int] = {}

    for record in records:
        partition = record.partition
        expected = end.get(partition, progress.offsets.get(partition, 0))
        if record.offset < expected:
            continue
        if record.offset > expected:
            raise OffsetsMissing(partition, expected, record.offset)
        start.setdefault(partition, expected)
        end[partition] = record.offset + 1

        try:
            place = read_place(record)
        except BadHeaders as error:
            quarantined.append(Quarantined(record, None, error))
            tally[partition, "quarantined"] += 1
            continue
        stream, sequence = place.stream, place.head.sequence
        high = highs.get(stream, progress.highs.get(stream, 0))
        judged = verdict(high, sequence)
        if judged == "early":
            early.append(Early(record, place, high + 1))
        if judged != "applied":
            tally[partition, judged] += 1
            continue
        highs[stream] = sequence
        try:
            envelope, event = _read(record, place)
            accept(event)
        except UnknownEventType:
            tally[partition, "skipped"] += 1
        except EventError as error:
            quarantined.append(Quarantined(record, place, error))
            tally[partition, "quarantined"] += 1
        else:
            admitted.append(Admitted(record, place, envelope, event))
            tally[partition, "applied"] += 1

    return Batch(admitted, quarantined, early, dict(tally), Advance(start, end, highs))


def _read(record: Incoming, place: Place) -> tuple[Envelope, PublicEvent]:
    if record.value is None:
        raise NotAnEvent("the record has no value")
    envelope, event = decode(record.value)
    if envelope.source != place.stream.source:
        raise BadField(f"header says source {place.stream.source!r}", "$.source")
    return envelope, event


def apply_advance(progress: Progress, advance: Advance) -> None:
    """Bring a reader's own copy of its progress to the end of a stored step."""
    progress.offsets.update(advance.end)
    progress.highs.update(advance.highs)
