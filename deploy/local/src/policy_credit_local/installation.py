"""A whole installation on one machine: servers, databases, topics, keys and services.

What the environment already names is used as it is: with POLICY_CREDIT_KAFKA_BOOTSTRAP set no
broker is started, with every POLICY_CREDIT_…_DATABASE_URL set no PostgreSQL.
"""

import os
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_local.processes import Supervisor, free_port, log_tail, memory_mib
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.messaging.kafka import create_topics
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.closing import Step
from policy_credit_shared.running.service import installed_services
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.signing import kept, made_key
from policy_credit_shared.store.vault import Vault
from policy_credit_shared.web.auth import make_keys

READY_SECONDS_MAX = 60


class Installation:
    """Started once, in one folder; `environment` is what its processes were told."""

    def __init__(self, data: Path, say: Callable[[str], None]) -> None:
        self._data = data
        self._say = say
        self._kafka: EmbeddedKafka | None = None
        self._postgres: EmbeddedPostgres | None = None
        self.supervisor: Supervisor | None = None
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Start everything that is not there yet; raises EmbeddedServerFailed or SettingRefused."""
        self._data.mkdir(parents=True, exist_ok=True)
        self.start_servers()
        self._say("creating topics and tables")
        os.environ.update(self.environment)
        settings = reachable_kafka()
        topics = Topics(settings.topic_prefix, settings.fact_partitions)
        create_topics(settings.kafka_bootstrap, topics.all())
        for service in installed_services().values():
            service.migrate()
        self.start_services()

    def start_servers(self) -> None:
        """Kafka, PostgreSQL and keys; fills `environment`."""
        keys = self._data / "keys"
        private, public = make_keys(keys)
        self._offer("AUTH_SIGNING_KEY", lambda: str(private))
        self._offer("AUTH_JWKS", lambda: str(public))
        self._offer("TOPIC_PREFIX", lambda: "policy-credit")
        self._offer("KAFKA_BOOTSTRAP", self._start_kafka)
        for name, service in installed_services().items():
            self._offer(f"{name.upper()}_DATABASE_URL", partial(self._database, name))
            self._offer(f"{name.upper()}_PORT", lambda: str(free_port()))
            for role in service.roles:
                self._offer(_metrics_port(name, role), lambda: str(free_port()))
        self._offer("LOANS_PERSONAL_KEY", lambda: kept(keys / "personal-key", Vault.new_key))
        self._offer("BOARD_SIGN_IN_CODE", lambda: kept(keys / "sign-in-code", sign_in_code))
        self._offer("REPORTING_SIGNING_KEY", lambda: str(publishing_key(keys)))
        self._offer("REPORTING_WAREHOUSE", lambda: str(self._data.resolve() / "warehouse"))
        self._offer("LOANS_URL", lambda: self.url("loans"))
        self._offer("REPORTING_URL", lambda: self.url("reporting"))
        self._offer("REPAYMENTS_URL", lambda: self.url("repayments"))

    def start_services(self) -> None:
        """Every role of every service, until their APIs answer."""
        self._say("starting the services")
        logs = self._data / "logs"
        logs.mkdir(exist_ok=True)
        self.supervisor = Supervisor(logs, self.environment)
        for service in installed_services().values():
            for role in service.roles:
                command = [sys.executable, "-m", "policy_credit_shared", "services", "run"]
                self.supervisor.start(
                    f"{service.name}.{role}", [*command, service.name, "--role", role]
                )
        for name in installed_services():
            self._await_ready(name)

    def url(self, service: str) -> str:
        """The address of a service's API."""
        return f"http://127.0.0.1:{self.environment[f'{PREFIX}{service.upper()}_PORT']}"

    def metrics_addresses(self) -> dict[tuple[str, str], str]:
        """Where each role tells Prometheus about itself, host:port by service and role."""
        return {
            (name, role): f"127.0.0.1:{self.environment[PREFIX + _metrics_port(name, role)]}"
            for name, service in installed_services().items()
            for role in service.roles
        }

    def close_day(self, service: str, day: date) -> Iterator[Step]:
        """Close a day in every office, as `policy-credit SERVICE close-day` does."""
        close = installed_services()[service].close_day
        check(close is not None, f"{service} has days to close")
        if close is not None:
            yield from close(day, None)

    def write_environment(self) -> Path:
        """A file to source in another terminal, for the `policy-credit` command there."""
        path = self._data / "environment"
        lines = [f"export {name}={shlex.quote(v)}" for name, v in sorted(self.environment.items())]
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
        return path

    def memory_mib(self) -> float:
        """Memory of everything started here."""
        pids = self.supervisor.pids() if self.supervisor else []
        servers = [server.pid for server in (self._kafka, self._postgres) if server]
        return memory_mib([*pids, *servers])

    def check(self) -> None:
        """Raise EmbeddedServerFailed if a process has ended by itself."""
        if self.supervisor is None:
            return
        for name, code in self.supervisor.ended().items():
            tail = log_tail(self.supervisor.log(name))
            raise EmbeddedServerFailed(name, f"ended with code {code}", tail)

    def stop(self) -> None:
        """Stop what was started here, and nothing else."""
        if self.supervisor is not None:
            self.supervisor.stop()
        if self._kafka is not None:
            self._kafka.stop()
        if self._postgres is not None:
            self._postgres.stop()

    def _offer(self, name: str, make: Callable[[], str]) -> None:
        given = os.environ.get(PREFIX + name)
        self.environment[PREFIX + name] = make() if given is None else given

    def _start_kafka(self) -> str:
        self._say("starting Kafka (the first time, its jars are downloaded)")
        self._kafka = EmbeddedKafka(self._data / "kafka")
        self._kafka.start()
        return self._kafka.bootstrap

    def _database(self, name: str) -> str:
        if self._postgres is None:
            self._say("starting PostgreSQL")
            self._postgres = EmbeddedPostgres(self._data / "postgres")
            self._postgres.start()
        return self._postgres.create_database(name)

    def _await_ready(self, service: str) -> None:
        until = time.monotonic() + READY_SECONDS_MAX
        while True:
            self.check()
            try:
                if httpx.get(f"{self.url(service)}/health/ready").is_success:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > until:
                raise EmbeddedServerFailed(service, f"does not answer at {self.url(service)}")
            time.sleep(0.1)


def _metrics_port(service: str, role: str) -> str:
    return f"{service}_{role}_METRICS_PORT".upper()


def publishing_key(folder: Path) -> Path:
    """The key that published figures are signed with, made on first use."""
    path = folder / "publishing-key.pem"
    made_key(path)
    return path


def sign_in_code() -> str:
    """A code to type: who knows it may look at the board as anybody."""
    return "-".join(secrets.token_hex(2) for _ in range(3))
