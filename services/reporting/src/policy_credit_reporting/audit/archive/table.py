"""The archive itself: what it covers is in its newest snapshot, and nowhere else is believed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from policy_credit_reporting.audit.archive.catalogue import (
    BREAKS,
    COVERED,
    NAMESPACE,
    PostgresCatalogue,
)
from policy_credit_reporting.audit.archive.columns import (
    arrow_schema,
    partitioning,
    schema_of,
    table_name,
)
from policy_credit_reporting.audit.archive.files import local, read_files, write_files
from policy_credit_reporting.audit.archive.rows import Covered, Rows
from policy_credit_reporting.audit.archive.sweeping import retired, sweep
from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.store.progress import Partition, Stream

SMALL_BYTES: Final = 32 << 20
"""A data file that is smaller is merged with its like."""
SNAPSHOTS_KEPT: Final = 100
SWEPT_AFTER: Final = timedelta(days=1)
"""Longer than anybody reads the files of one snapshot, or writes those of one commit."""
PROPERTIES: Final = {
    # Values are never alike and never asked for by what they hold.
    "write.metadata.metrics.column.value": "none",
    "write.metadata.metrics.column.chain": "none",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    # A commit that lost its race must fail: tried again it would append what is there already.
    "commit.retry.num-retries": "0",
}


class Tidied(NamedTuple):
    """How many small files were merged into others, and how many that nothing names deleted."""

    merged: int
    swept: int


class RolledBack(Exception):
    """The archive holds less than it once held."""


class Archive:
    """The table of one set of declarations."""

    def __init__(self, database_url: str, warehouse: str, algebra: Algebra) -> None:
        self._database_url = database_url
        self._catalogue = PostgresCatalogue(database_url, warehouse)
        self.name = table_name(algebra)
        self.schema = arrow_schema(algebra)
        schema = schema_of(algebra)
        self._catalogue.create(self.name, schema, partitioning(schema), PROPERTIES)
        self._table = self._catalogue.load_table(f"{NAMESPACE}.{self.name}")

    @property
    def table(self) -> Table:
        """The table as it was when it was last looked at."""
        return self._table

    def refresh(self) -> None:
        """Look at the table anew."""
        self._table = self._catalogue.load_table(f"{NAMESPACE}.{self.name}")

    def covered(self) -> Covered:
        """What the newest snapshot says that it covers."""
        snapshot = self._table.current_snapshot()
        if snapshot is None or snapshot.summary is None:
            return Covered.nothing()
        return read_covered(snapshot.summary.additional_properties[COVERED])

    def once_covered(self) -> Covered:
        """What the newest commit covered, as the database remembers it."""
        with psycopg.connect(self._database_url) as connection:
            row = connection.execute(
                "SELECT covered FROM public.archive_mark WHERE table_name = %s", (self.name,)
            ).fetchone()
        return read_covered(row[0]) if row else Covered.nothing()

    def rolled_back(self) -> list[tuple[Stream, Head, str]]:
        """The streams of which it holds less than it once held: to where, and what to say of it."""
        now, found = self.covered(), []
        for stream, once in sorted(self.once_covered().heads.items()):
            held = now.heads.get(stream, GENESIS)
            if held.sequence < once.sequence:
                topic, partition = stream.partition
                detail = (
                    f"{topic}[{partition}], source {stream.source}: the archive ends at sequence"
                    f" {held.sequence}, and it held {once.sequence} before;"
                    " it was rolled back to an older snapshot"
                )
                found.append((stream, held, detail))
        return found

    def check_not_rolled_back(self) -> None:
        """Raise RolledBack if the table holds less than it once held."""
        for _, _, detail in self.rolled_back():
            raise RolledBack(detail)

    def append(self, rows: Rows) -> None:
        """Commit rows together with what is covered; raises CommitFailedException."""
        said = _said(rows.covered, rows.breaks)
        files = write_files(self._table, self.schema, rows.table)
        with (
            self._table.transaction() as transaction,
            transaction.update_snapshot(snapshot_properties=said).fast_append() as adding,
        ):
            for file in files:
                adding.append_data_file(file)
        self._expire()

    def files(self, provinces: Sequence[str] = ()) -> list[str]:
        """The data files of the newest snapshot, if asked, only those of these provinces.

        Province after province, so that a part of them is about a part of the country.
        """
        named = ", ".join(f"'{province}'" for province in provinces)
        wanted = f"province IN ({named})" if provinces else AlwaysTrue()
        found = [task.file for task in self._table.scan(row_filter=wanted).plan_files()]
        found.sort(key=lambda file: (str(file.partition[1]), file.file_path))
        return [local(file.file_path) for file in found]

    def compact(self, small_bytes: int = SMALL_BYTES) -> int:
        """Merge small files of a month and province into one; returns how many were merged."""
        small = [
            task.file
            for task in self._table.scan().plan_files()
            if task.file.file_size_in_bytes < small_bytes
        ]
        merged: list[list[DataFile]] = []
        for _, same in groupby(sorted(small, key=_place), key=_place):
            if len(files := list(same)) > 1:
                merged.append(files)
        if not merged:
            return 0
        retired(file.file_path for files in merged for file in files)
        said = _said(self.covered(), [])
        with (
            self._table.transaction() as transaction,
            transaction.update_snapshot(snapshot_properties=said).overwrite() as rewriting,
        ):
            for files in merged:
                for written in write_files(
                    self._table, self.schema, read_files(files, self.schema)
                ):
                    rewriting.append_data_file(written)
                for file in files:
                    rewriting.delete_data_file(file)
        self._expire()
        return sum(map(len, merged))

    def tidy(self, now: datetime) -> Tidied:
        """Merge small files, and delete what no snapshot has named for long enough."""
        merged = self.compact()
        self.refresh()
        return Tidied(merged, sweep(self._table, now - SWEPT_AFTER))

    def _expire(self) -> None:
        """Forget snapshots that nobody reads any more; their files stay until they are swept."""
        snapshots = sorted(self._table.metadata.snapshots, key=lambda one: one.sequence_number or 0)
        if len(snapshots) > 2 * SNAPSHOTS_KEPT:
            old = [one.snapshot_id for one in snapshots[:-SNAPSHOTS_KEPT]]
            self._table.maintenance.expire_snapshots().by_ids(old).commit()


def _said(covered: Covered, breaks: Sequence[Break]) -> dict[str, str]:
    """What a snapshot's summary says."""
    found = [[*b.partition, b.offset, b.source, b.sequence, b.fault, b.detail] for b in breaks]
    said = {COVERED: _written(covered)}
    return said | {BREAKS: msgspec.json.encode(found).decode()} if found else said


def _written(covered: Covered) -> str:
    offsets = [(*partition, offset) for partition, offset in sorted(covered.offsets.items())]
    heads = [
        (*stream.partition, stream.source, head.sequence, head.digest.hex())
        for stream, head in sorted(covered.heads.items())
    ]
    return msgspec.json.encode({"offsets": offsets, "heads": heads}).decode()


def read_covered(written: str) -> Covered:
    """What a snapshot's summary, or the mark, says is covered."""
    found = msgspec.json.decode(written)
    return Covered(
        {Partition(topic, number): offset for topic, number, offset in found["offsets"]},
        {
            Stream(Partition(topic, number), source): Head(sequence, bytes.fromhex(digest))
            for topic, number, source, sequence, digest in found["heads"]
        },
    )


def _place(file: DataFile) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, value or 0) for value in (file.partition[n] for n in range(2)))
