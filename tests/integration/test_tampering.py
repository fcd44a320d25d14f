"""Whatever is done to a record that was kept, `audit verify` finds it and names it."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import PARTITIONS, Servers
from crc32c import crc32c
from random_histories import History
from terminal import run

from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.rows import Covered
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.audit.archived import verify_archive
from policy_credit_reporting.audit.archived_columns import verify_columns
from policy_credit_reporting.audit.verify import Report
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store import generations
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.records import Outgoing, place_headers
from policy_credit_shared.store.progress import Partition, Stream

LOCALITIES = ("22870-22870", "22366-22366")


class Kept:
    """A small log in an archive."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.url, self.folder = servers.database(), folder
        generations.create(self.url, ALGEBRA)
        create_tables(self.url)
        records = History(5, 120, LOCALITIES).records()
        self.archive = Archive(self.url, f"file://{folder}", ALGEBRA)
        archiving = Archiving(self.archive, ALGEBRA)
        archiving.step(records[:60])
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT metadata_location FROM iceberg_tables").fetchone()
        assert row is not None
        self.older = str(row[0])
        archiving.step(records[60:])
        self.rows = pa.concat_tables(pq.read_table(f) for f in self.archive.files()).sort_by(
            [(name, "ascending") for name in ("topic", "partition", "record_offset")]
        )

    @property
    def covered(self) -> Covered:
        return self.archive.covered()


@pytest.fixture(scope="module")
def kept(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(servers, tmp_path_factory.mktemp("kept"))


Rows = list[dict[str, object]]
Known = dict[Stream, dict[int, bytes]]


def applied(rows: Rows, nth: int) -> dict[str, object]:
    return [row for row in rows if row["outcome"] == "applied"][nth]


def verified(
    kept: Kept, folder: Path, change: Callable[[Rows], Rows], known: Known | None = None
) -> Report:
    """What is found in the archive after a change of its rows."""
    path = folder / "changed.parquet"
    rows = change(kept.rows.to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, schema=kept.rows.schema), path)
    return verify_archive([str(path)], kept.covered, known or {}, processes=1)


def named(report: Report) -> list[tuple[str, str, int, int]]:
    return [(b.fault, b.partition.topic, b.partition.number, b.sequence) for b in report.breaks]


def where(row: dict[str, object]) -> tuple[object, object, object]:
    return row["topic"], row["partition"], row["sequence"]


def heads_of(kept: Kept) -> Known:
    return {s: {head.sequence: head.digest} for s, head in kept.covered.heads.items()}


def test_an_untouched_archive_is_whole(kept: Kept, tmp_path: Path) -> None:
    report = verified(kept, tmp_path, lambda rows: rows, heads_of(kept))
    assert report.breaks == []
    assert report.records == kept.rows.num_rows
    assert report.heads == kept.covered.heads


@pytest.mark.parametrize("nth", [0, 17, 80])
def test_a_byte_of_a_value_is_named(kept: Kept, tmp_path: Path, nth: int) -> None:
    touched: list[dict[str, object]] = []

    def alter(rows: Rows) -> Rows:
        row = applied(rows, nth)
        value = bytearray(row["value"])  # type: ignore[call-overload]
        value[-9] ^= 1
        row["value"] = bytes(value)
        touched.append(row)
        return rows

    report = verified(kept, tmp_path, alter)
    assert named(report) == [("altered", *where(touched[0]))]
    assert report.breaks[0].offset == touched[0]["record_offset"]
    assert report.breaks[0].source == touched[0]["source"]


@pytest.mark.parametrize("column", ["amount", "locality", "outcome", "sign"])
def test_a_column_that_its_bytes_do_not_say_is_named(
    kept: Kept, tmp_path: Path, column: str
) -> None:
    """Chains hold, and a replay would be wrong."""
    rows = kept.rows.to_pylist()
    row = next(r for r in rows[40:] if r["outcome"] == "applied" and r["amount"])
    changed = {"amount": row["amount"] + 1, "locality": "22834-22834", "outcome": "skipped"}
    row[column] = changed.get(column, -1)
    path = tmp_path / "changed.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=kept.rows.schema), path)
    (found,) = verify_columns([str(path)], kept.covered, processes=1)
    assert (found.fault, *found.partition) == ("altered", row["topic"], row["partition"])
    assert (found.offset, found.sequence) == (row["record_offset"], row["sequence"])
    assert f"column {column} says" in found.detail
    assert verify_columns(kept.archive.files(), kept.covered, processes=1) == []


def test_a_dropped_row_is_named(kept: Kept, tmp_path: Path) -> None:
    row = applied(kept.rows.to_pylist(), 30)

    def drop(rows: Rows) -> Rows:
        return [r for r in rows if (*where(r), r["outcome"]) != (*where(row), "applied")]

    faults = {
        (b.fault, b.partition.number, b.offset) for b in verified(kept, tmp_path, drop).breaks
    }
    assert ("missing", row["partition"], row["record_offset"]) in faults


def test_a_doubled_row_is_named(kept: Kept, tmp_path: Path) -> None:
    row = applied(kept.rows.to_pylist(), 30)
    (found,) = verified(kept, tmp_path, lambda rows: [*rows, row]).breaks
    assert (found.fault, *found.partition) == ("doubled", row["topic"], row["partition"])
    assert found.offset == row["record_offset"]


def test_swapped_rows_are_named(kept: Kept, tmp_path: Path) -> None:
    def swap(rows: Rows) -> Rows:
        first = applied(rows, 30)
        second = next(
            r
            for r in rows
            if r["outcome"] == "applied"
            and (r["topic"], r["partition"]) == (first["topic"], first["partition"])
            and int(str(r["sequence"])) == int(str(first["sequence"])) + 1
        )
        for name in ("source", "sequence", "chain", "value"):
            first[name], second[name] = second[name], first[name]
        return rows

    assert "missing" in {found.fault for found in verified(kept, tmp_path, swap).breaks}


def test_a_forged_suffix_whose_chain_holds_is_named(kept: Kept, tmp_path: Path) -> None:
    """Only its source can tell: its event store says another hash."""
    known = heads_of(kept)
    stream = max(known, key=lambda one: max(known[one]))
    last = max(known[stream])
    forged: list[int] = []

    def forge(rows: Rows) -> Rows:
        head = GENESIS
        for row in rows:
            is_of = Partition(str(row["topic"]), int(str(row["partition"]))) == stream.partition
            if not is_of or row["outcome"] != "applied":
                continue
            if int(str(row["sequence"])) == last:
                row["value"] = b'{"forged":true}'
                head = head.next(b'{"forged":true}')
                row["chain"] = head.digest
                forged.append(head.sequence)
            else:
                head = Head(int(str(row["sequence"])), bytes(row["chain"]))  # type: ignore[call-overload]
        return rows

    report = verified(kept, tmp_path, forge, known)
    assert ("forged", stream.partition.topic, stream.partition.number, last) in named(report)


def test_a_source_that_has_published_more_is_named(kept: Kept, tmp_path: Path) -> None:
    known = heads_of(kept)
    stream = min(known)
    last = max(known[stream])
    known[stream] = {last + 3: bytes(32)}
    report = verified(kept, tmp_path, lambda rows: rows, known)
    assert named(report) == [("incomplete", *stream.partition, last + 1)]


def test_a_byte_of_a_data_file_is_named_with_its_file(kept: Kept, tmp_path: Path) -> None:
    """Somewhere in the stored values: either they give another hash, or the file cannot be read."""
    files: list[str] = []
    for number, name in enumerate(kept.archive.files()):
        copy = tmp_path / f"{number}.parquet"
        copy.write_bytes(Path(name).read_bytes())
        files.append(str(copy))
    row = duckdb.execute(
        "SELECT data_page_offset, total_compressed_size FROM parquet_metadata(?)"
        " WHERE path_in_schema = 'value'",
        [files[0]],
    ).fetchone()
    assert row is not None
    content = bytearray(Path(files[0]).read_bytes())
    content[row[0] + row[1] // 2] ^= 1
    Path(files[0]).write_bytes(bytes(content))
    report = verify_archive(files, kept.covered, {}, processes=1)
    assert {found.fault for found in report.breaks} <= {"altered", "unreadable"}
    assert report.breaks
    for found in report.breaks:
        assert found.fault == "altered" or files[0] in found.detail


@pytest.mark.parametrize("is_crc_mended", [False, True])
def test_a_byte_of_an_event_in_a_segment_of_kafka_is_named(
    servers: Servers, is_crc_mended: bool
) -> None:
    """Also where whoever did it mended the broker's own checksum."""
    topics = servers.topics()
    head, sent = GENESIS, []
    for number in range(5):
        value = b'{"event":%d}' % number
        head = head.next(value)
        headers = place_headers("/policy-credit/loans", head)
        sent.append(Outgoing(topics.facts("loans"), 1, b"", value, headers))
    publisher = KafkaPublisher(servers.kafka.bootstrap, "test")
    publisher.publish(sent)
    publisher.close()
    segment = servers.data / "kafka" / "log" / f"{topics.facts('loans')}-1" / f"{0:020}.log"
    content = bytearray(segment.read_bytes())
    place = content.index(b'{"event":3}')
    content[place + 9] ^= 1
    if is_crc_mended:
        start = 0
        while (end := start + 12 + int.from_bytes(content[start + 8 : start + 12])) <= place:
            start = end
        content[start + 17 : start + 21] = crc32c(bytes(content[start + 21 : end])).to_bytes(4)
    segment.write_bytes(bytes(content))
    settings = {"KAFKA_BOOTSTRAP": servers.kafka.bootstrap, "TOPIC_PREFIX": topics.prefix}
    done = run("audit", "verify", FACT_PARTITIONS=str(PARTITIONS), **settings)
    assert done.returncode == 1, done.stdout + done.stderr
    fault = "altered" if is_crc_mended else "unreadable"
    assert f"BREAK {fault}: {topics.facts('loans')}[1] offset " in done.stdout
    if is_crc_mended:
        assert "offset 3, source /policy-credit/loans, sequence 4" in done.stdout


def test_an_archive_rolled_back_to_an_older_snapshot_is_named(kept: Kept) -> None:
    """The last test of the archive: it moves the catalogue's pointer."""
    settings = {
        "POLICY_CREDIT_REPORTING_DATABASE_URL": kept.url,
        "POLICY_CREDIT_REPORTING_WAREHOUSE": str(kept.folder),
    }
    whole = run("audit", "verify", "--archive", **settings)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    with psycopg.connect(kept.url) as connection:
        connection.execute("UPDATE iceberg_tables SET metadata_location = %s", (kept.older,))
    done = run("audit", "verify", "--archive", **settings)
    assert done.returncode == 1
    assert "rolled back to an older snapshot" in done.stdout
    assert "BREAK rolled-back: " in done.stdout
