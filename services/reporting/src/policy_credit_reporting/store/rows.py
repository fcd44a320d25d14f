"""A tree's rows as JSON: how each begins is written once, and values by the column."""

from collections.abc import Sequence

from msgspec import Raw, json

from policy_credit_shared.kernel.units import Unit

Value = int | float | None

_BETWEEN = b"],["
"""What parts two rows of numbers, and stands in none of them."""


def beginnings(units: Sequence[Unit]) -> tuple[bytes, ...]:
    """What stands before the values of each unit's row, from the end of the row before."""
    begun = [json.encode((u.code, u.level, u.parent, u.name))[:-1] + b",[" for u in units]
    return tuple((b"]]," if number else b"[") + one for number, one in enumerate(begun))


def picked(begun: Sequence[bytes], numbers: Sequence[int]) -> tuple[bytes, ...]:
    """The beginnings of some of these rows, in the order of their numbers."""
    rows = (begun[number][1 if number == 0 else 3 :] for number in numbers)
    return tuple((b"]]," if place else b"[") + row for place, row in enumerate(rows))


def written(begun: Sequence[bytes], by_column: Sequence[Sequence[Value]]) -> Raw:
    """The list of rows, as `answers.Row` is encoded; there is a column at least."""
    if not begun:
        return Raw(b"[]")
    values = json.encode(list(zip(*by_column, strict=True)))[2:-2].split(_BETWEEN)
    parts = [b""] * (2 * len(begun))
    parts[::2] = begun
    parts[1::2] = values
    return Raw(b"".join((*parts, b"]]]")))
