"""What the command line needs to know of a service."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points

from policy_credit_shared.messaging.records import Outgoing
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.closing import Step

SERVICES_GROUP = "policy_credit.services"


CloseDay = Callable[[date, str | None], Iterator[Step]]
"""Closes a day in one office or in all, telling its progress."""


Republished = Callable[[str, Topics], Iterator[Outgoing]]
"""What the event store at a URL says that was published, worked out anew from its rows."""


@dataclass(frozen=True)
class Service:
    """A service: its roles, each run as a process of its own until it is stopped.

    `close_day` is there where something follows from the calendar alone, `republished` where an
    event store says what was published.
    """

    name: str
    roles: Mapping[str, Callable[[], None]]
    migrate: Callable[[], None]
    close_day: CloseDay | None = None
    republished: Republished | None = None


def service_names() -> list[str]:
    """The services whose packages are installed here."""
    return sorted(entry_points(group=SERVICES_GROUP).names)


def load_service(name: str) -> Service:
    """The service of this name; it must be installed."""
    (entry,) = entry_points(group=SERVICES_GROUP, name=name)
    service: Service = entry.load()
    return service


def installed_services() -> dict[str, Service]:
    """Every service installed here, by name."""
    return {name: load_service(name) for name in service_names()}
