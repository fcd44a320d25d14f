"""Targets (chỉ tiêu) of a unit for a year: what a figure is to reach at least, or at most."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.governing_refusals import UnitUnknown
from policy_credit_oversight.domain.rating_refusals import TargetTooHigh, TargetUnitUnknown
from policy_credit_oversight.domain.seat import seat
from policy_credit_shared.events.supervision import Bound, Targeted, TargetedUnit
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Locality, Office, derived_id
from policy_credit_shared.kernel.money import DongOrNone

Year = Annotated[int, Meta(ge=2000, le=2200)]


class Form(Struct, frozen=True):
    """What kind of a bound a target is, what it counts, and the most that it can be."""

    bound: Bound
    unit: TargetedUnit
    most: int


FORMS: Final[dict[Targeted, Form]] = {
    "credit_growth": Form("floor", "millionths", 100_000_000),
    "overdue_ratio": Form("ceiling", "millionths", 1_000_000),
    "principal_when_due_rate": Form("floor", "millionths", 1_000_000),
    "interest_collection_rate": Form("floor", "millionths", 1_000_000),
    "communes_without_overdue": Form("floor", "count", 100_000),
    "groups_good_ratio": Form("floor", "millionths", 1_000_000),
    "local_capital": Form("floor", "dong", 2**62),
}
"""Tăng trưởng tín dụng, tỷ lệ nợ quá hạn, tỷ lệ thu gốc đến hạn, tỷ lệ thu lãi, số xã không có nợ
quá hạn, tỷ lệ tổ xếp loại tốt, vốn ủy thác từ ngân sách địa phương."""


class SetTarget(Struct, frozen=True, kw_only=True, tag="set_target"):
    """Giao chỉ tiêu: set or replace a unit's target for a year; the unit or one above it does.

    Head office (VN) records its own, as the State and the bank's own Board give them. `value` is in
    millionths for ratios and growth over the year, a count of communes, or dong.
    """

    unit: Annotated[str, Meta(pattern=r"^(VN|[0-9]{2}|[0-9]{3}|[0-9]{5})$", max_length=5)]
    year: Year
    indicator: Targeted
    value: DongOrNone
    set_on: date

    def touches(self) -> Iterable[UUID]:
        return (target_id(self),)


class TargetSet(DomainEvent, frozen=True, kw_only=True):
    """A target was set. The first that were set say a `ceiling` in millionths and nothing else."""

    TOPIC: ClassVar[str] = "oversight.target_set.v1"

    office: Office
    locality: Locality
    unit: str
    year: Year
    indicator: Targeted
    ceiling: int | None = None
    bound: Bound = "ceiling"
    value: int | None = None
    measured_in: TargetedUnit = "millionths"
    on: date

    @property
    def amount(self) -> int:
        """What is to be reached."""
        return (self.value if self.ceiling is None else self.ceiling) or 0


class Target(Struct, frozen=True):
    """What is to be reached."""

    value: int


def evolve(_: Target | None, event: TargetSet) -> Target:
    """The target after an event."""
    return Target(event.amount)


TARGET: Kind[Target] = Kind(evolve)


def target_id(command: SetTarget) -> UUID:
    """The aggregate of a unit's target for a year."""
    return derived_id("target", command.unit, command.year, command.indicator)


def set_target(command: SetTarget) -> TargetSet:
    """Decide on a target; raises a Refusal."""
    form = FORMS[command.indicator]
    if command.value > form.most:
        raise TargetTooHigh(command.indicator, command.value, form.most)
    try:
        told_at = seat(command.unit)
    except UnitUnknown:
        raise TargetUnitUnknown(command.unit) from None
    return TargetSet(
        office=told_at.office,
        locality=told_at.locality,
        unit=command.unit,
        year=command.year,
        indicator=command.indicator,
        bound=form.bound,
        value=command.value,
        measured_in=form.unit,
        on=command.set_on,
    )
