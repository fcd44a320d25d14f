"""Where what a unit of the bank does counts, and which unit may speak for which.

The bank's units, and communes, are named by their codes in the list before 2025-07-01. Figures
are kept by locality: what a whole office, branch or the head office does counts at its seat, its
first commune.
"""

from datetime import date, timedelta

from msgspec import Struct

from policy_credit_oversight.domain.governing_refusals import UnitOfOthers, UnitUnknown
from policy_credit_shared.events.governance import UnitCode
from policy_credit_shared.events.supervision import BodyLevel
from policy_credit_shared.kernel.identifiers import Locality, Office
from policy_credit_shared.kernel.units import (
    main_localities,
    seat_locality,
    units_before_reform,
)


class Seat(Struct, frozen=True, kw_only=True):
    """A unit, and the office and locality that what it does counts at."""

    unit: UnitCode
    level: BodyLevel
    office: Office
    locality: Locality


def seat(unit: str, field: str = "unit") -> Seat:
    """The seat of a unit; raises UnitUnknown."""
    tree = units_before_reform()
    if unit not in tree:
        raise UnitUnknown(unit, field)
    match tree.unit(unit).level:
        case "commune" as level:
            office, locality = tree.unit(unit).parent, main_localities()[unit]
        case "nation" | "province" | "district" as level:
            office = _office(unit)
            locality = seat_locality(office) if office else ""
        case "locality":
            office = None
    if office is None:
        raise UnitUnknown(unit, field)
    return Seat(unit=unit, level=level, office=office, locality=locality)


def listed_at(seat: Seat) -> tuple[str, ...]:
    """The units on whose registers it is: the unit itself, and a commune's office."""
    return (seat.unit, seat.office) if seat.level == "commune" else (seat.unit,)


def may_speak(unit: str, of: str, field: str) -> None:
    """Raise UnitOfOthers unless `of` is the unit itself or one below it, or UnitUnknown."""
    tree = units_before_reform()
    for code, named in ((unit, "unit"), (of, field)):
        if code not in tree:
            raise UnitUnknown(code, named)
    if not tree.contains(unit, of):
        raise UnitOfOthers(of, unit, field)


def day_after(day: date) -> date:
    """The next day; the last day there is has none."""
    return day + timedelta(days=1) if day < date.max else day


def _office(unit: str) -> str | None:
    tree = units_before_reform()
    if tree.unit(unit).level == "district":
        return unit if tree.children(unit) else None
    return next((found for below in tree.children(unit) if (found := _office(below.code))), None)
