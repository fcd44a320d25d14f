"""What has added up of a few measures by locality and a dimension: programme, or association."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from policy_credit_reporting.indicators.algebra import Dimension
from policy_credit_reporting.indicators.movements import (
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
)
from policy_credit_reporting.indicators.told import SPLIT


class Part(NamedTuple):
    """A measure where a dimension has one value."""

    measure: str
    dimension: Dimension
    value: str


class Splits:
    """Sums by locality of all that is recorded; never changed, as all of a copy's parts."""

    def __init__(self, layout: Layout, sums: Mapping[Part, Integers]) -> None:
        self._layout = layout
        self.sums = sums

    def with_movements(self, movements: Movements) -> "Splits":
        """The sums when these have moved too; what did not move is shared."""
        sums = dict(self.sums)
        measures = MEASURE.of(movements[:, 0])
        for dimension in SPLIT:
            numbers = [
                number
                for measure in SPLIT[dimension]
                if (number := self._layout.measure_numbers.get(measure.name)) is not None
            ]
            split = np.isin(measures, numbers)
            self._move(sums, dimension, movements[split], measures[split])
        return Splits(self._layout, sums)

    def _move(
        self,
        sums: dict[Part, Integers],
        dimension: Dimension,
        movements: Movements,
        measures: Integers,
    ) -> None:
        keys, field = movements[:, 0], FIELD_OF[dimension]
        values, localities = field.of(keys), LOCALITY.of(keys)
        for pair in np.unique(measures << field.bits | values).tolist():
            measure, value = divmod(pair, 1 << field.bits)
            rows = (measures == measure) & (values == value)
            part = Part(
                self._layout.meaning.measures[measure],
                dimension,
                self._layout.values[dimension][value],
            )
            moved = np.zeros(len(self._layout.localities), np.int64)
            np.add.at(moved, localities[rows], movements[rows, 1])
            sums[part] = sums[part] + moved if part in sums else moved
