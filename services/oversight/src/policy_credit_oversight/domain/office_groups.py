"""Which groups an office has: so that they are found from the office."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Office, derived_id


class GroupsListed(DomainEvent, frozen=True, kw_only=True):
    """Groups were formed in an office."""

    TOPIC: ClassVar[str] = "oversight.groups_listed.v1"

    groups: tuple[UUID, ...]


class OfficeGroups(Struct, frozen=True):
    """The groups of an office, those that were dissolved too."""

    groups: tuple[UUID, ...] = ()


def _list(state: OfficeGroups | None, event: GroupsListed) -> OfficeGroups:
    return OfficeGroups((*(state.groups if state else ()), *event.groups))


def _listed_together(last: GroupsListed, event: GroupsListed) -> GroupsListed:
    return GroupsListed(groups=(*last.groups, *event.groups))


OFFICE_GROUPS: Kind[OfficeGroups] = Kind(
    _list, name="office_groups", merge=_listed_together, state=OfficeGroups
)


def office_groups_id(office: Office) -> UUID:
    """The aggregate that lists an office's groups."""
    return derived_id("office-groups", office)
