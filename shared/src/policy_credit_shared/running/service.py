"""What the command line needs to know of a service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

SERVICES_GROUP = "policy_credit.services"


@dataclass(frozen=True)
class Service:
    """A service: its roles, each run as a process of its own until it is stopped."""

    name: str
    roles: Mapping[str, Callable[[], None]]
    migrate: Callable[[], None]


def installed_services() -> dict[str, Service]:
    """The services whose packages are installed here, by name."""
    found = {entry.name: entry.load() for entry in entry_points(group=SERVICES_GROUP)}
    return dict(sorted(found.items()))
