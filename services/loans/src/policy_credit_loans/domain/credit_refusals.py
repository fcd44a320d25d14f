"""Why the loans service says no about programmes, capital, and who may borrow.

Refusal
├── of programmes
│   ├── ChangeOutOfOrder
│   ├── ChangeRepeated
│   ├── NothingChanged
│   ├── OnlyOwnCeiling
│   ├── ProgrammeNotLent
│   ├── RateMissing
│   └── UnitChangesNothing
├── of capital
│   ├── BeyondCapital
│   ├── BeyondPlan
│   ├── CapitalLentOut
│   ├── GivenFromAbove
│   ├── NoPlan
│   └── NothingAllocated
└── of who may borrow
    ├── BeyondCeiling
    ├── CategoryNotEntitled
    ├── EntitlementExpired
    ├── HouseholdOverdue
    ├── ListOfAnotherGroup
    ├── NotConfirmed
    ├── NotListed
    └── ProgrammesExclude
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class ProgrammeNotLent(Refusal):
    """Nothing is known of the programme on that day."""

    code: ClassVar[str] = "programme-not-lent"

    def __init__(self, programme: str, on: date) -> None:
        super().__init__(
            f"Programme {programme} has no rate, ceiling or term in force on {on}.",
            field="programme",
            fix="See GET /programmes for what is lent on a day.",
        )


class ChangeRepeated(Refusal):
    """The change is recorded already."""

    code: ClassVar[str] = "change-repeated"

    def __init__(self, change: UUID) -> None:
        super().__init__(
            f"Change {change} of the programme is recorded already.",
            field="change",
            fix="Give each change an id of its own.",
        )


class NothingChanged(Refusal):
    """A change that changes nothing."""

    code: ClassVar[str] = "nothing-changed"

    def __init__(self) -> None:
        super().__init__(
            "The change gives neither a rate, nor a ceiling, nor a term.",
            field="annual_rate",
            fix="Give annual_rate, ceiling or term_months.",
        )


class UnitChangesNothing(Refusal):
    """Neither the nation nor a province."""

    code: ClassVar[str] = "unit-changes-nothing"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"There is no province {unit} in the list of units before 2025-07-01.",
            field="unit",
            fix="Use VN, or the two-digit code of a province.",
        )


class OnlyOwnCeiling(Refusal):
    """A province sets more than the ceiling of its own money (Decree 338/2025)."""

    code: ClassVar[str] = "only-own-ceiling"

    def __init__(self, unit: str, field: str) -> None:
        super().__init__(
            f"Province {unit} changes only the ceiling of loans from its own money.",
            field=field,
            fix='Give a ceiling for fund "local" alone; unit VN changes the rest.',
        )


class RateMissing(Refusal):
    """Existing contracts are to be reached by no rate."""

    code: ClassVar[str] = "rate-missing"

    def __init__(self) -> None:
        super().__init__(
            "Only a rate can reach existing contracts; the change gives none.",
            field="annual_rate",
            fix="Give annual_rate, or leave reaches_existing out.",
        )


class ChangeOutOfOrder(Refusal):
    """Contracts already follow a later change."""

    code: ClassVar[str] = "change-out-of-order"

    def __init__(self, valid_from: date, last: date) -> None:
        super().__init__(
            f"A change that holds from {last} reaches existing contracts; this one, from"
            f" {valid_from}, is not later.",
            field="valid_from",
            fix=f"Give a day after {last}.",
        )


class GivenFromAbove(Refusal):
    """An office gives itself capital or a plan."""

    code: ClassVar[str] = "given-from-above"

    def __init__(self, what: str, office: str) -> None:
        super().__init__(
            f"Office {office} is given its {what} by a unit above it, not by itself.",
            field="office",
            fix="Let the province's branch or head office send it.",
        )


class NothingAllocated(Refusal):
    """An allocation of nothing."""

    code: ClassVar[str] = "nothing-allocated"

    def __init__(self) -> None:
        super().__init__(
            "The allocation is 0 dong.",
            field="amount",
            fix="Give more than 0 to allocate, less than 0 to take back.",
        )


class CapitalLentOut(Refusal):
    """Capital is to be taken back that households have."""

    code: ClassVar[str] = "capital-lent-out"

    def __init__(self, fund: str, amount: int, free: int) -> None:
        super().__init__(
            f"{amount} dong of {fund} capital is to be taken back, but only {free} is not lent.",
            field="amount",
            fix=f"Take back at most {max(0, free)} dong.",
        )


class BeyondCapital(Refusal):
    """The fund has no money left for the disbursement."""

    code: ClassVar[str] = "beyond-capital"

    def __init__(self, fund: str, amount: int, allocated: int, outstanding: int) -> None:
        free = allocated - outstanding
        super().__init__(
            f"{amount} dong is more than the office's free {fund} capital, {free}:"
            f" {allocated} allocated, {outstanding} outstanding.",
            field="amount",
            fix=f"Pay out at most {max(0, free)} dong, or have capital allocated.",
        )


class BeyondPlan(Refusal):
    """The programme's plan of the year has no room for the disbursement."""

    code: ClassVar[str] = "beyond-plan"

    def __init__(
        self, programme: str, year: int, amount: int, target: int, outstanding: int
    ) -> None:
        room = max(0, target - outstanding)
        super().__init__(
            f"{amount} dong more of {programme} would exceed the plan of {year}:"
            f" {target} dong, of which {outstanding} is outstanding.",
            field="amount",
            fix=f"Pay out at most {room} dong, or have the plan raised.",
        )


class NoPlan(Refusal):
    """The office has no plan for the programme in that year."""

    code: ClassVar[str] = "no-plan"

    def __init__(self, programme: str, year: int) -> None:
        super().__init__(
            f"The office was assigned no plan of {programme} for {year}.",
            field="disbursed_on",
            fix="Have the plan assigned first.",
        )


class CategoryNotEntitled(Refusal):
    """The programme is for others."""

    code: ClassVar[str] = "category-not-entitled"

    def __init__(self, category: str, programme: str, entitled: Sequence[str]) -> None:
        super().__init__(
            f"Programme {programme} is for {', '.join(entitled)}; the household is confirmed as"
            f" {category}.",
            field="programme",
            fix="Choose a programme that is for the household.",
        )


class ProgrammesExclude(Refusal):
    """A loan that the household holds rules the programme out."""

    code: ClassVar[str] = "programmes-exclude"

    def __init__(self, programme: str, held: str, loan: UUID) -> None:
        super().__init__(
            f"A household that holds a {held} loan ({loan}) gets none of {programme}.",
            field="programme",
            fix=f"Let the {held} loan be repaid first.",
        )


class HouseholdOverdue(Refusal):
    """A loan of the household is overdue."""

    code: ClassVar[str] = "household-overdue"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"The household's loan {loan} has overdue principal.",
            field="household",
            fix="Let the overdue principal be paid first.",
        )


class BeyondCeiling(Refusal):
    """The household would hold more of the programme than one may."""

    code: ClassVar[str] = "beyond-ceiling"

    def __init__(self, programme: str, amount: int, ceiling: int, committed: int) -> None:
        super().__init__(
            f"{amount} dong more would exceed {programme}'s ceiling of {ceiling} dong a household:"
            f" {committed} is owed or approved.",
            field="amount",
            fix=f"Ask for at most {max(0, ceiling - committed)} dong.",
        )


class ListOfAnotherGroup(Refusal):
    """The list names members of another group."""

    code: ClassVar[str] = "list-of-another-group"

    def __init__(self, identifier: UUID, group: UUID) -> None:
        super().__init__(
            f"Entitlement list {identifier} is group {group}'s.",
            field="list",
            fix="Name a list of the household's own group.",
        )


class NotListed(Refusal):
    """The list does not name the household in the programme."""

    code: ClassVar[str] = "not-listed"

    def __init__(self, household: UUID, programme: str) -> None:
        super().__init__(
            f"The list does not name household {household} for {programme}.",
            field="list",
            fix="Name the list on which the household stands for this programme.",
        )


class NotConfirmed(Refusal):
    """The commune has not confirmed the household, or not by that day."""

    code: ClassVar[str] = "not-confirmed"

    def __init__(self, household: UUID, programme: str, on: date, rejected: bool) -> None:
        answer = "rejected" if rejected else f"not confirmed by {on}"
        super().__init__(
            f"Household {household} was {answer} for {programme} by the commune's committee.",
            field="list",
            fix="Wait for the commune's confirmation (03/TD), or list the household anew.",
        )


class EntitlementExpired(Refusal):
    """The confirmation is no longer valid."""

    code: ClassVar[str] = "entitlement-expired"

    def __init__(self, valid_until: date, on: date) -> None:
        super().__init__(
            f"The commune's confirmation was valid until {valid_until}, before {on}.",
            field="list",
            fix="List the household anew and have it confirmed.",
        )
