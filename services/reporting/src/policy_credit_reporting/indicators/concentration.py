"""Concentration: the fewest units that carry a stated share of an amount."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Carrier(NamedTuple):
    """A unit with what it carries, and what it and those before it carry together."""

    unit: str
    amount: int
    together: int


def carriers(amounts: Mapping[str, int], share_percent: int) -> Sequence[Carrier]:
    """The smallest set of units that carries `share_percent` of the sum, the greatest first.

    No smaller set reaches the share, since each unit taken carries at least as much as any left
    out. Of units that carry the same, the one with the lower code comes first.
    """
    found: list[Carrier] = []
    whole = sum(amount for amount in amounts.values() if amount > 0)
    together = 0
    for unit, amount in sorted(amounts.items(), key=lambda one: (-one[1], one[0])):
        if amount <= 0 or 100 * together >= share_percent * whole:
            break
        together += amount
        found.append(Carrier(unit, amount, together))
    return found
