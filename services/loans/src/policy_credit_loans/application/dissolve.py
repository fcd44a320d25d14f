"""Dissolve a group."""

from policy_credit_loans.application.credit import owes
from policy_credit_loans.domain import group
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD, GroupQuit
from policy_credit_loans.domain.people_commands import DissolveGroup
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.store.books import Books


def dissolve(command: DissolveGroup, books: Books) -> None:
    """Record the end of the group, and with each member that it belongs to none."""
    existing = books.get(GROUP, command.group)
    members = existing.members if existing else frozenset()
    books.prefetch(each for m in members for each in (m, derived_id("credit", m)))
    households = {member: books.get(HOUSEHOLD, member) for member in members}
    owing = {member for member in members if owes(member, books)}
    dissolved = group.dissolve(existing, command, households, owing)
    books.record(GROUP, command.group, dissolved)
    for member in dissolved.members:
        books.record(HOUSEHOLD, member, GroupQuit(group=command.group, on=dissolved.on))
