"""What an office asks to begin with its existing books: groups, households, loans and savings.

Books come in parts, each part a sheet of lines: a group, then its households, then their loans.
Balances are those at the beginning of the day `opened_on`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.capital import capital_id
from policy_credit_loans.domain.people_commands import MEMBERS_MAX
from policy_credit_loans.domain.person import Person
from policy_credit_loans.domain.programme import TERM_MONTHS_MAX
from policy_credit_shared.kernel.ages import bucket_on
from policy_credit_shared.kernel.identifiers import (
    Association,
    Bucket,
    CommuneCode,
    Fund,
    Office,
    Programme,
    Text,
    derived_id,
)
from policy_credit_shared.kernel.instalments import FellOverdue, Plan, total
from policy_credit_shared.kernel.money import AnnualRate, DongOrNone

PARTS_MAX: Final = 10_000
INSTALMENTS_MAX: Final = 360

Number = Annotated[int, Meta(ge=0, le=10_000_000)]
Part = Annotated[int, Meta(ge=1, le=PARTS_MAX)]


class Totals(Struct, frozen=True, kw_only=True):
    """What books add up to. `outstanding` is by "fund/programme", `overdue` by bucket, in dong.

    `grouped` counts the households that name a group, `members` those that groups name.
    """

    groups: Number = 0
    members: Number = 0
    households: Number = 0
    grouped: Number = 0
    loans: Number = 0
    outstanding: Mapping[str, DongOrNone] = {}
    overdue: Mapping[str, DongOrNone] = {}
    frozen: DongOrNone = 0
    interest_arrears: DongOrNone = 0
    undisbursed: DongOrNone = 0
    savings: DongOrNone = 0

    def plus(self, more: "Totals") -> "Totals":
        """Both together."""
        return Totals(
            groups=self.groups + more.groups,
            members=self.members + more.members,
            households=self.households + more.households,
            grouped=self.grouped + more.grouped,
            loans=self.loans + more.loans,
            outstanding=_summed(self.outstanding, more.outstanding),
            overdue=_summed(self.overdue, more.overdue),
            frozen=self.frozen + more.frozen,
            interest_arrears=self.interest_arrears + more.interest_arrears,
            undisbursed=self.undisbursed + more.undisbursed,
            savings=self.savings + more.savings,
        )


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Nothing is kept of what comes to 0, so that equal sums are equal."""
    summed = {key: one.get(key, 0) + other.get(key, 0) for key in sorted(one.keys() | other.keys())}
    return {key: amount for key, amount in summed.items() if amount}


def existing_books_id(office: str) -> UUID:
    """The aggregate of an office's existing books."""
    return derived_id("existing-books", office)


class BeginBooks(Struct, frozen=True, kw_only=True, tag="begin_books"):
    """Bắt đầu nhập sổ hiện có: announce books by their own id, and what they add up to.

    Books that were begun before and not opened are forgotten.
    """

    office: Office
    books: UUID
    opened_on: date
    totals: Totals

    def touches(self) -> Iterable[UUID]:
        return (existing_books_id(self.office),)


class _OfPart(Struct, frozen=True, kw_only=True):
    office: Office
    books: UUID
    part: Part


class CarryOverGroup(_OfPart, frozen=True, kw_only=True, tag="carry_over_group"):
    """Chuyển số dư tổ: a group of the books, with the households that are its members."""

    commune: CommuneCode
    group: UUID
    association: Association
    village: Text
    members: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    formed_on: date

    def touches(self) -> Iterable[UUID]:
        return existing_books_id(self.office), self.group


class CarryOverHousehold(_OfPart, frozen=True, kw_only=True, tag="carry_over_household"):
    """Chuyển thông tin hộ và số dư tiết kiệm: a household of the books; its group came before it.

    What it saved, it saved through its group.
    """

    commune: CommuneCode
    household: UUID
    person: Person
    group: UUID | None = None
    savings: DongOrNone = 0

    def touches(self) -> Iterable[UUID]:
        return existing_books_id(self.office), self.household


class CarryOverLoan(_OfPart, frozen=True, kw_only=True, tag="carry_over_loan"):
    """Chuyển số dư món vay: what is owed on a loan of the books; its household came before it.

    `plan` is the instalments left in term, `fell_overdue` what is overdue, by the day since when.
    `frozen` is owed again on `frozen_until`; it was overdue since `frozen_overdue_since`, or in
    term. `interest_arrears` is all interest owed up to the books' day, that day not counted.
    `undisbursed` is approved and still to be paid out. `term_months` is as agreed.
    """

    loan: UUID
    household: UUID
    programme: Programme
    fund: Fund
    disbursed_on: date
    term_months: Annotated[int, Meta(ge=1, le=TERM_MONTHS_MAX)]
    due_on: date
    annual_rate: AnnualRate
    plan: Annotated[Plan, Meta(max_length=INSTALMENTS_MAX)] = ()
    fell_overdue: Annotated[tuple[FellOverdue, ...], Meta(max_length=INSTALMENTS_MAX)] = ()
    frozen: DongOrNone = 0
    frozen_until: date | None = None
    frozen_overdue_since: date | None = None
    interest_arrears: DongOrNone = 0
    undisbursed: DongOrNone = 0

    @property
    def in_term(self) -> int:
        """Owed and not due yet."""
        return total(self.plan)

    @property
    def overdue(self) -> int:
        """Owed since before the books' day."""
        return sum(missed.amount for missed in self.fell_overdue)

    @property
    def outstanding(self) -> int:
        """Dư nợ."""
        return self.in_term + self.overdue + self.frozen

    def buckets(self, on: date) -> dict[Bucket, int]:
        """What is overdue by how old it is on a day."""
        return buckets(self.fell_overdue, on)

    def touches(self) -> Iterable[UUID]:
        return existing_books_id(self.office), self.loan, self.household


def buckets(fell_overdue: Iterable[FellOverdue], on: date) -> dict[Bucket, int]:
    """Overdue principal by how old it is on a day."""
    found: dict[Bucket, int] = {}
    for missed in fell_overdue:
        bucket = bucket_on(missed.since, on)
        found[bucket] = found.get(bucket, 0) + missed.amount
    return found


class OpenBooks(Struct, frozen=True, kw_only=True, tag="open_books"):
    """Khóa sổ và mở sổ mới: let all parts of the books take effect, in one transaction."""

    office: Office
    books: UUID

    def touches(self) -> Iterable[UUID]:
        return existing_books_id(self.office), capital_id(self.office)
