"""Take a household into a group."""

from policy_credit_loans.domain import group
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD, GroupEntered
from policy_credit_loans.domain.people_commands import JoinGroup
from policy_credit_shared.store.books import Books


def join(command: JoinGroup, books: Books) -> None:
    """Record the new member, and with the household that it belongs to the group."""
    household = books.get(HOUSEHOLD, command.household)
    joined = group.join(books.get(GROUP, command.group), command, household)
    books.record(GROUP, command.group, joined)
    entered = GroupEntered(group=command.group, on=joined.on)
    books.record(HOUSEHOLD, command.household, entered)
