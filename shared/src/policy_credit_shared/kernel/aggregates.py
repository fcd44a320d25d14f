"""What aggregates are made of: private events, and how each event changes a state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct

S = TypeVar("S")


class DomainEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact inside one service.

    Subclasses set TOPIC, for example `loans.loan_disbursed.v1`: what is stored must not change
    when a class is moved or renamed.
    """

    TOPIC: ClassVar[str]


@dataclass(frozen=True)
class Kind(Generic[S]):
    """A kind of aggregate: how each event changes its state (None before the first)."""

    evolve: Callable[[S | None, Any], S]
