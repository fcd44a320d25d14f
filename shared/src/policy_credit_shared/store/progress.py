"""How far a reader of Kafka has come; it is stored with what the reader made of the records."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct
from psycopg import Cursor


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


class Stream(NamedTuple):
    """What one source published in one partition: its sequences are contiguous from 1."""

    partition: Partition
    source: str


class Progress(Struct):
    """Next offset to read by partition, and the last sequence applied by stream."""

    offsets: dict[Partition, int]
    highs: dict[Stream, int]

    def copy(self) -> "Progress":
        """An independent copy."""
        return Progress(dict(self.offsets), dict(self.highs))

    @classmethod
    def none(cls) -> "Progress":
        """Nothing read yet."""
        return cls({}, {})


class Advance(Struct, frozen=True):
    """A step of a reader, valid only if it still stands where it started.

    `start` and `end` hold the offsets of the partitions read; `highs` the sequences after it.
    """

    start: Mapping[Partition, int]
    end: Mapping[Partition, int]
    highs: Mapping[Stream, int]


class Fenced(Exception):
    """Another reader has moved on from the offset that this one started from."""

    def __init__(self, partitions: Iterable[Partition]) -> None:
        self.partitions = sorted(partitions)
        super().__init__(f"progress moved meanwhile on {self.partitions}")


TABLES: Final = """
CREATE TABLE IF NOT EXISTS reader_offset (
    topic text NOT NULL, partition int NOT NULL, next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);
CREATE TABLE IF NOT EXISTS reader_high (
    topic text NOT NULL, partition int NOT NULL, source text NOT NULL, sequence bigint NOT NULL,
    PRIMARY KEY (topic, partition, source)
);
"""


def load_progress(cursor: Cursor[Any]) -> Progress:
    """Everything stored, in the cursor's transaction."""
    progress = Progress.none()
    for row in cursor.execute("SELECT topic, partition, next_offset FROM reader_offset"):
        topic, number, offset = _values(row)
        progress.offsets[Partition(topic, number)] = offset
    for row in cursor.execute("SELECT topic, partition, source, sequence FROM reader_high"):
        topic, number, source, sequence = _values(row)
        progress.highs[Stream(Partition(topic, number), source)] = sequence
    return progress


def store_advance(cursor: Cursor[Any], advance: Advance) -> None:
    """Move the stored progress on; raises Fenced if it is not where the step started."""
    ends = sorted(advance.end.items())
    cursor.executemany(
        _MOVE,
        [(*partition, end, advance.start[partition]) for partition, end in ends],
        returning=True,
    )
    missed = set()
    for partition, _ in ends:
        if cursor.fetchone() is None:
            missed.add(partition)
        cursor.nextset()
    if missed:
        raise Fenced(missed)
    highs = sorted(advance.highs.items())
    cursor.executemany(_RAISE, [(*s.partition, s.source, sequence) for s, sequence in highs])


_MOVE: Final = """
INSERT INTO reader_offset AS stored VALUES (%s, %s, %s)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
WHERE stored.next_offset = %s RETURNING next_offset
"""
_RAISE: Final = """
INSERT INTO reader_high VALUES (%s, %s, %s, %s)
ON CONFLICT (topic, partition, source) DO UPDATE SET sequence = EXCLUDED.sequence
"""


def _values(row: Any) -> tuple[Any, ...]:
    return tuple(row.values()) if isinstance(row, dict) else tuple(row)
