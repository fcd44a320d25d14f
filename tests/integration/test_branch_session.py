"""A session at a commune's point on real servers: no line, a service that is down, a bad line."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lending import Lender, over_http
from textual.events import Paste
from typer.testing import CliRunner

from policy_credit_branch.entry.app import EntryApp
from policy_credit_branch.outbox.carried import read_carried
from policy_credit_branch.outbox.disk import RealDisk
from policy_credit_branch.outbox.outbox import Outbox, sheets
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_shared.cli import app

OFFICE, COMMUNE = "349", "13324"
DAY = "2019-03-05"
KEY = "một cụm từ đủ dài"
READY_SECONDS_MAX = 60


class Laptop:
    """`policy-credit branch …` on a machine with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, fails: bool = False) -> str:
        done = CliRunner().invoke(app, ["branch", *arguments])
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    def enter(self, *lines: tuple[str, ...]) -> None:
        """Enter lines on the screen: each field as it is typed."""
        (path,) = sheets(RealDisk(), self.folder)
        outbox = Outbox.open(RealDisk(), path, KEY.encode())
        carried = read_carried(RealDisk(), self.folder, KEY.encode(), COMMUNE)
        app = EntryApp(outbox, carried, uuid4)

        async def play() -> None:
            async with app.run_test(size=(80, 24)) as pilot:
                for fields in lines:
                    await pilot.press("shift+tab")
                    for field in fields:
                        if field and app.focused is not None:
                            app.focused.post_message(Paste(field))
                            await pilot.pause()
                        await pilot.press("enter")
                    await pilot.pause()

        asyncio.run(play())


def up_again(town: Installation, service: str) -> None:
    """Start a service's API and wait until it answers."""
    assert town.supervisor is not None
    town.supervisor.restart(f"{service}.api")
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        try:
            if httpx.get(f"{town.url(service)}/health/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{service} does not answer")


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_FOLDER", str(tmp_path / "branch"))
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_KEY", KEY)
    return Laptop(tmp_path / "branch")


def figures(player: Player) -> dict[str, Any]:
    """The office's figures once they reflect everything."""
    events = sum(player.await_settled(lambda *_: None).values())
    player.await_reflected(events, lambda *_: None)
    return {f["name"]: f["value"] for f in player.indicators(OFFICE)["indicators"]}


@pytest.mark.timeout(600)
def test_a_session_without_a_line_counts_once_and_to_the_dong(
    town: Installation, player: Player, laptop: Laptop
) -> None:
    lender = Lender(over_http(player, OFFICE), OFFICE, COMMUNE)
    lender.fund()
    loan = lender.lend(30_000_000)
    before = figures(player)
    at = ("--office", OFFICE, "--commune", COMMUNE, "--date", DAY)

    assert "1 món vay" in laptop("fetch", *at)
    laptop("open", *at, "--cash", "5.000.000")
    saver, group = str(uuid4()), str(uuid4())
    laptop.enter(
        ("1", loan[:8], "1.000.000", "", ""),
        ("1", loan[:8], "50.000.000", "", ""),
        ("2", saver, "300.000", f"{group} p"),
        ("3", saver, "100.000"),
    )
    assert "Cộng 4 dòng: gốc 51.000.000 · lãi 0 · gửi 300.000 · rút 100.000" in laptop("status")

    assert town.supervisor is not None
    town.supervisor.crash("repayments.api")
    assert "gửi lại khi có mạng" in laptop("submit", fails=True)
    assert "unanswered" in laptop("status")
    up_again(town, "repayments")

    assert "recorded 3" in laptop("submit")
    answers = laptop("answers")
    assert "Dòng 2 BỊ TỪ CHỐI" in answers
    assert "Thu nhiều hơn số còn nợ" in answers
    assert "dong owed" in answers
    laptop("count", "1", fails=True)
    laptop("correct", "2", "--principal", "2.000.000")
    assert "recorded 1" in laptop("submit")
    laptop("count", "8.200.000")
    assert "done, the session is closed" in laptop("submit")
    assert "recorded" not in laptop("submit")

    after = figures(player)
    moved = {name: after[name] - before[name] for name in ("outstanding", "collected", "savings")}
    assert moved == {"outstanding": -3_000_000, "collected": 3_000_000, "savings": 200_000}
