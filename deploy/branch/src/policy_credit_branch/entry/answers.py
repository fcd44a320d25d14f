"""What the services answered: each refused line with its reason and what to do."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from policy_credit_branch.entry.picture import refusal
from policy_credit_branch.sheet.explanations import explained
from policy_credit_branch.sheet.sheet import Sheet


def answers(sheet: Sheet) -> list[str]:
    """The state of the whole sheet at the services, and every refused line."""
    counts = (
        f"Đã ghi sổ {len(sheet.of('accepted'))} · chờ gửi {len(sheet.of('saved'))}"
        f" · chưa có trả lời {len(sheet.of('sending'))} · bị từ chối {len(sheet.of('refused'))}"
    )
    found = [counts, ""]
    for step, what in (
        (sheet.opening, "Mở phiên · opening"),
        (sheet.closing, "Khóa phiên · close"),
    ):
        if step is not None and step.state == "refused" and step.refused is not None:
            found += [
                f"{what}: BỊ TỪ CHỐI · refused",
                f"  {explained(step.refused.code)}",
                f"  Lý do/Why: {step.refused.detail}",
                f"  Cách sửa/Fix: {step.refused.fix}",
                "",
            ]
    for line in sheet.of("refused"):
        found += [*refusal(line), ""]
    return found


class AnswersScreen(Screen[None]):
    """Read, then Esc, and F4 on the line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f8", "app.pop_screen", "Về bảng kê", key_display="Esc", priority=True)
    ]
    CSS = "#what { padding: 0 1; } #heading { background: $primary; text-style: bold; }"

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        yield Static("TRẢ LỜI TỪ HỆ THỐNG · ANSWERS", id="heading")
        with VerticalScroll():
            yield Static("\n".join(answers(self._sheet)), id="what", markup=False)
        yield Footer(compact=True, show_command_palette=False)
