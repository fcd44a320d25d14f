"""Where history comes from: the archive as far as it goes, Kafka for the rest.

Both give records from a reader's progress up to the offsets that are asked for, in the order of
each partition.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa
from kafka.errors import OffsetOutOfRangeError
from pyiceberg.table import Table

from policy_credit_reporting.audit.archive.catalogue import COVERED, NAMESPACE, PostgresCatalogue
from policy_credit_reporting.audit.archive.files import local
from policy_credit_reporting.audit.archive.table import read_covered
from policy_credit_reporting.audit.replay.grouping import quoted
from policy_credit_reporting.audit.replay.recompute import engine, source_of
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, place_headers
from policy_credit_shared.store.progress import Partition, Progress

Fetches = Iterator[Sequence[Incoming]]
Offsets = Mapping[Partition, int]

BATCH_ROWS: Final = 20_000
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


class Archived:
    """The table of the archive that covers most: a record's bytes are in any, as it was read."""

    def __init__(self, database_url: str) -> None:
        # Where the files of a table are stands in its own metadata.
        catalogue = PostgresCatalogue(database_url, warehouse="")
        self._files: list[str] = []
        self.offsets: Offsets = {}
        for name in catalogue.tables():
            table = catalogue.load_table(f"{NAMESPACE}.{name}")
            offsets = _covered(table)
            if sum(offsets.values()) > sum(self.offsets.values()):
                self.offsets = offsets
                self._files = [local(t.file.file_path) for t in table.scan().plan_files()]

    def fetches(self, progress: Progress, until: Offsets) -> Fetches:
        """What the archive holds of it."""
        wanted = {
            partition: (progress.offsets.get(partition, 0), min(end, until.get(partition, 0)))
            for partition, end in sorted(self.offsets.items())
        }
        spans = [(*p, start, end) for p, (start, end) in wanted.items() if start < end]
        if not spans:
            return
        asked = ", ".join(f"({quoted(t)}, {n}, {start}, {end})" for t, n, start, end in spans)
        query = (
            "SELECT topic, partition, record_offset, source, sequence, chain, value"
            f" FROM {source_of(self._files)}"
            f" JOIN (VALUES {asked}) AS asked (topic, partition, since, until)"
            " USING (topic, partition)"
            " WHERE record_offset >= since AND record_offset < until"
            " ORDER BY topic, partition, record_offset"
        )
        try:
            with engine() as connection:
                for batch in connection.sql(query).to_arrow_reader(BATCH_ROWS):
                    yield records_of(batch)
        except duckdb.Error as error:
            raise LogIncomplete(f"the archive cannot be read: {error}") from None


def records_of(rows: pa.RecordBatch) -> list[Incoming]:
    """Rows of an archive as the records that they were; a key moves no figure and is not kept."""
    found = []
    columns: list[list[Any]] = [column.to_pylist() for column in rows.columns]
    for topic, number, offset, source, sequence, chain, value in zip(*columns, strict=True):
        headers = () if source is None else place_headers(source, Head(sequence, chain))
        found.append(Incoming(Partition(topic, number), offset, None, value, headers))
    return found


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


def _covered(table: Table) -> Offsets:
    snapshot = table.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return {}
    return read_covered(snapshot.summary.additional_properties[COVERED]).offsets


def _named(partition: Partition) -> str:
    return f"{partition.topic}[{partition.number}]"
