"""What happens to a sheet, each as one record of its outbox. Kept for ever: only ever added to."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from policy_credit_branch.sheet.lines import Line, NumberOfLine
from policy_credit_shared.kernel.identifiers import CommuneCode, Office
from policy_credit_shared.kernel.money import DongOrNone


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """Mở phiên: the session of a commune's point on a day, with cash brought along.

    The session's id is made here, so that every copy of the sheet opens the same session.
    """

    session: UUID
    office: Office
    commune: CommuneCode
    held_on: date
    opening_cash: DongOrNone


class Joined(Struct, frozen=True, kw_only=True, tag="joined"):
    """The point's session is one that was opened elsewhere; the lines go into that one."""

    session: UUID


class Entered(Struct, frozen=True, kw_only=True, tag="entered"):
    """Nhập dòng: a line, under an id of its own that no correction changes."""

    entry: UUID
    number: NumberOfLine
    line: Line


class Undone(Struct, frozen=True, kw_only=True, tag="undone"):
    """Bỏ dòng: the line is no more; it was not recorded anywhere."""

    entry: UUID


class Corrected(Struct, frozen=True, kw_only=True, tag="corrected"):
    """Sửa dòng: a refused line with other amounts, to be sent again."""

    entry: UUID
    line: Line


class Counted(Struct, frozen=True, kw_only=True, tag="counted"):
    """Kiểm quỹ: the cash was counted, and the session is to be closed with it."""

    cash: DongOrNone


class Sent(Struct, frozen=True, kw_only=True, tag="sent"):
    """A call that is about to be made, and is made again word for word until it is answered."""

    key: UUID
    entries: tuple[UUID, ...]
    body: bytes


class Refused(Struct, frozen=True, kw_only=True):
    """Why a service did not take a line: `field` is wrong, `fix` is what to do."""

    entry: UUID
    code: str
    field: str
    detail: str
    fix: str


class Answered(Struct, frozen=True, kw_only=True, tag="answered"):
    """Trả lời: what became of a call's entries. Those in neither list were not recorded."""

    key: UUID
    at: datetime
    accepted: tuple[UUID, ...] = ()
    refused: tuple[Refused, ...] = ()


Record = Opened | Joined | Entered | Undone | Corrected | Counted | Sent | Answered

State = Literal["saved", "sending", "accepted", "refused", "undone"]
"""Đã lưu, đang gửi, đã ghi sổ, bị từ chối, đã bỏ."""
