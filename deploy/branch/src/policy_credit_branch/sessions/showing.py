"""Sheets in words: where each stands, and what is to be done next."""

from policy_credit_branch.entry import picture
from policy_credit_branch.entry.answers import answers
from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.sheet.numbers import written, written_day
from policy_credit_branch.sheet.sheet import Sheet


def status(name: str, sheet: Sheet, carried: Carried | None) -> list[str]:
    """One sheet: its totals, how many lines are where, and the next step."""
    opened = sheet.opened
    return [
        f"{name} · xã {opened.commune} · {written_day(opened.held_on)} · PGD {opened.office}",
        f"  {picture.totals_row(sheet.totals)}",
        f"  Tiền mặt phải có · cash {written(sheet.cash)}"
        f" (đầu phiên {written(opened.opening_cash)})",
        f"  {answers(sheet)[0]}",
        f"  {picture.carried_on(carried)}",
        f"  → {next_step(sheet)}",
    ]


def next_step(sheet: Sheet) -> str:
    """What is to be done now."""
    if sheet.sent is not None:
        return "submit — lần gửi trước chưa có trả lời, gửi lại · the last call is unanswered"
    if sheet.opening is not None and sheet.opening.state == "refused":
        return "answers — phiên chưa mở được · the session was not opened"
    if sheet.of("refused"):
        return "answers, enter (F4) — sửa dòng bị từ chối · correct what was refused"
    if sheet.closing is not None and sheet.closing.state == "accepted":
        return "xong, phiên đã khóa · done, the session is closed"
    if sheet.closing is not None and sheet.closing.state == "refused" and sheet.counted is None:
        return "answers, count — tiền không khớp, đếm lại · the cash differs, count again"
    if sheet.of("saved") or sheet.counted is not None:
        return "submit — khi có mạng · when there is a line"
    if sheet.opening is not None and sheet.opening.state == "saved":
        return "enter — nhập dòng · enter lines"
    return "count — đếm tiền, khóa phiên · count the cash and close"
