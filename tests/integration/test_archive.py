"""The archive holds every record once, whatever is killed when, on real files and PostgreSQL."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import build
import duckdb
import psycopg
import pytest
from conftest import PARTITIONS, Servers
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table.snapshots import Operation
from random_histories import History

from policy_credit_reporting.audit.archive import archiving, table
from policy_credit_reporting.audit.archive.archiving import Archiving, archive_once
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.files import local, write_files
from policy_credit_reporting.audit.archive.rows import rows_of
from policy_credit_reporting.audit.archive.table import Archive, RolledBack
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.metrics.exporter import Exporter
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.settings import KafkaSettings

LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")


class Place:
    """A database and a folder for one archive."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.url = servers.database()
        self.folder = folder
        generations.create(self.url, ALGEBRA)
        create_tables(self.url)

    def archive(self) -> Archive:
        """The archive, opened by a process that knows nothing yet."""
        return Archive(self.url, f"file://{self.folder.parent}//{self.folder.name}", ALGEBRA)


@pytest.fixture
def place(servers: Servers, tmp_path: Path) -> Place:
    return Place(servers, tmp_path / "warehouse")


def known(records: Sequence[Incoming]) -> list[tuple[str, int, int, bytes | None]]:
    return sorted((*r.partition, r.offset, r.value) for r in records)


def held(archive: Archive) -> list[tuple[str, int, int, bytes | None]]:
    archive.refresh()
    return sorted(
        duckdb.execute(
            "SELECT topic, partition, record_offset, value FROM read_parquet(?)", [archive.files()]
        ).fetchall()
    )


@pytest.fixture(scope="module")
def batches() -> list[list[Incoming]]:
    history = History(7, 300, LOCALITIES)
    return history.batches(history.records())


def test_every_record_is_archived_once_through_kills_before_and_after_commits(
    place: Place, batches: list[list[Incoming]]
) -> None:
    """A kill leaves files that no commit names, or a commit whose writer never heard of it."""
    for number, batch in enumerate(batches):
        if number % 5 == 1:
            doomed = place.archive()
            rows = rows_of(ALGEBRA, Layout.of(ALGEBRA), doomed.covered(), batch)
            write_files(doomed.table, doomed.schema, rows.table)
        Archiving(place.archive(), ALGEBRA).step(batch)
        if number % 7 == 2:
            assert Archiving(place.archive(), ALGEBRA).step(batch) == 0
    everything = [record for batch in batches for record in batch]
    assert held(place.archive()) == known(everything)


def test_of_two_archivers_one_commits_and_the_other_starts_again(
    place: Place, batches: list[list[Incoming]]
) -> None:
    first, second = Archiving(place.archive(), ALGEBRA), Archiving(place.archive(), ALGEBRA)
    assert first.step(batches[0]) == len(batches[0])
    with pytest.raises(CommitFailedException):
        second.step(batches[0])
    assert Archiving(place.archive(), ALGEBRA).step([*batches[0], *batches[1]]) == len(batches[1])
    assert held(place.archive()) == known([*batches[0], *batches[1]])


def test_small_files_are_merged_and_hold_the_same(
    place: Place, batches: list[list[Incoming]]
) -> None:
    for batch in batches[:6]:
        Archiving(place.archive(), ALGEBRA).step(batch)
    archive = place.archive()
    before, covered, files = held(archive), archive.covered(), len(archive.files())
    assert archive.compact() > 0
    assert held(archive) == before
    assert len(archive.files()) < files
    assert place.archive().covered() == covered
    assert archive.compact() == 0
    assert Archiving(place.archive(), ALGEBRA).step(batches[6]) == len(batches[6])


def test_files_that_no_snapshot_has_named_for_a_day_are_deleted(
    place: Place, batches: list[list[Incoming]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "SNAPSHOTS_KEPT", 1)
    doomed = place.archive()
    rows = rows_of(ALGEBRA, Layout.of(ALGEBRA), doomed.covered(), batches[0])
    orphans = [local(f.file_path) for f in write_files(doomed.table, doomed.schema, rows.table)]
    for batch in batches[:6]:
        Archiving(place.archive(), ALGEBRA).step(batch)
    small = place.archive().files()
    archive, now = place.archive(), system_clock()
    assert archive.tidy(now).merged > 0
    for batch in batches[6:9]:
        Archiving(place.archive(), ALGEBRA).step(batch)
    before = held(archive)
    merged = set(small) - set(archive.files())
    assert archive.tidy(now).swept == 0
    assert all(Path(path).exists() for path in (*merged, *orphans))
    for path in orphans:
        os.utime(path, (0, 0))
    assert archive.tidy(now).swept == len(orphans)
    assert not any(Path(path).exists() for path in orphans)
    assert archive.tidy(now + timedelta(days=2)).swept >= len(merged)
    assert not any(Path(path).exists() for path in merged)
    assert held(archive) == before
    step = Archiving(place.archive(), ALGEBRA).step(batches[9])
    assert step == len(batches[9])


class Log:
    """The fact topics in Kafka, archived from there by what `archive run --once` calls."""

    def __init__(self, servers: Servers, place: Place) -> None:
        self._topics, self._place = servers.topics(), place
        self._settings = KafkaSettings(
            kafka_bootstrap=servers.kafka.bootstrap,
            topic_prefix=self._topics.prefix,
            fact_partitions=PARTITIONS,
        )
        self._publisher = KafkaPublisher(servers.kafka.bootstrap, "test")

    def archive(self, records: Sequence[Incoming]) -> Archive:
        """Publish the records, and archive all that is there."""
        prefix = self._topics.prefix
        self._publisher.publish(
            [
                Outgoing(f"{prefix}.{topic}", number, b"", r.value or b"", tuple(r.headers))
                for r in records
                for topic, number in (r.partition,)
            ]
        )
        archive_once(self._place.archive(), ALGEBRA, self._settings, lambda _: None)
        return self._place.archive()


@pytest.fixture
def log(servers: Servers, place: Place, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(archiving, "TIDY_COMMITS", 1)
    return Log(servers, place)


def test_archiving_merges_small_files_by_itself(log: Log, batches: list[list[Incoming]]) -> None:
    log.archive(batches[0])
    archive = log.archive(batches[1])
    operations = [one.summary.operation for one in archive.table.snapshots() if one.summary]
    assert Operation.OVERWRITE in operations
    assert len(held(archive)) == len(batches[0]) + len(batches[1])


def test_archiving_goes_on_where_a_file_cannot_be_merged(
    log: Log, batches: list[list[Incoming]], caplog: pytest.LogCaptureFixture
) -> None:
    for path in log.archive(batches[0]).files():
        Path(path).write_bytes(b"no Parquet")
    covered = log.archive(batches[1]).covered()
    assert sum(covered.offsets.values()) == len(batches[0]) + len(batches[1])
    assert "small files stay as they are" in caplog.text


def test_a_broken_chain_is_an_incident_that_names_it(
    place: Place, batches: list[list[Incoming]]
) -> None:
    batch = list(batches[0])
    place_of_break = len(batch) // 2
    record = batch[place_of_break]
    batch[place_of_break] = Incoming(
        record.partition, record.offset, b"", b"x" + (record.value or b""), record.headers
    )
    assert Archiving(place.archive(), ALGEBRA).step(batch) == len(batch)
    figures = Figures(place.url, ALGEBRA)
    with figures.snapshot() as snapshot:
        (incident,) = snapshot.incidents()
    told = Exporter(figures, ALGEBRA, lambda: build.NOW).scrape().decode()
    figures.close()
    assert 'policy_credit_archive_chain_breaks{fault="altered"} 1' in told
    assert "policy_credit_projection_open_incidents 0" in told
    assert (incident.topic, incident.partition) == record.partition
    assert (incident.fault, str(incident.expected)) == (
        "altered",
        dict(record.headers)["sequence"].decode(),
    )


def test_an_archive_that_was_rolled_back_is_not_written_to(
    place: Place, batches: list[list[Incoming]]
) -> None:
    Archiving(place.archive(), ALGEBRA).step(batches[0])
    with psycopg.connect(place.url) as connection:
        row = connection.execute("SELECT metadata_location FROM iceberg_tables").fetchone()
    Archiving(place.archive(), ALGEBRA).step(batches[1])
    with psycopg.connect(place.url) as connection:
        connection.execute("UPDATE iceberg_tables SET metadata_location = %s", row)
    with pytest.raises(RolledBack, match="rolled back to an older snapshot"):
        Archiving(place.archive(), ALGEBRA)
