"""A backlog of real events relayed into Kafka, beside the same bytes sent by a bare producer."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import psycopg
from kafka import KafkaProducer
from msgspec import convert
from psycopg import sql
from psycopg.conninfo import make_conninfo

from performance.branches import Borrower, Branch, disbursement
from policy_credit_repayments.__main__ import PARTS
from policy_credit_reporting.audit.verify import verify
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.kafka import KafkaPublisher, KafkaReader, create_topics
from policy_credit_shared.messaging.outbox import TABLE, PostgresOutbox
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.relay import START, Relay, Route, window
from policy_credit_shared.messaging.topics import KEEP_FOR_EVER, Topic, source_of
from policy_credit_shared.store.books import Books, decide
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.postgres import PostgresEventStore, connect

TELLER: Final = Principal("a teller", "587", "teller")
PARTITIONS: Final = 6
SHEET_LINES: Final = 500
APPEND_EVENTS: Final = 2_000
ACKNOWLEDGE_SECONDS_MAX: Final = 120

Done = Callable[[int], None]


class TotalsDiffer(Exception):
    """What was published is not what was generated, so that the run does not count."""


class Backlog:
    """A repayments event store of its own with what branches have done, not yet published."""

    def __init__(self, database_url: str, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._topics = 0
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("backlog")))
        self._url = make_conninfo(database_url, dbname="backlog")
        self._records: list[Outgoing] = []
        self._heads: Mapping[int, Head] = {}

    def fill(self, lent: Sequence[Borrower], records: int, done: Done) -> None:
        """Decide and store sheets of these borrowers until there are so many records to publish."""
        memory = MemoryEventStore()
        mark, route = START, self._route("")
        with closing(PostgresEventStore(self._url, PARTS.mapper)) as store:
            store.migrate()
            with connect(self._url) as connection:
                connection.execute(TABLE)
            for changes in _decided(memory, lent):
                store.append(Changes(events=changes.events))
                entries = memory.log[mark.position :]
                made, mark = window(mark, entries, PARTS.translate, route)
                self._records += made
                done(len(made))
                if len(self._records) >= records:
                    break
        self._heads = mark.heads
        # A relay's own process holds no backlog in memory: let the collector not walk this one.
        del memory, entries
        gc.collect()
        gc.freeze()

    @property
    def size(self) -> int:
        """How many records it makes."""
        return len(self._records)

    def relay(self, done: Done) -> float:
        """Relay all of it into a new topic; records per second. Raises TotalsDiffer."""
        route = self._route(self._topic())
        with connect(self._url) as connection:
            connection.execute("DELETE FROM relay_mark")
        with (
            closing(PostgresOutbox.lead(self._url, PARTS.mapper)) as outbox,
            closing(KafkaPublisher(self._bootstrap, "bench")) as publisher,
        ):
            relay = Relay(outbox, publisher, PARTS.translate, route)
            began = time.monotonic()
            while entries := relay.step():
                done(entries)
            elapsed = time.monotonic() - began
        self._check(route.topic)
        return self.size / elapsed

    def send_bare(self, done: Done) -> float:
        """Send the same records by a bare idempotent producer; records per second."""
        topic = self._topic()
        producer = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=20,
            batch_size=1 << 18,
            delivery_timeout_ms=ACKNOWLEDGE_SECONDS_MAX * 1_000,
        )
        producer.partitions_for(topic)
        began = time.monotonic()
        for n, record in enumerate(self._records):
            producer.send(
                topic,
                partition=record.partition,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
            )
            if n % APPEND_EVENTS == 0:
                done(APPEND_EVENTS)
        producer.flush(timeout=ACKNOWLEDGE_SECONDS_MAX)
        elapsed = time.monotonic() - began
        producer.close()
        self._check(topic)
        return self.size / elapsed

    def _topic(self) -> str:
        self._topics += 1
        name = f"bench.backlog{self._topics}"
        create_topics(self._bootstrap, [Topic(name, PARTITIONS, KEEP_FOR_EVER)])
        return name

    def _route(self, topic: str) -> Route:
        return Route(source_of(PARTS.name), topic, PARTITIONS)

    def _check(self, topic: str) -> None:
        with closing(KafkaReader(self._bootstrap, [topic])) as reader:
            report = verify(fetches(reader))
        heads = {stream.partition.number: head for stream, head in report.heads.items()}
        if report.breaks or heads != self._heads or report.records != self.size:
            raise TotalsDiffer(f"{topic}: {report.records} records, {report.breaks}")


def fetches(reader: KafkaReader) -> Iterator[Sequence[Incoming]]:
    """Everything from where a reader stands until the present end."""
    left = sum(reader.ends().values())
    while left > 0:
        found = reader.poll(1)
        left -= len(found)
        yield found


def _decided(store: MemoryEventStore, lent: Sequence[Borrower]) -> Iterator[Changes]:
    """All accounts opened, then sheet after sheet without end."""
    for first in range(0, len(lent), APPEND_EVENTS):
        books = Books(store)
        for borrower in lent[first : first + APPEND_EVENTS]:
            PARTS.takes_in[LoanDisbursed].handle(disbursement(borrower), books)
        yield _stored(store, books.changes(_clock))
    commands = {str(route.command.__struct_config__.tag): route.command for route in PARTS.routes}
    branch = Branch(lent, seed=0)
    while True:
        _, lines = branch.sheet(SHEET_LINES)
        sheet = [convert(line, commands[line["type"]], strict=False) for line in lines]
        yield _stored(store, decide(Books(store, TELLER), _clock, PARTS.handlers, sheet))


def _stored(store: MemoryEventStore, changes: Changes) -> Changes:
    store.append(changes)
    return changes


def _clock() -> datetime:
    return datetime(2019, 3, 20, 2, 0, tzinfo=UTC)
