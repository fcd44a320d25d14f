"""`policy-credit audit explain` against a real log and the live figures of a real read model."""

import csv
from collections import Counter
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import psycopg
import pytest
from psycopg import sql
from terminal import run

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_local.scenario.world import make_world
from policy_credit_shared.kernel.principals import Role

DAY = "2026-12-31"


@pytest.fixture(scope="module", autouse=True)
def _played(town: Installation, player: Player) -> None:
    """Capital and plans of a few offices."""
    player.play(make_world(5).funding, lambda _: None)
    events = player.await_published(lambda *_: None)
    player.await_reflected(sum(events.values()), lambda *_: None)


def explain(town: Installation, *options: str) -> CompletedProcess[str]:
    return run("audit", "explain", *options, **town.environment)


def live(player: Player, unit: str) -> dict[str, int]:
    return {one["name"]: one["value"] for one in player.indicators(unit)["indicators"]}


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("unit", [["58"], ["56", "--tree", "administrative"]])
def test_the_events_of_a_file_add_up_to_the_live_figure(
    unit: list[str], town: Installation, player: Player, tmp_path: Path
) -> None:
    """Of a province, and of the one that it was merged into."""
    path = tmp_path / "capital.csv"
    options = ["--measure", "capital", "--date", DAY, "--output", str(path)]
    done = explain(town, "--unit", *unit, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "capital: the live figure at the same offsets is the same" in done.stdout
    amounts = [int(line["amount"]) for line in lines_of(path)]
    assert sum(amounts) == live(player, "58")["capital"] > 0
    assert {line["event_type"] for line in lines_of(path)} == {"policycredit.capital.allocated.v1"}


def test_a_ratio_is_explained_by_both_of_its_parts(
    town: Installation, player: Player, tmp_path: Path
) -> None:
    path = tmp_path / "shares.csv"
    done = explain(
        town, "--unit", "58", "--measure", "local_capital_share", "--date", DAY,
        "--output", str(path),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sums: Counter[str] = Counter()
    for line in lines_of(path):
        sums[line["measure"]] += int(line["amount"])
    figures = live(player, "58")
    assert sums == {name: figures[name] for name in ("local_capital", "total_capital")}
    assert sums["local_capital"] > 0


def test_without_a_read_model_the_log_alone_explains(town: Installation) -> None:
    kafka = {name: value for name, value in town.environment.items() if "DATABASE" not in name}
    options = ("--unit", "58", "--measure", "capital", "--date", DAY, "--limit", "1")
    done = run("audit", "explain", *options, **kafka)
    assert done.returncode == 0, done.stderr
    assert "not compared with live figures" in done.stdout
    assert (done.stdout.count("sequence "), done.stdout.count("chain ")) == (1, 1)
    assert f"{town.environment['POLICY_CREDIT_TOPIC_PREFIX']}.loans[" in done.stdout
    assert "more; --output writes all of them" in done.stdout


def ask(
    town: Installation,
    player: Player,
    path: str,
    query: dict[str, str] | None = None,
    role: Role = "auditor",
    accept: str = "application/json",
) -> httpx.Response:
    return httpx.get(
        f"{town.url('reporting')}/api/v1/{path}",
        params=query,
        headers={"Authorization": f"Bearer {player.token('58', role)}", "Accept": accept},
        timeout=120,
    )


def test_auditors_have_a_figures_events_over_http_page_by_page(
    town: Installation, player: Player
) -> None:
    path, asked = "units/58/events", {"indicator": "capital", "date": DAY}
    found = ask(town, player, path, asked).json()
    (capital,) = found["sums"]
    assert capital["value"] == capital["live"] == live(player, "58")["capital"]
    assert sum(line["amount"] for line in found["events"]) == capital["value"]
    assert (found["is_right"], found["total"]) == (True, len(found["events"]))
    page = ask(town, player, path, {**asked, "limit": "1", "offset": "1"}).json()
    assert (page["events"], page["total"]) == (found["events"][1:2], found["total"])
    latest = ask(town, player, path, {**asked, "sort": "-business_day"}, accept="text/csv")
    ids = [row["event_id"] for row in csv.DictReader(latest.text.splitlines())]
    assert ids == [line["event_id"] for line in reversed(found["events"])]
    assert latest.headers["X-Total-Count"] == str(found["total"])
    assert ask(town, player, path, asked, "viewer").status_code == 403
    assert ask(town, player, "units/01/events", asked).status_code == 403
    refused = ask(town, player, path, {**asked, "association": "women"})
    assert (refused.status_code, refused.json()["title"]) == (422, "Bad query")
    assert refused.json()["detail"].startswith("association: capital is kept by")


def test_auditors_see_what_the_last_verification_found(town: Installation, player: Player) -> None:
    assert ask(town, player, "integrity").json()["verifications"] == []
    assert run("audit", "verify", **town.environment).returncode == 0
    (found,) = ask(town, player, "integrity").json()["verifications"]
    assert (found["walked"], found["is_whole"], found["breaks"]) == ("kafka", True, [])
    assert found["records"] > 0
    assert ask(town, player, "integrity", role="viewer").status_code == 403


def test_a_live_figure_that_its_events_do_not_give_is_named(town: Installation) -> None:
    """The last test of the module: it takes pages away from the read model."""
    url = town.environment["POLICY_CREDIT_REPORTING_DATABASE_URL"]
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT generation FROM public.serving").fetchone()
        assert row is not None
        for table in ("page", "sheet"):
            name = sql.Identifier(row[0], table)
            connection.execute(sql.SQL("DELETE FROM {}").format(name))
    done = explain(town, "--unit", "58", "--measure", "capital", "--date", DAY, "--limit", "0")
    assert done.returncode == 1
    assert "DIFFERS capital: the live figure is 0, its events give" in done.stdout
