"""Comparisons of an indicator: with the unit above, among siblings, and with an earlier day.

All of it is exact: quotients are compared as fractions, and rounded once, to whole numbers.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Indicator, Measure
from policy_credit_reporting.indicators.numbers import rounded

Totals = Mapping[str, int]
"""A figure for each measure."""


class Parts(NamedTuple):
    """A figure as its two parts; of a measure, the denominator is 1. It is never below 1."""

    numerator: int
    denominator: int

    def value(self) -> Fraction:
        """The quotient, exactly."""
        return Fraction(self.numerator, self.denominator)


class Rank(Struct, frozen=True, kw_only=True):
    """A place among siblings that have a figure, from 1; `tied` of them share it, itself included.

    The best is first; where no way is better, the highest.
    """

    place: int
    of: int
    tied: int


class Change(Struct, frozen=True, kw_only=True):
    """By how much both parts have changed since a day some months before; `before` is as it was.

    `before` is null where there was nothing to divide by.
    """

    months: int
    numerator: int
    denominator: int
    before: Parts | None


def parts_of(indicator: Indicator, totals: Totals) -> Parts | None:
    """The figure's parts; None where there is nothing to divide by."""
    if isinstance(indicator, Measure):
        return Parts(totals[indicator.name], 1)
    denominator = totals[indicator.denominator.name]
    return Parts(totals[indicator.numerator.name], denominator) if denominator > 0 else None


def gap(own: Parts, other: Parts) -> int:
    """By how much `own`'s numerator, dong or a count, is above what the other's ratio gives."""
    excess = own.numerator * other.denominator - other.numerator * own.denominator
    return rounded(excess, other.denominator)


def rank(indicator: Indicator, unit: str, siblings: Mapping[str, Totals]) -> Rank | None:
    """The place of a unit among its siblings, itself included; None if it has no figure."""
    values = {
        code: parts.value()
        for code, totals in siblings.items()
        if (parts := parts_of(indicator, totals))
    }
    own = values.get(unit)
    if own is None:
        return None
    ahead = [v for v in values.values() if (v < own if indicator.better == "lower" else v > own)]
    tied = [v for v in values.values() if v == own]
    return Rank(place=len(ahead) + 1, of=len(values), tied=len(tied))


def change(indicator: Indicator, now: Totals, before: Totals, months: int) -> Change:
    """What has changed since `before`, `months` ago."""
    if isinstance(indicator, Measure):
        moved, base = now[indicator.name] - before[indicator.name], 0
    else:
        moved, base = (
            now[part.name] - before[part.name]
            for part in (indicator.numerator, indicator.denominator)
        )
    return Change(
        months=months, numerator=moved, denominator=base, before=parts_of(indicator, before)
    )
