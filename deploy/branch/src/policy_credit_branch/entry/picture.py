"""What the screen shows, as lines of text: the same for the same sheet, width and height."""

from typing import Final

from policy_credit_branch.entry.form import LABELS, FieldName
from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.sheet.explanations import explained
from policy_credit_branch.sheet.lines import LABELS as KINDS
from policy_credit_branch.sheet.lines import Deposit, Line, Payment, about, kind_of
from policy_credit_branch.sheet.numbers import written, written_day
from policy_credit_branch.sheet.records import State
from policy_credit_branch.sheet.sheet import Sheet, SheetLine
from policy_credit_branch.sheet.totals import Totals

STATES: Final[dict[State, str]] = {
    "saved": "đã lưu",
    "sending": "đang gửi",
    "accepted": "đã ghi sổ",
    "refused": "BỊ TỪ CHỐI",
    "undone": "đã bỏ",
}
SHORT_STATES: Final[dict[State, str]] = {
    "saved": "lưu",
    "sending": "gửi",
    "accepted": "sổ",
    "refused": "TỪ CHỐI",
    "undone": "bỏ",
}
CODE_LENGTH: Final = 8
HEAD: Final = ("Dòng", "Loại", "Mã", "Gốc", "Lãi", "Tiết kiệm", "Trạng thái")
NARROW_HEAD: Final = (*HEAD[:-1], "T.thái")
WIDTHS: Final = (4, 11, CODE_LENGTH, 11, 10, 11, 10)
NARROW_WIDTHS: Final = (4, 0, 6, 11, 10, 11, 7)
"""Where there is little room: the kind shows in the amounts."""

WIDE_FROM: Final = 76


def title(sheet: Sheet, width: int) -> str:
    """Which session this is."""
    opened = sheet.opened
    left = f"PHIÊN GIAO DỊCH XÃ {opened.commune} · {written_day(opened.held_on)}"
    right = f"PGD {opened.office}"
    return left + right.rjust(max(1, width - len(left)))


def carried_on(carried: Carried | None) -> str:
    """How old the figures are that were taken along."""
    if carried is None:
        return "CHƯA mang theo số liệu: phải ghi đủ mã · nothing carried: write whole codes"
    local = carried.fetched_at.astimezone()
    return (
        f"Số liệu lúc {local:%H:%M} {written_day(local.date())}, tính đến {written_day(carried.on)}"
        f" · {len(carried.loans)} món vay, {len(carried.savings)} sổ"
    )


def rows(sheet: Sheet, selected: int, width: int, height: int) -> list[str]:
    """The lines around the selected one, below their head."""
    wide = width >= WIDE_FROM
    lines = list(sheet.lines.values())
    room = max(1, height - 1)
    first = max(0, min(selected - room // 2, len(lines) - room))
    found = ["  " + _joined(HEAD if wide else NARROW_HEAD, wide)]
    for place, line in enumerate(lines[first : first + room], first):
        found.append(("▶ " if place == selected else "  ") + _joined(_cells(line, wide), wide))
    if not lines:
        found.append("  Chưa có dòng nào · no lines yet")
    return found


def totals_row(totals: Totals) -> str:
    """What all standing lines come to."""
    return (
        f"Cộng {totals.lines} dòng: gốc {written(totals.principal)}"
        f" · lãi {written(totals.interest)}"
        f" · gửi {written(totals.deposited)} · rút {written(totals.withdrawn)}"
    )


def cash_row(cash: int, typed: Totals) -> str:
    """What must be in the box: now, and with the line that is being typed."""
    now = f"TIỀN MẶT PHẢI CÓ · CASH {written(cash)}"
    return now + (f" → {written(cash + typed.cash)}" if typed.cash else "")


def summary(line: Line) -> str:
    """A line in one phrase."""
    code = about(line).hex[:CODE_LENGTH]
    match line:
        case Payment():
            amounts = f"gốc {written(line.principal)} · lãi {written(line.interest)}"
        case _:
            amounts = written(line.amount)
    return f"{KINDS[kind_of(line)]} {code}: {amounts}"


def refusal(line: SheetLine) -> list[str]:
    """A refused line, why, and what to do: Vietnamese first, then the service's own words."""
    refused = line.refused
    if refused is None:
        return []
    field = LABELS.get(_field(refused.field))
    where = f" [{field[0]} · {field[1]}]" if field else ""
    return [
        f"Dòng {line.number} BỊ TỪ CHỐI · refused — {summary(line.line)}",
        f"  {explained(refused.code)}",
        f"  Lý do/Why{where}: {refused.detail}",
        f"  Cách sửa/Fix: {refused.fix}" if refused.fix else f"  ({refused.code})",
    ]


def _field(pointer: str) -> FieldName:
    name = pointer.rsplit("/", 1)[-1]
    named: dict[str, FieldName] = {"loan": "code", "household": "code", "session": "kind"}
    return named.get(name, name)  # type: ignore[arg-type]


def _joined(cells: tuple[str, ...], wide: bool) -> str:
    parts = []
    for column, width in enumerate(WIDTHS if wide else NARROW_WIDTHS):
        if width:
            cell = cells[column][:width]
            is_amount = 3 <= column <= 5
            parts.append(cell.rjust(width) if is_amount else cell.ljust(width))
    return ("  " if wide else " ").join(parts).rstrip()


def _cells(line: SheetLine, wide: bool) -> tuple[str, ...]:
    principal = interest = saving = ""
    match line.line:
        case Payment() as paid:
            principal = written(paid.principal) if paid.principal else ""
            interest = written(paid.interest) if paid.interest else ""
        case Deposit() as deposit:
            saving = f"+{written(deposit.amount)}"
        case withdrawal:
            saving = f"-{written(withdrawal.amount)}"
    code = about(line.line).hex[:CODE_LENGTH]
    kind = KINDS[kind_of(line.line)]
    state = (STATES if wide else SHORT_STATES)[line.state]
    return (str(line.number), kind, code, principal, interest, saving, state)
