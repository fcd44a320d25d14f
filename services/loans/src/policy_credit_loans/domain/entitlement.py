"""Entitlement lists (danh sách hộ đề nghị vay, 03/TD): who may borrow, and in which programme.

A group names households in a public meeting (10C/TD), the list is posted in public, and the
commune's People's Committee (UBND xã) confirms or rejects each of them, once. Everything on a list
is public and stays for ever: reasons name no one.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.domain.group import Group, active
from policy_credit_loans.domain.people_commands import (
    Confirmation,
    DecideList,
    ListHouseholds,
    Named,
    PostList,
    Rejection,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    EntryDecided,
    EntryNotListed,
    EntryRepeated,
    ListNotPosted,
    ListOfOtherCommune,
    ListPostedAlready,
    ListRepeated,
    ListTooOld,
    ListUnknown,
    NotAMember,
    NothingDecided,
    ValidityOver,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    CommuneCode,
    Locality,
    Office,
    Programme,
)
from policy_credit_shared.kernel.refusals import WrongOffice

AGE_DAYS_MAX: Final = 365
"""Example configuration, not confirmed: an older list is drawn up anew, as poverty is reviewed
every year."""


class _OfList(DomainEvent, frozen=True, kw_only=True):
    office: Office
    locality: Locality
    group: UUID
    on: date


class HouseholdsListed(_OfList, frozen=True, kw_only=True):
    """A list was drawn up."""

    TOPIC: ClassVar[str] = "loans.households_listed.v1"

    commune: CommuneCode
    association: Association
    entries: tuple[Named, ...]


class ListPosted(_OfList, frozen=True, kw_only=True):
    """The list, with these entries, was posted."""

    TOPIC: ClassVar[str] = "loans.list_posted.v1"

    listed_on: date
    entries: tuple[Named, ...]


class Decided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an entry: confirmed until a day, or rejected for a reason."""

    entry: Named
    valid_until: date | None = None
    reason: str = ""


class ListDecided(_OfList, frozen=True, kw_only=True):
    """Entries of the list were confirmed or rejected."""

    TOPIC: ClassVar[str] = "loans.list_decided.v1"

    listed_on: date
    posted_on: date
    decided: tuple[Decided, ...]


ListEvent = HouseholdsListed | ListPosted | ListDecided


class Entry(Struct, frozen=True, kw_only=True):
    """A household named for a programme, and what was decided if anything was."""

    household: UUID
    programme: Programme
    category: Category
    confirmed_on: date | None = None
    valid_until: date | None = None
    rejected: bool = False


class EntitlementList(Struct, frozen=True, kw_only=True):
    """A list as it is; its entries by household and programme."""

    office: Office
    commune: CommuneCode
    locality: Locality
    group: UUID
    association: Association
    listed_on: date
    posted_on: date | None = None
    entries: dict[str, Entry]


def evolve(listed: EntitlementList | None, event: ListEvent) -> EntitlementList:
    """The list after an event."""
    if isinstance(event, HouseholdsListed):
        return EntitlementList(
            office=event.office,
            commune=event.commune,
            locality=event.locality,
            group=event.group,
            association=event.association,
            listed_on=event.on,
            entries={_key(n.household, n.programme): _entry(n) for n in event.entries},
        )
    if listed is None:
        raise InvariantBroken("a list is drawn up before anything happens to it")
    match event:
        case ListPosted():
            return replace(listed, posted_on=event.on)
        case ListDecided():
            outcomes = {
                _key(d.entry.household, d.entry.programme): _outcome(d, event.on)
                for d in event.decided
            }
            return replace(listed, entries={**listed.entries, **outcomes})


ENTITLEMENT_LIST: Kind[EntitlementList] = Kind(evolve)


def entitlement(listed: EntitlementList, household: UUID, programme: Programme) -> Entry | None:
    """The household's entry for a programme, if the list has one."""
    return listed.entries.get(_key(household, programme))


def list_households(
    listed: EntitlementList | None, command: ListHouseholds, group: Group | None
) -> HouseholdsListed:
    """Decide on a new list; raises a Refusal."""
    if listed is not None:
        raise ListRepeated(command.list)
    existing = active(group, command.group, command.office)
    if command.listed_on < existing.formed_on:
        raise DatedBefore(
            "listed_on", command.listed_on, "the group was formed", existing.formed_on
        )
    seen: set[str] = set()
    for number, named in enumerate(command.entries):
        key = _key(named.household, named.programme)
        if key in seen:
            raise EntryRepeated(named.household, named.programme, f"entries/{number}")
        seen.add(key)
        if named.household not in existing.members:
            raise NotAMember(named.household, command.group, f"entries/{number}/household")
    return HouseholdsListed(
        office=existing.office,
        commune=existing.commune,
        locality=existing.locality,
        group=command.group,
        association=existing.association,
        entries=command.entries,
        on=command.listed_on,
    )


def post(listed: EntitlementList | None, command: PostList) -> ListPosted:
    """Decide on the posting of a list; raises a Refusal."""
    known = _of_office(listed, command.list, command.office)
    if known.posted_on is not None:
        raise ListPostedAlready(command.list, known.posted_on)
    if command.posted_on < known.listed_on:
        raise DatedBefore("posted_on", command.posted_on, "the list was drawn up", known.listed_on)
    _not_too_old(known, "posted_on", command.posted_on)
    return ListPosted(
        office=known.office,
        locality=known.locality,
        group=known.group,
        listed_on=known.listed_on,
        entries=tuple(_named(entry) for entry in known.entries.values()),
        on=command.posted_on,
    )


def decide(listed: EntitlementList | None, command: DecideList) -> ListDecided:
    """Decide on entries of a posted list; raises a Refusal."""
    known = _of_office(listed, command.list, command.office)
    if known.commune != command.commune:
        raise ListOfOtherCommune(command.list, known.commune)
    if known.posted_on is None:
        raise ListNotPosted(command.list)
    if command.decided_on < known.posted_on:
        raise DatedBefore("decided_on", command.decided_on, "the list was posted", known.posted_on)
    _not_too_old(known, "decided_on", command.decided_on)
    return ListDecided(
        office=known.office,
        locality=known.locality,
        group=known.group,
        listed_on=known.listed_on,
        posted_on=known.posted_on,
        decided=_decided(known, command),
        on=command.decided_on,
    )


def _decided(known: EntitlementList, command: DecideList) -> tuple[Decided, ...]:
    outcomes: dict[str, Decided] = {}
    asked: Sequence[tuple[str, Confirmation | Rejection]] = [
        *((f"confirmed/{number}", each) for number, each in enumerate(command.confirmed)),
        *((f"rejected/{number}", each) for number, each in enumerate(command.rejected)),
    ]
    if not asked:
        raise NothingDecided
    for field, each in asked:
        household, programme = each.household, each.programme
        key = _key(household, programme)
        if key in outcomes:
            raise EntryRepeated(household, programme, field)
        entry = known.entries.get(key)
        if entry is None:
            raise EntryNotListed(household, programme, field)
        if entry.rejected or entry.confirmed_on is not None:
            outcome = "rejected" if entry.rejected else "confirmed"
            raise EntryDecided(household, programme, outcome, field)
        if isinstance(each, Rejection):
            outcomes[key] = Decided(entry=_named(entry), reason=each.reason)
            continue
        if each.valid_until <= command.decided_on:
            raise ValidityOver(each.valid_until, command.decided_on, f"{field}/valid_until")
        outcomes[key] = Decided(entry=_named(entry), valid_until=each.valid_until)
    return tuple(outcomes.values())


def _of_office(listed: EntitlementList | None, list_id: UUID, office: str) -> EntitlementList:
    if listed is None:
        raise ListUnknown(list_id)
    if listed.office != office:
        raise WrongOffice("list", listed.office)
    return listed


def _not_too_old(listed: EntitlementList, field: str, day: date) -> None:
    if (day - listed.listed_on).days > AGE_DAYS_MAX:
        raise ListTooOld(field, day, listed.listed_on, AGE_DAYS_MAX)


def _key(household: UUID, programme: str) -> str:
    return f"{household}/{programme}"


def _entry(named: Named) -> Entry:
    return Entry(household=named.household, programme=named.programme, category=named.category)


def _named(entry: Entry) -> Named:
    return Named(household=entry.household, programme=entry.programme, category=entry.category)


def _outcome(decided: Decided, on: date) -> Entry:
    entry = _entry(decided.entry)
    if decided.valid_until is None:
        return replace(entry, rejected=True)
    return replace(entry, confirmed_on=on, valid_until=decided.valid_until)
