"""Targets (chỉ tiêu): the ceiling of a unit's ratio for a year."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.rating_refusals import UnitNotOfOffice
from policy_credit_shared.events.supervision import PartsPerMillion
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office, derived_id
from policy_credit_shared.kernel.units import served_locality, units_before_reform

Targeted = Literal["overdue_ratio"]
Year = Annotated[int, Meta(ge=2000, le=2200)]


class SetTarget(Struct, frozen=True, kw_only=True, tag="set_target"):
    """Giao chỉ tiêu: set or replace the ceiling of a ratio, in millionths, for a unit and year.

    `commune` is where the office that sets it stands.
    """

    office: Office
    commune: CommuneCode
    unit: Annotated[str, Meta(pattern=r"^([0-9]{3}|[0-9]{5})$", max_length=5)]
    year: Year
    indicator: Targeted
    ceiling: PartsPerMillion
    set_on: date

    def touches(self) -> Iterable[UUID]:
        return (target_id(self),)


class TargetSet(DomainEvent, frozen=True, kw_only=True):
    """A target was set."""

    TOPIC: ClassVar[str] = "oversight.target_set.v1"

    office: Office
    locality: Locality
    unit: str
    year: Year
    indicator: Targeted
    ceiling: int
    on: date


class Target(Struct, frozen=True):
    """A ceiling in millionths."""

    ceiling: int


def evolve(_: Target | None, event: TargetSet) -> Target:
    """The target after an event."""
    return Target(event.ceiling)


TARGET: Kind[Target] = Kind(evolve)


def target_id(command: SetTarget) -> UUID:
    """The aggregate of a unit's target for a year."""
    return derived_id("target", command.unit, command.year, command.indicator)


def set_target(command: SetTarget) -> TargetSet:
    """Decide on a target; raises a Refusal."""
    tree = units_before_reform()
    if command.unit not in tree or not tree.contains(command.office, command.unit):
        raise UnitNotOfOffice(command.unit, command.office)
    return TargetSet(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        unit=command.unit,
        year=command.year,
        indicator=command.indicator,
        ceiling=command.ceiling,
        on=command.set_on,
    )
