"""`policy-credit branch …`: a session without a line, step by step.

fetch → open → enter → submit → answers → (enter: correct) → submit → count → submit
"""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, ParamSpec
from uuid import UUID, uuid4

import typer
from msgspec.structs import replace
from rich.console import Console

from policy_credit_branch.entry.answers import answers as answers_of
from policy_credit_branch.entry.app import EntryApp
from policy_credit_branch.outbox.carried import keep_carried
from policy_credit_branch.outbox.failures import Damaged, InUse, OutboxFailed
from policy_credit_branch.outbox.outbox import SUFFIX, Outbox
from policy_credit_branch.sessions.choosing import Desk, repayments
from policy_credit_branch.sessions.showing import next_step, status
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.lines import Line, Payment
from policy_credit_branch.sheet.numbers import read_amount, written
from policy_credit_branch.sheet.records import Opened
from policy_credit_branch.sheet.refusals import LineRefused
from policy_credit_branch.sheet.sheet import Sheet, SheetLine
from policy_credit_branch.submission.fetching import fetch as fetch_books
from policy_credit_branch.submission.services import SubmissionFailed
from policy_credit_branch.submission.submit import submit as submit_sheet
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.refusals import CommuneNotServed
from policy_credit_shared.kernel.units import served_locality

branch = typer.Typer(
    help="At a branch and its commune transaction points, with or without a line.",
    no_args_is_help=True,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

P = ParamSpec("P")

SheetName = Annotated[
    str | None,
    typer.Option("--sheet", help="the beginning of a sheet's name; default: the only one"),
]
Office = Annotated[str, typer.Option(help="transaction office (phòng giao dịch), e.g. 587")]
Commune = Annotated[str, typer.Option(help="commune (xã) in the list before 2025-07, e.g. 22870")]
Day = Annotated[
    datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="day of the session, 2026-11-24")
]


def said(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose expected failures are sentences, with exit code 1."""

    @wraps(command)
    def saying(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (OutboxFailed, LineRefused, SubmissionFailed) as failure:
            err.print(str(failure), style="red", markup=False)
            sys.exit(1)

    return saying


@branch.command("fetch")
@said
def fetch(office: Office, commune: Commune, day: Day) -> None:
    """Mang theo số liệu: take along what is owed and saved in a commune, for a day.

    Replaces what was taken along before. It is kept sealed, holds no names, and is of this
    commune only. Needs a line, POLICY_CREDIT_REPAYMENTS_URL and a token of the office.
    """
    _served(commune, office)
    desk = Desk()
    desk.check_key()
    with repayments(office) as service:
        carried = fetch_books(service, office, commune, day.date(), system_clock())
    keep_carried(desk.disk, desk.folder, desk.secret, carried)
    out.print(f"{len(carried.loans)} món vay · loans, {len(carried.savings)} sổ · savings")


@branch.command("open")
@said
def open_(
    office: Office,
    commune: Commune,
    day: Day,
    cash: Annotated[str, typer.Option(help="cash brought along, 5.000.000")] = "0",
) -> None:
    """Mở bảng kê: begin the sheet of a session. No line is needed until `submit`.

    The sheet is a file in POLICY_CREDIT_BRANCH_FOLDER, sealed under POLICY_CREDIT_BRANCH_KEY or
    a passphrase that is asked for. To go on with it on another machine, copy the file there: what
    both send is recorded once.
    """
    _served(commune, office)
    desk = Desk()
    desk.check_key()
    opened = Opened(
        session=uuid4(),
        office=office,
        commune=commune,
        held_on=day.date(),
        opening_cash=read_amount("cash", cash),
    )
    outbox = Outbox.create(desk.disk, desk.folder, desk.secret, opened)
    out.print(f"{outbox.path.name.removesuffix(SUFFIX)}: đã mở, đã lưu · opened and saved")


@branch.command("enter")
@said
def enter(sheet: SheetName = None) -> None:
    """Nhập dòng: enter lines on the screen, by keyboard; correct those that were refused.

    Enter goes from field to field and saves in the last one. F2 saves, F3 takes a line back, F4
    corrects a refused one, F5 fills in what is due, F8 shows answers, F10 leaves. What is said to
    be saved (ĐÃ LƯU) survives a power cut.
    """
    desk = Desk()
    with desk.sheet(sheet) as outbox:
        EntryApp(outbox, desk.carried(outbox.sheet.opened.commune), uuid4).run()


@branch.command("status")
@said
def status_() -> None:
    """Tình trạng: every sheet on this machine, where its lines stand, and the next step."""
    desk = Desk()
    for path in desk.paths():
        try:
            with desk.sheet(path.name) as outbox:
                commune = outbox.sheet.opened.commune
                name = path.name.removesuffix(SUFFIX)
                for line in status(name, outbox.sheet, desk.carried(commune)):
                    out.print(line, markup=False)
        except (InUse, Damaged) as failure:
            out.print(str(failure), style="red", markup=False)
    if not desk.paths():
        out.print("Chưa có bảng kê · no sheets yet: policy-credit branch open --help")


@branch.command("submit")
@said
def submit(sheet: SheetName = None) -> None:
    """Gửi bảng kê: send what is saved, and keep what is answered.

    Safe at any time and as often as one likes: what was recorded is not recorded again. Without a
    line everything stays as it is. Refused lines hold up no others; `answers` says why.
    """
    desk = Desk()
    with desk.sheet(sheet) as outbox:
        try:
            with repayments(outbox.sheet.opened.office) as service:
                for answered in submit_sheet(outbox, service, system_clock, uuid4):
                    out.print(
                        f"đã ghi sổ · recorded {len(answered.accepted)},"
                        f" bị từ chối · refused {len(answered.refused)}"
                    )
        finally:
            out.print(f"→ {next_step(outbox.sheet)}", markup=False)


@branch.command("answers")
@said
def answers(sheet: SheetName = None) -> None:
    """Trả lời: which lines are recorded, which are refused, why, and what to do."""
    with Desk().sheet(sheet) as outbox:
        for line in answers_of(outbox.sheet):
            out.print(line, markup=False)


@branch.command("correct")
@said
def correct(
    number: Annotated[int, typer.Argument(help="the refused line's number")],
    principal: Annotated[str, typer.Option(help="principal in dong, of a payment")] = "",
    interest: Annotated[str, typer.Option(help="interest in dong, of a payment")] = "",
    amount: Annotated[str, typer.Option(help="dong, of a deposit or withdrawal")] = "",
    sheet: SheetName = None,
) -> None:
    """Sửa dòng: other amounts for a refused line; `submit` sends it again.

    Also `enter`, F4. Another loan or household is another line: `undo` this one and enter that.
    """
    with Desk().sheet(sheet) as outbox:
        line = _line(outbox.sheet, number)
        corrected = _with(line.line, principal, interest, amount)
        outbox.keep(deciding.correct(line, corrected))
        out.print(f"ĐÃ LƯU dòng {number} đã sửa · correction saved")


@branch.command("undo")
@said
def undo(
    number: Annotated[int, typer.Argument(help="the line's number")], sheet: SheetName = None
) -> None:
    """Bỏ dòng: take back a line that was not sent, or was refused. It stays to be seen.

    What is recorded already is reversed at the office.
    """
    with Desk().sheet(sheet) as outbox:
        outbox.keep(deciding.undo(_line(outbox.sheet, number)))
        out.print(f"ĐÃ BỎ dòng {number} · undone")


@branch.command("join")
@said
def join(
    session: Annotated[UUID, typer.Argument(help="the open session's id, as the answer names it")],
    sheet: SheetName = None,
) -> None:
    """Nhập vào phiên đang mở: put this sheet's lines into the session that the point has open.

    For a sheet whose own session was refused because another is open at the point that day.
    """
    with Desk().sheet(sheet) as outbox:
        outbox.keep(deciding.join(outbox.sheet, session))
        out.print(f"→ {next_step(outbox.sheet)}", markup=False)


@branch.command("count")
@said
def count(
    cash: Annotated[str, typer.Argument(help="the cash that was counted, 6.195.288")],
    sheet: SheetName = None,
) -> None:
    """Kiểm quỹ, khóa phiên: close the session with the cash that was counted; then `submit`.

    Only when every line is recorded or undone. Counted cash that differs from the lines is
    refused by the service, which says by how much.
    """
    with Desk().sheet(sheet) as outbox:
        amount = read_amount("cash", cash)
        outbox.keep(deciding.count(outbox.sheet, amount))
        difference = amount - outbox.sheet.cash
        if difference:
            way = "thừa · too much" if difference > 0 else "thiếu · missing"
            out.print(f"Chênh lệch · differs: {written(abs(difference))} {way}", style="yellow")
        out.print(f"→ {next_step(outbox.sheet)}", markup=False)


def _line(sheet: Sheet, number: int) -> SheetLine:
    found = next((line for line in sheet.lines.values() if line.number == number), None)
    if found is None:
        raise typer.BadParameter(f"there is no line {number}; there are {len(sheet.lines)}")
    return found


def _with(line: Line, principal: str, interest: str, amount: str) -> Line:
    """The line with what was given; what was not stays."""
    given = {"principal": principal, "interest": interest, "amount": amount}
    names = {"principal", "interest"} if isinstance(line, Payment) else {"amount"}
    wrong = [name for name, text in given.items() if text and name not in names]
    if wrong or not any(given.values()):
        raise typer.BadParameter(f"this line has {' and '.join(sorted(names))}: give one of them")
    amounts = {name: read_amount(name, text) for name, text in given.items() if text}
    return replace(line, **amounts)


def _served(commune: str, office: str) -> None:
    try:
        served_locality(commune, office)
    except CommuneNotServed as refused:
        raise typer.BadParameter(f"--commune: {refused.detail} {refused.fix}") from None
