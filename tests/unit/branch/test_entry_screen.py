"""The terminal session, played by keys and compared with what was recorded of it as text."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest
import sheets
from power import FailingDisk
from screens import is_as_recorded
from textual.events import Paste
from textual.pilot import Pilot

from policy_credit_branch.entry.app import EntryApp
from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.calls import next_call
from policy_credit_branch.sheet.records import Answered, Refused
from policy_credit_branch.submission.services import Recorded, Reply
from policy_credit_branch.submission.submit import submit

SIZE = (80, 24)

Play = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(autouse=True)
def hanoi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are shown as they are there."""
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()


def app(outbox: Outbox | None = None, carried: Carried | None = None) -> EntryApp:
    given = outbox or sheets.outbox(sheets.still_disk())
    return EntryApp(given, carried, sheets.Ids("entry"))


def play(entry: EntryApp, keys: Play, size: tuple[int, int] = SIZE) -> None:
    async def played() -> None:
        async with entry.run_test(size=size) as pilot:
            await pilot.pause()
            await keys(pilot)

    asyncio.run(played())


def screen(entry: EntryApp) -> str:
    strips = entry.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    return "\n".join(lines) + "\n"


def matches(entry: EntryApp, name: str) -> None:
    """The screen is as recorded under the name."""
    is_as_recorded(name, screen(entry))


async def type_in(pilot: Pilot[None], text: str) -> None:
    """All of it at once, as from a clipboard: the pilot takes its time over each key."""
    if text and pilot.app.focused is not None:
        pilot.app.focused.post_message(Paste(text))
        await pilot.pause()


async def enter_payment(pilot: Pilot[None], principal: str, interest: str = "") -> None:
    await type_in(pilot, sheets.LOAN.hex[:6])
    await pilot.press("enter")
    await type_in(pilot, principal)
    await pilot.press("enter")
    await type_in(pilot, interest)
    await pilot.press("enter", "enter")
    await pilot.pause()


def refused_sheet() -> Outbox:
    """Two lines, the second refused by the service."""
    box = sheets.outbox(sheets.still_disk())

    async def enter(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.000.000")
        await enter_payment(pilot, "50.000.000")

    play(EntryApp(box, sheets.carried(), sheets.Ids("entry")), enter)

    class Service:
        def post(self, key: str, body: bytes) -> Reply:
            return Recorded(1)

    answers = submit(box, Service(), lambda: sheets.NOW, sheets.Ids("key"))
    next(answers)
    second = list(box.sheet.lines)[1]
    call = next_call(box.sheet, sheets.some_id("lines"))
    assert call is not None
    box.keep(call)
    why = Refused(
        entry=second,
        code="overpayment",
        field="principal",
        detail="50000000 dong are more than the 39500000 dong owed.",
        fix="Collect at most 39500000 dong of principal.",
    )
    box.keep(Answered(key=call.key, at=sheets.NOW, accepted=(call.entries[0],), refused=(why,)))
    return box


def test_an_empty_sheet_says_which_session_and_how_old_its_figures_are() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        matches(entry, "1-empty")

    play(entry, keys)


def test_who_carries_nothing_is_told_so() -> None:
    entry = app()

    async def keys(pilot: Pilot[None]) -> None:
        matches(entry, "2-nothing-carried")

    play(entry, keys)


def test_totals_and_cash_follow_each_keystroke() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await type_in(pilot, sheets.LOAN.hex[:6])
        await pilot.press("enter")
        await type_in(pilot, "1.500.000")
        await pilot.press("enter")
        await type_in(pilot, "195")
        await pilot.press("2", "8", "8")
        matches(entry, "3-typing")

    play(entry, keys)


def test_a_mistake_names_its_field_and_keeps_what_was_typed() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.5")
        matches(entry, "4-mistake")
        assert entry.focused is not None
        assert entry.focused.id == "principal"

    play(entry, keys)


def test_saved_is_said_once_the_line_is_kept() -> None:
    box = sheets.outbox(sheets.still_disk())
    entry = app(box, sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.000.000", "195.288")
        matches(entry, "5-saved")

    play(entry, keys)
    kept = Outbox.open(box._journal._disk, box.path, sheets.SECRET)
    assert [x.line for x in kept.sheet.of("saved")] == [sheets.payment(interest=195_288)]


def test_a_whole_session_by_keys_alone() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await type_in(pilot, sheets.LOAN.hex[:6])
        await pilot.press("f5", "f2")
        await pilot.pause()
        await pilot.press("shift+tab", "2", "enter")
        await type_in(pilot, sheets.SAVER.hex[:6])
        await pilot.press("enter")
        await type_in(pilot, "50000")
        await pilot.press("enter", "enter")
        await pilot.press("shift+tab", "3", "enter")
        await type_in(pilot, sheets.SAVER.hex[:6])
        await pilot.press("enter")
        await type_in(pilot, "20000")
        await pilot.press("enter")
        await pilot.press("up", "f3")
        await pilot.pause()
        matches(entry, "6-session")

    play(entry, keys)


def test_what_was_refused_is_explained_and_put_right() -> None:
    box = refused_sheet()
    entry = app(box, sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        matches(entry, "7-answered")
        await pilot.press("f8")
        await pilot.pause()
        matches(entry, "8-answers")
        await pilot.press("escape")
        await pilot.press("f4")
        await pilot.pause()
        matches(entry, "9-correcting")
        await pilot.press("ctrl+u")
        await type_in(pilot, "39500000")
        await pilot.press("f2")
        await pilot.pause()
        matches(entry, "10-corrected")

    play(entry, keys)


def test_a_small_screen_has_all_that_is_needed() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.000.000", "195.288")
        await type_in(pilot, sheets.LOAN.hex[:6])
        matches(entry, "11-small")

    play(entry, keys, size=(60, 16))


def test_what_is_typed_and_not_saved_is_not_left_by_mistake() -> None:
    entry = app(carried=sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await type_in(pilot, sheets.LOAN.hex[:6])
        await pilot.press("f10")
        await pilot.pause()
        assert "CHƯA LƯU" in screen(entry)
        assert entry.is_running
        await pilot.press("f10")
        await pilot.pause()
        assert entry.return_code == 0

    play(entry, keys)


def test_the_line_just_saved_is_in_sight_however_many_there_are() -> None:
    box = sheets.outbox(sheets.still_disk())
    for number in range(30):
        entered = deciding.enter(box.sheet, sheets.some_id(f"old {number}"), sheets.deposit())
        box.keep(entered)
    entry = app(box, sheets.carried())

    async def keys(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.000.000")
        assert "▶ 31    Thu nợ" in screen(entry)
        await pilot.press("f2")
        await pilot.pause()
        assert "CHƯA LƯU" in screen(entry)
        assert "▶ 31    Thu nợ" in screen(entry)
        await pilot.press("up", "up")
        await pilot.pause()
        assert "▶ 29    Gửi TK" in screen(entry)

    play(entry, keys)


def test_a_disk_that_fails_is_not_called_saved() -> None:
    class Full(FailingDisk):
        def sync(self, path: Path) -> None:
            if self.full:
                raise OSError(28, "No space left on device")
            super().sync(path)

        full = False

    disk = Full(Random(0))
    entry = app(sheets.outbox(disk), sheets.carried())
    disk.full = True

    async def keys(pilot: Pilot[None]) -> None:
        await enter_payment(pilot, "1.000.000")
        matches(entry, "12-not-saved")

    play(entry, keys)
