"""An office's books imported into real services, killed on the way: all of it once, or nothing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import naive
import psycopg
import pytest
import workbooks

from policy_credit_branch.importing.books import Books, buckets
from policy_credit_branch.importing.checking import check
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.books import Books as Opened
from policy_credit_shared.store.postgres import PostgresEventStore

OFFICE, COMMUNES = "587", ("22870", "22876")
LOANS = 2_000
KILLS = 4
SEED = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = workbooks.many_books(OFFICE, COMMUNES, LOANS, SEED)
    return workbooks.write_folder(rows, tmp_path_factory.mktemp("books"))


@pytest.fixture(scope="module")
def books(folder: Path) -> Books:
    found = check(folder)
    assert found.is_sound
    return found.books


def start(town: Installation, player: Player, folder: Path) -> subprocess.Popen[str]:
    """`policy-credit import run`, as an office runs it."""
    token = player.token(OFFICE, "branch_director")
    return subprocess.Popen(
        [sys.executable, "-m", "policy_credit_shared", "import", "run", str(folder), "--yes"],
        env={
            **os.environ,
            "POLICY_CREDIT_LOANS_URL": town.url("loans"),
            "POLICY_CREDIT_TOKEN": token,
            "NO_COLOR": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(600)
def test_an_import_killed_again_and_again_opens_the_books_once(
    town: Installation, player: Player, folder: Path, books: Books
) -> None:
    """Each run comes further than the one before; the last is killed as it opens the books."""
    random = Random(SEED)
    assert town.supervisor is not None
    staged_lines = "SELECT count(*) FROM staged_event"
    all_lines = len(books.groups) + len(books.households) + 2 * LOANS
    for kill in range(KILLS):
        running = start(town, player, folder)
        wanted = all_lines * kill // (KILLS - 1)
        while running.poll() is None and rows(town, "loans", staged_lines)[0][0] < wanted:
            time.sleep(0.02)
        time.sleep(random.uniform(0, 0.3))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        if kill % 2:
            town.supervisor.crash("loans.api")
            town.supervisor.restart("loans.api")
        assert stored_loans(town) in (0, LOANS)
    done = start(town, player, folder)
    said, complained = done.communicate(timeout=120)
    assert done.returncode == 0, complained
    assert "Đã mở sổ / The books are open." in said
    assert stored_loans(town) == LOANS
    assert rows(town, "loans", staged_lines) == [(0,)]
    assert rows(town, "loans", "SELECT count(*) FROM personal_data") == [(len(books.households),)]


def test_loans_repayments_and_figures_say_what_the_books_say(
    town: Installation, player: Player, books: Books
) -> None:
    events = sum(player.await_settled(lambda *_: None).values())
    player.await_reflected(events, lambda *_: None)
    overdue = Counter[str]()
    for loan in books.loans:
        overdue.update(buckets(loan, books.opened_on))
    outstanding = sum(loan.outstanding for loan in books.loans)
    measures = {i["name"]: i for i in player.indicators(OFFICE)["indicators"]}
    assert {
        name: measures[name]["value"]
        for name in (
            "outstanding",
            "overdue",
            "overdue_1_90",
            "frozen",
            "loans",
            "overdue_loans",
            "savings",
            "groups",
            "group_members",
            "disbursed",
            "collected",
            "savings_deposited",
            "households",
        )
    } == {
        "outstanding": outstanding,
        "overdue": sum(overdue.values()),
        "overdue_1_90": overdue["1_90"],
        "frozen": sum(loan.frozen for loan in books.loans),
        "loans": LOANS,
        "overdue_loans": sum(1 for loan in books.loans if loan.fell_overdue),
        "savings": sum(books.savings.values()),
        "groups": len(books.groups),
        "group_members": len(books.households),
        "disbursed": 0,
        "collected": 0,
        "savings_deposited": 0,
        "households": len({loan.household for loan in books.loans}),
    }
    url = town.environment[f"{PREFIX}REPAYMENTS_DATABASE_URL"]
    with closing(PostgresEventStore(url, PARTS.mapper)) as store:
        opened = Opened(store)
        ids = [books.id_of("loan", loan.contract) for loan in books.loans]
        opened.prefetch(ids)
        accounts = [opened.get(ACCOUNT, identifier) for identifier in ids]
    assert sum(a.outstanding for a in accounts if a) == outstanding
    assert sum(a.interest_due for a in accounts if a) == sum(
        loan.interest_arrears for loan in books.loans
    )
    assert naive.totals(values(town))["22870-22870"]["outstanding"] == sum(
        loan.outstanding
        for loan in books.loans
        if next(h for h in books.households if h.household == loan.household).commune == "22870"
    )


def test_run_again_it_changes_nothing(town: Installation, player: Player, folder: Path) -> None:
    before = rows(town, "loans", "SELECT max(notification_id) FROM stored_events")
    again = start(town, player, folder)
    again.communicate(timeout=120)
    assert again.returncode == 0
    assert rows(town, "loans", "SELECT max(notification_id) FROM stored_events") == before


def stored_loans(town: Installation) -> int:
    """Loans that anybody can know of."""
    query = "SELECT count(*) FROM stored_events WHERE topic = 'loans.loan_carried_over.v1'"
    ((found,),) = rows(town, "loans", query)
    return int(found)


def rows(town: Installation, service: str, query: str) -> list[tuple[int, ...]]:
    url = town.environment[f"{PREFIX}{service.upper()}_DATABASE_URL"]
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def values(town: Installation) -> Sequence[bytes]:
    """Everything that the services said."""
    prefix = town.environment[f"{PREFIX}TOPIC_PREFIX"]
    topics = [f"{prefix}.{name}" for name in ("loans", "repayments")]
    with closing(KafkaReader(town.environment[f"{PREFIX}KAFKA_BOOTSTRAP"], topics)) as reader:
        left, found = sum(reader.ends().values()), []
        while left:
            fetched = reader.poll(1)
            left -= len(fetched)
            found += [record.value or b"" for record in fetched]
    return found
