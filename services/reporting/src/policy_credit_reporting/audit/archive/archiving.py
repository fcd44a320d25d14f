"""From Kafka into the archive: many records a commit, each record in one commit only."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import count
from typing import Final

import psycopg
import pyarrow as pa
from msgspec import structs
from pyiceberg.exceptions import CommitFailedException

from policy_credit_reporting.audit.archive.files import without_empty
from policy_credit_reporting.audit.archive.rows import Rows, rows_of
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.settings import KafkaSettings
from policy_credit_shared.telemetry.metrics import ReaderMetrics, process_registry

log = logging.getLogger(__name__)

COMMIT_RECORDS_MAX: Final = 100_000
COMMIT_SECONDS_MAX: Final = 20.0
"""How long a record waits for its commit at most; a broken chain is told as soon."""
TIDY_COMMITS: Final = 100
"""Every commit leaves a small file for each month and province; half an hour makes so many."""
POLL_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 1.0
RETRIED: Final = (CommitFailedException, psycopg.OperationalError)


class Archiving:
    """One run, from what the archive covers until something fails."""

    def __init__(self, archive: Archive, algebra: Algebra) -> None:
        archive.refresh()
        archive.check_not_rolled_back()
        self._archive = archive
        self._algebra = algebra
        self._layout = Layout.of(algebra)
        self._taken: list[Rows] = []
        self.covered = archive.covered()
        self.waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether what waits is as much as a commit should hold."""
        return self.waiting >= COMMIT_RECORDS_MAX

    def take(self, records: Sequence[Incoming]) -> None:
        """Read the records that the archive does not hold; `waiting` of them are not committed."""
        rows = rows_of(self._algebra, self._layout, self.covered, records)
        if not rows.table.num_rows:
            return
        for found in rows.breaks:
            log.error("a chain is broken: %s", found)
        self._taken.append(structs.replace(rows, table=without_empty(rows.table)))
        self.covered = rows.covered
        self.waiting += rows.table.num_rows

    def taken(self) -> Rows:
        """All that waits, to be committed; it waits no longer."""
        breaks = [found for rows in self._taken for found in rows.breaks]
        tables = [rows.table for rows in self._taken]
        self._taken, self.waiting = [], 0
        return Rows(pa.concat_tables(tables, promote_options="default"), self.covered, breaks)

    def step(self, records: Sequence[Incoming]) -> int:
        """Commit the records that the archive does not hold; returns how many there were."""
        self.take(records)
        if archived := self.waiting:
            self._archive.append(self.taken())
        return archived


def archive_until_stopped(
    archive: Archive, algebra: Algebra, settings: KafkaSettings, metrics: ReaderMetrics
) -> None:
    """Archive what comes; after a failure go on from what the archive covers."""
    _archive_on(archive, algebra, settings, metrics, None, lambda _: None)


def archive_once(
    archive: Archive, algebra: Algebra, settings: KafkaSettings, done: Callable[[int], None]
) -> None:
    """Archive what the log holds now."""
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    with closing(KafkaReader(settings.kafka_bootstrap, topics.all_facts())) as reader:
        ends = sum(reader.ends().values())
    metrics = ReaderMetrics(process_registry())
    _archive_on(archive, algebra, settings, metrics, ends, done)


def _archive_on(
    archive: Archive,
    algebra: Algebra,
    settings: KafkaSettings,
    metrics: ReaderMetrics,
    records: int | None,
    done: Callable[[int], None],
) -> None:
    while True:
        try:
            return _archive(archive, algebra, settings, metrics, records, done)
        except RETRIED as failure:
            log.error("starting again from what is covered: %s", failure)
            metrics.restarts.inc()
            time.sleep(RETRY_SECONDS)


def _archive(
    archive: Archive,
    algebra: Algebra,
    settings: KafkaSettings,
    metrics: ReaderMetrics,
    records: int | None,
    done: Callable[[int], None],
) -> None:
    """Archive until so many records are covered in all; for ever without a number.

    One commit is written while the next is read, and never more than one.
    """
    archiving = Archiving(archive, algebra)
    commits = count(1)
    topics = Topics(settings.topic_prefix, settings.fact_partitions)

    def commit(rows: Rows) -> None:
        began, archived = time.monotonic(), rows.table.num_rows
        archive.append(rows)
        metrics.consumed({"applied": archived}, (), time.monotonic() - began)
        done(archived)
        if next(commits) % TIDY_COMMITS == 0:
            _tidy(archive)

    with (
        closing(KafkaReader(settings.kafka_bootstrap, topics.all_facts())) as reader,
        ThreadPoolExecutor(1) as pool,
    ):
        reader.seek(archiving.covered.progress)
        committing: Future[None] | None = None
        since = time.monotonic()
        while True:
            since = since if archiving.waiting else time.monotonic()
            archiving.take(reader.poll(POLL_SECONDS))
            metrics.polled({(p.topic, p.number): n for p, n in reader.lags().items()})
            is_last = records is not None and sum(archiving.covered.offsets.values()) >= records
            is_due = is_last or time.monotonic() - since >= COMMIT_SECONDS_MAX
            if committing and (committing.done() or is_due or archiving.is_full):
                committing.result()
                committing = None
            if archiving.waiting and (is_due or archiving.is_full):
                committing = pool.submit(commit, archiving.taken())
            if is_last:
                if committing:
                    committing.result()
                return


def _tidy(archive: Archive) -> None:
    """A file that cannot be read is for auditors to find, and keeps nobody from archiving."""
    try:
        merged, swept = archive.tidy(system_clock())
    except (OSError, pa.ArrowException) as failure:
        log.error("small files stay as they are: %s", failure)
    else:
        log.info("merged %s files and deleted %s that nothing names", merged, swept)
