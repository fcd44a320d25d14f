"""A rebuild from its beginning to the swap; killed anywhere, the next one goes on from there."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.rebuilding.archived import Archived
from policy_credit_reporting.rebuilding.comparing import Comparison, compare
from policy_credit_reporting.rebuilding.filling import Filling
from policy_credit_reporting.rebuilding.sides import seen
from policy_credit_reporting.rebuilding.sources import Log, Offsets, logged
from policy_credit_reporting.store import swapping
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_shared.store.postgres import connect

Told = Callable[[str, int, int], None]
"""Is told which step is at how much of how much: `records` or `offices`."""


class Outcome(Struct, frozen=True):
    """What came of a rebuild: `swapped` if the generation that it built serves now."""

    generation: str
    archived: int
    comparison: Comparison
    swapped: bool
    dropped: bool


class Rebuild:
    """Builds a generation of this code from history, beside the one that serves."""

    def __init__(
        self,
        database_url: str,
        algebra: Algebra,
        archived: Archived | None,
        reader: Log,
        told: Told,
    ) -> None:
        self._url = database_url
        self._algebra = algebra
        self._archived = archived
        self._reader = reader
        self._told = told
        self._asked = 0

    def run(self, explained: Mapping[str, str], *, afresh: bool = False) -> Outcome:
        """Fill, compare, swap; whatever differs and is not `explained` prevents the swap.

        `afresh` drops what an earlier run filled. Raises AnotherRebuilds, ServingChanged,
        LogIncomplete and OffsetsMissing; what is filled stays for the next run.
        """
        with connect(self._url) as connection, swapping.alone(connection):
            serving = swapping.replaceable(connection)
            swapping.drop_retired(connection)
            unfinished = None if afresh else swapping.unfinished(connection, self._algebra)
            building = unfinished or swapping.begin(connection, self._algebra)
            with self._filling(building) as filling:
                archived = self._fill(filling, swapping.progress_of(connection, serving).offsets)
                filling.merge()
                with seen(self._url, serving) as old:
                    self._follow(filling, old.progress.offsets)
                    with seen(self._url, building) as new:
                        comparison = compare(old, new, self._told_offices)
                if comparison.unexplained(explained):
                    return Outcome(building, archived, comparison, swapped=False, dropped=True)
                # Nearly all that came meanwhile is read before anybody has to wait.
                self._follow(filling, swapping.progress_of(connection, serving).offsets)
                with swapping.held_off(connection):
                    self._follow(filling, swapping.progress_of(connection, serving).offsets)
                    reasons = {n: why for n, why in explained.items() if n in comparison.counts}
                    swapping.swap(connection, serving, building, reasons)
            dropped = swapping.drop_retired(connection)
            return Outcome(building, archived, comparison, swapped=True, dropped=dropped)

    @contextmanager
    def _filling(self, building: str) -> Iterator[Filling]:
        with closing(PostgresLedger(self._url, self._algebra, building)) as ledger:
            # It never reads beyond the serving figures, with which every letter was sent.
            yield Filling(ledger, self._algebra, lambda _: None, self._told_records)

    def _fill(self, filling: Filling, until: Offsets) -> int:
        """Up to where the serving generation is; returns how many records the archive gave."""
        before = sum(filling.progress.offsets.values())
        self._asked = sum(until.values())
        self._told_records(before)
        if self._archived is not None:
            filling.take(self._archived.fetches(filling.progress, until))
        archived = sum(filling.progress.offsets.values()) - before
        self._follow(filling, until)
        return archived

    def _follow(self, filling: Filling, until: Offsets) -> None:
        self._asked = sum(until.values())
        filling.take(logged(self._reader, filling.progress, until))

    def _told_records(self, reflected: int) -> None:
        self._told("records", reflected, self._asked)

    def _told_offices(self, number: int, count: int) -> None:
        self._told("offices", number, count)
