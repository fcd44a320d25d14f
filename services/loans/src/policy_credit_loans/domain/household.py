"""A household (hộ gia đình) that borrows or may: that it is registered, where, and in which group.

Who the person is stands in no event. It is sealed under a key of the household's own and goes
with that key; events, which stay for ever, carry only the household's id.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.domain.people_commands import (
    CorrectPerson,
    EraseHousehold,
    ErasureReason,
    RegisterHousehold,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    HouseholdInGroup,
    HouseholdIsErased,
    HouseholdOwes,
    HouseholdRepeated,
    HouseholdUnknown,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Association, Locality, Office
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class HouseholdRegistered(DomainEvent, frozen=True, kw_only=True):
    """A household came on record."""

    TOPIC: ClassVar[str] = "loans.household_registered.v1"

    office: Office
    locality: Locality
    on: date


class PersonCorrected(DomainEvent, frozen=True, kw_only=True):
    """The person's data was corrected."""

    TOPIC: ClassVar[str] = "loans.person_corrected.v1"

    on: date


class HouseholdErased(DomainEvent, frozen=True, kw_only=True):
    """The person's data and key were deleted."""

    TOPIC: ClassVar[str] = "loans.household_erased.v1"

    reason: ErasureReason
    on: date


class GroupEntered(DomainEvent, frozen=True, kw_only=True):
    """The household became a member of a group."""

    TOPIC: ClassVar[str] = "loans.group_entered.v1"

    group: UUID
    on: date


class GroupQuit(DomainEvent, frozen=True, kw_only=True):
    """The household ceased to be a member of its group."""

    TOPIC: ClassVar[str] = "loans.group_quit.v1"

    group: UUID
    on: date


class HouseholdMoved(DomainEvent, frozen=True, kw_only=True):
    """The household is another office's or commune's from now on: its loan went there."""

    TOPIC: ClassVar[str] = "loans.household_moved.v1"

    office: Office
    locality: Locality
    on: date


class HouseholdCarriedOver(DomainEvent, frozen=True, kw_only=True):
    """A household of its office's existing books, its group, and what it had saved through it."""

    TOPIC: ClassVar[str] = "loans.household_carried_over.v1"

    office: Office
    locality: Locality
    household: UUID
    group: UUID | None
    association: Association | None
    savings: int
    on: date


HouseholdEvent = (
    HouseholdRegistered
    | HouseholdCarriedOver
    | PersonCorrected
    | HouseholdErased
    | GroupEntered
    | GroupQuit
    | HouseholdMoved
)


class Household(Struct, frozen=True, kw_only=True):
    """Where the household is registered, and the one group that it is a member of, and since."""

    office: Office
    locality: Locality
    registered_on: date
    erased: bool = False
    group: UUID | None = None
    member_since: date | None = None


def evolve(household: Household | None, event: HouseholdEvent) -> Household:
    """The household after an event."""
    if isinstance(event, HouseholdRegistered):
        return Household(office=event.office, locality=event.locality, registered_on=event.on)
    if isinstance(event, HouseholdCarriedOver):
        return Household(
            office=event.office,
            locality=event.locality,
            registered_on=event.on,
            group=event.group,
            member_since=event.on if event.group else None,
        )
    if household is None:
        raise InvariantBroken("a household is registered before anything happens to it")
    match event:
        case HouseholdErased():
            return replace(household, erased=True)
        case GroupEntered():
            return replace(household, group=event.group, member_since=event.on)
        case GroupQuit():
            return replace(household, group=None, member_since=None)
        case HouseholdMoved():
            return replace(household, office=event.office, locality=event.locality)
        case PersonCorrected():
            return household


HOUSEHOLD: Kind[Household] = Kind(evolve)


def register(household: Household | None, command: RegisterHousehold) -> HouseholdRegistered:
    """Decide on a registration; raises a Refusal."""
    if household is not None:
        raise HouseholdRepeated(command.household)
    locality = served_locality(command.commune, command.office)
    return HouseholdRegistered(office=command.office, locality=locality, on=command.registered_on)


def correct(household: Household | None, command: CorrectPerson) -> PersonCorrected:
    """Decide on a correction; raises a Refusal."""
    known = on_record(household, command.household)
    _of_office(known, command.office)
    if command.corrected_on < known.registered_on:
        raise DatedBefore(
            "corrected_on", command.corrected_on, "it was registered", known.registered_on
        )
    return PersonCorrected(on=command.corrected_on)


def erase(household: Household | None, command: EraseHousehold, *, owes: bool) -> HouseholdErased:
    """Decide on an erasure; raises a Refusal.

    Who owes, or is a member of a group, must be known to the bank.
    """
    known = on_record(household, command.household)
    _of_office(known, command.office)
    if owes:
        raise HouseholdOwes(command.household)
    if known.group is not None:
        raise HouseholdInGroup(command.household, known.group)
    if command.erased_on < known.registered_on:
        raise DatedBefore("erased_on", command.erased_on, "it was registered", known.registered_on)
    return HouseholdErased(reason=command.reason, on=command.erased_on)


def on_record(
    household: Household | None, household_id: UUID, field: str = "household"
) -> Household:
    """The household if it is registered and not erased; raises a Refusal."""
    if household is None:
        raise HouseholdUnknown(household_id, field)
    if household.erased:
        raise HouseholdIsErased(household_id, field)
    return household


def _of_office(household: Household, office: str) -> None:
    if household.office != office:
        raise WrongOffice("household", household.office)
