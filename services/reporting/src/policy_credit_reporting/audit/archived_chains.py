"""Prove in one pass over its files that an archive is whole, on all cores.

A row's hash needs no more than the row before it in its chain. So places and hashes, which are
small, are laid out first and brought into the order of the log; each row is told which hash it
follows; and then every file is read once, in its own order, and its values hashed. Nothing is
sorted but numbers, and what is laid out lies in files, so that memory does not grow with history.

This only ever proves. A partition of which anything is not exactly right is left to the walk row
by row, which names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_reporting.audit.archive.rows import Covered
from policy_credit_reporting.audit.verify import Known, Report
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.store.progress import Partition, Stream

BATCH_ROWS: Final = 32_768
HASH: Final = np.dtype("V32")
UNKNOWN: Final = 0xFFFF
"""The number of a partition or a stream of which the snapshot says nothing."""
UNREADABLE: Final = (OSError, pa.ArrowException)
LAID_OUT: Final[dict[str, np.dtype[Any]]] = {
    "partition": np.dtype(np.uint16),
    "stream": np.dtype(np.uint16),
    "offset": np.dtype(np.int64),
    "sequence": np.dtype(np.int64),
    "chain": HASH,
    "before": HASH,
}
"""For each row of all files, in their order: where it is, its hash, and the hash it follows."""


class Task(Struct, frozen=True):
    """What every process is told: where rows are laid out, and what there should be."""

    folder: Path
    partitions: list[Partition]
    streams: list[Stream]
    covered: Covered
    known: dict[Stream, Known]


class Proven(Struct, frozen=True):
    """The partitions that are whole; and whether rows lie in partitions that are not covered."""

    reports: dict[Partition, Report]
    has_strays: bool


def prove(
    files: Sequence[str], covered: Covered, known: Mapping[Stream, Known], pool: Executor
) -> Proven:
    """Every partition that is exactly what the snapshot and its sources say."""
    with TemporaryDirectory(prefix="policy-credit-chains-") as folder:
        task = Task(
            Path(folder), sorted(covered.offsets), sorted(covered.heads), covered, dict(known)
        )
        try:
            rows = [pq.read_metadata(file).num_rows for file in files]
            starts = list(accumulate(rows, initial=0))
            _make_room(task, starts[-1])
            calls = [[task] * len(files), files, starts[:-1]]
            list(pool.map(_lay_out, *calls))
            numbers = range(len(task.partitions))
            followed = list(pool.map(_follow, [task] * len(numbers), numbers))
            wrong = set[int]().union(*pool.map(_wrong, *calls))
        except UNREADABLE:
            return Proven({}, has_strays=False)
        strays = bool((_column(task, "partition") == UNKNOWN).any()) if starts[-1] else False
    return Proven(
        {
            partition: report
            for number, (partition, report) in enumerate(
                zip(task.partitions, followed, strict=True)
            )
            if report is not None and number not in wrong
        },
        has_strays=strays,
    )


def values_of(column: pa.Array) -> list[Any]:
    """Bytes of a column that has them all, cut from one whole, since one by one Arrow is slow."""
    _, bounds, content = column.buffers()
    ends = np.frombuffer(bounds, np.int32)[column.offset : column.offset + len(column) + 1].tolist()
    first = ends[0]
    whole = content.slice(first, ends[-1] - first).to_pybytes() if content else b""
    return [whole[start - first : end - first] for start, end in pairwise(ends)]


def _make_room(task: Task, rows: int) -> None:
    for name, kind in LAID_OUT.items():
        if rows:
            np.lib.format.open_memmap(task.folder / name, "w+", kind, (rows,))


def _column(task: Task, name: str) -> NDArray[Any]:
    found: NDArray[Any] = np.lib.format.open_memmap(task.folder / name, "r+")
    return found


def _batches(file: str, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """A file's rows, some thousand at a time, and how many came before."""
    before = 0
    with pq.ParquetFile(file, read_dictionary=["topic", "source"]) as stored:
        for batch in stored.iter_batches(BATCH_ROWS, columns=list(columns)):
            yield before, batch
            before += batch.num_rows


def _lay_out(task: Task, file: str, start: int) -> None:
    """Where a file's rows are, and their hashes."""
    room = {name: _column(task, name) for name in LAID_OUT}
    columns = ("topic", "partition", "record_offset", "source", "sequence", "chain")
    for before, batch in _batches(file, columns):
        rows = slice(start + before, start + before + batch.num_rows)
        partition, stream = _numbered(task, batch)
        chain, is_hash = _hashes(batch.column("chain"))
        stream[~is_hash] = UNKNOWN
        room["partition"][rows], room["stream"][rows] = partition, stream
        room["offset"][rows] = batch.column("record_offset").fill_null(-1).to_numpy()
        room["sequence"][rows] = batch.column("sequence").fill_null(-1).to_numpy()
        room["chain"][rows] = chain


def _numbered(task: Task, batch: pa.RecordBatch) -> tuple[NDArray[Any], NDArray[Any]]:
    """Each row's partition and stream as numbers; the last place of each table is for others."""
    (topics, topic), (sources, source) = (
        (column.dictionary.to_pylist(), column.indices.fill_null(-1).to_numpy())
        for column in (batch.column("topic"), batch.column("source"))
    )
    others = max((one.number for one in task.partitions), default=0) + 1
    number = batch.column("partition").fill_null(-1).to_numpy()
    number = np.where((number >= 0) & (number < others), number, others)
    partitions = np.full((len(topics) + 1, others + 1), UNKNOWN, np.uint16)
    streams = np.full((*partitions.shape, len(sources) + 1), UNKNOWN, np.uint16)
    for code, partition in enumerate(task.partitions):
        if partition.topic in topics:
            partitions[topics.index(partition.topic), partition.number] = code
    for code, stream in enumerate(task.streams):
        if stream.partition.topic in topics and stream.source in sources:
            at = topics.index(stream.partition.topic), stream.partition.number
            streams[(*at, sources.index(stream.source))] = code
    return partitions[topic, number], streams[topic, number, source]


def _hashes(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Hashes of 32 bytes, and which of them are such."""
    if not column.null_count:
        _, bounds, content = column.buffers()
        ends = np.frombuffer(bounds, np.int32)[column.offset : column.offset + len(column) + 1]
        if (np.diff(ends) == HASH.itemsize).all():
            found = np.frombuffer(content, np.uint8)[ends[0] : ends[-1]].view(HASH)
            return found, np.ones(len(found), bool)
    values = [value or b"" for value in column.to_pylist()]
    fitting = b"".join(value[: HASH.itemsize].ljust(HASH.itemsize, b"\0") for value in values)
    is_hash = np.array([len(value) == HASH.itemsize for value in values], bool)
    return np.frombuffer(fitting, HASH), is_hash


def _follow(task: Task, number: int) -> Report | None:
    """Tell each row of a partition which hash it follows; None if its order is not right."""
    partition = task.partitions[number]
    heads = {stream: head for stream, head in task.covered.heads.items() if stream[0] == partition}
    known = {stream: said for stream, said in task.known.items() if stream[0] == partition}
    end = task.covered.offsets[partition]
    if not known.keys() <= heads.keys():
        return None
    if not (task.folder / "partition").exists():
        return Report(0, 0, {}, []) if end == 0 else None
    rows = np.flatnonzero(_column(task, "partition") == number)
    offsets = _column(task, "offset")[rows]
    order = np.argsort(offsets, kind="stable")
    rows, offsets = rows[order], offsets[order]
    if len(rows) != end or not np.array_equal(offsets, np.arange(end)):
        return None
    stream_of, resent = _column(task, "stream")[rows], 0
    followed = 0
    for code, stream in enumerate(task.streams):
        if stream in heads:
            mine = rows[stream_of == code]
            followed += len(mine)
            found = _chained(task, mine, heads[stream], known.get(stream, {}))
            if found is None:
                return None
            resent += found
    return Report(end, resent, heads, []) if followed == end else None


def _chained(task: Task, rows: NDArray[Any], head: Head, known: Known) -> int | None:
    """Follow one chain to its head; returns how many of its rows were resent, None if it breaks."""
    sequences = _column(task, "sequence")[rows]
    high = np.maximum.accumulate(np.concatenate(([0], sequences)))[:-1]
    is_next = sequences == high + 1
    is_again = (sequences >= 1) & (sequences <= high)
    first = rows[is_next]
    if not (is_next | is_again).all() or len(first) != head.sequence:
        return None
    chains = _column(task, "chain")
    hashes = np.concatenate((np.frombuffer(GENESIS.digest, HASH), chains[first]))
    if hashes[-1].tobytes() != head.digest:
        return None
    again = rows[is_again]
    if chains[again].tobytes() != hashes[sequences[is_again]].tobytes():
        return None
    for sequence, digest in known.items():
        if sequence > head.sequence or hashes[sequence].tobytes() != digest:
            return None
    _column(task, "before")[rows] = hashes[sequences - 1]
    return len(again)


def _wrong(task: Task, file: str, start: int) -> set[int]:
    """The numbers of the partitions of which a file holds a value that does not give its hash."""
    partition, chain, before = (_column(task, name) for name in ("partition", "chain", "before"))
    found = set[int]()
    for passed, batch in _batches(file, ["value"]):
        rows = slice(start + passed, start + passed + batch.num_rows)
        column = batch.column("value")
        if column.null_count:
            found |= set(partition[rows][column.is_null().to_numpy(False)].tolist())
            column = column.fill_null(b"")
        follows = before[rows].tolist()
        given = b"".join(
            [sha256(b + v).digest() for b, v in zip(follows, values_of(column), strict=True)]
        )
        if given != (said := chain[rows].tobytes()):
            differs = np.frombuffer(given, HASH) != np.frombuffer(said, HASH)
            found |= set(partition[rows][differs].tolist())
    return found
