"""Carry over a group, a household or a loan of existing books: set aside until they are opened.

What an office has lent in all is recorded with the opening, once.
"""

from policy_credit_loans.application.record import keep_credit
from policy_credit_loans.domain import carrying_over
from policy_credit_loans.domain.books_commands import (
    CarryOverGroup,
    CarryOverHousehold,
    CarryOverLoan,
    Totals,
    existing_books_id,
)
from policy_credit_loans.domain.existing_books import (
    EXISTING_BOOKS,
    ExistingBooks,
    PartTaken,
    new_part,
    under_way,
)
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.loan import LOAN
from policy_credit_loans.domain.people_refusals import HouseholdRepeated
from policy_credit_loans.domain.person import sealed
from policy_credit_loans.domain.programme import programme_id, terms_on
from policy_credit_loans.domain.programme_change import PROGRAMME, entries
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.units import province_of
from policy_credit_shared.store.books import Books

Line = CarryOverGroup | CarryOverHousehold | CarryOverLoan


def carry_over_group(command: CarryOverGroup, books: Books) -> None:
    """Set a group aside; raises a Refusal."""
    state, aside = _begun(command, books)
    formed = carrying_over.carry_over_group(
        aside.get(GROUP, command.group), command, state.opened_on
    )
    aside.record(GROUP, command.group, formed)
    _taken(command, books, Totals(groups=1, members=len(command.members)), events=1)


def carry_over_household(command: CarryOverHousehold, books: Books) -> None:
    """Set a household aside, and seal who the person is; raises a Refusal."""
    state, aside = _begun(command, books)
    carried = carrying_over.carry_over_household(
        aside.get(HOUSEHOLD, command.household),
        command,
        aside.get(GROUP, command.group) if command.group else None,
        state.opened_on,
    )
    aside.record(HOUSEHOLD, command.household, carried)
    aside.seal(command.household, sealed(command.person))
    grouped = 1 if command.group else 0
    totals = Totals(households=1, grouped=grouped, savings=command.savings)
    _taken(command, books, totals, events=1)


def carry_over_loan(command: CarryOverLoan, books: Books) -> None:
    """Set a loan aside, with its household's credit; raises a Refusal."""
    state, aside = _begun(command, books)
    if books.get(HOUSEHOLD, command.household) is not None:
        raise HouseholdRepeated(command.household)
    household = aside.get(HOUSEHOLD, command.household)
    changes = books.get(PROGRAMME, programme_id(command.programme))
    terms = terms_on(
        entries(changes),
        command.programme,
        state.opened_on,
        command.fund,
        province_of(command.office),
    )
    carried = carrying_over.carry_over_loan(
        aside.get(LOAN, command.loan),
        command,
        household,
        aside.get(GROUP, household.group) if household and household.group else None,
        terms,
        state.opened_on,
        books.by.subject,
    )
    before = aside.pending
    aside.record(LOAN, command.loan, carried)
    loan = aside.get(LOAN, command.loan)
    if loan is None:
        raise InvariantBroken("a loan that was carried over is known")
    keep_credit(aside, command.loan, loan)
    totals = Totals(
        loans=1,
        outstanding={f"{command.fund}/{command.programme}": command.outstanding},
        overdue=dict(command.buckets(state.opened_on).items()),
        frozen=command.frozen,
        interest_arrears=command.interest_arrears,
        undisbursed=command.undisbursed,
    )
    _taken(command, books, totals, events=aside.pending - before)


def _begun(command: Line, books: Books) -> tuple[ExistingBooks, Books]:
    state = books.get(EXISTING_BOOKS, existing_books_id(command.office))
    begun = under_way(state, command.office, command.books)
    aside = books.aside(command.books)
    new_part(begun, command.part, first_line=not aside.pending)
    return begun, aside


def _taken(command: Line, books: Books, totals: Totals, *, events: int) -> None:
    taken = PartTaken(
        office=command.office,
        books=command.books,
        part=command.part,
        events=events,
        totals=totals,
        by=books.by.subject,
    )
    books.record(EXISTING_BOOKS, existing_books_id(command.office), taken)
