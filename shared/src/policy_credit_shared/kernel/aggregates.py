"""What aggregates are made of: private events, and how each event changes a state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Struct

S = TypeVar("S")


class DomainEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact inside one service.

    Subclasses set TOPIC, for example `loans.loan_disbursed.v1`: what is stored must not change
    when a class is moved or renamed.
    """

    TOPIC: ClassVar[str]


class Wake(Struct, frozen=True):
    """The close of that day must look at the aggregate, whichever close comes first after it."""

    office: str
    on: date


def _never(_: Any) -> None:
    return None


def _apart(_: Any, __: Any) -> None:
    return None


@dataclass(frozen=True)
class Kind(Generic[S]):
    """A kind of aggregate.

    `evolve`    how each event changes its state (None before the first)
    `wakes`     when a close of day must look at it next, from its state; `name` finds it again
    `merge`     two events of one call in one, where many lines of a sheet move one total
    `state`     its type, if snapshots of it are kept; `revision` grows when `evolve` comes to
                mean something else, so that older snapshots are not believed
    """

    evolve: Callable[[S | None, Any], S]
    name: str = ""
    wakes: Callable[[S], Wake | None] = _never
    merge: Callable[[Any, Any], DomainEvent | None] = _apart
    state: type[S] | None = None
    revision: int = 1

    @cached_property
    def events(self) -> tuple[type[DomainEvent], ...]:
        """What can happen to it: the event types that `evolve` says it takes."""
        hints = get_type_hints(self.evolve)
        hints.pop("return")
        taken = list(hints.values())[-1]
        return get_args(taken) or (taken,)

    @cached_property
    def form(self) -> str:
        """What a snapshot of this kind looks like and means; a snapshot of another is ignored."""
        schema = msgspec.json.encode(msgspec.json.schema(self.state), order="deterministic")
        return f"{self.name}/{self.revision}/{sha256(schema).hexdigest()[:16]}"
