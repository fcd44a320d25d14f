"""Movements by savings-and-credit group: by how much a measure moved of a group in a locality.

Rows have four columns: the two halves of the group's id, a key and an amount. A key is one of
`movements` with a locality, an association and a measure, and nothing else.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from policy_credit_reporting.indicators.movements import (
    ASSOCIATION,
    LOCALITY,
    MEASURE,
    Integers,
    Movements,
    check_fits,
)

GroupRows = NDArray[np.int64]
"""Rows of (high half, low half, key, amount)."""

GroupId = UUID | str | None
"""As events say it: read with care, by the thousand, or not at all."""

NO_GROUP: Final = UUID(int=0)
"""Whose figures are those of loans that are in no group."""

_KEPT: Final = sum(((1 << f.bits) - 1) << f.shift for f in (LOCALITY, ASSOCIATION, MEASURE))
_MIXING: Final = np.int64(0x1E3779B97F4A7C15)
"""Any odd number spreads keys over 64 bits."""


def halves_of(groups: Sequence[GroupId]) -> Integers:
    """The two halves of each group's id."""
    try:
        texts = "".join(groups)  # type: ignore[arg-type]
    except TypeError:
        texts = "".join(str(NO_GROUP if group is None else group) for group in groups)
    octets = bytes.fromhex(texts.replace("-", ""))
    return np.frombuffer(octets, ">i8").reshape(-1, 2).astype(np.int64)


def rows_of(movements: Movements, halves: Integers) -> GroupRows:
    """Movements of cells as those of groups, whose ids' halves are given."""
    return np.column_stack((halves, movements[:, 0] & _KEPT, movements[:, 1]))


def no_rows() -> GroupRows:
    """No movement."""
    return np.empty((0, 4), np.int64)


def add_up_rows(rows: GroupRows) -> GroupRows:
    """One row for each group and key, without those that came to nothing.

    Their order follows from which they are.
    """
    if not len(rows):
        return rows
    check_fits(rows[:, 3])
    mixed = rows[:, 0] ^ rows[:, 1] ^ (rows[:, 2] * _MIXING)
    order = np.argsort(mixed)
    ordered, mixed = rows[order], mixed[order]
    differs = (ordered[1:, :3] != ordered[:-1, :3]).any(axis=1)
    if (differs & (mixed[1:] == mixed[:-1])).any():
        # Rows that are mixed alike and differ may part others that belong together.
        ordered = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
        differs = (ordered[1:, :3] != ordered[:-1, :3]).any(axis=1)
    starts = np.flatnonzero(np.concatenate(([True], differs)))
    amounts = np.add.reduceat(ordered[:, 3], starts)
    moved = amounts != 0
    return np.column_stack((ordered[starts[moved], :3], amounts[moved]))


def to_bytes(rows: GroupRows) -> bytes:
    """As stored: little-endian."""
    stored: bytes = rows.astype("<i8", copy=False).tobytes()
    return stored


def from_bytes(stored: bytes | memoryview | None) -> GroupRows:
    """Rows as stored; several stored one after another are all of them."""
    if not stored:
        return no_rows()
    found: GroupRows = np.frombuffer(stored, np.dtype("<i8")).reshape(-1, 4)
    return found


def id_of(high: int, low: int) -> UUID:
    """The group of a row."""
    return UUID(bytes=high.to_bytes(8, signed=True) + low.to_bytes(8, signed=True))
