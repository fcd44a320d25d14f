"""What one pass proves of an archive is whole, and nothing that is not whole is proven."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_histories import History

from policy_credit_reporting.audit.archive.rows import Covered, rows_of
from policy_credit_reporting.audit.archived import Order, verify_archive, walk_partition
from policy_credit_reporting.audit.archived_chains import Proven, prove
from policy_credit_reporting.audit.verify import Known
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.store.progress import Partition, Stream

ROWS: Final = rows_of(
    ALGEBRA,
    Layout.of(ALGEBRA),
    Covered.nothing(),
    History(5, 120, ("22870-22870", "22366-22366")).records(),
)
FILES: Final = 3

Row = dict[str, Any]


def written(rows: list[Row], folder: Path, seed: int = 0) -> list[str]:
    """The rows in files, in no order at all."""
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)
    paths = [str(folder / f"{number}.parquet") for number in range(FILES)]
    for number, path in enumerate(paths):
        part = shuffled[number::FILES]
        pq.write_table(pa.Table.from_pylist(part, schema=ROWS.table.schema), path)
    return paths


def proven(files: list[str], known: dict[Stream, Known] | None = None) -> Proven:
    with ThreadPoolExecutor(1) as pool:
        return prove(files, ROWS.covered, known or {}, pool)


def whole() -> list[Row]:
    rows: list[Row] = ROWS.table.to_pylist()
    return rows


def partition_of(row: Row) -> Partition:
    return Partition(row["topic"], row["partition"])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_whole_archive_is_proven_and_a_walk_finds_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    files = written(whole(), tmp_path_factory.mktemp("whole"), seed)
    known: dict[Stream, Known] = {
        stream: {head.sequence: head.digest} for stream, head in ROWS.covered.heads.items()
    }
    found = proven(files, known)
    assert not found.has_strays
    assert sum(report.resent for report in found.reports.values()) > 0
    for partition, end in ROWS.covered.offsets.items():
        heads = {s.source: h for s, h in ROWS.covered.heads.items() if s.partition == partition}
        walked = walk_partition(Order(partition, tuple(files), end, heads, {}))
        assert found.reports[partition] == walked


def flipped(content: bytes) -> bytes:
    return content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]


CHANGES: Final[dict[str, Callable[[list[Row], int], None]]] = {
    "value": lambda rows, n: rows[n].update(value=flipped(rows[n]["value"])),
    "no value": lambda rows, n: rows[n].update(value=None),
    "chain": lambda rows, n: rows[n].update(chain=flipped(rows[n]["chain"])),
    "short chain": lambda rows, n: rows[n].update(chain=rows[n]["chain"][:31]),
    "no chain": lambda rows, n: rows[n].update(chain=None),
    "sequence": lambda rows, n: rows[n].update(sequence=rows[n]["sequence"] + 1),
    "negative sequence": lambda rows, n: rows[n].update(sequence=-rows[n]["sequence"]),
    "offset": lambda rows, n: rows[n].update(record_offset=rows[n]["record_offset"] + 1),
    "source": lambda rows, n: rows[n].update(source="/policy-credit/other"),
    "no source": lambda rows, n: rows[n].update(source=None),
    "dropped": lambda rows, n: rows.__delitem__(n),
    "doubled": lambda rows, n: rows.append(dict(rows[n])),
}


@settings(max_examples=60, deadline=None)
@given(change=st.sampled_from(sorted(CHANGES)), place=st.floats(0, 1, exclude_max=True))
def test_a_partition_of_which_anything_is_changed_is_not_proven(
    tmp_path_factory: pytest.TempPathFactory, change: str, place: float
) -> None:
    rows = whole()
    touched = int(place * len(rows))
    partition = partition_of(rows[touched])
    CHANGES[change](rows, touched)
    found = proven(written(rows, tmp_path_factory.mktemp("changed")))
    assert found.reports.keys() == ROWS.covered.offsets.keys() - {partition}


def test_what_a_source_says_otherwise_is_not_proven(tmp_path: Path) -> None:
    files = written(whole(), tmp_path)
    stream, head = min(ROWS.covered.heads.items())
    other = stream._replace(source="/policy-credit/other")
    said: list[dict[Stream, Known]] = [
        {stream: {1: bytes(32)}},
        {stream: {head.sequence + 1: bytes(32)}},
        {other: {1: bytes(32)}},
    ]
    for known in said:
        assert stream.partition not in proven(files, known).reports
        report = verify_archive(files, ROWS.covered, known, processes=1)
        (found,) = report.breaks
        assert (found.partition, found.source) == (stream.partition, next(iter(known)).source)


def test_rows_of_a_partition_that_the_snapshot_does_not_cover_are_named(tmp_path: Path) -> None:
    rows = whole()
    rows.append({**rows[0], "partition": 99})
    report = verify_archive(written(rows, tmp_path), ROWS.covered, {}, processes=1)
    (found,) = report.breaks
    assert (found.fault, found.partition) == ("forged", Partition(rows[0]["topic"], 99))


def test_an_archive_without_a_row_is_whole() -> None:
    report = verify_archive([], Covered.nothing(), {}, processes=1)
    assert (report.records, report.breaks) == (0, [])
