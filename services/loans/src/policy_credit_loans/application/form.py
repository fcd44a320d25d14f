"""Form a group."""

from policy_credit_loans.domain import group
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD, GroupEntered
from policy_credit_loans.domain.people_commands import FormGroup
from policy_credit_shared.store.books import Books


def form(command: FormGroup, books: Books) -> None:
    """Record the group, and with each member that it belongs to it."""
    households = {member: books.get(HOUSEHOLD, member) for member in command.members}
    formed = group.form(books.get(GROUP, command.group), command, households)
    books.record(GROUP, command.group, formed)
    for member in formed.members:
        books.record(HOUSEHOLD, member, GroupEntered(group=command.group, on=formed.on))
