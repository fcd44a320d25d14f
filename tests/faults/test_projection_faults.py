"""Workers come, go and are killed, servers too, a rebuild as well: figures stay those of the log.

Faults 17, 18, 23 and 42: real workers share the partitions of a real broker and one read model.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import naive
import psutil
import psycopg
import pytest
from conftest import PARTITIONS
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from random_histories import History
from terminal import run, start

from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_local.processes import Supervisor
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store import swapping
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.messaging.kafka import KafkaPublisher, create_topics
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.relay import PublishFailed
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Progress

SECONDS_MAX = 120
EVENTS = 1_500
SLICES = 16
LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")
TOPICS = Topics("faulty", PARTITIONS)


class Plant:
    """A broker, a database and workers that are started again when they end by themselves."""

    def __init__(self, folder: Path) -> None:
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.postgres.start()
        self.kafka = EmbeddedKafka(folder / "kafka")
        self.kafka.start()
        create_topics(self.kafka.bootstrap, TOPICS.all())
        self.url = self.postgres.create_database("reporting")
        self.settings = {
            f"{PREFIX}KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            f"{PREFIX}TOPIC_PREFIX": TOPICS.prefix,
            f"{PREFIX}REPORTING_DATABASE_URL": self.url,
            f"{PREFIX}REPORTING_WAREHOUSE": str(folder / "warehouse"),
            f"{PREFIX}REPORTING_PORT": "48613",
        }
        assert run("migrate", "reporting", **self.settings).returncode == 0
        self.workers = Supervisor(folder, self.settings)

    def add(self, name: str) -> None:
        """Start a worker of this name."""
        program = [sys.executable, "-m", "policy_credit_shared"]
        command = [*program, "services", "run", "reporting", "--role", "projection"]
        named = f"{PREFIX}REPORTING_WORKER={name}"
        self.workers.start(name, ["env", named, *command])

    def publish(self, records: Sequence[Outgoing]) -> None:
        """As a relay does: after a failure all of it once more, until it is acknowledged."""
        while True:
            with closing(KafkaPublisher(self.kafka.bootstrap, "test")) as publisher:
                try:
                    publisher.publish(records)
                except PublishFailed:
                    continue
            return

    def expire(self, topic: str, partition: int, offset: int) -> None:
        """Let the broker forget what is below an offset."""
        with closing(KafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)) as admin:
            admin.delete_records({TopicPartition(topic, partition): offset})

    def crash_postgres(self) -> None:
        """End the database in the midst of whatever it does, and start it again."""
        pid = self.postgres.pid
        os.kill(pid, signal.SIGQUIT)
        while psutil.pid_exists(pid):
            time.sleep(0.05)
        self.postgres.start()

    def serving(self) -> str:
        """The generation that serves."""
        with connect(self.url) as connection:
            return swapping.serving(connection)

    def await_building(self) -> None:
        """Wait until a rebuild has something to go on from."""
        until = time.monotonic() + SECONDS_MAX
        with connect(self.url) as connection:
            while swapping.unfinished(connection, ALGEBRA) is None:
                assert time.monotonic() < until
                time.sleep(0.01)

    def reflected(self) -> int:
        """Sequences that the serving figures reflect."""
        try:
            with connect(self.url) as connection:
                progress = swapping.progress_of(connection, swapping.serving(connection))
        except psycopg.OperationalError:
            return 0
        return sum(progress.highs.values())

    def await_reflected(self, events: int) -> None:
        """Wait until the figures reflect so much, and start workers again that have ended."""
        until = time.monotonic() + SECONDS_MAX
        while (found := self.reflected()) < events:
            for name in self.workers.ended():
                self.workers.restart(name)
            assert time.monotonic() < until, f"{found} of {events} are reflected"
            time.sleep(0.1)

    def figures(self) -> dict[str, int]:
        """The nation's figures."""
        with closing(Figures(self.url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
            return dict(snapshot.totals([NATION], {})[NATION])

    def stop(self) -> None:
        """End everything."""
        self.workers.stop()
        self.kafka.stop()
        self.postgres.stop()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    plant = Plant(tmp_path_factory.mktemp("plant"))
    yield plant
    plant.stop()


def expected(values: Iterable[bytes]) -> dict[str, int]:
    """The nation's figures, by the oracle."""
    found = dict.fromkeys(naive.MEASURES, 0)
    for totals in naive.totals(values).values():
        for measure in found:
            found[measure] += totals[measure]
    return found


def outgoing(record: Incoming) -> Outgoing:
    """The record as its relay sends it."""
    topic = f"{TOPICS.prefix}.{record.partition.topic}"
    headers = tuple(record.headers)
    return Outgoing(topic, record.partition.number, b"", record.value or b"", headers)


@pytest.mark.timeout(300)
def test_no_figure_changes_whatever_workers_servers_and_rebuilds_go_through(plant: Plant) -> None:
    records = list(map(outgoing, History(11, EVENTS, LOCALITIES).records()))
    size = -(-len(records) // SLICES)
    slices = [records[start : start + size] for start in range(0, len(records), size)]
    sent: set[bytes] = set()

    def publish(count: int) -> None:
        for _ in range(count):
            batch = slices.pop(0)
            plant.publish(batch)
            sent.update(record.value for record in batch)

    plant.add("a")
    publish(1)
    plant.await_reflected(1)
    plant.add("b")
    publish(2)
    plant.workers.crash("a")
    plant.add("c")
    publish(1)
    plant.workers.restart("a")
    publish(1)
    plant.kafka.kill()
    plant.kafka.start()
    publish(1)
    plant.crash_postgres()
    publish(1)
    plant.workers.crash("b")
    plant.await_reflected(len(sent))
    assert plant.figures().items() >= expected(sent).items()

    once = run("archive", "run", "--once", **plant.settings)
    assert once.returncode == 0, once.stdout + once.stderr
    publish(1)
    killed = start("reporting", "rebuild", **plant.settings)
    plant.await_building()
    killed.kill()
    killed.communicate()
    rebuilding = start("reporting", "rebuild", **plant.settings)
    while rebuilding.poll() is None and len(slices) > 1:
        publish(1)
        time.sleep(0.2)
    said = "".join(rebuilding.communicate(timeout=SECONDS_MAX))
    assert rebuilding.returncode == 0, said
    assert "ĐÃ THAY" in said
    publish(len(slices))
    plant.await_reflected(len(sent))
    assert plant.serving().endswith("_1")
    assert plant.figures().items() >= expected(sent).items()


def test_records_that_expired_stop_whoever_needs_them_and_are_in_the_archive(plant: Plant) -> None:
    """Nobody goes on without them: their range is named, and what holds them still is read."""
    topic = f"{TOPICS.prefix}.loans"
    partition = next(r.partition.number for r in History(11, 9, LOCALITIES).records())
    before = plant.figures()
    plant.expire(topic, partition, 5)
    refused = run("reporting", "rebuild", "--from-kafka", **plant.settings)
    assert refused.returncode == 2
    assert "Kafka no longer holds" in refused.stderr
    assert f"topic='{topic}', partition={partition}" in refused.stderr.replace("\n", " ")
    from_archive = run("reporting", "rebuild", "--afresh", **plant.settings)
    assert from_archive.returncode == 0, from_archive.stdout + from_archive.stderr
    assert plant.figures() == before


def test_a_worker_whose_records_expired_ends_and_shows_nothing(plant: Plant) -> None:
    topics = Topics("expired", 1)
    create_topics(plant.kafka.bootstrap, topics.all())
    topic = topics.facts("loans")
    plant.publish([Outgoing(topic, 0, b"", b"{}", ())] * 2)
    plant.expire(topic, 0, 1)
    url = plant.postgres.create_database("expired")
    settings = {
        **plant.settings,
        f"{PREFIX}REPORTING_DATABASE_URL": url,
        f"{PREFIX}TOPIC_PREFIX": topics.prefix,
        f"{PREFIX}FACT_PARTITIONS": "1",
    }
    assert run("migrate", "reporting", **settings).returncode == 0
    worker = run("services", "run", "reporting", "--role", "projection", **settings)
    assert worker.returncode != 0
    assert f"topic='{topic}', partition=0): 0" in worker.stdout + worker.stderr
    with connect(url) as connection:
        assert swapping.progress_of(connection, swapping.serving(connection)) == Progress.none()
