"""Hand loans over to another group, commune or office; move members of a group with theirs."""

from datetime import date
from uuid import UUID

from policy_credit_loans.application.record import record
from policy_credit_loans.domain import transferring
from policy_credit_loans.domain.credit import CREDIT, Credit, credit_id
from policy_credit_loans.domain.group import GROUP, MemberJoined, MemberLeft
from policy_credit_loans.domain.household import HOUSEHOLD, GroupEntered, GroupQuit, HouseholdMoved
from policy_credit_loans.domain.loan import LOAN, own
from policy_credit_loans.domain.transferring import (
    RestructureGroup,
    TransferLoan,
    dated,
    may_take,
)
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books


def transfer(command: TransferLoan, books: Books) -> None:
    """Record the transfer, and the household's move between groups; raises a Refusal."""
    loan = own(books.get(LOAN, command.loan), command.loan, command.office)
    into = books.get(GROUP, command.to_group)
    event = transferring.transfer(loan, into, command, books.by)
    left, household = loan.standing.group, loan.standing.household
    if into is not None:
        may_take(into, command.to_group, {household})
    record(books, command.loan, event)
    if not _loans_with(books, household, left):
        _leave(books, left, household, command.transferred_on)
    _join(books, command.to_group, household, command.transferred_on)


def restructure(command: RestructureGroup, books: Books) -> None:
    """Record that members and their loans go to another group; raises a Refusal."""
    group, into = books.get(GROUP, command.group), books.get(GROUP, command.into)
    receiver = transferring.may_restructure(group, into, command)
    moved = {h: _loans_with(books, h, command.group) for h in dict.fromkeys(command.households)}
    books.prefetch(loan for loans in moved.values() for loan in loans)
    for household, loans in moved.items():
        _leave(books, command.group, household, command.restructured_on)
        _join(books, command.into, household, command.restructured_on)
        for identifier in loans:
            loan = own(books.get(LOAN, identifier), identifier, command.office)
            dated(loan, "restructured_on", command.restructured_on)
            event = transferring.reassign(
                loan, command.into, receiver, command.reason, command.restructured_on, books.by
            )
            record(books, identifier, event)


def _loans_with(books: Books, household: UUID, group: UUID) -> list[UUID]:
    credit = books.get(CREDIT, credit_id(household)) or Credit()
    return [loan for loan, line in credit.lines.items() if line.group == group]


def _join(books: Books, identifier: UUID, household: UUID, on: date) -> None:
    """A member of the new group, the one that the household has from now on."""
    group, known = books.get(GROUP, identifier), books.get(HOUSEHOLD, household)
    if group is None or known is None:
        raise InvariantBroken("what a loan was lent to and goes to is on record")
    if (known.office, known.locality) != (group.office, group.locality):
        moved = HouseholdMoved(office=group.office, locality=group.locality, on=on)
        books.record(HOUSEHOLD, household, moved)
    if household not in group.members:
        joined = MemberJoined(
            office=group.office,
            locality=group.locality,
            association=group.association,
            household=household,
            on=on,
        )
        books.record(GROUP, identifier, joined)
        books.record(HOUSEHOLD, household, GroupEntered(group=identifier, on=on))


def _leave(books: Books, identifier: UUID, household: UUID, on: date) -> None:
    group, known = books.get(GROUP, identifier), books.get(HOUSEHOLD, household)
    if group is not None and household in group.members:
        left = MemberLeft(
            office=group.office,
            locality=group.locality,
            association=group.association,
            household=household,
            on=on,
        )
        books.record(GROUP, identifier, left)
        if known is not None and known.group == identifier:
            books.record(HOUSEHOLD, household, GroupQuit(group=identifier, on=on))
