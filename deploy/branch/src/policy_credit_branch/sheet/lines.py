"""The lines of a session's sheet (bảng kê): what a teller takes in or pays out, in whole dong."""

from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_shared.kernel.identifiers import Association
from policy_credit_shared.kernel.money import Dong, DongOrNone

Via = Literal["borrower", "group_leader"]


class Payment(Struct, frozen=True, kw_only=True, tag="payment"):
    """Thu nợ, thu lãi: principal, interest or both of a loan.

    A group leader (tổ trưởng) brings interest, never principal.
    """

    loan: UUID
    principal: DongOrNone = 0
    interest: DongOrNone = 0
    via: Via = "borrower"


class Deposit(Struct, frozen=True, kw_only=True, tag="deposit"):
    """Gửi tiết kiệm: a member saves through its group."""

    household: UUID
    group: UUID
    association: Association
    amount: Dong


class Withdrawal(Struct, frozen=True, kw_only=True, tag="withdrawal"):
    """Rút tiết kiệm: a member takes savings back, in cash."""

    household: UUID
    amount: Dong


Line = Payment | Deposit | Withdrawal
Kind = Literal["payment", "deposit", "withdrawal"]

KINDS: Final[dict[type[Struct], Kind]] = {
    Payment: "payment",
    Deposit: "deposit",
    Withdrawal: "withdrawal",
}
LABELS: Final[dict[Kind, str]] = {
    "payment": "Thu nợ, lãi",
    "deposit": "Gửi TK",
    "withdrawal": "Rút TK",
}
NumberOfLine = Annotated[int, Meta(ge=1, description="Its place on the sheet, from 1")]


def kind_of(line: Line) -> Kind:
    """Which kind of line it is."""
    return KINDS[type(line)]


def about(line: Line) -> UUID:
    """The loan or household that it is of: what a correction may not change."""
    return line.loan if isinstance(line, Payment) else line.household
