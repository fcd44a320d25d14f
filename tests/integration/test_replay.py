"""`policy-credit audit replay` against the live figures of a real read model."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from conftest import Demo, Servers
from psycopg import sql
from random_histories import History
from terminal import run

from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.postgres import PostgresLedger

OPTIONS = ("--date", "2026-12-31")


def test_the_archive_of_the_demo_gives_every_live_figure(demo: Demo) -> None:
    once = run("archive", "run", "--once", **demo.town.environment)
    assert once.returncode == 0, once.stdout + once.stderr
    for asked in (OPTIONS, (*OPTIONS, "--unit", "587", "--from", "2026-01-01")):
        done = run("audit", "replay", *asked, **demo.town.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "are the same" in done.stdout
    early = run("audit", "replay", *OPTIONS, "--until", "2019-01-01", **demo.town.environment)
    assert early.returncode == 0, early.stdout + early.stderr
    assert "SINCE outstanding: +" in early.stdout


def test_the_archive_of_the_demo_is_what_the_event_stores_say(demo: Demo) -> None:
    """Every public event worked out anew from its row, by the services' own translations."""
    once = run("archive", "run", "--once", **demo.town.environment)
    assert once.returncode == 0, once.stdout + once.stderr
    done = run("audit", "verify", "--archive", "--stores", **demo.town.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every sequence is contiguous and every chain holds" in done.stdout
    assert "columns: " in done.stdout


class Books:
    """A read model and an archive of the same records."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.url = servers.database()
        generations.create(self.url, ALGEBRA)
        create_tables(self.url)
        records = History(3, 200, ("22870-22870", "22366-22366")).records()
        with closing(PostgresLedger(self.url, ALGEBRA)) as ledger:
            folding = Folding(ALGEBRA, Layout.of(ALGEBRA))
            Projector(ledger, folding, lambda _: None).step(records)
        self.archiving = Archiving(Archive(self.url, f"file://{folder}", ALGEBRA), ALGEBRA)
        self.records = records
        self.environment = {
            "POLICY_CREDIT_REPORTING_DATABASE_URL": self.url,
            "POLICY_CREDIT_REPORTING_WAREHOUSE": str(folder),
        }


@pytest.fixture
def books(servers: Servers, tmp_path: Path) -> Books:
    return Books(servers, tmp_path / "warehouse")


def test_live_figures_that_the_archive_does_not_give_are_named_with_their_events(
    books: Books,
) -> None:
    books.archiving.step(books.records[:50])
    behind = run("audit", "replay", *OPTIONS, **books.environment)
    assert behind.returncode == 3
    assert "archive run --once" in behind.stderr.replace("\n", " ")
    books.archiving.step(books.records[50:])
    assert run("audit", "replay", *OPTIONS, **books.environment).returncode == 0
    with psycopg.connect(books.url) as connection:
        row = connection.execute("SELECT generation FROM public.serving").fetchone()
        assert row is not None
        for table in ("page", "sheet"):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(row[0], table)))
    done = run("audit", "replay", *OPTIONS, "--limit", "3", **books.environment)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIFFERS outstanding of 22" in done.stdout
    assert ": the live figure is 0, the archive gives" in done.stdout
    assert " sequence " in done.stdout
