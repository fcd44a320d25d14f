"""What a projecting worker sees to before it reads: how far behind it is, and what it fills.

Figures that are far behind, or of another meaning than those that serve, are filled beside them:
by whichever worker comes first from the archive, as far as that goes, then by all from Kafka.
Killed anywhere, whoever starts next goes on from what was committed.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Protocol

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.projection.pace import Pace
from policy_credit_reporting.projection.projector import SendLetters
from policy_credit_reporting.rebuilding.chained import chained
from policy_credit_reporting.rebuilding.filling import Filling
from policy_credit_reporting.rebuilding.sources import Fetches, LogIncomplete, Offsets
from policy_credit_reporting.store import beside, swapping
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_shared.messaging.admission import OffsetsMissing
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Fenced, Partition, Progress, Stream

log = logging.getLogger(__name__)


class Archive(Protocol):
    """An archive of the log."""

    offsets: Offsets

    def fetches(self, progress: Progress, until: Offsets) -> Fetches:
        """What it holds of it; raises LogIncomplete."""

    def heads(self, progress: Progress) -> dict[Stream, Head]:
        """The last records of a reader's progress as it holds them; raises LogIncomplete."""


Told = Callable[[Mapping[Partition, int], int], None]
"""Is told by partition how many records are left, and how many were read since it last was."""


class Starting:
    """One worker's start: `ends` asks the log, `archived` opens the archive, if there is one."""

    def __init__(
        self,
        database_url: str,
        algebra: Algebra,
        ends: Callable[[], Offsets],
        archived: Callable[[], Archive | None],
        letters: SendLetters,
        told: Told,
    ) -> None:
        self._url = database_url
        self._algebra = algebra
        self._ends = ends
        self._archived = archived
        self._letters = letters
        self._told = told
        self._pace = Pace()

    def run(self, far_behind: int) -> None:
        """See to it; `far_behind` is from how many records on figures are caught up beside."""
        with connect(self._url) as connection, beside.in_turn(connection, self._wait):
            ends = self._ends()
            generation = beside.filled(connection, self._algebra)
            progress = swapping.progress_of(connection, generation)
            left = sum(left_of(progress, ends).values())
            serving = swapping.serving(connection)
            if generation == serving:
                if left < far_behind:
                    return
                generation = beside.go_on_in_a_copy(connection, self._algebra)
            log.info(
                "%s is filled beside what serves: %s records are left", generation, f"{left:,}"
            )
            beside.aim(connection, generation, ends)
            self._fill_from_archive(ends, swapping.progress_of(connection, serving).offsets)

    def _fill_from_archive(self, ends: Offsets, served: Offsets) -> None:
        try:
            archive = self._archived()
        except OSError as failure:
            log.error("the archive is not read, but Kafka: %s", failure)
            return
        if archive is None:
            return
        read = 0

        def told(_: int) -> None:
            nonlocal read
            left = left_of(filling.progress, ends)
            now = sum(filling.progress.offsets.values())
            self._told(left, now - read)
            read = now
            if said := self._pace.seen(sum(left.values()), time.monotonic()):
                log.info("filling from the archive: %s", said)

        def send(letters: Sequence[DeadLetter]) -> None:
            """Those of records that the serving figures reflect were sent with them."""
            places = [(Partition(one.topic, one.partition), one) for one in letters]
            self._letters([one for p, one in places if one.offset >= served.get(p, 0)])

        with closing(PostgresLedger(self._url, self._algebra)) as ledger:
            filling = Filling(ledger, self._algebra, send, told)
            read = before = sum(filling.progress.offsets.values())
            self._told(left_of(filling.progress, ends), 0)
            try:
                since = filling.progress.copy()
                fetches = archive.fetches(since, ends)
                filling.take(chained(fetches, since, archive.heads))
                filling.merge()
            except Fenced:
                log.info("workers that run already go on with it")
            except (LogIncomplete, OffsetsMissing) as failure:
                log.error("the archive is read no further, but Kafka: %s", failure)
        log.info("%s records were taken from the archive", f"{read - before:,}")

    def _wait(self) -> None:
        """Another worker sees to the start: this one is alive and has nothing to do."""
        self._told({}, 0)


def left_of(progress: Progress, ends: Offsets) -> dict[Partition, int]:
    """By partition how many records there are that figures do not reflect."""
    return {p: max(end - progress.offsets.get(p, 0), 0) for p, end in ends.items()}
