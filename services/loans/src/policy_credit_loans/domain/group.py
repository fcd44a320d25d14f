"""A savings-and-credit group (tổ tiết kiệm và vay vốn): households of one village, one association.

Its members are those that joined and have not left. A household is a member of one group at most;
that is noted with the household (domain/household.py), in the same transaction.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.domain.household import Household, on_record
from policy_credit_loans.domain.people_commands import (
    MEMBERS_MAX,
    DissolveGroup,
    FormGroup,
    JoinGroup,
    LeaveGroup,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupFull,
    GroupIsDissolved,
    GroupRepeated,
    GroupUnknown,
    HouseholdElsewhere,
    HouseholdInGroup,
    HouseholdOwes,
    MemberRepeated,
    NotAMember,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    CommuneCode,
    Locality,
    Office,
)
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class _OfGroup(DomainEvent, frozen=True, kw_only=True):
    office: Office
    locality: Locality
    association: Association
    on: date


class GroupFormed(_OfGroup, frozen=True, kw_only=True):
    """A group was formed, with these members, in the order in which they were named.

    `formed_on` is there if it was formed before, and came with its office's existing books.
    """

    TOPIC: ClassVar[str] = "loans.group_formed.v1"

    commune: CommuneCode
    village: str
    members: tuple[UUID, ...]
    formed_on: date | None = None


class MemberJoined(_OfGroup, frozen=True, kw_only=True):
    """A household became a member."""

    TOPIC: ClassVar[str] = "loans.member_joined.v1"

    household: UUID


class MemberLeft(_OfGroup, frozen=True, kw_only=True):
    """A member left."""

    TOPIC: ClassVar[str] = "loans.member_left.v1"

    household: UUID


class GroupDissolved(_OfGroup, frozen=True, kw_only=True):
    """The group ended; `members`, in the order of their ids, are those that it still had."""

    TOPIC: ClassVar[str] = "loans.group_dissolved.v1"

    members: tuple[UUID, ...]
    reason: str


GroupEvent = GroupFormed | MemberJoined | MemberLeft | GroupDissolved


class Group(Struct, frozen=True, kw_only=True):
    """A group as it is."""

    office: Office
    commune: CommuneCode
    locality: Locality
    association: Association
    village: str
    formed_on: date
    members: frozenset[UUID]
    dissolved: bool = False


def evolve(group: Group | None, event: GroupEvent) -> Group:
    """The group after an event."""
    if isinstance(event, GroupFormed):
        return Group(
            office=event.office,
            commune=event.commune,
            locality=event.locality,
            association=event.association,
            village=event.village,
            formed_on=event.formed_on or event.on,
            members=frozenset(event.members),
        )
    if group is None:
        raise InvariantBroken("a group is formed before anything happens to it")
    match event:
        case MemberJoined():
            return replace(group, members=group.members | {event.household})
        case MemberLeft():
            return replace(group, members=group.members - {event.household})
        case GroupDissolved():
            return replace(group, members=frozenset(), dissolved=True)


GROUP: Kind[Group] = Kind(evolve)


def form(
    group: Group | None, command: FormGroup, households: Mapping[UUID, Household | None]
) -> GroupFormed:
    """Decide on a new group, given each of its members-to-be; raises a Refusal."""
    if group is not None:
        raise GroupRepeated(command.group)
    locality = served_locality(command.commune, command.office)
    seen: set[UUID] = set()
    for number, member in enumerate(command.members):
        field = f"members/{number}"
        if member in seen:
            raise MemberRepeated(member, field)
        seen.add(member)
        _admittable(
            member,
            households.get(member),
            locality,
            command.formed_on,
            field=field,
            day_field="formed_on",
        )
    return GroupFormed(
        office=command.office,
        commune=command.commune,
        locality=locality,
        association=command.association,
        village=command.village,
        members=command.members,
        on=command.formed_on,
    )


def join(group: Group | None, command: JoinGroup, household: Household | None) -> MemberJoined:
    """Decide on a new member; raises a Refusal."""
    existing = active(group, command.group, command.office)
    _not_before_it_was_formed(existing, "joined_on", command.joined_on)
    if len(existing.members) >= MEMBERS_MAX and command.household not in existing.members:
        raise GroupFull(command.group, MEMBERS_MAX)
    _admittable(
        command.household,
        household,
        existing.locality,
        command.joined_on,
        field="household",
        day_field="joined_on",
    )
    return MemberJoined(
        office=existing.office,
        locality=existing.locality,
        association=existing.association,
        household=command.household,
        on=command.joined_on,
    )


def leave(
    group: Group | None,
    command: LeaveGroup,
    household: Household | None,
    owing: Collection[UUID],
) -> MemberLeft:
    """Decide on a departure; raises a Refusal. `owing` owe or hold an approved loan."""
    existing = active(group, command.group, command.office)
    known = on_record(household, command.household)
    if command.household not in existing.members:
        raise NotAMember(command.household, command.group)
    if command.household in owing:
        raise HouseholdOwes(command.household)
    _not_before_it_joined(known, "left_on", command.left_on)
    return MemberLeft(
        office=existing.office,
        locality=existing.locality,
        association=existing.association,
        household=command.household,
        on=command.left_on,
    )


def dissolve(
    group: Group | None,
    command: DissolveGroup,
    households: Mapping[UUID, Household | None],
    owing: Collection[UUID],
) -> GroupDissolved:
    """Decide on a group's end; raises a Refusal. `owing` owe or hold an approved loan."""
    existing = active(group, command.group, command.office)
    _not_before_it_was_formed(existing, "dissolved_on", command.dissolved_on)
    members = tuple(sorted(existing.members))
    for member in members:
        if member in owing:
            raise HouseholdOwes(member, "group")
        known = on_record(households.get(member), member, "group")
        _not_before_it_joined(known, "dissolved_on", command.dissolved_on)
    return GroupDissolved(
        office=existing.office,
        locality=existing.locality,
        association=existing.association,
        members=members,
        reason=command.reason,
        on=command.dissolved_on,
    )


def active(group: Group | None, group_id: UUID, office: str) -> Group:
    """The group if the office has it and it is not dissolved; raises a Refusal."""
    if group is None:
        raise GroupUnknown(group_id)
    if group.office != office:
        raise WrongOffice("group", group.office)
    if group.dissolved:
        raise GroupIsDissolved(group_id)
    return group


def _admittable(
    member: UUID,
    household: Household | None,
    locality: str,
    day: date,
    *,
    field: str,
    day_field: str,
) -> None:
    """Raise a Refusal, of the member's field or the day's, unless it may become a member."""
    known = on_record(household, member, field)
    if known.locality != locality:
        raise HouseholdElsewhere(member, known.locality, locality, field)
    if known.group is not None:
        raise HouseholdInGroup(member, known.group, field)
    if day < known.registered_on:
        raise DatedBefore(day_field, day, f"household {member} was registered", known.registered_on)


def _not_before_it_was_formed(group: Group, field: str, day: date) -> None:
    if day < group.formed_on:
        raise DatedBefore(field, day, "the group was formed", group.formed_on)


def _not_before_it_joined(household: Household, field: str, day: date) -> None:
    if household.member_since is not None and day < household.member_since:
        raise DatedBefore(field, day, "the household joined", household.member_since)
