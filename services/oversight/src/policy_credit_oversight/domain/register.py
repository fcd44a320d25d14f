"""Registers (sổ theo dõi): what a unit still has to see to, by the day when it is due.

A register follows from the things it lists and is changed with them, so that a unit's people can
be told all of it, the most urgent first.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import derived_id

Listed = Literal[
    "loan_use",
    "finding",
    "inspection_plan",
    "task",
    "obstacle",
    "obstacle_asked",
    "illegal_lending",
]


class RegisterKept(DomainEvent, frozen=True, kw_only=True):
    """Entries came, or are due on another day; or are gone where there is no day."""

    TOPIC: ClassVar[str] = "oversight.register_kept.v1"

    due: dict[str, date | None]


class Register(Struct, frozen=True):
    """What is listed, and when each is due."""

    due: dict[str, date] = {}

    def in_order(self, after: str = "") -> list[tuple[str, str]]:
        """Places in the list, and what is there: by the day it is due, from after a place."""
        found = sorted((f"{due}/{name}", name) for name, due in self.due.items())
        return [entry for entry in found if entry[0] > after]

    def late(self, on: date) -> int:
        """How many were due before that day."""
        return sum(due < on for due in self.due.values())


def evolve(register: Register | None, event: RegisterKept) -> Register:
    """The register after an event."""
    due = dict(register.due) if register else {}
    for name, day in event.due.items():
        if day is None:
            due.pop(name, None)
        else:
            due[name] = day
    return Register(due)


def _merge(last: RegisterKept, event: RegisterKept) -> DomainEvent:
    return replace(last, due=last.due | event.due)


REGISTER: Kind[Register] = Kind(evolve, name="register", merge=_merge, state=Register)


def register_id(unit: str, listed: Listed) -> UUID:
    """The aggregate of a unit's register."""
    return derived_id("register", listed, unit)


Entries = Mapping[tuple[str, str], date]
"""What is due when, by the unit that has to see to it and the name of the thing."""


def changes(before: Entries, after: Entries) -> dict[str, dict[str, date | None]]:
    """By unit, what its register has to learn."""
    found: dict[str, dict[str, date | None]] = {}
    for unit, name in sorted(before.keys() | after.keys()):
        day = after.get((unit, name))
        if day != before.get((unit, name)):
            found.setdefault(unit, {})[name] = day
    return found
