"""What the command line needs to know of a service."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points

from policy_credit_shared.running.closing import Step

SERVICES_GROUP = "policy_credit.services"


CloseDay = Callable[[date, str | None], Iterator[Step]]
"""Closes a day in one office or in all, telling its progress."""


@dataclass(frozen=True)
class Service:
    """A service: its roles, each run as a process of its own until it is stopped.

    `close_day` is there where something follows from the calendar alone.
    """

    name: str
    roles: Mapping[str, Callable[[], None]]
    migrate: Callable[[], None]
    close_day: CloseDay | None = None


def installed_services() -> dict[str, Service]:
    """The services whose packages are installed here, by name."""
    found = {entry.name: entry.load() for entry in entry_points(group=SERVICES_GROUP)}
    return dict(sorted(found.items()))
