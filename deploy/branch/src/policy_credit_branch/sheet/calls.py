"""Which call comes next, and what it says: a sheet of the repayments service, in its words."""

from typing import Any, Final
from uuid import UUID

import msgspec

from policy_credit_branch.sheet.lines import Deposit, Line, Payment, Withdrawal
from policy_credit_branch.sheet.records import Sent
from policy_credit_branch.sheet.sheet import Sheet

LINES_MAX: Final = 2_000
"""Of one call: the service's limit."""


def next_call(sheet: Sheet, key: UUID) -> Sent | None:
    """The next call under a new key; None if there is nothing to send, or it would be in vain.

    Only when the call before is answered: what became of its lines is not known until then. The
    session is opened before its lines are sent, and closed after the last of them is settled.
    """
    if sheet.sent is not None:
        return None
    entries = _next_entries(sheet)
    if not entries:
        return None
    lines = [_command(sheet, entry) for entry in entries]
    return Sent(key=key, entries=entries, body=msgspec.json.encode({"lines": lines}))


def _next_entries(sheet: Sheet) -> tuple[UUID, ...]:
    if sheet.opening is not None and sheet.opening.state != "accepted":
        return (sheet.opening.entry,) if sheet.opening.state == "saved" else ()
    if unsent := sheet.of("saved"):
        return tuple(line.entry for line in unsent[:LINES_MAX])
    if sheet.closing is not None and sheet.closing.state == "saved":
        return (sheet.closing.entry,)
    return ()


def _command(sheet: Sheet, entry: UUID) -> dict[str, Any]:
    opened = sheet.opened
    if sheet.opening is not None and entry == sheet.opening.entry:
        return {
            "type": "open_session",
            "office": opened.office,
            "commune": opened.commune,
            "session": sheet.session,
            "held_on": opened.held_on,
            "opening_cash": opened.opening_cash,
            "planned": {},
        }
    if sheet.closing is not None and entry == sheet.closing.entry:
        return {
            "type": "close_session",
            "office": opened.office,
            "session": sheet.session,
            "counted_cash": sheet.counted,
        }
    at = {"office": opened.office, "place": "point", "session": sheet.session}
    return at | _words(sheet, entry, sheet.lines[entry].line)


def _words(sheet: Sheet, entry: UUID, line: Line) -> dict[str, Any]:
    on = sheet.opened.held_on
    match line:
        case Payment():
            return {
                "type": "collect_payment",
                "payment": entry,
                "loan": line.loan,
                "principal": line.principal,
                "interest": line.interest,
                "via": line.via,
                "collected_on": on,
            }
        case Deposit():
            return {
                "type": "deposit_savings",
                "entry": entry,
                "commune": sheet.opened.commune,
                "household": line.household,
                "group": line.group,
                "association": line.association,
                "amount": line.amount,
                "deposited_on": on,
            }
        case Withdrawal():
            return {
                "type": "withdraw_savings",
                "entry": entry,
                "household": line.household,
                "amount": line.amount,
                "withdrawn_on": on,
            }
