"""A session's sheet in the terminal, by keyboard alone, on 80 × 24 and on smaller screens."""

from collections.abc import Callable
from typing import ClassVar, Final
from uuid import UUID

from msgspec.structs import asdict
from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Footer, Input, Label, Static

from policy_credit_branch.entry import picture
from policy_credit_branch.entry.answers import AnswersScreen
from policy_credit_branch.entry.form import (
    HINTS,
    LABELS,
    FieldName,
    Form,
    dues,
    form_of,
    known,
    preview,
    read,
)
from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.outbox.failures import NotSaved
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.refusals import LineRefused
from policy_credit_branch.sheet.sheet import Sheet, SheetLine
from policy_credit_branch.sheet.totals import Totals

STYLES: Final = """
#title { height: 1; background: $primary; color: $text; text-style: bold; }
#carried { height: 1; color: $text-muted; }
#lines { height: 1fr; min-height: 3; }
#form { height: auto; border-top: solid $primary; }
.row { height: 1; }
.label { width: 18; }
.row Input { width: 24; background: $boost; }
.row Input:focus { background: $accent 40%; text-style: bold; }
.hint { color: $text-muted; padding-left: 1; }
#known { height: 1; color: $success; }
#totals { height: auto; max-height: 2; }
#cash { height: 1; }
#cash { text-style: bold; }
#message { height: auto; max-height: 2; }
#message.error { color: $text-error; text-style: bold; }
#message.saved { color: $text-success; text-style: bold; }
.-narrow .hint, .-narrow .english { display: none; }
.-narrow .label { width: 9; }
.-low #carried, .-low #known { display: none; }
"""


class Lines(Widget):
    """The lines around the selected one, as many as there is room for."""

    sheet: Sheet | None = None
    selected = 0

    def render(self) -> Text:
        if self.sheet is None:
            return Text()
        shown = picture.rows(self.sheet, self.selected, self.size.width, self.size.height)
        return Text("\n".join(shown), no_wrap=True)


class EntryApp(App[None]):
    """Enters lines into one sheet; what it says is saved is durable."""

    CSS = STYLES
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (picture.WIDE_FROM, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "save", "Lưu", key_display="F2", priority=True),
        Binding("f3", "undo", "Bỏ", key_display="F3", priority=True),
        Binding("f4", "correct", "Sửa", key_display="F4", priority=True),
        Binding("f5", "dues", "Phải thu", key_display="F5", priority=True),
        Binding("f8", "answers", "Trả lời", key_display="F8", priority=True),
        Binding("f10", "leave", "Thoát", key_display="F10", priority=True),
        Binding("up", "select(-1)", show=False, priority=True),
        Binding("down", "select(1)", show=False, priority=True),
        Binding("escape", "leave_correction", show=False),
    ]

    def __init__(
        self, outbox: Outbox, carried: Carried | None, new_entry: Callable[[], UUID]
    ) -> None:
        super().__init__()
        self._outbox = outbox
        self._known = carried
        opened = outbox.sheet.opened
        self._carried = carried or Carried.nothing(opened.office, opened.commune, opened.held_on)
        self._new_entry = new_entry
        self._selected = len(outbox.sheet.lines) - 1
        self._correcting: UUID | None = None
        self._leaving = False

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        yield Static(picture.carried_on(self._known), id="carried")
        yield Lines(id="lines")
        with Vertical(id="form"):
            for name, (vietnamese, english) in LABELS.items():
                with Horizontal(classes="row", id=f"row-{name}"):
                    with Horizontal(classes="label"):
                        yield Label(vietnamese)
                        yield Label(f" · {english}", classes="english")
                    yield Input(id=name, compact=True, select_on_focus=name == "kind")
                    yield Label(HINTS[name], classes="hint")
        yield Static(id="known", markup=False)
        yield Static(id="totals", markup=False)
        yield Static(id="cash", markup=False)
        yield Static(id="message", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#kind", Input).value = "1"
        if self._outbox.cut:
            self._say(
                "Mất điện khi đang lưu: bản ghi dở chưa từng báo «đã lưu», đã bỏ; xem dòng cuối"
                " · a record cut off by a power cut was never saved",
                "error",
            )
        self.query_one("#code", Input).focus()
        self.refresh_all()

    def on_resize(self) -> None:
        self.call_after_refresh(self.refresh_all)

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        """Where the answers are read, nothing is done to the sheet behind them."""
        return len(self.screen_stack) < 2 or action in ("leave", "quit", "pop_screen")

    # -- what is typed -----------------------------------------------------------------------

    @property
    def form(self) -> Form:
        """Everything as it is typed now."""
        return Form(**{name: self.query_one(f"#{name}", Input).value for name in LABELS})

    @on(Input.Changed)
    def typed(self) -> None:
        """Totals follow each keystroke."""
        self._leaving = False
        self.refresh_all()

    @on(Input.Submitted)
    def next_field(self, event: Input.Submitted) -> None:
        """Enter goes to the next field, and saves in the last."""
        fields = self.form.fields
        place = fields.index(event.input.id)
        if place + 1 < len(fields):
            self.query_one(f"#{fields[place + 1]}", Input).focus()
        else:
            self.action_save()

    # -- keys --------------------------------------------------------------------------------

    def action_save(self) -> None:
        """F2: keep the line; it is said to be saved once it is durable."""
        try:
            line = read(self.form, self._carried)
            if self._correcting is not None:
                wrong = self._outbox.sheet.lines[self._correcting]
                self._outbox.keep(deciding.correct(wrong, line))
                said = f"ĐÃ LƯU dòng {wrong.number} đã sửa · correction saved"
            else:
                entered = deciding.enter(self._outbox.sheet, self._new_entry(), line)
                self._outbox.keep(entered)
                self._selected = len(self._outbox.sheet.lines) - 1
                said = f"ĐÃ LƯU dòng {entered.number} · saved"
        except LineRefused as refused:
            self._refuse(refused)
            return
        except NotSaved as failure:
            self._say(str(failure), "error")
            return
        self._correcting = None
        self._fill(Form(kind=self.form.kind))
        self.query_one("#code", Input).focus()
        self._say(said, "saved")
        self.refresh_all()

    def action_undo(self) -> None:
        """F3: take the selected line back, as a record of its own."""
        line = self._line()
        if line is None:
            return
        try:
            self._outbox.keep(deciding.undo(line))
        except LineRefused as refused:
            self._refuse(refused)
        except NotSaved as failure:
            self._say(str(failure), "error")
        else:
            self._say(f"ĐÃ BỎ dòng {line.number}, còn ghi vết · undone, and kept", "saved")
            self.refresh_all()

    def action_correct(self) -> None:
        """F4: the selected refused line again in the form."""
        line = self._line()
        if line is None:
            return
        if line.state != "refused":
            self._say(
                f"Dòng {line.number} không bị từ chối · only a refused line is corrected", "error"
            )
            return
        self._correcting = line.entry
        self._fill(form_of(line.line))
        self.query_one(f"#{self.form.fields[2]}", Input).focus()
        why = line.refused.fix or line.refused.detail if line.refused else ""
        self._say(f"Sửa dòng {line.number}, F2 lưu, Esc thôi · correct it: {why}", "")

    def action_leave_correction(self) -> None:
        """Esc: leave the form as it was before F4, or empty."""
        self._correcting = None
        self._fill(Form(kind=self.form.kind))
        self._say("", "")

    def action_dues(self) -> None:
        """F5: fill in what was due by what is carried."""
        self._fill(dues(self.form, self._carried))

    def action_leave(self) -> None:
        """F10: end; asked twice if something is typed that is not saved."""
        if self.form == Form(kind=self.form.kind) or self._leaving:
            self.exit()
            return
        self._leaving = True
        self._say(
            "Dòng đang nhập CHƯA LƯU: F2 lưu, F10 lần nữa thì bỏ · not saved; F10 again leaves",
            "error",
        )

    def action_answers(self) -> None:
        """F8: which lines were refused, why, and what to do."""
        self.push_screen(AnswersScreen(self._outbox.sheet))

    def action_select(self, way: int) -> None:
        """Up and down: another line."""
        last = len(self._outbox.sheet.lines) - 1
        self._selected = max(0, min(last, self._selected + way))
        self.refresh_all()

    # -- what is shown -----------------------------------------------------------------------

    def refresh_all(self) -> None:
        """Everything again as the sheet and the form are now."""
        sheet, form = self._outbox.sheet, self.form
        self.query_one("#title", Static).update(picture.title(sheet, self.size.width))
        lines = self.query_one(Lines)
        lines.sheet, lines.selected = sheet, self._selected
        lines.refresh()
        for name in LABELS:
            row, shown_now = self.query_one(f"#row-{name}"), name in form.fields
            if row.display != shown_now:
                row.display = shown_now
        self.query_one("#known", Static).update(known(form, self._carried))
        self.query_one("#totals", Static).update(picture.totals_row(sheet.totals))
        self.query_one("#cash", Static).update(picture.cash_row(sheet.cash, self._typed()))

    def _typed(self) -> Totals:
        return preview(self.form) if self._correcting is None else Totals()

    def _line(self) -> SheetLine | None:
        lines = list(self._outbox.sheet.lines.values())
        return lines[self._selected] if lines else None

    def _fill(self, form: Form) -> None:
        for name, value in asdict(form).items():
            self.query_one(f"#{name}", Input).value = value

    def _refuse(self, refused: LineRefused) -> None:
        names: tuple[FieldName, ...] = self.form.fields
        found = next((name for name in names if name == refused.field), None)
        label = f"{LABELS[found][0]}: " if found else ""
        self._say(f"CHƯA LƯU · NOT SAVED — {label}{refused.vi} · {refused.en}", "error")
        if found:
            self.query_one(f"#{found}", Input).focus()

    def _say(self, text: str, tone: str) -> None:
        message = self.query_one("#message", Static)
        message.set_classes(tone)
        message.update(text)
