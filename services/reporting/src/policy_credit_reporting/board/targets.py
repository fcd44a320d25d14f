"""A unit's targets beside what it has reached, for the page."""

from collections.abc import Sequence

from msgspec import Struct

from policy_credit_reporting.board.figures import NOTHING
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.numbers import MILLION, Notation
from policy_credit_reporting.store.targets import TargetFigure


class ShownTarget(Struct, frozen=True, kw_only=True):
    """One target. `bound` is the most or the least that is wanted."""

    label: Label
    year: int
    bound: str
    target: str
    figure: str
    met: bool | None


def targets_shown(targets: Sequence[TargetFigure], notation: Notation) -> list[ShownTarget]:
    """All targets of a unit, the latest year first."""
    return [
        ShownTarget(
            label=one.label,
            year=one.year,
            bound="at_most" if one.bound == "ceiling" else "at_least",
            target=_written(one, one.target, notation),
            figure=NOTHING if one.figure is None else _written(one, one.figure, notation),
            met=one.met,
        )
        for one in targets
    ]


def _written(one: TargetFigure, value: int, notation: Notation) -> str:
    match one.measured_in:
        case "dong":
            return notation.money(value)
        case "millionths":
            return notation.percent(value, MILLION)
        case _:
            return notation.whole(value)
