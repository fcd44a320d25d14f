"""A household's debt across its loans: the one place that knows when it enters and leaves debt.

Counting here makes the number of households in debt additive everywhere else. A household keeps,
until it owes nothing at all, the locality in which it entered debt.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.account import Terms
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Locality, Office, Programme, derived_id


class _OfHousehold(DomainEvent, frozen=True, kw_only=True):
    household: UUID
    office: Office
    locality: Locality
    programme: Programme
    loan: UUID
    on: date
    in_programme: bool = False
    overall: bool = False


class DebtBegun(_OfHousehold, frozen=True, kw_only=True):
    """A loan has principal; the flags say whether it is the first, of its programme or of all."""

    TOPIC: ClassVar[str] = "repayments.debt_begun.v1"


class DebtEnded(_OfHousehold, frozen=True, kw_only=True):
    """A loan has no principal left; the flags say whether it was the last."""

    TOPIC: ClassVar[str] = "repayments.debt_ended.v1"


class HouseholdDebt(Struct, frozen=True):
    """The loans on which a household owes principal."""

    office: Office
    locality: Locality
    owed: frozenset[tuple[str, UUID]]


def evolve(debt: HouseholdDebt | None, event: DebtBegun | DebtEnded) -> HouseholdDebt:
    """The household's debt after an event."""
    owed = debt.owed if debt else frozenset()
    one = frozenset({(event.programme, event.loan)})
    owed = owed | one if isinstance(event, DebtBegun) else owed - one
    return HouseholdDebt(event.office, event.locality, owed)


HOUSEHOLD_DEBT: Kind[HouseholdDebt] = Kind(evolve)


def debt_id(household: UUID) -> UUID:
    """The aggregate of a household's debt."""
    return derived_id("household-debt", household)


def begin(debt: HouseholdDebt | None, terms: Terms, loan: UUID, on: date) -> DebtBegun:
    """A loan of the household came to have principal."""
    owed = debt.owed if debt else frozenset()
    home = debt if debt and owed else terms
    return DebtBegun(
        household=terms.household,
        office=home.office,
        locality=home.locality,
        programme=terms.programme,
        loan=loan,
        on=on,
        in_programme=all(programme != terms.programme for programme, _ in owed),
        overall=not owed,
    )


def end(debt: HouseholdDebt, terms: Terms, loan: UUID, on: date) -> DebtEnded:
    """A loan of the household came to have none."""
    left = debt.owed - {(terms.programme, loan)}
    return DebtEnded(
        household=terms.household,
        office=debt.office,
        locality=debt.locality,
        programme=terms.programme,
        loan=loan,
        on=on,
        in_programme=all(programme != terms.programme for programme, _ in left),
        overall=not left,
    )
