"""History from the archive, as far as that goes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import pyarrow as pa
from pyiceberg.table import Table

from policy_credit_reporting.audit.archive.catalogue import COVERED, NAMESPACE, PostgresCatalogue
from policy_credit_reporting.audit.archive.files import local
from policy_credit_reporting.audit.archive.table import read_covered
from policy_credit_reporting.audit.replay.grouping import quoted
from policy_credit_reporting.audit.replay.recompute import engine, source_of
from policy_credit_reporting.rebuilding.sources import Fetches, LogIncomplete, Offsets
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, place_headers
from policy_credit_shared.store.progress import Partition, Progress, Stream

BATCH_ROWS: Final = 20_000
ROWS_AT_ONCE: Final = 200_000
"""How many are put into order at a time: memory and disk do not grow with the archive."""

Span = tuple[str, int, int, int]
"""Topic, partition, and from which offset until which."""


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
        """What the archive holds of it; raises LogIncomplete."""
        wanted = {
            partition: (start, end)
            for partition, covered in sorted(self.offsets.items())
            if (start := progress.offsets.get(partition, 0))
            < (end := min(covered, until.get(partition, 0)))
        }
        if not wanted:
            return
        with _reading() as connection:
            for spans in rounds(wanted):
                for batch in connection.sql(self._rows(spans)).to_arrow_reader(BATCH_ROWS):
                    yield records_of(batch)

    def _rows(self, spans: Sequence[Span]) -> str:
        """The query of some offsets; parts of files that cannot hold any are passed by."""
        asked = ", ".join(f"({quoted(t)}, {n}, {start}, {end})" for t, n, start, end in spans)
        first, last = min(start for *_, start, _ in spans), max(end for *_, end in spans)
        return (
            "SELECT topic, partition, record_offset, source, sequence, chain, value"
            f" FROM {source_of(self._files)}"
            f" JOIN (VALUES {asked}) AS asked (topic, partition, since, until)"
            " USING (topic, partition)"
            f" WHERE record_offset >= {first} AND record_offset < {last}"
            " AND record_offset >= since AND record_offset < until"
            " ORDER BY topic, partition, record_offset"
        )

    def heads(self, progress: Progress) -> dict[Stream, Head]:
        """The last records of a reader's progress as the archive holds them."""
        asked = ", ".join(
            f"({quoted(s.partition.topic)}, {s.partition.number}, {quoted(s.source)}, {high})"
            for s, high in progress.highs.items()
        )
        if not asked or not self._files:
            return {}
        with _reading() as connection:
            found = connection.sql(
                "SELECT topic, partition, source, sequence, chain"
                f" FROM {source_of(self._files)}"
                f" JOIN (VALUES {asked}) AS asked (topic, partition, source, sequence)"
                " USING (topic, partition, source, sequence)"
            ).fetchall()
        return {Stream(Partition(t, n), source): Head(*head) for t, n, source, *head in found}


@contextmanager
def _reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB; raises LogIncomplete where it cannot read the files."""
    try:
        with engine() as connection:
            yield connection
    except duckdb.Error as error:
        raise LogIncomplete(f"the archive cannot be read: {error}") from None


def rounds(wanted: Mapping[Partition, tuple[int, int]]) -> Iterator[list[Span]]:
    """From which offset until which of each partition, cut so that all go on together."""
    left = dict(wanted)
    while left:
        size = -(-ROWS_AT_ONCE // len(left))
        yield [(*p, start, min(start + size, end)) for p, (start, end) in left.items()]
        left = {p: (start + size, end) for p, (start, end) in left.items() if start + size < end}


def records_of(rows: pa.RecordBatch) -> list[Incoming]:
    """Rows of an archive as the records that they were; a key moves no figure and is not kept."""
    found = []
    columns: list[list[Any]] = [column.to_pylist() for column in rows.columns]
    for topic, number, offset, source, sequence, chain, value in zip(*columns, strict=True):
        headers = () if source is None else place_headers(source, Head(sequence, chain))
        found.append(Incoming(Partition(topic, number), offset, None, value, headers))
    return found


def _covered(table: Table) -> Offsets:
    snapshot = table.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return {}
    return read_covered(snapshot.summary.additional_properties[COVERED]).offsets
