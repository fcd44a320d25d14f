"""What the lines of a sheet come to (cộng bảng kê), and the cash that must be in the box."""

from collections.abc import Iterable

from msgspec import Struct

from policy_credit_branch.sheet.lines import Deposit, Line, Payment, Withdrawal


class Totals(Struct, frozen=True, kw_only=True):
    """Sums of lines by kind, in dong, and how many lines there are."""

    lines: int = 0
    principal: int = 0
    interest: int = 0
    deposited: int = 0
    withdrawn: int = 0

    @property
    def cash(self) -> int:
        """By how much there is more cash in the box."""
        return self.principal + self.interest + self.deposited - self.withdrawn


def totals_of(lines: Iterable[Line]) -> Totals:
    """The lines added up."""
    count = principal = interest = deposited = withdrawn = 0
    for line in lines:
        count += 1
        match line:
            case Payment():
                principal += line.principal
                interest += line.interest
            case Deposit():
                deposited += line.amount
            case Withdrawal():
                withdrawn += line.amount
    return Totals(
        lines=count,
        principal=principal,
        interest=interest,
        deposited=deposited,
        withdrawn=withdrawn,
    )
