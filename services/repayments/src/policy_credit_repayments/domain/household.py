"""A household's debt across its loans: the one place that knows when it enters and leaves debt.

Counting here makes the number of households in debt additive everywhere else. A household keeps,
until it owes nothing at all, the locality in which it entered debt.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.entries import Terms
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Locality, Office, Programme, derived_id


class _OfHousehold(DomainEvent, frozen=True, kw_only=True):
    household: UUID
    office: Office
    locality: Locality
    opened_by: Office
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


class DebtMoved(DomainEvent, frozen=True, kw_only=True):
    """The household's home moved with a loan of its; all that it owes counts there from now on."""

    TOPIC: ClassVar[str] = "repayments.debt_moved.v1"

    household: UUID
    office: Office
    locality: Locality
    from_office: Office
    from_locality: Locality
    opened_by: Office
    programmes: tuple[Programme, ...]
    on: date


class HouseholdDebt(Struct, frozen=True):
    """The loans on which a household owes principal, and the home where it counts."""

    office: Office
    locality: Locality
    opened_by: Office
    owed: frozenset[tuple[Programme, UUID]]


def evolve(debt: HouseholdDebt | None, event: DebtBegun | DebtEnded | DebtMoved) -> HouseholdDebt:
    """The household's debt after an event."""
    owed = debt.owed if debt else frozenset()
    match event:
        case DebtBegun():
            owed |= {(event.programme, event.loan)}
        case DebtEnded():
            owed -= {(event.programme, event.loan)}
    return HouseholdDebt(event.office, event.locality, event.opened_by, owed)


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
        opened_by=debt.opened_by if debt else terms.office,
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
        opened_by=debt.opened_by,
        programme=terms.programme,
        loan=loan,
        on=on,
        in_programme=all(programme != terms.programme for programme, _ in left),
        overall=not left,
    )


def move(debt: HouseholdDebt, was: Terms, terms: Terms, on: date) -> DebtMoved | None:
    """A loan of the household went elsewhere; its home goes with it if it was the loan's."""
    home = (debt.office, debt.locality)
    here, there = (was.office, was.locality), (terms.office, terms.locality)
    if not debt.owed or home != here or here == there:
        return None
    return DebtMoved(
        household=terms.household,
        office=terms.office,
        locality=terms.locality,
        from_office=debt.office,
        from_locality=debt.locality,
        opened_by=debt.opened_by,
        programmes=tuple(sorted({programme for programme, _ in debt.owed})),
        on=on,
    )
