"""Figures built anew beside those that serve: from the archive and the log, compared, swapped."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import build
import numpy as np
import pytest
from conftest import Servers
from msgspec.structs import replace
from random_histories import History, Log

from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators import group_rows
from policy_credit_reporting.indicators.algebra import Algebra, Label, Measure
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES, POSTINGS
from policy_credit_reporting.indicators.movements import DAY, Layout, from_bytes, to_bytes
from policy_credit_reporting.indicators.ratios import RATIOS
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.rebuilding import comparing, filling
from policy_credit_reporting.rebuilding.archived import Archived
from policy_credit_reporting.rebuilding.rebuild import Outcome, Rebuild
from policy_credit_reporting.rebuilding.sources import LogIncomplete
from policy_credit_reporting.store import generations, swapping
from policy_credit_reporting.store.alerts import Alert, Alerts
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.messaging.admission import OffsetsMissing
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Fenced

LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")


class Books:
    """A read model of a history's first part, and everything that a rebuild needs."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.url = servers.database()
        self.folder = folder
        generations.create(self.url, ALGEBRA)
        create_tables(self.url)
        records = History(5, 300, LOCALITIES).records()
        self.log = Log(records)
        self.records = records
        self.ledgers: list[PostgresLedger] = []
        self.worker = self.projector()
        self.worker.step(records[:250])

    def projector(self, algebra: Algebra = ALGEBRA) -> Projector:
        ledger = PostgresLedger(self.url, algebra)
        self.ledgers.append(ledger)
        return Projector(ledger, Folding(algebra, Layout.of(algebra)), lambda _: None)

    def archive(self, records: Sequence[Incoming]) -> None:
        archive = Archive(self.url, f"file://{self.folder}", ALGEBRA)
        Archiving(archive, ALGEBRA).step(records)

    def rebuild(
        self, algebra: Algebra = ALGEBRA, afresh: bool = False, **explained: str
    ) -> Outcome:
        archived = Archived(self.url)
        rebuild = Rebuild(self.url, algebra, archived, self.log, lambda *_: None)
        return rebuild.run(explained, afresh=afresh)

    def totals(self, algebra: Algebra = ALGEBRA) -> dict[str, int]:
        with closing(Figures(self.url, algebra)) as figures, figures.snapshot() as snapshot:
            return dict(snapshot.totals(["VN"], {})["VN"])

    def serving(self) -> str:
        with connect(self.url) as connection:
            return swapping.serving(connection)

    def schemas(self) -> list[str]:
        with connect(self.url) as connection:
            rows = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'figures%' ORDER BY 1"
            ).fetchall()
        return [name for (name,) in rows]

    def alter(self, statement: str, *parameters: Any) -> None:
        """Change the generation that serves behind everybody's back."""
        with connect(self.url, self.serving()) as connection:
            connection.execute(statement, parameters)


@pytest.fixture
def books(servers: Servers, tmp_path: Path) -> Iterator[Books]:
    books = Books(servers, tmp_path / "warehouse")
    yield books
    for ledger in books.ledgers:
        ledger.close()


def from_scratch(servers: Servers, records: Sequence[Incoming]) -> dict[str, int]:
    """What the records come to in a read model that was never swapped."""
    url = servers.database()
    generations.create(url, ALGEBRA)
    with closing(PostgresLedger(url, ALGEBRA)) as ledger:
        Projector(ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), lambda _: None).step(records)
    with closing(Figures(url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
        return dict(snapshot.totals(["VN"], {})["VN"])


def test_what_is_rebuilt_is_the_same_and_serves_and_workers_go_on_in_it(
    books: Books, servers: Servers
) -> None:
    before, first = books.totals(), books.serving()
    outcome = books.rebuild()
    assert outcome.swapped
    assert outcome.comparison.counts == {}
    assert outcome.comparison.cells > 100
    assert books.serving() == outcome.generation == f"{first}_1"
    assert books.schemas() == [outcome.generation]
    assert books.totals() == before
    # The worker knows nothing of the swap, and stands where the new generation does.
    books.worker.step(books.records[250:])
    assert books.totals() == from_scratch(servers, books.records) != before
    again = books.rebuild()
    assert again.swapped
    assert again.generation == f"{first}_2"


def test_history_comes_from_the_archive_as_far_as_that_goes(books: Books) -> None:
    books.archive(books.records[:180])
    outcome = books.rebuild()
    assert outcome.swapped
    assert outcome.comparison.counts == {}
    assert outcome.archived == 180
    assert books.log.read < len(books.records)


def test_a_rebuild_that_was_killed_goes_on_from_what_it_filled(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "COMMIT_RECORDS", 40)
    before, serving = books.totals(), books.serving()

    def killed(step: str, done: int, of: int) -> None:
        if done > of / 2:
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            Rebuild(books.url, ALGEBRA, None, books.log, killed).run({})
        assert (books.serving(), books.totals()) == (serving, before)
    read, seen = books.log.read, list[int]()
    told = Rebuild(books.url, ALGEBRA, None, books.log, lambda _, done, of: seen.append(done))
    outcome = told.run({})
    assert outcome.swapped
    assert outcome.generation == f"{serving}_1"
    assert seen[0] > 125
    assert books.log.read - read < 250 - 125 + 50
    assert books.schemas() == [outcome.generation]


def test_afresh_what_a_killed_rebuild_filled_is_dropped(books: Books) -> None:
    with connect(books.url) as connection:
        half = swapping.begin(connection, ALGEBRA)
    with connect(books.url, half) as connection:
        connection.execute("INSERT INTO tally VALUES ('loans', 0, 'applied', 1)")
    assert "records" in books.rebuild().comparison.counts
    outcome = books.rebuild(afresh=True)
    assert outcome.swapped
    assert books.schemas() == [outcome.generation]


def number(measure: str) -> bytes:
    """One dong of a measure somewhere, as a page holds it."""
    key = (20_000 << DAY.shift) | Layout.of(ALGEBRA).measure_numbers[measure]
    return to_bytes(np.array([[key, 1]], np.int64))


@pytest.mark.parametrize(
    ("altered", "found"),
    [
        ("INSERT INTO page (office, month, movements) VALUES (587, 600, %s)", "outstanding"),
        ("INSERT INTO sheet (office, month, movements) VALUES (587, 600, %s)", "outstanding"),
        ("INSERT INTO late_page VALUES (587, 600, '2025-01-01', %s)", "outstanding"),
        ("UPDATE tally SET records = records + length(%s)", "records"),
        ("UPDATE reader_high SET sequence = sequence + length(%s)", "records"),
        (
            "INSERT INTO finding VALUES (gen_random_uuid(), '22870-22870', 'minor', '587',"
            " '2025-01-01', length(%s))",
            "findings",
        ),
        ("INSERT INTO target VALUES ('587', 2025, 'x', 'floor', length(%s), 'dong')", "targets"),
    ],
)
def test_whatever_differs_keeps_the_figures_from_being_swapped(
    books: Books, altered: str, found: str
) -> None:
    serving = books.serving()
    books.alter(altered, number("outstanding"))
    outcome = books.rebuild()
    assert not outcome.swapped
    assert list(outcome.comparison.counts) == [found]
    assert {one.of for one in outcome.comparison.listed} == {found}
    assert books.serving() == serving
    assert not books.rebuild(loans="another measure than differs").swapped


def test_every_table_of_a_generation_is_compared_or_said_not_to_be() -> None:
    tables = set(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", generations.TABLES))
    beside = {table for found in comparing.BESIDE.values() for table in found}
    pages = {"page", "sheet", "late_page", "group_page"}
    assert tables == {*beside, *comparing.NOT_COMPARED, *pages}


def test_a_difference_is_counted_at_every_level_and_said_with_both_figures(books: Books) -> None:
    books.alter(
        "INSERT INTO page (office, month, movements) VALUES (587, 600, %s)", number("loans")
    )
    comparison = books.rebuild().comparison
    levels = ("locality", "commune", "district", "province", "nation")
    assert comparison.counts["loans"] == {
        **dict.fromkeys(levels, 1),
        "months of whole-country views": 1,
    }
    one = next(one for one in comparison.listed if "views" not in one.where)
    assert (one.serving, one.rebuilt) == ("1", "0")
    assert "2024-10-04" in one.where


def test_a_difference_with_a_reason_is_swapped_and_the_reason_kept(books: Books) -> None:
    right = books.totals()
    books.alter(
        "INSERT INTO page (office, month, movements) VALUES (587, 600, %s)", number("loans")
    )
    assert books.totals() != right
    assert not books.rebuild().swapped
    outcome = books.rebuild(loans="a dong too many was there")
    assert outcome.swapped
    assert books.totals() == right
    with connect(books.url) as connection:
        kept = connection.execute(
            "SELECT explained FROM public.generation WHERE name = %s", (outcome.generation,)
        ).fetchone()
    assert kept == ({"loans": "a dong too many was there"},)


def test_other_declarations_are_compared_where_they_mean_the_same(books: Books) -> None:
    added = Measure(
        name="added",
        label=Label("Mới", "Added"),
        unit="dong",
        kind="flow",
        meaning=Label("Để thử.", "For a test."),
        better="higher",
    )
    lines = [line for line in POSTINGS[LoanDisbursed] if line.measure.name != "disbursed"]
    other = Algebra(
        [added, *MEASURES], RATIOS, POSTINGS | {LoanDisbursed: [*lines, +added("amount")]}
    )
    before = books.totals()
    outcome = books.rebuild(other)
    assert not outcome.swapped
    # Of one measure the other is a sum.
    assert list(outcome.comparison.counts) == ["disbursed", "handled"]
    reason = "it is called added now"
    assert books.rebuild(other, disbursed=reason, handled=reason).swapped
    after = books.totals(other)
    assert (after.pop("added"), after.pop("disbursed")) == (before["disbursed"], 0)
    assert after.pop("handled") == before.pop("handled") - before.pop("disbursed")
    assert after == before
    # Workers of the meaning before go on in their own generation until they are replaced.
    books.worker.step(books.records[250:])
    assert books.totals(other)["outstanding"] == before["outstanding"]
    assert books.projector(other).step(books.records) is not None


def test_workers_go_on_while_figures_are_rebuilt_again_and_again(
    books: Books, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers share the partitions; commits fall before, within and after each swap."""
    monkeypatch.setattr(filling, "COMMIT_RECORDS", 40)
    start = Barrier(3)

    def work(share: int) -> None:
        projector = books.projector()
        start.wait()
        mine = [r for r in books.log.records if r.partition.number % 2 == share]
        while left := [
            r for r in mine if r.offset >= projector.progress.offsets.get(r.partition, 0)
        ]:
            try:
                projector.step(left[:2])
            except Fenced:
                projector.reload()

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work, share) for share in range(2)]
        start.wait()
        rebuilt = 0
        while not all(one.done() for one in working) or not rebuilt:
            rebuild = Rebuild(books.url, ALGEBRA, None, books.log, lambda *_: None)
            outcome = rebuild.run({})
            assert outcome.comparison.counts == {}
            assert outcome.swapped
            rebuilt += 1
        for one in working:
            one.result()
    assert books.totals() == from_scratch(servers, books.records)


def test_who_stands_alerted_stays_so(books: Books) -> None:
    alert = Alert(unit="587", indicator="overdue_ratio", raised=True, numerator=2, denominator=3)
    with closing(Alerts(books.url, generations.generation_of(ALGEBRA))) as alerts:
        alerts.note(alert)
        books.alter("INSERT INTO target VALUES ('58', 2025, 'x', 'ceiling', 1, 'millionths')")
        assert books.rebuild(targets="set by hand").swapped
        with closing(Figures(books.url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
            assert [(one.unit, one.numerator) for one in snapshot.alerts()] == [("587", 2)]
        alerts.note(replace(alert, raised=False))
        with closing(Figures(books.url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
            assert snapshot.alerts() == []


def test_history_that_nothing_holds_any_more_is_named_and_nothing_is_swapped(
    books: Books,
) -> None:
    serving, records = books.serving(), books.log.records
    books.log.records = [r for r in records if r.partition != records[0].partition]
    books.log.records += [r for r in records if r.partition == records[0].partition][:3]
    with pytest.raises(LogIncomplete, match=r"ends at offset 3, and the figures reflect"):
        books.rebuild()
    books.log.records = records[5:]
    with pytest.raises(OffsetsMissing, match="offsets 0 to 4 are gone"):
        books.rebuild()
    assert books.serving() == serving
    books.archive(books.records)
    assert books.rebuild().swapped


def test_two_rebuilds_at_a_time_are_refused(books: Books) -> None:
    with connect(books.url) as connection, swapping.alone(connection):
        with pytest.raises(swapping.AnotherRebuilds):
            books.rebuild()
    assert books.rebuild().swapped


def test_what_is_replaced_stays_until_its_last_reader_is_done(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swapping, "READERS_SECONDS_MAX", 0.0)
    first = books.serving()
    with closing(Figures(books.url, ALGEBRA)) as figures:
        with figures.snapshot() as snapshot:
            outcome = books.rebuild()
            assert outcome.swapped
            assert not outcome.dropped
            assert snapshot.position().generation == first
            assert snapshot.tally()
        with figures.snapshot() as snapshot:
            assert snapshot.position().generation == outcome.generation
    with connect(books.url) as connection:
        assert swapping.drop_retired(connection)
    assert books.schemas() == [outcome.generation]


def test_what_a_group_has_is_compared_too(books: Books) -> None:
    books.alter(
        "INSERT INTO group_page VALUES (587, %s)",
        group_rows.to_bytes(
            group_rows.rows_of(from_bytes(number("loans")), group_rows.halves_of([build.GROUP]))
        ),
    )
    books.alter("INSERT INTO credit_group VALUES (%s, '', '', '', '2019-01-01')", build.GROUP)
    comparison = books.rebuild().comparison
    assert comparison.counts == {"groups": {"rows": 1}, "loans": {"groups": 1}}
    one = next(one for one in comparison.listed if one.of == "loans")
    assert (one.of, one.serving, one.rebuilt) == ("loans", "1", "0")
    assert str(build.GROUP) in one.where
