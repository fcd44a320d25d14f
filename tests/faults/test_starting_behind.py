"""Workers that start far behind, or with another meaning, fill beside what serves, then go live.

Readers see the figures before and the figures after, and nothing between, whoever is killed when.
Fault 24 as well: a fact topic that was given more partitions.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import naive
import pytest
from conftest import PARTITIONS, Servers
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, NewPartitions
from msgspec.structs import replace
from random_histories import History

from policy_credit_local.processes import Supervisor
from policy_credit_reporting.audit.archive.archiving import Archiving
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store import generations, swapping
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.running.writing import check_partitions
from policy_credit_shared.settings import PREFIX, KafkaSettings, SettingRefused
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Partition

EVENTS = 1_200
SERVED, ARCHIVED = 400, 900
"""Records that figures reflect, and that the archive holds, when workers start."""
FAR_BEHIND = 200
SECONDS_MAX = 60
LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")
FORMER = Algebra(MEASURES[:-1], [], {})
"""Declarations of an earlier version: other figures, none of which move."""


class Place:
    """A history in Kafka, an archive of its first part, a read model, and workers."""

    def __init__(self, servers: Servers, folder: Path, seed: int) -> None:
        topics = servers.topics()
        self.topics = topics.all_facts()
        self.bootstrap = servers.kafka.bootstrap
        self.url = servers.database()
        create_tables(self.url)
        prefix = topics.prefix
        self.records = [
            replace(r, partition=Partition(f"{prefix}.{r.partition.topic}", r.partition.number))
            for r in History(seed, EVENTS, LOCALITIES).records()
        ]
        self.workers = Supervisor(
            folder,
            {
                f"{PREFIX}KAFKA_BOOTSTRAP": self.bootstrap,
                f"{PREFIX}TOPIC_PREFIX": prefix,
                f"{PREFIX}REPORTING_DATABASE_URL": self.url,
                f"{PREFIX}REPORTING_PORT": "48613",
                f"{PREFIX}REPORTING_FAR_BEHIND": str(FAR_BEHIND),
            },
        )
        self._warehouse = f"file://{folder}/warehouse"

    def publish(self, records: Sequence[Incoming]) -> None:
        """As the relays do."""
        with closing(KafkaPublisher(self.bootstrap, "test")) as publisher:
            publisher.publish(list(map(outgoing, records)))

    def archive(self, records: Sequence[Incoming]) -> None:
        Archiving(Archive(self.url, self._warehouse, ALGEBRA), ALGEBRA).step(records)

    @contextmanager
    def serve(self, algebra: Algebra, records: Sequence[Incoming]) -> Iterator[Projector]:
        """Let the figures of some records serve, by some declarations; who makes them can go on."""
        generations.create(self.url, algebra)
        with closing(PostgresLedger(self.url, algebra)) as ledger:
            projector = Projector(ledger, Folding(algebra, Layout.of(algebra)), lambda _: None)
            projector.step(records)
            yield projector

    def start(self, name: str) -> None:
        program = [sys.executable, "-m", "policy_credit_shared"]
        command = [*program, "services", "run", "reporting", "--role", "projection"]
        self.workers.start(name, ["env", f"{PREFIX}REPORTING_WORKER={name}", *command])

    def log(self, name: str) -> str:
        return self.workers.log(name).read_text()

    def serving(self) -> str:
        with connect(self.url) as connection:
            return swapping.serving(connection)

    def reflected(self, generation: str) -> int:
        """Records that a generation reflects, 0 if there is none."""
        with connect(self.url) as connection:
            found = connection.execute(
                "SELECT FROM public.generation WHERE name = %s", (generation,)
            ).fetchone()
            if found is None:
                return 0
            return sum(swapping.progress_of(connection, generation).offsets.values())

    def await_(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + SECONDS_MAX
        while not reached():
            assert not self.workers.ended(), list(map(self.log, self.workers.ended()))
            assert time.monotonic() < until
            time.sleep(0.02)

    @contextmanager
    def watched(self) -> Iterator[list[tuple[str, dict[str, int]]]]:
        """Everything that readers see meanwhile: which generation, and the nation's figures."""
        seen: list[tuple[str, dict[str, int]]] = []
        done = Event()

        def watch() -> None:
            with closing(Figures(self.url, ALGEBRA)) as figures:
                while not done.is_set():
                    with figures.snapshot() as snapshot:
                        totals = dict(snapshot.totals([NATION], {})[NATION])
                        found = (snapshot.position().generation, totals)
                    if found not in seen[-1:]:
                        seen.append(found)
                    time.sleep(0.005)

        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch)
            try:
                yield seen
            finally:
                done.set()
                watching.result()


@pytest.fixture
def place(servers: Servers, tmp_path: Path) -> Iterator[Place]:
    place = Place(servers, tmp_path, 7)
    yield place
    place.workers.stop()


def outgoing(record: Incoming) -> Outgoing:
    topic, partition = record.partition
    return Outgoing(topic, partition, b"", record.value or b"", tuple(record.headers))


def expected(records: Sequence[Incoming]) -> dict[str, int]:
    """The nation's figures, by the oracle."""
    found = dict.fromkeys(naive.MEASURES, 0)
    for totals in naive.totals({r.value for r in records if r.value}).values():
        for measure in found:
            found[measure] += totals[measure]
    return found


def test_far_behind_readers_see_the_figures_before_and_then_all_whoever_is_killed(
    place: Place,
) -> None:
    place.publish(place.records)
    place.archive(place.records[:ARCHIVED])
    with place.serve(ALGEBRA, place.records[:SERVED]):
        before = place.serving()
    beside = f"{before}_1"
    with place.watched() as seen:
        place.start("a")
        place.await_(lambda: place.reflected(beside) >= ARCHIVED)
        place.workers.crash("a")
        for name in ("a", "b"):
            place.start(name)
        place.await_(lambda: place.serving() == beside)
        place.await_(lambda: len(seen) > 1)
    assert [generation for generation, _ in seen] == [before, beside]
    (_, first), (_, last) = seen
    assert first.items() >= expected(place.records[:SERVED]).items()
    assert last.items() >= expected(place.records).items()
    logs = place.log("a") + place.log("b")
    taken = re.findall(r"([\d,]+) records were taken from", logs)
    # Killed as soon as they were committed, the first worker may not have come to say so.
    assert [count for count in taken if count != "0"] in ([], [str(ARCHIVED - SERVED)])


def test_another_meaning_takes_over_while_events_come_from_what_kafka_holds_no_more(
    place: Place,
) -> None:
    """The first records are in the archive alone; a topic was given more partitions meanwhile."""
    coming = place.records[ARCHIVED:]
    place.publish(place.records[:ARCHIVED])
    place.archive(place.records[:ARCHIVED])
    first = place.records[0].partition
    with closing(KafkaAdminClient(bootstrap_servers=place.bootstrap)) as admin:
        admin.delete_records({TopicPartition(*first): 5})
        admin.create_partitions({first.topic: NewPartitions(PARTITIONS + 1)})
    with (
        place.serve(FORMER, place.records[:ARCHIVED]) as old_worker,
        closing(KafkaPublisher(place.bootstrap, "test")) as publisher,
    ):
        generations.create(place.url, ALGEBRA)
        former, meant = place.serving(), generations.generation_of(ALGEBRA)
        with place.watched() as seen:
            place.start("a")
            place.await_(lambda: place.reflected(meant) > 0)
            while place.serving() == former:
                assert coming, "it goes live although events do not stop coming"
                publisher.publish([outgoing(coming[0])])
                old_worker.step([coming.pop(0)])
                time.sleep(0.05)
            publisher.publish(list(map(outgoing, coming)))
            place.await_(lambda: place.reflected(meant) == len(place.records))
            place.await_(lambda: seen[-1][1].items() >= expected(place.records).items())
    reached = {generation: totals for generation, totals in reversed(seen)}
    assert list(reversed(reached)) == [former, meant]
    settings = KafkaSettings(kafka_bootstrap=place.bootstrap, fact_partitions=PARTITIONS)
    with (
        closing(KafkaPublisher(place.bootstrap, "test")) as publisher,
        pytest.raises(SettingRefused, match="keeps its number for ever"),
    ):
        check_partitions(settings, first.topic, publisher.partitions(first.topic))
