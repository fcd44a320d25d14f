"""A session's sheet as its records made it. Pure: ids, keys and moments are given."""

from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_branch.sheet.lines import Line
from policy_credit_branch.sheet.records import (
    Answered,
    Corrected,
    Counted,
    Entered,
    Joined,
    Opened,
    Record,
    Refused,
    Sent,
    State,
    Undone,
)
from policy_credit_branch.sheet.totals import Totals, totals_of
from policy_credit_shared.kernel.checks import InvariantBroken, check

STANDING: Final[tuple[State, ...]] = ("saved", "sending", "accepted", "refused")
"""The cash of such lines is in the box, whatever the services know of it."""


class SheetLine(Struct, frozen=True, kw_only=True):
    """A line, its place on the sheet, what became of it, and why it was last refused."""

    entry: UUID
    number: int
    line: Line
    state: State = "saved"
    refused: Refused | None = None


class Step(Struct, frozen=True, kw_only=True):
    """The opening or the closing of the session: what became of it at the services."""

    entry: UUID
    state: State = "saved"
    refused: Refused | None = None


class Sheet(Struct, frozen=True, kw_only=True):
    """A sheet: its lines by id in the order they were entered, and the call that is not answered.

    `session` is where its lines go; `opening` is None where the sheet joined another's session.
    """

    opened: Opened
    session: UUID
    opening: Step | None
    lines: dict[UUID, SheetLine] = {}
    sent: Sent | None = None
    counted: int | None = None
    closing: Step | None = None

    def of(self, *states: State) -> tuple[SheetLine, ...]:
        """Its lines in these states, in their order."""
        return tuple(line for line in self.lines.values() if line.state in states)

    @property
    def totals(self) -> Totals:
        """What stands on it, recorded at the services or not."""
        return totals_of(x.line for x in self.of(*STANDING))

    @property
    def cash(self) -> int:
        """What must be in the box now (tiền mặt phải có)."""
        return self.opened.opening_cash + self.totals.cash

    @property
    def next_number(self) -> int:
        """The number of the next line; an undone line keeps its own."""
        return len(self.lines) + 1


def opening_entry(session: UUID) -> UUID:
    """By what the opening of a session is known in a call: the same in every copy."""
    return uuid5(session, "opening")


def closing_entry(session: UUID) -> UUID:
    """By what the closing of a session is known in a call."""
    return uuid5(session, "closing")


def evolve(sheet: Sheet | None, record: Record) -> Sheet:
    """The sheet after a record; a record that cannot follow is a broken invariant."""
    if isinstance(record, Opened):
        check(sheet is None, "a sheet is opened once")
        opening = Step(entry=opening_entry(record.session))
        return Sheet(opened=record, session=record.session, opening=opening)
    if sheet is None:
        raise InvariantBroken("a sheet is opened first")
    match record:
        case Joined():
            return replace(sheet, session=record.session, opening=None)
        case Entered():
            check(record.entry not in sheet.lines, "an entry is entered once")
            line = SheetLine(entry=record.entry, number=record.number, line=record.line)
            return _with(sheet, line)
        case Undone():
            return _with(sheet, replace(sheet.lines[record.entry], state="undone"))
        case Corrected():
            before = sheet.lines[record.entry]
            return _with(sheet, replace(before, line=record.line, state="saved"))
        case Counted():
            closing = Step(entry=closing_entry(sheet.session))
            return replace(sheet, counted=record.cash, closing=closing)
        case Sent():
            check(sheet.sent is None, "one call at a time")
            return replace(_marked(sheet, record.entries, "sending"), sent=record)
        case Answered():
            return _answered(sheet, record)


def _answered(sheet: Sheet, answer: Answered) -> Sheet:
    if sheet.sent is None or sheet.sent.key != answer.key:
        raise InvariantBroken("an answer is of the call that waits for one")
    known = {*answer.accepted, *(refused.entry for refused in answer.refused)}
    left = tuple(entry for entry in sheet.sent.entries if entry not in known)
    sheet = _marked(replace(sheet, sent=None), left, "saved")
    sheet = _marked(sheet, answer.accepted, "accepted")
    for refused in answer.refused:
        sheet = _marked(sheet, (refused.entry,), "refused", refused)
    closing = sheet.closing
    if closing is not None and closing.state == "refused":
        # The cash is counted anew, and lines may be entered until then.
        sheet = replace(sheet, counted=None)
    return sheet


def _marked(
    sheet: Sheet, entries: tuple[UUID, ...], state: State, why: Refused | None = None
) -> Sheet:
    for entry in entries:
        if sheet.opening is not None and entry == sheet.opening.entry:
            sheet = replace(sheet, opening=replace(sheet.opening, state=state, refused=why))
        elif sheet.closing is not None and entry == sheet.closing.entry:
            sheet = replace(sheet, closing=replace(sheet.closing, state=state, refused=why))
        else:
            line = sheet.lines[entry]
            sheet = _with(sheet, replace(line, state=state, refused=why or line.refused))
    return sheet


def _with(sheet: Sheet, line: SheetLine) -> Sheet:
    return replace(sheet, lines={**sheet.lines, line.entry: line})
