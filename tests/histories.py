"""Made-up histories in memory, as readers of the log see them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from policy_credit_local.history.making import Making
from policy_credit_local.history.sending import records_of
from policy_credit_local.history.simulating import Work
from policy_credit_local.history.tally import Tally
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition

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
