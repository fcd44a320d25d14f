"""The Faust worker: a service that projects whole fetches and tells changes and alerts.

The service owns its consumer and its offsets: what Faust or the consumer group remember is never
relied on. An agent only hears of which units' targets this worker tells, and that they changed.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import faust
import msgspec
import numpy as np
import psycopg
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError
from mode import Service
from msgspec import Struct

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import LOCALITY, Layout
from policy_credit_reporting.projection.alerting import Crossing, alert_event, crossings
from policy_credit_reporting.projection.folding import READER, Folding
from policy_credit_reporting.projection.letters import Letters
from policy_credit_reporting.projection.pace import Pace
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.alerts import Alerts
from policy_credit_reporting.store.ledger import Commit
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.targets import reached_targets, watched_measures
from policy_credit_shared.kernel.clock import business_day, system_clock
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import Level
from policy_credit_shared.messaging.admission import by_outcome
from policy_credit_shared.messaging.kafka import incoming
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.relay import PublishFailed
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.settings import KafkaSettings
from policy_credit_shared.store.progress import Fenced, Partition
from policy_credit_shared.telemetry.metrics import ReaderMetrics

log = logging.getLogger(__name__)

BATCH_RECORDS_MAX: Final = 10_000
FETCH_BYTES_MAX: Final = 1 << 20
"""Of one partition: several are fetched ahead while records are folded."""
POLL_MS: Final = 250
CHANGES_EVERY_SECONDS: Final = 0.25
ALERTS_EVERY_SECONDS: Final = 1.0
TIDY_EVERY_SECONDS: Final = 5.0
RETRIES_MAX: Final = 30
RETRY_SECONDS: Final = 1.0
STALL_SECONDS_MAX: Final = 60.0
NEAR_RECORDS: Final = 1_000
"""A share that lacks no more is live but for what comes while it is read; the rest may lag more."""
NEAR_EVERY_SECONDS: Final = 0.25
RETRIED: Final = (Fenced, PublishFailed, psycopg.OperationalError)
WATCHED_LEVELS: Final = ("nation", "province", "district")


class IndicatorChange(Struct, frozen=True):
    """A unit's totals of all that is recorded, as published on the stream of changes."""

    unit: str
    level: Level
    totals: dict[str, int]
    as_of: datetime


def watched_units() -> dict[str, Level]:
    """Units of the bank whose changes are told, with their level: also those that have ended."""
    bank = dated_trees()["bank"]
    return {
        unit.code: unit.level
        for day in bank.days
        for unit in bank.on(day)
        if unit.level in WATCHED_LEVELS
    }


def _above(locality: str) -> set[str]:
    """Every unit of the bank that a locality is or was below."""
    bank = dated_trees()["bank"]
    return {unit.code for day in bank.days for unit in bank.on(day).path(locality)}


class Stalled(Exception):
    """Records wait and none arrive: the process ends, so that it is started afresh."""


def _partition(partition: TopicPartition) -> Partition:
    return Partition(partition.topic, partition.partition)


class _Placing(ConsumerRebalanceListener):  # type: ignore[misc]
    """After a rebalance, read on from where the ledger stands."""

    def __init__(self, consumer: AIOKafkaConsumer, projector: Projector, lock: asyncio.Lock):
        self._consumer = consumer
        self._projector = projector
        self._lock = lock

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        async with self._lock:
            log.info("released %s partitions", len(list(revoked)))

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        async with self._lock:
            await asyncio.to_thread(self._projector.reload)
            self.place(assigned)
            log.info("assigned %s partitions", len(list(assigned)))

    def place(self, partitions: Iterable[TopicPartition]) -> None:
        """Seek each partition to the projector's progress."""
        for partition in partitions:
            offset = self._projector.progress.offsets.get(_partition(partition), 0)
            self._consumer.seek(partition, offset)


class Projection:
    """The parts that the projecting service is made of."""

    def __init__(
        self,
        database_url: str,
        log_settings: KafkaSettings,
        worker: str,
        metrics: ReaderMetrics,
    ) -> None:
        self._worker = worker
        self._metrics = metrics
        self._bootstrap = log_settings.kafka_bootstrap
        self._topics = Topics(log_settings.topic_prefix, log_settings.fact_partitions)
        self._watched = watched_units()
        layout = Layout.of(ALGEBRA)
        self._above = [
            {unit for unit in _above(locality) if unit in self._watched}
            for locality in layout.localities
        ]
        self.ledger = PostgresLedger(database_url, ALGEBRA)
        self.figures = Figures(database_url, ALGEBRA, watched_measures(ALGEBRA))
        self.alerts = Alerts(database_url, self.ledger.meaning)
        letters = Letters(self._bootstrap, self._topics.dead_letters)
        self.projector = Projector(self.ledger, Folding(ALGEBRA, layout), letters.send)
        self._pace = Pace()
        self._live_in = ""

    @property
    def live(self) -> bool:
        """Whether the figures that this worker fills are those that readers see."""
        return self._live_in == self.ledger.generation

    def consumer(self) -> AIOKafkaConsumer:
        """A consumer of every fact topic; the group only shares partitions among workers."""
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=f"{self._topics.prefix}.{READER}.{self.ledger.meaning}",
            group_instance_id=self._worker,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=20,
            fetch_min_bytes=1,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            max_poll_interval_ms=300_000,
            session_timeout_ms=15_000,
            heartbeat_interval_ms=500,
        )

    def topics(self) -> list[str]:
        """The fact topics."""
        return self._topics.all_facts()

    def step(self, records: Sequence[Incoming]) -> set[str]:
        """Bring records into the figures; returns the watched units that they change."""
        began = time.perf_counter()
        commit = self.projector.step(records)
        if commit is None:
            return set()
        self._tell(commit, time.perf_counter() - began)
        localities = np.unique(LOCALITY.of(commit.movements[:, 0])).tolist()
        changed = set().union(*(self._above[number] for number in localities))
        # A target can be missed already when it is set.
        return changed | {t.unit for t in commit.targets if t.unit in self._watched}

    def polled(self, consumer: AIOKafkaConsumer) -> int | None:
        """Tell how far behind the end of each assigned partition the figures are.

        Returns by how many records in all, if every partition has been heard of.
        """
        offsets = self.projector.progress.offsets
        lags: dict[tuple[str, int], int] = {
            (p.topic, p.partition): max(end - offsets.get(_partition(p), 0), 0)
            for p in consumer.assignment()
            if (end := consumer.highwater(p)) is not None
        }
        self._metrics.polled(lags)
        if not lags or len(lags) < len(consumer.assignment()):
            return None
        left = sum(lags.values())
        if (
            left > NEAR_RECORDS
            and not self.live
            and (said := self._pace.seen(left, time.monotonic()))
        ):
            log.info("%s is filled beside what serves: %s", self.ledger.generation, said)
        return left

    def _tell(self, commit: Commit, seconds: float) -> None:
        reasons = [letter.reason for letter in commit.letters]
        self._metrics.consumed(by_outcome(commit.tally), reasons, seconds)
        if commit.heard:
            self._metrics.applied(max(commit.heard.values()), system_clock())

    def watched(self) -> set[str]:
        """Every unit whose changes are told."""
        return set(self._watched)

    def tidy(self) -> None:
        """Keep the pages of the read model few, and no generation that nobody reads any more."""
        if merged := self.ledger.merge_pages():
            log.info("merged the pages of %s places", merged)
        for name in self.ledger.drop_retired():
            log.info("dropped generation %s, which nobody reads any more", name)

    def caught_up(self) -> None:
        """This worker's share of the log is reflected: serve if all of it is, and tell changes."""
        if not self.live and self.ledger.take_over(self.topics()):
            self._live_in = self.ledger.generation
            log.info("generation %s serves", self.ledger.generation)

    def changes(self, units: Sequence[str]) -> list[IndicatorChange]:
        """The present totals of units that have any."""
        with self.figures.snapshot() as snapshot:
            totals = snapshot.totals(units, {})
        now = system_clock()
        return [
            IndicatorChange(unit, self._watched[unit], dict(totals[unit]), now)
            for unit in units
            if any(totals[unit].values())
        ]

    def crossings(self, units: Iterable[str]) -> list[Crossing]:
        """The targets of this year's or an earlier year that these units crossed unnoticed."""
        today = business_day(system_clock())
        with self.figures.snapshot() as snapshot:
            reached = reached_targets(snapshot, units, ALGEBRA, until=today.year)
        return list(crossings(reached, self.alerts.told()))


def build_app(
    database_url: str, log_settings: KafkaSettings, worker: str, data: Path, metrics: ReaderMetrics
) -> faust.App:
    """The worker's application."""
    topics = Topics(log_settings.topic_prefix, log_settings.fact_partitions)
    brokers = ";".join(f"kafka://{a.strip()}" for a in log_settings.kafka_bootstrap.split(","))
    app = faust.App(
        f"{log_settings.topic_prefix}.{READER}",
        broker=brokers,
        datadir=str(data),
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        worker_redirect_stdouts=False,
        producer_acks=-1,
        broker_session_timeout=15.0,
        broker_heartbeat_interval=3.0,
        consumer_auto_offset_reset="earliest",
    )
    changes = app.topic(
        topics.indicator_changes, key_serializer="raw", value_serializer="raw", value_type=bytes
    )
    raised = app.topic(topics.alerts, key_serializer="raw", value_serializer="raw")

    changed = set[str]()

    @app.agent(changes)
    async def hear(stream: Any) -> None:
        """Each unit is heard of by one worker, which tells of its targets.

        A process that ends forgets them; one that starts has every unit told anew.
        """
        async for unit, _ in stream.items():
            changed.add(unit.decode())

    @app.service
    class Projecting(Service):
        """Reads facts in whole fetches; the same code live and catching up."""

        async def on_start(self) -> None:
            self._projection = await asyncio.to_thread(
                Projection, database_url, log_settings, worker, metrics
            )
            self._lock = asyncio.Lock()
            self._asked_at = 0.0
            # After a start everything is told once more: what was changed last may not have been.
            self._untold = self._projection.watched()
            self._consumer = self._projection.consumer()
            await self._consumer.start()
            self._placing = _Placing(self._consumer, self._projection.projector, self._lock)
            self._consumer.subscribe(self._projection.topics(), listener=self._placing)

        async def on_stop(self) -> None:
            await self._consumer.stop()

        @Service.task
        async def _project(self) -> None:
            progressed_at = time.monotonic()
            while not self.should_stop:
                try:
                    fetched = await self._consumer.getmany(
                        timeout_ms=POLL_MS, max_records=BATCH_RECORDS_MAX
                    )
                except NoOffsetForPartitionError:
                    # Assigned, but not placed yet: the group keeps no offsets, the ledger does.
                    continue
                left = self._projection.polled(self._consumer)
                records = incoming(fetched)
                del fetched
                if records:
                    async with self._lock:
                        await self._step(records)
                    progressed_at = time.monotonic()
                else:
                    self._check_progress(progressed_at)
                # While events keep coming there is no moment at which none is left.
                if left is not None and left - len(records) <= NEAR_RECORDS:
                    await self._go_live()

        async def _step(self, records: list[Incoming]) -> None:
            """Project the records; after a failure drop them and read on from the ledger."""
            try:
                changed = await asyncio.to_thread(self._projection.step, records)
            except RETRIED as failure:
                await self._start_again(failure)
            else:
                self._untold |= changed

        async def _start_again(self, failure: Exception) -> None:
            for _ in range(RETRIES_MAX):
                metrics.restarts.inc()
                log.error("reading again from the ledger's progress: %r", failure)
                await asyncio.sleep(RETRY_SECONDS)
                try:
                    await asyncio.to_thread(self._projection.projector.reload)
                except RETRIED as again:
                    failure = again
                else:
                    self._placing.place(self._consumer.assignment())
                    return
            raise failure

        async def _go_live(self) -> None:
            """Serve if all is reflected that must be; asked again until it is."""
            if self._projection.live or time.monotonic() < self._asked_at + NEAR_EVERY_SECONDS:
                return
            self._asked_at = time.monotonic()
            async with self._lock:
                try:
                    await asyncio.to_thread(self._projection.caught_up)
                except psycopg.OperationalError as failure:
                    await self._start_again(failure)

        def _check_progress(self, progressed_at: float) -> None:
            """End the process when something waits for too long."""
            offsets = self._projection.projector.progress.offsets
            waiting = [
                partition
                for partition in self._consumer.assignment()
                if (end := self._consumer.highwater(partition)) is None
                or offsets.get(_partition(partition), 0) < end
            ]
            if waiting and time.monotonic() - progressed_at > STALL_SECONDS_MAX:
                raise Stalled(f"no records for {STALL_SECONDS_MAX} s, waiting on {waiting}")

        @Service.task
        async def _tidy(self) -> None:
            while not self.should_stop:
                await self.sleep(TIDY_EVERY_SECONDS)
                try:
                    await asyncio.to_thread(self._projection.tidy)
                except psycopg.OperationalError as failure:
                    log.error("the read model is not tidied: %r", failure)

        @Service.task
        async def _tell_changes(self) -> None:
            while not self.should_stop:
                await self.sleep(CHANGES_EVERY_SECONDS)
                if not (self._projection.live and self._untold):
                    continue
                units, self._untold = sorted(self._untold), set()
                for change in await asyncio.to_thread(self._projection.changes, units):
                    await changes.send(key=change.unit.encode(), value=msgspec.json.encode(change))

        @Service.task
        async def _tell_crossings(self) -> None:
            """First on Kafka, then noted: after a failure it is told once more."""
            while not self.should_stop:
                await self.sleep(ALERTS_EVERY_SECONDS)
                if not (self._projection.live and changed):
                    continue
                units = set(changed)
                changed.clear()
                try:
                    for found in await asyncio.to_thread(self._projection.crossings, units):
                        event = alert_event(found, system_clock())
                        sent = await raised.send(key=found.alert.unit.encode(), value=event)
                        await sent
                        await asyncio.to_thread(self._projection.alerts.note, found.alert)
                        log.warning("alert: %s", found.alert)
                except (KafkaError, psycopg.OperationalError) as failure:
                    changed.update(units)
                    log.error("alerts are told later: %r", failure)

    return app


def run(
    database_url: str, log_settings: KafkaSettings, worker: str, data: Path, metrics: ReaderMetrics
) -> None:
    """Work until stopped."""
    app = build_app(database_url, log_settings, worker, data, metrics)
    faust.Worker(app, loglevel="INFO", quiet=True).execute_from_commandline()
