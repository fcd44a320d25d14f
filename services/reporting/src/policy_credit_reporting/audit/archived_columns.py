"""Parse every event of the archive anew, and hold its columns against what its bytes say.

Chains prove values; replays add up columns. So whoever alters a column alters figures, and no hash.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from policy_credit_reporting.audit.archive.columns import arrow_schema
from policy_credit_reporting.audit.archive.rows import Covered, rows_of
from policy_credit_reporting.audit.archived import WALKED
from policy_credit_reporting.audit.replay.recompute import rows_in_order
from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, place_headers
from policy_credit_shared.store.progress import Partition

BATCH_ROWS: Final = 20_000


def verify_columns(
    files: Sequence[str], covered: Covered, processes: int | None = None
) -> list[Break]:
    """The first row of each partition whose columns are not what its bytes say."""
    partitions = sorted(covered.offsets)
    with ProcessPoolExecutor(processes or cpu_count() or 1) as pool:
        found = pool.map(first_different, partitions, [tuple(files)] * len(partitions))
        return [one for one in found if one is not None]


def first_different(partition: Partition, files: tuple[str, ...]) -> Break | None:
    """The first row of a partition that differs, if one does; unreadable rows are the walk's."""
    layout, covered = Layout.of(ALGEBRA), Covered.nothing()
    try:
        for batch in rows_in_order(files, partition, arrow_schema(ALGEBRA).names, BATCH_ROWS):
            stored = pa.table(batch)
            offsets = stored.column("record_offset")
            covered = Covered({partition: offsets[0].as_py()}, covered.heads)
            records = _records(partition, stored)
            rows = rows_of(ALGEBRA, layout, covered, records)
            if found := _different(partition, stored, rows.table):
                return found
            covered = rows.covered
    except duckdb.Error:
        return None
    return None


def _different(partition: Partition, stored: pa.Table, meant: pa.Table) -> Break | None:
    first: tuple[int, str] | None = None
    for name in meant.column_names:
        mine, theirs = meant.column(name), stored.column(name).cast(meant.schema.field(name).type)
        if mine.equals(theirs):
            continue
        same = pc.or_kleene(
            pc.equal(mine, theirs).fill_null(False),
            pc.and_(mine.is_null(), theirs.is_null()),
        )
        row = int(pc.index(same, False).as_py())
        if row >= 0 and (first is None or row < first[0]):
            first = (row, name)
    if first is None:
        return None
    row, name = first
    offset, source, sequence = (
        stored.column(column)[row].as_py() for column in ("record_offset", "source", "sequence")
    )
    detail = (
        f"column {name} says {stored.column(name)[row].as_py()!r},"
        f" its bytes say {meant.column(name)[row].as_py()!r}"
    )
    return Break("altered", partition, offset, source or "?", sequence or 0, detail)


def _records(partition: Partition, rows: pa.Table) -> list[Incoming]:
    columns = (rows.column(name).to_pylist() for name in WALKED)
    return [
        Incoming(
            partition,
            offset,
            b"",
            value,
            place_headers(source, Head(sequence, chain)) if source is not None else (),
        )
        for offset, source, sequence, chain, value in zip(*columns, strict=True)
    ]
