"""Real servers for the tests that need them: one Kafka and one PostgreSQL for the whole run."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from policy_credit_local.installation import Installation
from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.playing import Player
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_shared.messaging.kafka import create_topics
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.service import installed_services
from policy_credit_shared.settings import PREFIX

PARTITIONS = 6
_numbers = count(1)


@dataclass
class Servers:
    """Kafka and PostgreSQL, from which every test takes topics and databases of its own."""

    kafka: EmbeddedKafka
    postgres: EmbeddedPostgres

    def topics(self) -> Topics:
        """Fresh topics."""
        topics = Topics(f"test{next(_numbers)}", PARTITIONS)
        create_topics(self.kafka.bootstrap, topics.all())
        return topics

    def database(self) -> str:
        """A fresh database."""
        return self.postgres.create_database(f"test{next(_numbers)}")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    data = tmp_path_factory.mktemp("servers")
    postgres = EmbeddedPostgres(data / "postgres")
    postgres.start()
    kafka = EmbeddedKafka(data / "kafka")
    kafka.start()
    yield Servers(kafka, postgres)
    kafka.stop()
    postgres.stop()


def install(servers: Servers, data: Path) -> Iterator[Installation]:
    """Every service, on the servers of the run, with topics and databases of its own."""
    number = next(_numbers)
    before = dict(os.environ)
    os.environ[PREFIX + "KAFKA_BOOTSTRAP"] = servers.kafka.bootstrap
    os.environ[PREFIX + "TOPIC_PREFIX"] = f"town{number}"
    for name in installed_services():
        url = servers.postgres.create_database(f"town{number}_{name}")
        os.environ[f"{PREFIX}{name.upper()}_DATABASE_URL"] = url
    installation = Installation(data, lambda _: None)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def town(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole installation, shared by the tests of a module."""
    yield from install(servers, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def player(town: Installation) -> Iterator[Player]:
    """A client of the town."""
    player = Player(town)
    yield player
    player.close()
