"""Published reports are recomputed from the archive, at the place of the log that they pin."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import build
import duckdb
import httpx
import pytest
from conftest import Servers
from reported import Bank, open_bank
from terminal import run

from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.store.progress import Progress


class Audited:
    """A bank that has published March and lent late since, and its archive."""

    def __init__(self, bank: Bank, warehouse: Path) -> None:
        self.bank, self.report = bank, bank.publish()
        bank.lends_late()
        create_tables(bank.database_url)
        self.archive = Archive(bank.database_url, f"file://{warehouse}", ALGEBRA)
        self.archiving = Archiving(self.archive, ALGEBRA)
        self.records = bank.log.read(Progress.none(), 10**6)
        self.environment = {
            "POLICY_CREDIT_REPORTING_DATABASE_URL": bank.database_url,
            "POLICY_CREDIT_REPORTING_WAREHOUSE": str(warehouse),
        }

    def replay(self, *arguments: str) -> Any:
        return run("audit", "replay", *arguments, **self.environment)


@pytest.fixture(scope="module")
def audited(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    with open_bank(servers.database(), tmp_path_factory.mktemp("keys")) as bank:
        audited = Audited(bank, tmp_path_factory.mktemp("warehouse"))
        audited.archiving.step(audited.records[:4])
        early = audited.replay("--until", "1")
        assert early.returncode == 3
        assert "archive run --once" in early.stderr.replace("\n", " ")
        audited.archiving.step(audited.records[4:])
        yield audited


def test_a_report_is_what_its_archive_gives_whatever_came_later(audited: Audited) -> None:
    figures = audited.report["statement"]["report"]["figures"]
    for name in ("1", audited.report["digest"]):
        done = audited.replay("--until", name)
        assert done.returncode == 0, done.stdout + done.stderr
        compared = sum(map(len, figures.values()))
        assert f"all {compared} published figures are the same" in done.stdout
        assert "(outstanding): 45.000.000 dong" in done.stdout
        assert "(disbursed): 5.000.000 dong" in done.stdout
    one = audited.replay("--until", "1", "--unit", build.COMMUNE)
    assert one.returncode == 0, one.stdout + one.stderr
    assert f"all {len(figures['587'])} published figures are the same" in one.stdout


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (("--until", "9"), "see `audit published`"),
        (("--until", "0" * 64), "see `audit published`"),
        (("--until", "1", "--unit", "01"), "the report has no unit '01'"),
        (("--until", "1", "--date", "2019-03-31"), "leave out --date"),
        (("--until", "2019-04-02"), "--date"),
    ],
)
def test_what_cannot_be_asked_says_what_can(
    audited: Audited, arguments: tuple[str, ...], fix: str
) -> None:
    done = audited.replay(*arguments)
    assert done.returncode == 2
    assert fix in " ".join(done.stderr.replace("│", " ").split())


def test_auditors_have_replays_over_http(audited: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in audited.environment.items():
        monkeypatch.setenv(name, value)
    bank, path = audited.bank, "units/587/replay"

    def ask(accept: str = "application/json", **query: str) -> httpx.Response:
        return bank.call("GET", path, "58", "auditor", query=query, accept=accept)

    published = ask(report="1").json()
    assert (published["beside"], published["differing"]) == ("published", 0)
    assert published["is_right"]
    values = {one["measure"]: one["value"] for one in published["figures"]}
    assert values["outstanding"] == 45_000_000
    live = ask(date="2019-03-31").json()
    assert (live["beside"], live["differing"], live["is_right"]) == ("live", 0, True)
    known = ask(date="2019-03-31", until="2019-04-05").json()
    since = {one["measure"]: one for one in known["differences"]}
    assert (since["outstanding"]["replayed"], since["outstanding"]["other"]) == (
        45_000_000,
        52_000_000,
    )
    (event,) = since["outstanding"]["events"]
    assert (event["amount"], event["business_day"]) == (7_000_000, "2019-03-29")
    table = ask("text/csv", date="2019-03-31", until="2019-04-05").text.splitlines()
    assert any(",outstanding,dong,45000000,present,52000000" in row for row in table)
    moment = ask(date="2019-03-31", until="yesterday")
    assert (moment.status_code, moment.json()["title"]) == (422, "Bad query")
    assert moment.json()["detail"].startswith("until: 'yesterday' is no day")
    assert ask(report="1", date="2019-03-31").status_code == 422
    assert ask(report="9").json()["title"] == "Unknown report"
    assert bank.call("GET", path, "58", "viewer").status_code == 403
    assert bank.call("GET", path, "01", "auditor").status_code == 403
    monkeypatch.delenv("POLICY_CREDIT_REPORTING_WAREHOUSE")
    nowhere = ask(date="2019-03-31")
    assert (nowhere.status_code, nowhere.json()["title"]) == (503, "Not audited")
    assert "POLICY_CREDIT_REPORTING_WAREHOUSE" in nowhere.json()["detail"]


def test_what_an_archive_gives_otherwise_is_named_with_its_events(audited: Audited) -> None:
    """The last of the module: it alters an amount and a chain in the archive's files."""
    for path in audited.archive.files():
        with duckdb.connect() as connection:
            connection.execute(
                f"CREATE TABLE kept AS SELECT * REPLACE (CASE WHEN amount = 5000000 THEN 5000001"
                f" ELSE amount END AS amount, CASE WHEN sequence = 5 THEN 'x'::BLOB ELSE chain END"
                f" AS chain) FROM read_parquet('{path}', hive_partitioning = false)"
            )
            connection.execute(f"COPY kept TO '{path}' (FORMAT parquet)")
    done = audited.replay("--until", "1", "--unit", "587")
    assert done.returncode == 1, done.stdout + done.stderr
    assert (
        "DIFFERS outstanding of 587: the published figure is 45.000.000, the archive gives"
        " 45.000.001" in done.stdout
    )
    assert "loans[0] offset 1, source /policy-credit/loans, sequence 2, recorded" in done.stdout
    assert "the report pins sequence 5 with chain" in done.stdout
