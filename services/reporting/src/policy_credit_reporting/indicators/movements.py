"""Movements as whole numbers: by how much a measure of a cell moved on a business day.

An array of movements has two columns, key and amount. A key packs the day, locality, programme,
association, fund and measure, so that a batch is folded by sorting keys and adding up amounts.
What a number in a key stands for is a `Layout`; figures of another layout are another generation.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_reporting.indicators.algebra import (
    DIMENSIONS,
    NOT_APPLICABLE,
    Algebra,
    Cell,
    Dimension,
)
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.identifiers import Association, Fund, Programme
from policy_credit_shared.kernel.units import units_before_reform

Integers = NDArray[np.int64]
Movements = NDArray[np.int64]
"""Rows of (key, amount)."""

EPOCH: Final = date(1970, 1, 1)
FIRST_DAY: Final = EPOCH
LAST_DAY: Final = date(2149, 6, 6)
"""The last day that a key can hold."""


class Field(NamedTuple):
    """A part of a key."""

    shift: int
    bits: int

    def of(self, keys: Integers) -> Integers:
        """What the keys hold there."""
        return (keys >> self.shift) & ((1 << self.bits) - 1)

    def of_one(self, key: int) -> int:
        """What one key holds there."""
        return (key >> self.shift) & ((1 << self.bits) - 1)


MEASURE: Final = Field(0, 10)
FUND: Final = Field(10, 4)
ASSOCIATION: Final = Field(14, 4)
PROGRAMME: Final = Field(18, 8)
LOCALITY: Final = Field(26, 18)
DAY: Final = Field(44, 16)
FIELD_OF: Final[dict[Dimension, Field]] = {
    "programme": PROGRAMME,
    "association": ASSOCIATION,
    "fund": FUND,
}


class Meaning(Struct, frozen=True):
    """What the numbers in keys stand for: each name at its number, as a generation stores it.

    The measures `by_group` are kept by savings-and-credit group too.
    """

    measures: tuple[str, ...]
    localities: tuple[str, ...]
    programme: tuple[str, ...]
    association: tuple[str, ...]
    fund: tuple[str, ...]
    by_group: tuple[str, ...] = ()


class Layout:
    """Which number stands for which measure, locality and value of a dimension."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.localities = meaning.localities
        self.measure_numbers = _numbers(meaning.measures, MEASURE)
        self.locality_numbers = _numbers(meaning.localities, LOCALITY)
        self.values: dict[Dimension, tuple[str, ...]] = {
            "programme": meaning.programme,
            "association": meaning.association,
            "fund": meaning.fund,
        }
        self.codes = {d: _numbers(self.values[d], FIELD_OF[d]) for d in DIMENSIONS}

    @classmethod
    def of(cls, algebra: Algebra) -> "Layout":
        """The layout that this code writes, over all localities there are."""
        localities = [unit.code for unit in units_before_reform() if unit.level == "locality"]
        return cls(
            Meaning(
                measures=tuple(algebra.measures),
                localities=tuple(localities),
                programme=(NOT_APPLICABLE, *get_args(Programme)),
                association=(NOT_APPLICABLE, *get_args(Association)),
                fund=(NOT_APPLICABLE, *get_args(Fund)),
                by_group=tuple(sorted(algebra.by_group)),
            )
        )

    @cached_property
    def points(self) -> Integers:
        """The transaction point of each locality: the number of its old commune."""
        return np.array([int(locality[:5]) for locality in self.localities], np.int64)

    def cell(self, key: int) -> Cell:
        """The cell that a key is about."""
        values = [self.values[d][FIELD_OF[d].of_one(key)] for d in DIMENSIONS]
        return Cell(self.localities[LOCALITY.of_one(key)], *values)


def _numbers(names: Sequence[str], field: Field) -> dict[str, int]:
    check(len(names) <= 1 << field.bits, f"{len(names)} values fit into {field.bits} bits")
    return {name: number for number, name in enumerate(names)}


def day_number(day: date) -> int:
    """Days since the epoch of keys."""
    return day.toordinal() - EPOCH.toordinal()


def day_numbers(days: Sequence[date]) -> Integers:
    """The same of each day; of moments, of the days that they name."""
    return np.fromiter(map(date.toordinal, days), np.int64, len(days)) - EPOCH.toordinal()


def day_of_number(number: int) -> date:
    """The day of a number."""
    return date.fromordinal(number + EPOCH.toordinal())


def months_of(days: Integers) -> Integers:
    """The month of each day, counted from January 1970."""
    months: Integers = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return months


def month_number(day: date) -> int:
    """A day's month, counted from January 1970."""
    return (day.year - EPOCH.year) * 12 + day.month - 1


def first_days(months: Integers) -> Integers:
    """The number of the first day of each month, counted from January 1970."""
    days: Integers = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    return days


def first_day_number(month: int) -> int:
    """The same of one month."""
    return int(first_days(np.array(month, np.int64)))


def nothing() -> Movements:
    """No movement."""
    return np.empty((0, 2), np.int64)


def add_up(movements: Movements) -> Movements:
    """One movement for each key, by key, without those that came to nothing."""
    if not len(movements):
        return movements
    check_fits(movements[:, 1])
    ordered = movements[np.argsort(movements[:, 0], kind="stable")]
    keys = ordered[:, 0]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    amounts = np.add.reduceat(ordered[:, 1], starts)
    moved = amounts != 0
    return np.stack((keys[starts][moved], amounts[moved]), axis=1)


def check_fits(amounts: Integers) -> None:
    """A figure beyond 64 bits must stop the fold, never wrap around."""
    check(
        float(np.abs(amounts).astype(np.float64).sum()) < float(2**63),
        "a batch's amounts add up to less than 2^63",
    )


def on_days(movements: Movements, days: Integers) -> Movements:
    """The same movements on other days."""
    keys = (days << DAY.shift) | (movements[:, 0] & ((1 << DAY.shift) - 1))
    return np.stack((keys, movements[:, 1]), axis=1)


def to_bytes(movements: Movements) -> bytes:
    """As stored: little-endian pairs."""
    stored: bytes = movements.astype("<i8", copy=False).tobytes()
    return stored


def from_bytes(stored: bytes | memoryview | None) -> Movements:
    """Movements as stored; several stored one after another are all of them."""
    if not stored:
        return nothing()
    found: Movements = np.frombuffer(stored, np.dtype("<i8")).reshape(-1, 2)
    return found


def totals_of(layout: Layout, movements: Movements) -> dict[str, int]:
    """What each measure comes to, of all days and cells."""
    sums = np.zeros(len(layout.meaning.measures), np.int64)
    np.add.at(sums, MEASURE.of(movements[:, 0]), movements[:, 1])
    return dict(zip(layout.meaning.measures, sums.tolist(), strict=True))
