"""The live figures of every locality, and the offsets that they reflect."""

from contextlib import closing
from datetime import date, timedelta

import numpy as np
from msgspec import Struct

from policy_credit_reporting.audit.live import other_meaning
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Integers, Layout
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.territories import Rollup
from policy_credit_shared.store.progress import Partition


class LiveFigures(Struct, frozen=True):
    """Figures by measure and locality, as a replay has them; or why there are none."""

    figures: Integers | None
    offsets: dict[Partition, int]
    missing: str = ""


def live_by_locality(
    database_url: str, algebra: Algebra, until: date, since: date | None, filters: Filters
) -> LiveFigures:
    """What the serving generation says."""
    with closing(Figures(database_url, algebra)) as figures, figures.snapshot() as snapshot:
        position = snapshot.position()
        if missing := other_meaning(position, algebra):
            return LiveFigures(None, {}, missing)
        layout = snapshot.layout
        days = [until] if since is None else [until, since - timedelta(days=1)]
        standing = snapshot.standing(days, each(layout), filters, list(algebra.measures))
        found = standing[0]
        if since is not None:
            flows = np.array([m.kind == "flow" for m in algebra.measures.values()])
            found = found - np.where(flows[:, None], standing[1], 0)
        return LiveFigures(found, position.ends())


def each(layout: Layout) -> Rollup:
    """Every locality as a unit of its own, in the layout's order."""
    numbers = np.arange(len(layout.localities), dtype=np.int64)
    return Rollup(numbers, numbers, numbers + 1)
