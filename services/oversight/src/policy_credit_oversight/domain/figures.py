"""What a group's month is scored by: sums that facts add to, in any order."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.months import Month


class Sums(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What facts of one month came to, in dong and counts; stocks by how much they changed.

    `handled` is what the group's members paid, were paid out, saved and drew. `saved` is what each
    household deposited, since a member who saves twice is one that saves.
    """

    interest_due: int = 0
    interest_collected: int = 0
    principal_due: int = 0
    principal_due_paid: int = 0
    handled: int = 0
    handled_at_point: int = 0
    saved: dict[UUID, int] = {}
    outstanding: int = 0
    overdue: int = 0
    members: int = 0
    savings: int = 0

    def plus(self, other: "Sums", sign: int = 1) -> "Sums":
        """Both together; with the sign -1, without the other."""
        saved = self.saved
        if other.saved:
            saved = dict(saved)
            for household, amount in other.saved.items():
                saved[household] = saved.get(household, 0) + sign * amount
            saved = {household: amount for household, amount in saved.items() if amount}
        return Sums(
            interest_due=self.interest_due + sign * other.interest_due,
            interest_collected=self.interest_collected + sign * other.interest_collected,
            principal_due=self.principal_due + sign * other.principal_due,
            principal_due_paid=self.principal_due_paid + sign * other.principal_due_paid,
            handled=self.handled + sign * other.handled,
            handled_at_point=self.handled_at_point + sign * other.handled_at_point,
            saved=saved,
            outstanding=self.outstanding + sign * other.outstanding,
            overdue=self.overdue + sign * other.overdue,
            members=self.members + sign * other.members,
            savings=self.savings + sign * other.savings,
        )

    @property
    def stocks(self) -> "Sums":
        """Only the changes of stocks, which later months stand on."""
        return Sums(
            outstanding=self.outstanding,
            overdue=self.overdue,
            members=self.members,
            savings=self.savings,
        )

    @property
    def is_lending(self) -> bool:
        """Whether there is more than members who came and went."""
        return replace(self, members=0) != Sums()


Rows = Mapping[Month, Sums]


def together(rows: Rows, more: Rows) -> dict[Month, Sums]:
    """The sums of both, month by month."""
    found = dict(rows)
    for month, sums in more.items():
        found[month] = found.get(month, Sums()).plus(sums)
    return found


class Figures(Struct, frozen=True, kw_only=True):
    """A group's month: its flows, and its stocks at the month's end; savings also before it."""

    outstanding: int
    overdue: int
    handled: int
    handled_at_point: int
    interest_due: int
    interest_collected: int
    principal_due: int
    principal_due_paid: int
    savings_before: int
    savings: int
    members: int
    members_saving: int


def figures_of(before: Sums, rows: Rows, month: Month) -> Figures:
    """The figures of a month, given what stocks were before all rows."""
    sums = rows.get(month, Sums())
    start = before
    for earlier, row in rows.items():
        if earlier < month:
            start = start.plus(row.stocks)
    return Figures(
        outstanding=start.outstanding + sums.outstanding,
        overdue=start.overdue + sums.overdue,
        handled=sums.handled,
        handled_at_point=sums.handled_at_point,
        interest_due=sums.interest_due,
        interest_collected=sums.interest_collected,
        principal_due=sums.principal_due,
        principal_due_paid=sums.principal_due_paid,
        savings_before=start.savings,
        savings=start.savings + sums.savings,
        members=start.members + sums.members,
        members_saving=sum(amount > 0 for amount in sums.saved.values()),
    )
