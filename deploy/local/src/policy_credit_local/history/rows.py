"""What was said, as columns by kind, until it is turned into bytes.

A kind is the name of a `Wording`; its columns are what the wording reads. What is recorded only
after a month stays for the next one.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policy_credit_local.history.chance import Whole
from policy_credit_local.history.tally import Tally

Columns = dict[str, NDArray[Any]]
NEVER: Final = 2**62
NARROW: Final = frozenset(
    (
        *(
            "place_at",
            "household",
            "group",
            "in_group",
            "association",
            "product",
            "fund",
            "place",
            "zero",
            "category",
        ),
        *("occurred", "period_from", "period_until", "plan_days", "bucket", "debt_class"),
    )
)
"""Columns of days, numbers of people and places, and small indexes: they take half the memory."""


class Rows:
    """Rows of one partition that were not yet taken out; all are added up as they come."""

    def __init__(self, tally: Tally) -> None:
        self._kept: dict[str, list[Columns]] = {}
        self._tally = tally

    def add(self, kind: str, recorded: Whole, **columns: NDArray[Any] | int) -> None:
        """Rows of one kind: `recorded` in microseconds, the other columns as long or one value."""
        if not (count := len(recorded)):
            return
        full: Columns = {
            name: np.full(count, column, np.int64) if isinstance(column, int) else column
            for name, column in columns.items()
        }
        for name in full.keys() & NARROW:
            full[name] = full[name].astype(np.int32)
        full["recorded"] = recorded
        self._tally.count(kind, full)
        self._kept.setdefault(kind, []).append(full)

    def take(self, until: int = NEVER) -> dict[str, Columns]:
        """Take out what was recorded before an instant, by kind, in order of time."""
        taken: dict[str, Columns] = {}
        for kind in sorted(self._kept):
            columns = _joined(self._kept.pop(kind))
            now = columns["recorded"] < until
            if not now.all():
                self._kept[kind] = [_chosen(columns, np.flatnonzero(~now))]
            order = np.flatnonzero(now)
            order = order[np.argsort(columns["recorded"][order], kind="stable")]
            if len(order):
                taken[kind] = _chosen(columns, order)
        return taken


def _joined(parts: list[Columns]) -> Columns:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _chosen(columns: Columns, rows: Whole) -> Columns:
    return {name: column[rows] for name, column in columns.items()}
