"""What a projecting worker sees to before it reads, on a real read model and archive."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from threading import Barrier

import pyarrow.parquet as pq
import pytest
from conftest import Servers
from msgspec.structs import replace
from random_histories import History, Log

from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.mark import anything_archived
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.indicators.ratios import RATIOS
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.rebuilding import archived, filling
from policy_credit_reporting.rebuilding.archived import Archived
from policy_credit_reporting.rebuilding.rebuild import Rebuild
from policy_credit_reporting.rebuilding.starting import Starting, Told
from policy_credit_reporting.store import generations, swapping
from policy_credit_reporting.store.alerts import Alert, Alerts
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.messaging.records import Incoming, place_headers, read_place
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Partition, Stream

LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")
SERVED, ARCHIVED = 60, 250
TOPICS = ["loans", "repayments"]


def quiet(left: Mapping[Partition, int], records: int) -> None:
    """Nobody is told."""


class Behind:
    """Figures of a history's first records, an archive of some more, and the log of all."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.url = servers.database()
        self.warehouse = folder
        generations.create(self.url, ALGEBRA)
        create_tables(self.url)
        self.records = History(5, 300, LOCALITIES).records()
        self.letters: list[DeadLetter] = []
        self.ledgers: list[PostgresLedger] = []
        self.worker().step(self.records[:SERVED])

    def archive(self, records: Sequence[Incoming]) -> None:
        archive = Archive(self.url, f"file://{self.warehouse}", ALGEBRA)
        Archiving(archive, ALGEBRA).step(records)

    def ledger(self) -> PostgresLedger:
        ledger = PostgresLedger(self.url, ALGEBRA)
        self.ledgers.append(ledger)
        return ledger

    def worker(self) -> Projector:
        folding = Folding(ALGEBRA, Layout.of(ALGEBRA))
        return Projector(self.ledger(), folding, self.letters.extend)

    def ends(self) -> dict[Partition, int]:
        return {r.partition: r.offset + 1 for r in sorted(self.records, key=lambda r: r.offset)}

    def start(
        self,
        told: Told = quiet,
        far_behind: int = 100,
    ) -> None:
        def opened() -> Archived | None:
            return Archived(self.url) if anything_archived(self.url) else None

        starting = Starting(self.url, ALGEBRA, self.ends, opened, self.letters.extend, told)
        starting.run(far_behind)

    def go_live(self) -> bool:
        return self.ledger().take_over(TOPICS)

    def seen(self) -> tuple[str, int]:
        """Which generation readers see, and how many records it reflects."""
        with closing(Figures(self.url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
            position = snapshot.position()
        return position.generation, sum(position.ends().values())

    def totals(self) -> dict[str, int]:
        with closing(Figures(self.url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
            return dict(snapshot.totals(["VN"], {})["VN"])

    def filled(self) -> int:
        """Records that the generation which workers fill reflects."""
        return sum(self.worker().progress.offsets.values())


@pytest.fixture
def behind(servers: Servers, tmp_path: Path) -> Iterator[Behind]:
    behind = Behind(servers, tmp_path / "warehouse")
    yield behind
    for ledger in behind.ledgers:
        ledger.close()


def test_whoever_is_not_far_behind_goes_on_in_what_serves(behind: Behind) -> None:
    first, _ = behind.seen()
    behind.start(far_behind=10_000)
    assert behind.go_live()
    behind.worker().step(behind.records)
    assert behind.seen() == (first, len(behind.records))


def test_whoever_is_far_behind_fills_a_copy_and_serves_when_all_of_the_log_is_in_it(
    behind: Behind,
) -> None:
    first, _ = behind.seen()
    behind.start()
    worker = behind.worker()
    for until in range(SERVED + 50, len(behind.records), 50):
        worker.step(behind.records[:until])
        assert not behind.go_live()
        assert behind.seen() == (first, SERVED)
    worker.step(behind.records)
    assert behind.go_live()
    assert behind.seen() == (f"{first}_1", len(behind.records))
    # Whoever runs already goes on in it as well, and starting again changes nothing.
    behind.start()
    assert behind.seen() == (f"{first}_1", len(behind.records))


def test_a_worker_that_ran_already_is_refused_once_and_goes_on_in_the_copy(
    behind: Behind,
) -> None:
    worker = behind.worker()
    behind.start()
    worker.step(behind.records[:SERVED])
    assert worker.step(behind.records) is not None
    assert behind.go_live()


def test_the_archive_is_taken_in_first_and_killed_anywhere_it_goes_on(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "COMMIT_RECORDS", 40)
    monkeypatch.setattr(archived, "BATCH_ROWS", 30)
    monkeypatch.setattr(archived, "ROWS_AT_ONCE", 50)
    behind.archive(behind.records[:ARCHIVED])
    before, total = behind.seen(), len(behind.records)
    starts: list[list[int]] = []

    def killed(left: Mapping[Partition, int], records: int) -> None:
        if records:
            starts[-1].append(sum(left.values()))
        if len(starts[-1]) == 2:
            raise KeyboardInterrupt

    while not starts or len(starts[-1]) == 2:
        starts.append([])
        try:
            behind.start(killed)
        except KeyboardInterrupt:
            assert behind.seen() == before
    told = [left for start in starts for left in start]
    assert len(starts) > 2
    assert told == sorted(set(told), reverse=True)
    assert told[-1] == total - ARCHIVED
    assert behind.filled() == ARCHIVED
    behind.worker().step(behind.records)
    assert behind.go_live()


def test_of_several_that_start_at_once_one_reads_the_archive(behind: Behind) -> None:
    behind.archive(behind.records[:ARCHIVED])
    read: list[int] = []
    together = Barrier(3)

    def start() -> None:
        together.wait()
        behind.start(lambda _, records: read.append(records))

    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(start) for _ in range(3)]:
            one.result()
    assert sum(read) == ARCHIVED - SERVED
    assert behind.filled() == ARCHIVED


def from_the_log_alone(servers: Servers, folder: Path) -> dict[str, int]:
    """The figures of all records, in a read model without an archive."""
    plain = Behind(servers, folder)
    with closing(plain.ledger()):
        plain.worker().step(plain.records)
        return plain.totals()


def test_figures_are_the_same_from_wherever_they_come(
    behind: Behind, servers: Servers, tmp_path: Path
) -> None:
    behind.archive(behind.records[:ARCHIVED])
    behind.start()
    behind.worker().step(behind.records)
    assert behind.go_live()
    assert behind.totals() == from_the_log_alone(servers, tmp_path)


def test_an_archive_whose_bytes_were_altered_is_read_no_further(
    behind: Behind, servers: Servers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What the log itself says goes into the figures instead."""
    behind.archive(behind.records[:ARCHIVED])
    for file in Archive(behind.url, f"file://{behind.warehouse}", ALGEBRA).files():
        rows = pq.read_table(file, partitioning=None)
        values = [v.replace(b'"amount":', b'"amount":1') for v in rows["value"].to_pylist()]
        column = rows.schema.get_field_index("value")
        pq.write_table(rows.set_column(column, rows.schema.field("value"), [values]), file)
    behind.start()
    assert "its bytes do not give its chain" in caplog.text
    assert behind.filled() < ARCHIVED
    behind.worker().step(behind.records)
    assert behind.go_live()
    assert behind.totals() == from_the_log_alone(servers, tmp_path)


def test_an_archive_that_cannot_be_reached_is_said_and_the_log_is_read(
    behind: Behind, caplog: pytest.LogCaptureFixture
) -> None:
    behind.archive(behind.records[:ARCHIVED])
    rmtree(behind.warehouse)
    behind.start()
    assert "the archive is not read, but Kafka" in caplog.text
    behind.worker().step(behind.records)
    assert behind.go_live()


def rechained(records: Sequence[Incoming], changed: Mapping[int, bytes]) -> list[Incoming]:
    """The records as their relays would have sent them with some other values, by their number."""
    sent: dict[tuple[Stream, int], tuple[bytes, Head]] = {}
    found = []
    for number, record in enumerate(records):
        place = read_place(record)
        stream, sequence = place.stream, place.head.sequence
        if (stream, sequence) not in sent:
            value = changed.get(number, record.value or b"")
            _, before = sent.get((stream, sequence - 1), (b"", GENESIS))
            sent[stream, sequence] = (value, before.next(value))
        value, head = sent[stream, sequence]
        found.append(replace(record, value=value, headers=place_headers(stream.source, head)))
    return found


def test_dead_letters_are_sent_of_what_the_serving_figures_never_saw(behind: Behind) -> None:
    """Those of records that they reflect were sent when these came."""
    damaged = rechained(behind.records, {10: b"{}", 200: b"{}"})
    behind.archive(damaged[:ARCHIVED])
    other = Algebra(MEASURES, RATIOS, {})
    generations.create(behind.url, other)
    Starting(
        behind.url, other, behind.ends, lambda: Archived(behind.url), behind.letters.extend, quiet
    ).run(100)
    sent = [(letter.topic, letter.partition, letter.offset) for letter in behind.letters]
    assert sent == [(*damaged[200].partition, damaged[200].offset)]


def test_no_rebuild_takes_the_place_of_what_workers_fill(behind: Behind) -> None:
    behind.start()
    rebuild = Rebuild(behind.url, ALGEBRA, None, Log(behind.records), lambda *_: None)
    with pytest.raises(swapping.ServingChanged, match="rebuild after that"):
        rebuild.run({})
    behind.worker().step(behind.records)
    assert behind.go_live()
    assert rebuild.run({}).swapped


def test_what_served_before_is_dropped_when_nobody_reads_it_any_more(behind: Behind) -> None:
    first, _ = behind.seen()
    behind.start()
    ledger = behind.ledger()
    assert [ledger.drop_retired() for _ in range(3)] == [[], [], []]
    with closing(Figures(behind.url, ALGEBRA)) as figures:
        with figures.snapshot() as snapshot:
            behind.worker().step(behind.records)
            assert behind.go_live()
            assert [ledger.drop_retired() for _ in range(3)] == [[], [], []]
            assert snapshot.tally()
        assert ledger.drop_retired() == [first]
        assert ledger.drop_retired() == []


def test_who_stands_alerted_stays_so_under_another_meaning(behind: Behind) -> None:
    alert = Alert(unit="587", indicator="overdue_ratio", raised=True, numerator=2, denominator=3)
    with closing(Alerts(behind.url, generations.generation_of(ALGEBRA))) as alerts:
        alerts.note(alert)
    other = Algebra(MEASURES, RATIOS, {})
    generations.create(behind.url, other)
    with closing(PostgresLedger(behind.url, other)) as ledger:
        Projector(ledger, Folding(other, Layout.of(other)), lambda _: None).step(behind.records)
        assert ledger.take_over(TOPICS)
    with connect(behind.url, generations.generation_of(other)) as connection:
        kept = connection.execute("SELECT unit, numerator FROM alert").fetchall()
    assert kept == [("587", 2)]
