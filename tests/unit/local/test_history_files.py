"""A history in files: the same bytes from the same seed, and whole when read back."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from histories import work

from policy_credit_local.history.simulating import EXPECTED, Work, steps, write_files
from policy_credit_reporting.audit.verify import verify
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, partition_of, place_headers
from policy_credit_shared.store.progress import Partition

A_CHAIN = "a427feb8bb00bc68060a22ca452a8f2b237bc99e4387a97eec64a151c95b290e"
"""It changes only if what is made up changes: then every seed's history is another one."""


def written(folder: Path, processes: int = 1, **asked: object) -> Path:
    """A small history's folder."""
    folder.mkdir()
    write_files(work(folder=str(folder), **asked), processes, lambda _: None)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def rows_of(folder: Path) -> Iterator[list[Incoming]]:
    """The records of each file as a reader of Kafka would have them."""
    for path in sorted(folder.glob("*.parquet")):
        yield [
            Incoming(
                Partition(row["topic"], row["partition"]),
                row["record_offset"],
                None,
                row["value"],
                place_headers(row["source"], Head(row["sequence"], row["chain"])),
            )
            for row in pq.read_table(path).to_pylist()
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("files") / "history")


def test_the_same_seed_gives_the_same_bytes_from_any_number_of_processes(
    folder: Path, tmp_path: Path
) -> None:
    assert digests(written(tmp_path / "two", processes=2)) == digests(folder)
    assert digests(written(tmp_path / "other", seed=2)) != digests(folder)


def test_the_same_seed_gives_the_same_chain_on_every_machine(folder: Path) -> None:
    expected = json.loads((folder / EXPECTED).read_text())
    partition = partition_of("966", 6)
    head = expected["chains"][f"history.repayments.{partition:03}.parquet"]
    assert head["chain"] == A_CHAIN


def test_files_hold_every_record_in_its_place(folder: Path) -> None:
    expected = json.loads((folder / EXPECTED).read_text())
    report = verify(rows_of(folder))
    assert not report.breaks
    assert report.records == expected["events"] == sum(expected["events_by_type"].values())
    heads = {
        f"{stream.partition.topic}.{stream.partition.number:03}.parquet": {
            "records": head.sequence,
            "chain": head.digest.hex(),
        }
        for stream, head in report.heads.items()
    }
    assert heads == {name: head for name, head in expected["chains"].items() if head["records"]}
    for records in rows_of(folder):
        assert [record.offset for record in records] == list(range(len(records)))


def test_no_row_group_holds_records_of_two_months(folder: Path) -> None:
    """So that a month can be read, and written, without the others in memory."""
    for path in folder.glob("*.parquet"):
        parquet = pq.ParquetFile(path)
        for number in range(parquet.num_row_groups):
            times = parquet.read_row_group(number, columns=["recorded_at"])["recorded_at"]
            assert len({f"{time.as_py():%Y-%m}" for time in times}) == 1


def test_what_must_come_out_is_written_beside_the_files(folder: Path) -> None:
    expected = json.loads((folder / EXPECTED).read_text())
    totals, months = expected["totals"], expected["months"]
    assert totals["outstanding"] == (
        totals["disbursed"] - totals["collected"] - totals["written_off"]
        if "written_off" in totals
        else totals["disbursed"] - totals["collected"]
    )
    assert months == ["opening", *(m.name for m in work().calendar().months), "after"]
    for measure, moved in expected["moved_by_month"].items():
        assert sum(moved) == totals[measure]
        assert len(moved) == len(months)


def test_every_part_of_the_work_is_told(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    ordered: Work = work(folder=str(tmp_path / "history"), months=2, households=50)
    told: list[int] = []
    tally = write_files(ordered, 1, told.append)
    assert len(told) == steps(ordered)
    assert sum(told) == tally.events.total()
