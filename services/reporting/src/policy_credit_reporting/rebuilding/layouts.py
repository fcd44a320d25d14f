"""Movements of two generations side by side: their numbers may stand for different names."""

from collections.abc import Sequence

import numpy as np

from policy_credit_reporting.indicators.algebra import DIMENSIONS
from policy_credit_reporting.indicators.movements import (
    DAY,
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Field,
    Integers,
    Layout,
    Meaning,
    Movements,
)


def joint(one: Layout, other: Layout) -> Layout:
    """A layout that has every name of both."""
    names = {
        field: tuple(dict.fromkeys((*getattr(one.meaning, field), *getattr(other.meaning, field))))
        for field in Meaning.__struct_fields__
    }
    return Layout(Meaning(**names))


class Translation:
    """From one layout's numbers to those of another that has all its names."""

    def __init__(self, layout: Layout, into: Layout) -> None:
        self._is_same = layout.meaning == into.meaning
        self._numbers: list[tuple[Field, Integers]] = [
            (MEASURE, _numbers(layout.meaning.measures, into.measure_numbers)),
            (LOCALITY, _numbers(layout.localities, into.locality_numbers)),
            *(
                (FIELD_OF[dimension], _numbers(layout.values[dimension], into.codes[dimension]))
                for dimension in DIMENSIONS
            ),
        ]

    def of(self, movements: Movements) -> Movements:
        """The same movements in the other numbers."""
        if self._is_same or not len(movements):
            return movements
        keys = movements[:, 0]
        found = DAY.of(keys) << DAY.shift
        for field, numbers in self._numbers:
            found |= numbers[field.of(keys)] << field.shift
        return np.stack((found, movements[:, 1]), axis=1)


def _numbers(names: Sequence[str], known: dict[str, int]) -> Integers:
    return np.array([known[name] for name in names], np.int64)
