"""Composition of a writing service: the same roles for each of them.

api     answers commands over HTTP
relay   publishes what was stored
intake  takes in other services' facts, where the service needs any
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter
from msgspec import Struct

from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.messaging import kafka
from policy_credit_shared.messaging.intake import Intake, TakeIn
from policy_credit_shared.messaging.kafka import KafkaPublisher, KafkaReader, TopicMissing
from policy_credit_shared.messaging.outbox import (
    TABLE,
    Doorbell,
    PostgresOutbox,
    backlog,
    stored_mark,
    waiting_since,
)
from policy_credit_shared.messaging.records import Outgoing
from policy_credit_shared.messaging.relay import (
    MarkMoved,
    PublishFailed,
    Relay,
    Route,
    Translate,
    republished,
)
from policy_credit_shared.messaging.topics import Emitter, Topics, source_of
from policy_credit_shared.running.closing import Closing, Step, close_day
from policy_credit_shared.running.exposing import exposed_registry
from policy_credit_shared.running.service import Service
from policy_credit_shared.running.serving import serve
from policy_credit_shared.running.timing import Timed
from policy_credit_shared.settings import (
    AuthSettings,
    KafkaSettings,
    ServiceSettings,
    SettingRefused,
    usable,
    usable_key,
)
from policy_credit_shared.store import postgres
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.progress import Fenced
from policy_credit_shared.store.recorded import EventMapper
from policy_credit_shared.telemetry.logs import configure_logs
from policy_credit_shared.telemetry.metrics import BacklogCollector, ReaderMetrics, RelayMetrics
from policy_credit_shared.web.app import Publication, Queries, writing_app
from policy_credit_shared.web.auth import Verifier
from policy_credit_shared.web.commands import CommandRoute

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 1.0
POLL_SECONDS: Final = 0.5


@dataclass(frozen=True)
class WritingService:
    """What one writing service declares about itself."""

    name: Emitter
    title: str
    description: str
    settings: type[ServiceSettings]
    mapper: EventMapper
    routes: Sequence[CommandRoute]
    handlers: Handlers
    translate: Translate
    takes_in: Mapping[type[PublicEvent], TakeIn]
    takes_in_from: Sequence[Emitter] = ()
    closings: Sequence[Closing] = ()
    queries: Queries = lambda *_: APIRouter()
    answers_of_queries: Sequence[type[Struct]] = ()

    def service(self) -> Service:
        """The service as the command line runs it."""
        roles = {"api": self.run_api, "relay": self.run_relay}
        if self.takes_in:
            roles["intake"] = self.run_intake
        return Service(
            self.name,
            roles,
            self.migrate,
            self.close_day if self.closings else None,
            self.republished,
        )

    def republished(self, database_url: str, topics: Topics) -> Iterator[Outgoing]:
        """Everything published so far, from the rows of the event store; keys are not needed."""
        route = Route(source_of(self.name), topics.facts(self.name), topics.fact_partitions)
        with postgres.connect(database_url) as connection:
            yield from republished(PostgresOutbox(connection, self.mapper), self.translate, route)

    def migrate(self) -> None:
        """Create the tables that are missing."""
        settings = self._settings(table=None)
        with closing(self._store(settings)) as store:
            store.migrate()
        with postgres.connect(settings.database_url) as connection:
            connection.execute(TABLE)

    def run_api(self) -> None:
        """Answer commands until stopped."""
        settings = self._settings()
        configure_logs(f"{self.name}.api", settings.log_level)
        registry = exposed_registry(self.name, "api")
        registry.register(BacklogCollector(lambda: backlog_of(settings.database_url, self.mapper)))
        keeper = settings.keeper()
        with closing(self._store(settings)) as store:
            usable_key(settings, fits=store.keeper_fits())
            app = writing_app(
                title=self.title,
                description=self.description,
                routes=self.routes,
                handlers=self.handlers,
                store=store,
                queries=self.queries,
                answers_of_queries=self.answers_of_queries,
                publication=lambda: publication(store, settings.database_url),
                clock=system_clock,
                verifier=Verifier(AuthSettings.read()),
                receipts_key=keeper.receipts_key if keeper else b"",
            )
            serve(app, settings.host, settings.port, registry)

    def run_relay(self) -> None:
        """Publish until stopped; after any failure start again from the stored mark."""
        settings, log_settings = self._settings(), reachable_kafka()
        configure_logs(f"{self.name}.relay", settings.log_level)
        metrics = RelayMetrics(exposed_registry(self.name, "relay"))
        topics = Topics(log_settings.topic_prefix, log_settings.fact_partitions)
        topic = topics.facts(self.name)
        while True:
            try:
                with (
                    closing(PostgresOutbox.lead(settings.database_url, self.mapper)) as outbox,
                    closing(Doorbell(settings.database_url)) as doorbell,
                    closing(KafkaPublisher(log_settings.kafka_bootstrap, self.name)) as publisher,
                ):
                    log.info("leading")
                    metrics.leading.set(1)
                    check_partitions(log_settings, topic, publisher.partitions(topic))
                    route = Route(source_of(self.name), topic, log_settings.fact_partitions)
                    relay = Relay(outbox, publisher, self.translate, route)
                    while True:
                        published = relay.step()
                        metrics.published.inc(published)
                        if published == 0:
                            doorbell.wait()
            except (PublishFailed, MarkMoved, psycopg.OperationalError) as failure:
                log.error("starting again from the mark: %s", failure)
                metrics.leading.set(0)
                metrics.restarts.inc()
                time.sleep(RETRY_SECONDS)

    def run_intake(self) -> None:
        """Take in facts until stopped; after any failure start again from the stored progress."""
        settings, log_settings = self._settings(), reachable_kafka()
        configure_logs(f"{self.name}.intake", settings.log_level)
        metrics = ReaderMetrics(exposed_registry(self.name, "intake"))
        topics = Topics(log_settings.topic_prefix, log_settings.fact_partitions)
        store = self._store(settings)
        read = [topics.facts(emitter) for emitter in self.takes_in_from]
        while True:
            try:
                with (
                    closing(KafkaReader(log_settings.kafka_bootstrap, read)) as reader,
                    closing(KafkaPublisher(log_settings.kafka_bootstrap, self.name)) as publisher,
                ):
                    letters = (publisher, topics.dead_letters)
                    timed = Timed(reader, metrics, system_clock)
                    intake = Intake(
                        self.name, timed, store, self.takes_in, letters, system_clock, timed.watch
                    )
                    while True:
                        intake.step(POLL_SECONDS)
            except (PublishFailed, TopicMissing, Conflict, Fenced, PersistenceError) as failure:
                log.error("starting again from the progress: %s", failure)
                metrics.restarts.inc()
                time.sleep(RETRY_SECONDS)

    def close_day(self, day: date, office: str | None) -> Iterator[Step]:
        """Close a day in one office or in all; raises Conflict if it must be started again."""
        with closing(self._store(self._settings())) as store:
            yield from close_day(store, system_clock, self.closings, day, office)

    def _store(self, settings: ServiceSettings) -> PostgresEventStore:
        return PostgresEventStore(settings.database_url, self.mapper, settings.keeper())

    def _settings(self, table: str | None = postgres.EVENTS_TABLE) -> ServiceSettings:
        settings = self.settings.read()
        usable(settings, postgres.problem_with(settings.database_url, table))
        return settings


def publication(store: PostgresEventStore, database_url: str) -> Publication:
    """How far a service has published, and has taken in what others published."""
    with postgres.connect(database_url) as connection:
        waiting, mark = backlog(connection), stored_mark(connection)
    return Publication(
        backlog=waiting,
        heads={str(partition): head.sequence for partition, head in mark.heads.items()},
        taken_in={
            f"{stream.partition.topic}[{stream.partition.number}] {stream.source}": sequence
            for stream, sequence in store.progress().highs.items()
        },
    )


def backlog_of(database_url: str, mapper: EventMapper) -> tuple[int, datetime | None]:
    """How many stored events are not yet published, and when the first of them was stored."""
    with postgres.connect(database_url) as connection:
        return backlog(connection), waiting_since(connection, mapper)


def check_partitions(settings: KafkaSettings, topic: str, found: int) -> None:
    """Raise SettingRefused if a fact topic has grown: its offices would change partitions."""
    if found != settings.fact_partitions:
        raise SettingRefused(
            "POLICY_CREDIT_FACT_PARTITIONS",
            f"is {settings.fact_partitions}, but {topic} has {found} partitions;"
            " a fact topic keeps its number for ever",
        )


def reachable_kafka() -> KafkaSettings:
    """The Kafka settings; raises SettingRefused if no broker answers there."""
    settings = KafkaSettings.read()
    if reason := kafka.reachable(settings.kafka_bootstrap):
        raise SettingRefused(
            "POLICY_CREDIT_KAFKA_BOOTSTRAP",
            f"names no broker that answers ({settings.kafka_bootstrap}): {reason}",
        )
    return settings
