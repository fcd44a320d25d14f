"""Real servers for the tests that need them: one Kafka and one PostgreSQL for the whole run."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from policy_credit_local.installation import Installation
from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.playing import Player, play_world, unwatched
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_local.scenario.world import World, make_world
from policy_credit_shared.messaging.kafka import create_topics
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.service import installed_services
from policy_credit_shared.settings import PREFIX

PARTITIONS = 6
_numbers = count(1)


ON_THE_DEMO = frozenset(
    {
        "tests/browser/test_board.py",
        "tests/integration/test_alerts.py",
        "tests/integration/test_dashboards.py",
        "tests/integration/test_demo.py",
        "tests/integration/test_export.py",
        "tests/integration/test_replay.py",
    }
)
"""The files that read the demo, which takes a minute and a half to play."""


class DemoInOneProcess(LoadFileScheduling):  # type: ignore[misc]
    """Tests by file; those on the demo by one process, so that it is played once."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "demo" if file in ON_THE_DEMO else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> DemoInOneProcess:
    """Called where tests are run by several processes."""
    return DemoInOneProcess(config, log)


@dataclass
class Servers:
    """Kafka and PostgreSQL, from which every test takes topics and databases of its own."""

    kafka: EmbeddedKafka
    postgres: EmbeddedPostgres
    data: Path

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
    yield Servers(kafka, postgres, data)
    kafka.stop()
    postgres.stop()


@contextmanager
def installed(servers: Servers, data: Path) -> Iterator[Installation]:
    """Every service, on the servers of the run, with topics and databases of its own."""
    number = next(_numbers)
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


@contextmanager
def environment_kept() -> Iterator[None]:
    """What is set meanwhile is forgotten afterwards."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def town(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole installation, shared by the tests of a module."""
    with environment_kept(), installed(servers, tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(scope="module")
def player(town: Installation) -> Iterator[Player]:
    """A client of the town."""
    player = Player(town)
    yield player
    player.close()


@dataclass(frozen=True)
class Demo:
    """An installation on which the demo's scenario was played and is in every figure."""

    town: Installation
    player: Player
    world: World


@pytest.fixture(scope="session")
def demo(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, played once in each test process: read it, and add nothing."""
    world = make_world(40)
    with ExitStack() as stack:
        with environment_kept():
            town = stack.enter_context(installed(servers, tmp_path_factory.mktemp("demo")))
            player = stack.enter_context(closing(Player(town)))
            play_world(player, world, unwatched)
        yield Demo(town, player, world)
