"""What has added up by locality where the dimensions have one value each: parts of a measure.

Only what occurs is kept: some thousand parts of the country, each with the localities that have
any of it, however long its history. A filtered figure is a sum of parts; a dimension that a
measure is not kept by has the value NOT_APPLICABLE.
"""

from collections.abc import Mapping

import numpy as np

from policy_credit_reporting.indicators.algebra import Dimension
from policy_credit_reporting.indicators.movements import (
    FIELD_OF,
    LOCALITY,
    MEASURE,
    Integers,
    Layout,
    Movements,
    add_up,
    nothing,
)

Filters = Mapping[Dimension, str]
Sums = Mapping[int, Mapping[int, Movements]]
"""By measure and part, rows of (part and locality, amount), by locality."""

_PART = (1 << LOCALITY.shift) - 1
"""What of a key says which part it belongs to: the measure and all dimensions."""
_LOCALITY = (1 << LOCALITY.bits) - 1


class Parts:
    """Parts of all measures; never changed once made."""

    def __init__(self, layout: Layout, sums: Sums | None = None) -> None:
        self._layout = layout
        self._sums: Sums = {} if sums is None else sums

    def with_movements(self, movements: Movements) -> "Parts":
        """The parts when these have moved too; what did not move is shared."""
        if not len(movements):
            return self
        sums = {measure: dict(parts) for measure, parts in self._sums.items()}
        keys = movements[:, 0]
        parts = keys & _PART
        moved = np.stack(((parts << LOCALITY.bits) | LOCALITY.of(keys), movements[:, 1]), axis=1)
        # All parts that move are added up at once: one by one costs a small commit more.
        touched = np.unique(parts)
        known = [sums.get(MEASURE.of_one(p), {}).get(p, nothing()) for p in touched.tolist()]
        together = add_up(np.concatenate((moved, *known)))
        bounds = np.searchsorted(together[:, 0], touched << LOCALITY.bits)
        for part, rows in zip(touched.tolist(), np.split(together, bounds[1:]), strict=True):
            # A copy, as a view would keep what moved beside it.
            sums.setdefault(MEASURE.of_one(part), {})[part] = rows.copy()
        return Parts(self._layout, sums)

    def of(self, measure: int, filters: Filters) -> Integers:
        """By locality, what of a measure the filters let through."""
        wanted = [(FIELD_OF[d], self._layout.codes[d][value]) for d, value in filters.items()]
        found = np.zeros(len(self._layout.localities), np.int64)
        for part, sums in self._sums.get(measure, {}).items():
            if all(field.of_one(part) == code for field, code in wanted):
                found[sums[:, 0] & _LOCALITY] += sums[:, 1]
        return found

    def numbers(self, measure: int, dimension: Dimension) -> set[int]:
        """The values of a dimension, by their numbers, for which there are parts of a measure."""
        field = FIELD_OF[dimension]
        return {field.of_one(part) for part in self._sums.get(measure, {})}
