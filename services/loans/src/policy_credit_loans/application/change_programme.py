"""Change a programme from a day on; foresee what a change would do, without making it."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from policy_credit_loans.domain.loan import LOAN, Loan
from policy_credit_loans.domain.programme import programme_id
from policy_credit_loans.domain.programme_change import (
    PROGRAMME,
    RERATING,
    ChangeProgramme,
    ReratingDecided,
    change,
    evolve,
)
from policy_credit_loans.domain.rerating import reratings
from policy_credit_shared.kernel.identifiers import Fund
from policy_credit_shared.kernel.money import DAYS_PER_YEAR, accrual, interest
from policy_credit_shared.store.books import Books

LOANS_AT_ONCE: Final = 500


class Reached(Struct, frozen=True, kw_only=True):
    """Loans of a fund whose rate changes: how many, paid out and owed, and a year's interest."""

    fund: Fund
    loans: int
    disbursed: int
    outstanding: int
    yearly_interest_before: int
    yearly_interest_after: int


class MovedIndicator(Struct, frozen=True, kw_only=True):
    """By how much a change moves an indicator, in dong; interest by the year."""

    indicator: str
    change: int


class Foreseen(Struct, frozen=True, kw_only=True):
    """What a change of a programme would do to the loans that are open now.

    A year's interest is taken on today's outstanding as if all of it were in term.
    """

    reached: list[Reached]
    yearly_interest_difference: int
    moves: list[MovedIndicator]


def change_programme(command: ChangeProgramme, books: Books) -> None:
    """Record the change, and what the close of its day has to do; raises a Refusal."""
    aggregate = programme_id(command.programme)
    books.record(
        PROGRAMME, aggregate, change(books.get(PROGRAMME, aggregate), command, books.by.subject)
    )
    if command.reaches_existing:
        decided = ReratingDecided(
            programme=command.programme, unit=command.unit, valid_from=command.valid_from
        )
        books.record(RERATING, command.change, decided)


def foresee(command: ChangeProgramme, books: Books) -> Foreseen:
    """What the change would do; raises the Refusal that it would meet."""
    changes = books.get(PROGRAMME, programme_id(command.programme))
    changed = evolve(changes, change(changes, command, books.by.subject))
    before: dict[Fund, int] = {}
    after: dict[Fund, int] = {}
    totals: dict[Fund, tuple[int, int, int]] = {}
    for loan in _open_loans(books) if command.reaches_existing else ():
        if loan.standing.programme != command.programme:
            continue
        found = reratings(loan, changed, command.valid_from)
        if not found or found[-1].change != command.change:
            continue
        fund, owed = loan.standing.fund, loan.outstanding
        count, disbursed, outstanding = totals.get(fund, (0, 0, 0))
        totals[fund] = (count + 1, disbursed + loan.disbursed, outstanding + owed)
        before[fund] = before.get(fund, 0) + _yearly(owed, found[-1].previously)
        after[fund] = after.get(fund, 0) + _yearly(owed, found[-1].annual_rate)
    reached = [
        Reached(
            fund=fund,
            loans=count,
            disbursed=disbursed,
            outstanding=outstanding,
            yearly_interest_before=interest(before[fund]),
            yearly_interest_after=interest(after[fund]),
        )
        for fund, (count, disbursed, outstanding) in sorted(totals.items())
    ]
    difference = sum(r.yearly_interest_after - r.yearly_interest_before for r in reached)
    return Foreseen(
        reached=reached,
        yearly_interest_difference=difference,
        moves=[
            MovedIndicator(indicator="outstanding", change=0),
            MovedIndicator(indicator="interest_due", change=difference),
        ],
    )


def _open_loans(books: Books) -> Iterator[Loan]:
    after: UUID | None = None
    while found := books.awaited(LOAN, date.max, after, LOANS_AT_ONCE):
        books.prefetch(found)
        for identifier in found:
            loan = books.get(LOAN, identifier)
            if loan is not None:
                yield loan
        after = found[-1]


def _yearly(owed: int, annual_rate: int) -> int:
    return accrual(owed, annual_rate, DAYS_PER_YEAR)
