"""Why the loans service says no about households, groups and entitlement lists.

Refusal
├── DatedBefore
├── HouseholdRepeated
├── HouseholdUnknown
├── HouseholdIsErased
├── HouseholdInGroup
├── HouseholdElsewhere
├── HouseholdOwes
├── GroupRepeated
├── GroupUnknown
├── GroupIsDissolved
├── GroupFull
├── MemberRepeated
├── NotAMember
├── ListRepeated
├── ListUnknown
├── ListOfOtherCommune
├── ListPostedAlready
├── ListNotPosted
├── ListTooOld
├── EntryRepeated
├── EntryNotListed
├── EntryDecided
├── NothingDecided
└── ValidityOver
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class DatedBefore(Refusal):
    """One thing is dated before another that it follows."""

    code: ClassVar[str] = "dated-before"

    def __init__(self, field: str, day: date, what: str, before: date) -> None:
        super().__init__(
            f"{day} is before {before}, when {what}.",
            field=field,
            fix=f"Give a day from {before} on, or correct the other date.",
        )


class HouseholdRepeated(Refusal):
    """The household's id was used before."""

    code: ClassVar[str] = "household-repeated"

    def __init__(self, household: UUID) -> None:
        super().__init__(
            f"Household {household} is registered already, or was and is erased.",
            field="household",
            fix="Give a new household an id of its own; correct a registered one.",
        )


class HouseholdUnknown(Refusal):
    """No such household."""

    code: ClassVar[str] = "household-unknown"

    def __init__(self, household: UUID, field: str = "household") -> None:
        super().__init__(
            f"Household {household} is not registered.",
            field=field,
            fix="Register the household first, or correct its id.",
        )


class HouseholdIsErased(Refusal):
    """Nothing is done with a household whose personal data is erased."""

    code: ClassVar[str] = "household-erased"

    def __init__(self, household: UUID, field: str = "household") -> None:
        super().__init__(
            f"Household {household} was erased.",
            field=field,
            fix="If it comes back, register it under a new id.",
        )


class HouseholdInGroup(Refusal):
    """A household is a member of one group at a time."""

    code: ClassVar[str] = "household-in-group"

    def __init__(self, household: UUID, group: UUID, field: str = "household") -> None:
        super().__init__(
            f"Household {household} is a member of group {group}.",
            field=field,
            fix=f"Let it leave group {group} first.",
        )


class HouseholdElsewhere(Refusal):
    """The members of a group live in its commune."""

    code: ClassVar[str] = "household-elsewhere"

    def __init__(self, household: UUID, home: str, locality: str, field: str) -> None:
        super().__init__(
            f"Household {household} is registered in {home}, the group is in {locality}.",
            field=field,
            fix="Name households of the group's commune only.",
        )


class HouseholdOwes(Refusal):
    """A household that owes, or holds an approved loan, stays in its group and on record."""

    code: ClassVar[str] = "household-owes"

    def __init__(self, household: UUID, field: str = "household") -> None:
        super().__init__(
            f"Household {household} still owes, or has an approved loan.",
            field=field,
            fix="Wait until its debt is settled, or decline the approved loan.",
        )


class GroupRepeated(Refusal):
    """The group's id was used before."""

    code: ClassVar[str] = "group-repeated"

    def __init__(self, group: UUID) -> None:
        super().__init__(
            f"Group {group} was formed already.",
            field="group",
            fix="Give a new group an id of its own.",
        )


class GroupUnknown(Refusal):
    """No such group."""

    code: ClassVar[str] = "group-unknown"

    def __init__(self, group: UUID) -> None:
        super().__init__(
            f"There is no group {group}.",
            field="group",
            fix="Form the group first, or correct its id.",
        )


class GroupIsDissolved(Refusal):
    """The group is no more."""

    code: ClassVar[str] = "group-dissolved"

    def __init__(self, group: UUID) -> None:
        super().__init__(
            f"Group {group} was dissolved.",
            field="group",
            fix="Name a group that exists, or form a new one.",
        )


class GroupFull(Refusal):
    """A group has so many members at most."""

    code: ClassVar[str] = "group-full"

    def __init__(self, group: UUID, most: int) -> None:
        super().__init__(
            f"Group {group} has {most} members, as many as a group may have.",
            field="group",
            fix="Name another group of the village, or form one.",
        )


class MemberRepeated(Refusal):
    """A household is named twice."""

    code: ClassVar[str] = "member-repeated"

    def __init__(self, household: UUID, field: str) -> None:
        super().__init__(
            f"Household {household} is named twice.", field=field, fix="Name each member once."
        )


class NotAMember(Refusal):
    """The household is in another group, or in none."""

    code: ClassVar[str] = "not-a-member"

    def __init__(self, household: UUID, group: UUID, field: str = "household") -> None:
        super().__init__(
            f"Household {household} is not a member of group {group}.",
            field=field,
            fix="Let it join the group first, or correct its id.",
        )


class ListRepeated(Refusal):
    """The list's id was used before."""

    code: ClassVar[str] = "list-repeated"

    def __init__(self, list_id: UUID) -> None:
        super().__init__(
            f"List {list_id} was drawn up already.",
            field="list",
            fix="Give a new list an id of its own.",
        )


class ListUnknown(Refusal):
    """No such list."""

    code: ClassVar[str] = "list-unknown"

    def __init__(self, list_id: UUID) -> None:
        super().__init__(
            f"There is no list {list_id}.",
            field="list",
            fix="Draw up the list first, or correct its id.",
        )


class ListOfOtherCommune(Refusal):
    """A commune's People's Committee decides on the lists of its own groups."""

    code: ClassVar[str] = "list-of-other-commune"

    def __init__(self, list_id: UUID, commune: str) -> None:
        super().__init__(
            f"List {list_id} is of commune {commune}.",
            field="commune",
            fix=f"Let the People's Committee of commune {commune} decide.",
        )


class ListPostedAlready(Refusal):
    """A list is posted once."""

    code: ClassVar[str] = "list-posted-already"

    def __init__(self, list_id: UUID, posted_on: date) -> None:
        super().__init__(
            f"List {list_id} was posted on {posted_on}.", field="list", fix="Leave the line out."
        )


class ListNotPosted(Refusal):
    """What was not posted in public is not decided on."""

    code: ClassVar[str] = "list-not-posted"

    def __init__(self, list_id: UUID) -> None:
        super().__init__(
            f"List {list_id} was not posted in public yet.",
            field="list",
            fix="Post it first, then decide.",
        )


class ListTooOld(Refusal):
    """A list that was left lying is drawn up anew: who is entitled has changed."""

    code: ClassVar[str] = "list-too-old"

    def __init__(self, field: str, day: date, listed_on: date, most: int) -> None:
        super().__init__(
            f"{day} is more than {most} days after {listed_on}, when the list was drawn up.",
            field=field,
            fix="Correct the date, or draw up a new list.",
        )


class EntryRepeated(Refusal):
    """A household is named twice for one programme."""

    code: ClassVar[str] = "entry-repeated"

    def __init__(self, household: UUID, programme: str, field: str) -> None:
        super().__init__(
            f"Household {household} is named twice for programme {programme}.",
            field=field,
            fix="Name it once.",
        )


class EntryNotListed(Refusal):
    """The household is not on the list for that programme."""

    code: ClassVar[str] = "entry-not-listed"

    def __init__(self, household: UUID, programme: str, field: str) -> None:
        super().__init__(
            f"Household {household} is not on the list for programme {programme}.",
            field=field,
            fix="Decide only on what the list names.",
        )


class EntryDecided(Refusal):
    """Each entry is decided once."""

    code: ClassVar[str] = "entry-decided"

    def __init__(self, household: UUID, programme: str, outcome: str, field: str) -> None:
        super().__init__(
            f"Household {household} is {outcome} for programme {programme} already.",
            field=field,
            fix="Leave it out; a household may be named again on a later list.",
        )


class NothingDecided(Refusal):
    """Neither confirmed nor rejected."""

    code: ClassVar[str] = "nothing-decided"

    def __init__(self) -> None:
        super().__init__(
            "A decision confirms or rejects at least one household.",
            field="confirmed",
            fix="Leave the line out.",
        )


class ValidityOver(Refusal):
    """A confirmation would be over when it is given."""

    code: ClassVar[str] = "validity-over"

    def __init__(self, valid_until: date, decided_on: date, field: str) -> None:
        super().__init__(
            f"A confirmation until {valid_until} is over on {decided_on}, when it is given.",
            field=field,
            fix=f"Give a day after {decided_on}.",
        )
