"""Where history comes from: the archive as far as it goes, which `archived` reads, then Kafka.

Both give records from a reader's progress up to the offsets that are asked for, in the order of
each partition.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from kafka.errors import OffsetOutOfRangeError

from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Progress

Fetches = Iterator[Sequence[Incoming]]
Offsets = Mapping[Partition, int]

POLL_SECONDS: Final = 0.5
SILENCE_SECONDS_MAX: Final = 60.0


class Log(Protocol):
    """The fact topics, read by nobody else."""

    def ends(self) -> dict[Partition, int]:
        """The offset after the last record of each partition, now."""

    def seek(self, progress: Progress) -> None:
        """Go on from a reader's progress."""

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """The next records, partition by partition in order; none if none came in time."""


class LogIncomplete(Exception):
    """Neither the archive nor Kafka holds records that the serving figures reflect."""


def logged(reader: Log, progress: Progress, until: Offsets) -> Fetches:
    """What Kafka holds of it; raises LogIncomplete."""
    left = {p for p, end in until.items() if progress.offsets.get(p, 0) < end}
    if not left:
        return
    for partition, end in sorted(reader.ends().items()):
        if end < (wanted := until.get(partition, 0)):
            raise LogIncomplete(
                f"{_named(partition)} ends at offset {end}, and the figures reflect {wanted}:"
                " it was emptied or made anew"
            )
    reader.seek(progress)
    heard = time.monotonic()
    while left:
        try:
            polled = reader.poll(POLL_SECONDS)
        except OffsetOutOfRangeError as error:
            raise LogIncomplete(f"Kafka no longer holds what is to be read: {error}") from None
        fetched = [r for r in polled if r.offset < until.get(r.partition, 0)]
        left -= {r.partition for r in fetched if r.offset == until[r.partition] - 1}
        heard = time.monotonic() if fetched else heard
        if time.monotonic() - heard > SILENCE_SECONDS_MAX:
            waiting = ", ".join(map(_named, sorted(left)))
            raise LogIncomplete(
                f"Kafka has sent nothing for {SILENCE_SECONDS_MAX:.0f} s: {waiting}"
            )
        yield fetched


def _named(partition: Partition) -> str:
    return f"{partition.topic}[{partition.number}]"
