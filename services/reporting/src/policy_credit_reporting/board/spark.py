"""A spark line: a figure through months, as the points of an inline SVG."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

WIDTH: Final = 120
HEIGHT: Final = 32
MARGIN: Final = 3


class Spark(Struct, frozen=True):
    """Lines through the months that have a figure, and where the last of them is."""

    lines: list[str]
    last: tuple[str, str]


def spark(values: Sequence[int | float | None]) -> Spark | None:
    """The line of some values, oldest first; None with fewer than two of them."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    lines: list[str] = []
    stretch: list[str] = []
    last = ("0", "0")
    for number, value in enumerate(values):
        if value is None:
            lines += _line(stretch)
            stretch = []
            continue
        x = MARGIN + number * (WIDTH - 2 * MARGIN) / (len(values) - 1)
        share = (value - low) / (high - low) if high > low else 0.5
        y = HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
        last = (f"{x:.1f}", f"{y:.1f}")
        stretch.append(",".join(last))
    return Spark(lines + _line(stretch), last)


def _line(points: list[str]) -> list[str]:
    return [" ".join(points)] if len(points) > 1 else []
