"""What is said publicly of groups and entitlements; of households, only what they had saved."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from policy_credit_loans.domain import entitlement, group, household
from policy_credit_loans.domain.entitlement import Decided, ListEvent
from policy_credit_loans.domain.group import GroupEvent
from policy_credit_loans.domain.household import HouseholdEvent
from policy_credit_loans.domain.people_commands import Named
from policy_credit_shared.events import lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Locality,
    Office,
    Programme,
)

PeopleEvent = HouseholdEvent | GroupEvent | ListEvent


class _OfGroup(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    group: UUID
    association: Association


class _OfEntry(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    household: UUID
    group: UUID
    programme: Programme
    category: Category


def say(aggregate: UUID, event: PeopleEvent) -> Sequence[PublicEvent]:
    """The public events that a stored event says; none for what only this service needs."""
    match event:
        case (
            group.GroupFormed() | group.MemberJoined() | group.MemberLeft() | group.GroupDissolved()
        ):
            return _group(aggregate, event)
        case entitlement.HouseholdsListed():
            return [lending.EntitlementListed(**_of_entry(event, n)) for n in event.entries]
        case entitlement.ListPosted():
            days = (event.on - event.listed_on).days
            return [
                lending.EntitlementPosted(**_of_entry(event, named), days_since_listed=days)
                for named in event.entries
            ]
        case entitlement.ListDecided():
            return [_decided(event, decided) for decided in event.decided]
        case household.HouseholdCarriedOver(group=UUID() as through, savings=savings) if savings:
            return _saved(event, through)
    return []


def _saved(event: household.HouseholdCarriedOver, through: UUID) -> Sequence[PublicEvent]:
    if event.association is None:
        raise InvariantBroken("a household of the books saved through a group")
    return [
        lending.SavingsCarriedOver(
            office=event.office,
            locality=event.locality,
            occurred_on=event.on,
            association=event.association,
            household=event.household,
            group=through,
            amount=event.savings,
        )
    ]


def _group(group_id: UUID, event: GroupEvent) -> Sequence[PublicEvent]:
    of = _OfGroup(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        group=group_id,
        association=event.association,
    )
    match event:
        case group.GroupFormed():
            return [
                lending.GroupFormed(**of, village=event.village, formed_on=event.formed_on),
                *(lending.GroupMemberJoined(**of, household=m) for m in event.members),
            ]
        case group.MemberJoined():
            return [lending.GroupMemberJoined(**of, household=event.household)]
        case group.MemberLeft():
            return [lending.GroupMemberLeft(**of, household=event.household)]
        case group.GroupDissolved():
            return [
                *(lending.GroupMemberLeft(**of, household=m) for m in event.members),
                lending.GroupDissolved(**of),
            ]


def _decided(event: entitlement.ListDecided, decided: Decided) -> PublicEvent:
    of = _of_entry(event, decided.entry)
    listed = (event.on - event.listed_on).days
    posted = (event.on - event.posted_on).days
    if decided.valid_until is not None:
        return lending.EntitlementConfirmed(
            **of,
            days_since_listed=listed,
            days_since_posted=posted,
            valid_until=decided.valid_until,
        )
    return lending.EntitlementRejected(
        **of, days_since_listed=listed, days_since_posted=posted, reason=decided.reason
    )


def _of_entry(event: ListEvent, named: Named) -> _OfEntry:
    return _OfEntry(
        office=event.office,
        locality=event.locality,
        occurred_on=event.on,
        household=named.household,
        group=event.group,
        programme=named.programme,
        category=named.category,
    )
