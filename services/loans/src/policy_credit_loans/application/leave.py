"""Let a household leave its group."""

from policy_credit_loans.application.credit import owes
from policy_credit_loans.domain import group
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD, GroupQuit
from policy_credit_loans.domain.people_commands import LeaveGroup
from policy_credit_shared.store.books import Books


def leave(command: LeaveGroup, books: Books) -> None:
    """Record the departure, and with the household that it belongs to no group."""
    household = books.get(HOUSEHOLD, command.household)
    owing = {command.household} if owes(command.household, books) else set()
    left = group.leave(books.get(GROUP, command.group), command, household, owing)
    books.record(GROUP, command.group, left)
    books.record(HOUSEHOLD, command.household, GroupQuit(group=command.group, on=left.on))
