"""What a teller may do to a sheet: each returns the record to keep, or raises a LineRefused."""

from uuid import UUID

from policy_credit_branch.sheet.lines import Line, Payment, about
from policy_credit_branch.sheet.records import Corrected, Counted, Entered, Joined, Undone
from policy_credit_branch.sheet.refusals import (
    CorrectedBeyondItsAmounts,
    NothingEntered,
    NotReadyToClose,
    NotToBeCorrected,
    NotToBeJoined,
    NotToBeUndone,
    PrincipalByGroupLeader,
    SessionClosed,
)
from policy_credit_branch.sheet.sheet import Sheet, SheetLine


def enter(sheet: Sheet, entry: UUID, line: Line) -> Entered:
    """A new line at the end; raises a LineRefused."""
    if sheet.counted is not None:
        raise SessionClosed
    _check(line)
    return Entered(entry=entry, number=sheet.next_number, line=line)


def undo(line: SheetLine) -> Undone:
    """Take a line back that is recorded nowhere; raises NotToBeUndone."""
    if line.state not in ("saved", "refused"):
        raise NotToBeUndone(line.number)
    return Undone(entry=line.entry)


def correct(line: SheetLine, corrected: Line) -> Corrected:
    """Other amounts for a refused line; raises a LineRefused.

    The line keeps its id and its loan or household: wherever a copy of it was recorded, the
    corrected one is known there as the same entry, and not booked beside it.
    """
    if line.state != "refused":
        raise NotToBeCorrected(line.number)
    if type(corrected) is not type(line.line) or about(corrected) != about(line.line):
        raise CorrectedBeyondItsAmounts(line.number)
    _check(corrected)
    return Corrected(entry=line.entry, line=corrected)


def join(sheet: Sheet, session: UUID) -> Joined:
    """Go into the session that is open at the point already; raises NotToBeJoined."""
    if sheet.opening is None or sheet.opening.state not in ("saved", "refused"):
        raise NotToBeJoined
    return Joined(session=session)


def count(sheet: Sheet, cash: int) -> Counted:
    """Close with the cash that was counted, once every line is settled; raises a LineRefused."""
    if sheet.counted is not None:
        raise SessionClosed
    waiting, refused = len(sheet.of("saved", "sending")), len(sheet.of("refused"))
    if waiting or refused or (sheet.opening is not None and sheet.opening.state != "accepted"):
        raise NotReadyToClose(waiting, refused)
    return Counted(cash=cash)


def _check(line: Line) -> None:
    if isinstance(line, Payment):
        if line.principal == line.interest == 0:
            raise NothingEntered("principal")
        if line.principal and line.via == "group_leader":
            raise PrincipalByGroupLeader
    elif line.amount == 0:
        raise NothingEntered("amount")
