"""Check the archive as the log is checked: every sequence and every hash, on all cores.

What one pass over the files proves to be whole is whole. Each other partition is walked, in a
process of its own: its rows in the order of the log, each offset once, each chain unbroken from
its first event to the head that the snapshot says; so the first break of each chain is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from os import cpu_count
from typing import Any, Final, cast

import duckdb
import pyarrow as pa
from msgspec import Struct

from policy_credit_reporting.audit.archive.rows import Covered
from policy_credit_reporting.audit.archived_chains import prove, values_of
from policy_credit_reporting.audit.replay.recompute import rows_in_order, source_of
from policy_credit_reporting.audit.verify import (
    RESENT_MAX,
    Break,
    Known,
    Report,
    Walk,
    incomplete,
    joined,
    missing,
)
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Stream

BATCH_ROWS: Final = 50_000
WALKED: Final = ("record_offset", "source", "sequence", "chain", "value")


class Order(Struct, frozen=True):
    """One walk: the rows of a partition in these files, and what must be found."""

    partition: Partition
    files: tuple[str, ...]
    end: int
    heads: dict[str, Head]
    known: dict[str, Known]


def verify_archive(
    files: Sequence[str],
    covered: Covered,
    known: Mapping[Stream, Known],
    processes: int | None = None,
) -> Report:
    """Check the rows of a snapshot against its own summary and what sources are known to say."""
    orders = [
        Order(
            partition,
            tuple(files),
            end,
            {s.source: head for s, head in covered.heads.items() if s.partition == partition},
            {s.source: said for s, said in known.items() if s.partition == partition},
        )
        for partition, end in sorted(covered.offsets.items())
    ]
    unheard = [
        found
        for stream, said in sorted(known.items())
        if stream.partition not in covered.offsets and (found := incomplete(stream, GENESIS, said))
    ]
    with ProcessPoolExecutor(processes or cpu_count() or 1) as pool:
        proven = prove(files, covered, known, pool)
        doubtful = [order for order in orders if order.partition not in proven.reports]
        reports = [*proven.reports.values(), *pool.map(walk_partition, doubtful)]
    strays = _strays(files, covered) if proven.has_strays else []
    return joined(reports, [*unheard, *strays])


def walk_partition(order: Order) -> Report:
    """One partition, from its first row to its last."""
    walking = _Walking(order)
    try:
        for batch in _batches(order):
            walking.take(batch)
    except duckdb.Error as error:
        walking.stop("unreadable", f"{_unreadable(order.files)}: {str(error).splitlines()[0]}")
    else:
        walking.finish()
    return Report(walking.records, walking.resent, walking.heads(), list(walking.breaks.values()))


class _Walking:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._walks: dict[str, Walk] = {}
        self._due = 0
        self.records = 0
        self.resent = 0
        self.breaks: dict[str, Break] = {}

    def take(self, batch: Sequence[list[Any]]) -> None:
        """The next rows; what follows the one before is only hashed."""
        if self._follows(*batch):
            self.records += len(batch[0])
            return
        digest_of = sha256
        walks, broken = self._walks, self.breaks
        due = self._due
        self.records += len(batch[0])
        for offset, source, sequence, chain, value in zip(*batch, strict=True):
            if offset != due:
                self._out_of_place(offset, due)
            due = offset + 1
            if source is None:
                self._note("bad-headers", offset, "?", 0, "its place cannot be read")
                continue
            walk = walks.get(source)
            if walk is None:
                stream = Stream(self._order.partition, source)
                walk = walks[source] = Walk(self._order.known.get(source, {}), stream)
            if source in broken:
                continue
            head = walk.head
            if (
                sequence == head.sequence + 1
                and value is not None
                and digest_of(head.digest + value).digest() == chain
                and sequence not in walk.known
            ):
                walk.follow(Head(sequence, chain))
                continue
            self.resent += sequence <= head.sequence
            record = Incoming(self._order.partition, offset, b"", value, ())
            if found := walk.take(record, Head(sequence, chain)):
                broken[source] = found
        self._due = due

    def _follows(
        self,
        offsets: list[int],
        sources: list[str | None],
        sequences: list[int],
        chains: list[bytes],
        values: list[bytes | None],
    ) -> bool:
        """Whether rows only go on where the last ended, as nearly all do; then they are taken."""
        source = sources[0]
        if source is None or source in self.breaks or sources.count(source) != len(sources):
            return False
        known = self._order.known.get(source, {})
        walk = self._walks.get(source) or Walk(known, Stream(self._order.partition, source))
        first, count = walk.head.sequence + 1, len(offsets)
        if offsets != list(range(self._due, self._due + count)):
            return False
        if sequences != list(range(first, first + count)) or walk.waiting or None in values:
            return False
        if any(first <= sequence < first + count for sequence in known):
            return False
        before = walk.head.digest
        for value, chain in zip(cast(list[bytes], values), chains, strict=True):
            if sha256(before + value).digest() != chain:
                return False
            before = chain
        for sequence, chain in zip(sequences[-RESENT_MAX:], chains[-RESENT_MAX:], strict=True):
            walk.follow(Head(sequence, chain))
        self._walks[source] = walk
        self._due += count
        return True

    def finish(self) -> None:
        """What should be there and is not."""
        if self._due < self._order.end:
            detail = f"the snapshot covers offsets until {self._order.end}, its rows end here"
            self._note("missing", self._due, "?", 0, detail)
        for source, walk in self._walks.items():
            if source not in self.breaks and (found := missing(walk) or walk.lacks()):
                self.breaks[source] = found
        for source, said in self._order.known.items():
            stream = Stream(self._order.partition, source)
            if source not in self._walks and (found := incomplete(stream, GENESIS, said)):
                self.breaks[source] = found
        for source, head in self._order.heads.items():
            held = self._walks[source].head if source in self._walks else GENESIS
            if source not in self.breaks and held != head and "?" not in self.breaks:
                detail = f"the snapshot says that the chain ends at sequence {head.sequence}"
                self._note("altered", self._due, source, held.sequence, detail)

    def stop(self, fault: Any, detail: str) -> None:
        """The walk cannot go on."""
        self._note(fault, self._due, "?", 0, detail)

    def heads(self) -> dict[Stream, Head]:
        return {walk.stream: walk.head for walk in self._walks.values()}

    def _out_of_place(self, offset: int, due: int) -> None:
        if offset < due:
            self._note("doubled", offset, "?", 0, "the archive holds this record twice")
        else:
            detail = f"the archive goes on at offset {offset}"
            self._note("missing", due, "?", 0, detail)

    def _note(self, fault: Any, offset: int, source: str, sequence: int, detail: str) -> None:
        found = Break(fault, self._order.partition, offset, source, sequence, detail)
        self.breaks.setdefault(source, found)


def _batches(order: Order) -> Iterator[list[list[Any]]]:
    for batch in rows_in_order(order.files, order.partition, WALKED, BATCH_ROWS):
        yield [_values(column) for column in batch.columns]


def _values(column: pa.Array) -> list[Any]:
    """A column's values; of bytes, cut from one whole, since one by one Arrow is slow."""
    values: list[Any]
    if column.null_count or not len(column):
        values = column.to_pylist()
        return values
    if pa.types.is_integer(column.type):
        values = column.to_numpy().tolist()
        return values
    if pa.types.is_string(column.type):
        encoded = column.dictionary_encode()
        names = encoded.dictionary.to_pylist()
        return [names[index] for index in encoded.indices.to_numpy().tolist()]
    if not pa.types.is_binary(column.type):
        values = column.to_pylist()
        return values
    return values_of(column)


def _strays(files: Sequence[str], covered: Covered) -> list[Break]:
    """The first row of each partition that the snapshot does not say it covers."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT topic, partition, min(record_offset), arg_min(source, record_offset),"
            f" arg_min(sequence, record_offset) FROM {source_of(files)} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    detail = "the snapshot says nothing of this partition"
    return [
        Break("forged", Partition(topic, number), offset, source or "?", sequence or 0, detail)
        for topic, number, offset, source, sequence in rows
        if Partition(topic, number) not in covered.offsets
    ]


def _unreadable(files: Sequence[str]) -> str:
    """Which file cannot be read."""
    for file in files:
        try:
            with duckdb.connect() as connection:
                connection.execute(
                    f"SELECT max(value), max(chain), max(sequence), max(source), max(topic),"
                    f" max(partition), max(record_offset) FROM {source_of([file])}"
                ).fetchall()
        except duckdb.Error:
            return file
    return "the archive"
