"""From Kafka into the archive: many records a commit, each record in one commit only."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Final

import psycopg
from pyiceberg.exceptions import CommitFailedException

from policy_credit_reporting.audit.archive.rows import rows_of
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.settings import KafkaSettings
from policy_credit_shared.telemetry.metrics import ReaderMetrics, process_registry

log = logging.getLogger(__name__)

COMMIT_RECORDS_MAX: Final = 100_000
COMMIT_SECONDS_MAX: Final = 20.0
"""How long a record waits for its commit at most; a broken chain is told as soon."""
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
        self.covered = archive.covered()

    def step(self, records: Sequence[Incoming]) -> int:
        """Commit the records that the archive does not hold; returns how many there were."""
        rows = rows_of(self._algebra, self._layout, self.covered, records)
        archived: int = rows.table.num_rows
        if not archived:
            return 0
        for found in rows.breaks:
            log.error("a chain is broken: %s", found)
        self._archive.append(rows)
        self.covered = rows.covered
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
    """Archive until so many records are covered in all; for ever without a number."""
    archiving = Archiving(archive, algebra)
    topics = Topics(settings.topic_prefix, settings.fact_partitions)
    with closing(KafkaReader(settings.kafka_bootstrap, topics.all_facts())) as reader:
        reader.seek(archiving.covered.progress)
        pending: list[Incoming] = []
        since = time.monotonic()
        while True:
            fetched = reader.poll(POLL_SECONDS)
            metrics.polled({(p.topic, p.number): n for p, n in reader.lags().items()})
            since = since if pending else time.monotonic()
            pending += fetched
            held = sum(archiving.covered.offsets.values())
            is_last = records is not None and held + len(pending) >= records
            is_due = time.monotonic() - since >= COMMIT_SECONDS_MAX
            if pending and (is_last or is_due or len(pending) >= COMMIT_RECORDS_MAX):
                began = time.monotonic()
                archived = archiving.step(pending)
                metrics.consumed({"applied": archived}, (), time.monotonic() - began)
                done(archived)
                pending = []
            if is_last:
                return
