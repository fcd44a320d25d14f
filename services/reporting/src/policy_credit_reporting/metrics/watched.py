"""What is watched beside the indicators: sessions not reported, communes out of line."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from policy_credit_reporting.indicators.algebra import Ratio
from policy_credit_reporting.indicators.hot_spots import hot_spots
from policy_credit_reporting.indicators.points import points_on
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.spots import below
from policy_credit_reporting.store.territories import Rollup
from policy_credit_reporting.store.totals import measures_of, totals_of
from policy_credit_shared.kernel.units import UnitTree

LIMIT: Final = "99.8"
"""Beyond the wider limit: at the narrower one, some of 10,000 communes are by chance alone."""


def points_of(snapshot: Snapshot, rollup: Rollup, day: date) -> tuple[list[int], list[int]]:
    """By unit, the points that are expected to have reported by a day, and those that have not."""
    of_localities = snapshot.layout.points
    points = points_on(day, snapshot.sessions, of_localities)
    # A point counts once, where the first of its localities is.
    numbers, firsts = np.unique(of_localities, return_index=True)
    found = []
    for some in (points.expected, points.missing):
        counts = np.zeros(len(of_localities), np.int64)
        counts[firsts[np.isin(numbers, some)]] = 1
        found.append(counts)
    expected, missing = rollup.sums(found).tolist()
    return expected, missing


def hot_communes(
    snapshot: Snapshot, tree: UnitTree, codes: Sequence[str], day: date, ratio: Ratio
) -> list[int]:
    """By unit, its communes that are out of line for their size among those of all the units."""
    communes = {commune.code: code for code in codes for commune in below(tree, code, "commune")}
    question = Question(day=day)
    totals = totals_of(snapshot, tree, list(communes), question, measures_of([ratio]))
    spots = hot_spots(ratio, "commune", totals).spots
    out_of_line = [s.unit for s in spots if s.outlier is not None and s.outlier.limit == LIMIT]
    owners = [communes[unit] for unit in out_of_line]
    return [owners.count(code) for code in codes]
