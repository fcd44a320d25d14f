"""Which events figures are made of: those in a locality there is, on a day that keys can hold."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from policy_credit_reporting.indicators.movements import (
    FIRST_DAY,
    LAST_DAY,
    Integers,
    Layout,
    day_number,
)
from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.errors import BadField
from policy_credit_shared.events.public import PublicEvent


def accept(layout: Layout, event: PublicEvent) -> None:
    """Raise BadField for an event in a locality that does not exist, or on no day we keep."""
    _accept_locality(layout, event.locality, "$.data.locality")
    if not FIRST_DAY <= event.occurred_on <= LAST_DAY:
        detail = f"{event.occurred_on} is not from {FIRST_DAY} to {LAST_DAY}"
        raise BadField(detail, "$.data.occurred_on")
    if isinstance(event, EntryReversed):
        _accept_locality(layout, reversed_entry(event).locality, "$.data.entry.locality")


def all_acceptable(layout: Layout, events: Sequence[Any], days: Integers) -> bool:
    """Whether `accept` takes all of these, none of which is a reversal, on their days by number."""
    return (
        layout.locality_numbers.keys() >= set(map(attrgetter("locality"), events))
        and int(days.min()) >= day_number(FIRST_DAY)
        and int(days.max()) <= day_number(LAST_DAY)
    )


def _accept_locality(layout: Layout, locality: str, path: str) -> None:
    if locality not in layout.locality_numbers:
        raise BadField(f"no locality {locality!r}", path)
