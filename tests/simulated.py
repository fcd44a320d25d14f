"""Made-up histories in memory, as readers of the log see them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from policy_credit_local.history.making import Making
from policy_credit_local.history.sending import records_of
from policy_credit_local.history.simulating import Work
from policy_credit_local.history.tally import Tally
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import MEASURE, Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_shared.messaging.admission import admit
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Progress

U_MINH = "966"
"""A district whose communes the reform cut up."""


def work(**asked: Any) -> Work:
    """An order for a small history that the reform of 2025-07-01 is part of."""
    usual: dict[str, Any] = {
        "unit": U_MINH,
        "households": 400,
        "first": date(2024, 11, 1),
        "months": 14,
        "seed": 1,
        "partitions": 6,
        "folder": "",
        "prefix": "history",
    }
    return Work(**(usual | asked))


def folded(records: Iterable[Incoming]) -> tuple[int, dict[str, int]]:
    """How many of the records the projection admits, and what every measure comes to in all."""
    layout = Layout.of(ALGEBRA)
    folding = Folding(ALGEBRA, layout)
    batch = admit(Progress.none(), list(records), folding.accept)
    movements = folding.fold(batch).movements
    measures = MEASURE.of(movements[:, 0])
    totals = {
        name: int(movements[measures == number, 1].sum())
        for number, name in enumerate(layout.meaning.measures)
    }
    return len(batch.admitted), totals


class History:
    """The records of an order, and what they must come to."""

    def __init__(self, ordered: Work) -> None:
        self.work = ordered
        self.tally = Tally(ordered.calendar())
        ground, topics, log = ordered.ground(), ordered.topics(), MemoryLog()
        for partition in range(ordered.partitions):
            making = Making(ordered, ground, partition)
            for month in making.months():
                for batch in month:
                    for record in records_of(batch, topics):
                        log.append(record)
            made = making.made()
            self.tally.merge(made.moved, made.events)
        self.partitions: dict[Partition, list[Incoming]] = log.partitions

    @property
    def records(self) -> Iterator[Incoming]:
        """Every record, partition by partition in order."""
        for records in self.partitions.values():
            yield from records
