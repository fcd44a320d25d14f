"""History into a generation that nobody reads yet: the projection's own steps, in large commits."""

from collections.abc import Callable, Sequence
from typing import Final

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector, SendLetters
from policy_credit_reporting.rebuilding.sources import Fetches
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Progress

COMMIT_RECORDS: Final = 50_000
COMMITS_A_MERGE: Final = 10

Told = Callable[[int], None]
"""Is told how many records are reflected by now."""


class Filling:
    """Fills one generation; what it has committed stays, and another run goes on from there.

    `letters` are sent by whoever knows which of them were sent when the records first came.
    """

    def __init__(
        self, ledger: PostgresLedger, algebra: Algebra, letters: SendLetters, told: Told
    ) -> None:
        self._ledger = ledger
        self._projector = Projector(ledger, Folding(algebra, Layout.of(algebra)), letters)
        self._told = told
        self._commits = 0

    @property
    def progress(self) -> Progress:
        """How far it is filled."""
        return self._projector.progress

    def take(self, fetches: Fetches) -> None:
        """Everything that the fetches bring; raises OffsetsMissing."""
        pending: list[Incoming] = []
        for fetch in fetches:
            pending += fetch
            if len(pending) >= COMMIT_RECORDS:
                self._commit(pending)
                pending = []
        self._commit(pending)

    def merge(self) -> None:
        """Make the pages few, as far as other transactions let it."""
        self._ledger.merge_pages()
        while self._ledger.merge_pages():
            pass

    def _commit(self, records: Sequence[Incoming]) -> None:
        if records and self._projector.step(records) is not None:
            self._told(sum(self.progress.offsets.values()))
            self._commits += 1
            if self._commits % COMMITS_A_MERGE == 0:
                self._ledger.merge_pages()
