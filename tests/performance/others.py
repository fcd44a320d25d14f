"""How fast other frameworks do the same: a slice of a history, read by one process of each."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.metadata import distributions, version
from pathlib import Path
from threading import Timer
from typing import Final

import msgspec
from kafka import KafkaProducer
from msgspec import Struct

from policy_credit_shared.kernel.units import province_of
from policy_credit_shared.messaging.kafka import KafkaReader, create_topics
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import KEEP_FOR_EVER, Topic

PARTITIONS: Final = 8
SECONDS_MAX: Final = 120
WAIT_SECONDS_MAX: Final = 30
TESTS: Final = Path(__file__).parents[1]
ENVIRONMENT: Final = TESTS.parent / ".venv-peers"
NOT_INSTALLED: Final = (
    "Quix Streams and Bytewax are not measured: they are not installed in .venv-peers, "
    "which `make bench` makes where packages can be fetched"
)


class Peer(Struct, frozen=True):
    """A framework: the name of its figure, its module, its Python, and how much it is given.

    The note is what to know beside its figure.
    """

    name: str
    module: str
    python: Path
    events: int
    note: str


THEIR_PYTHON: Final = ENVIRONMENT / "bin" / "python"
PEERS: Final = (
    Peer("faust_tables", "faust_tables", Path(sys.executable), 15_000, "in memory and changelogs"),
    Peer("quix", "quix_groups", THEIR_PYTHON, 100_000, "RocksDB and changelogs, at least once"),
    Peer(
        "bytewax",
        "bytewax_folds",
        THEIR_PYTHON,
        200_000,
        "in memory, nothing is kept, seen at the end",
    ),
    Peer(
        "bytewax_recovery",
        "bytewax_recovery",
        THEIR_PYTHON,
        100_000,
        "sums and offsets in SQLite each second",
    ),
)
LIBRARIES: Final = ("bytewax", "quixstreams", "confluent-kafka", "rocksdict")


class PeerFailed(Exception):
    """A framework came to no end in time, or to other figures: it has no rate."""


class _Data(Struct):
    office: str
    programme: str = "none"
    amount: int = 0


class _Event(Struct):
    data: _Data


class _Answer(Struct):
    seconds: float
    national: dict[str, tuple[int, int]]


class Slice:
    """The first records of a topic in a topic of their own, and what they come to."""

    def __init__(self, bootstrap: str, source: str, events: int) -> None:
        self.bootstrap = bootstrap
        self.topic = f"{source}.first-{events}"
        self.events = 0
        self.national: dict[str, tuple[int, int]] = {}
        self.offices: set[str] = set()
        create_topics(bootstrap, [Topic(self.topic, PARTITIONS, KEEP_FOR_EVER)])
        with closing(KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)) as producer:
            for record in _first(bootstrap, source, events):
                self._count(record)
                producer.send(self.topic, key=record.key, value=record.value)
            producer.flush(timeout=WAIT_SECONDS_MAX)

    def _count(self, record: Incoming) -> None:
        data = msgspec.json.decode(record.value or b"", type=_Event).data
        dong, events = self.national.get(data.programme, (0, 0))
        self.national[data.programme] = (dong + data.amount, events + 1)
        self.offices.add(data.office)
        self.events += 1


def rate(peer: Peer, given: Slice, folder: Path) -> float:
    """Events a second that a framework adds up, from the first record on; raises PeerFailed."""
    task = {
        "bootstrap": given.bootstrap,
        "topic": given.topic,
        "partitions": PARTITIONS,
        "events": given.events,
        "group": folder.name,
        "folder": str(folder),
        "provinces": {office: province_of(office) for office in given.offices},
    }
    log = folder.with_suffix(".log")
    line = _answered(peer, msgspec.json.encode(task).decode(), log)
    if line is None:
        raise PeerFailed(
            f"it ended, or {SECONDS_MAX} s did, without an answer: {log.read_text()[-2_000:]}"
        )
    answer = msgspec.json.decode(line, type=_Answer)
    if answer.national != given.national:
        raise PeerFailed(f"found {answer.national}, expected {given.national}")
    return given.events / answer.seconds


def versions() -> Sequence[tuple[str, str]]:
    """Of the frameworks that are installed."""
    sites = map(str, ENVIRONMENT.glob("lib/*/site-packages"))
    found = {d.metadata["Name"]: d.version for d in distributions(path=list(sites))}
    theirs = [(name, found[name]) for name in LIBRARIES if name in found]
    return [("faust-streaming", version("faust-streaming")), *theirs]


def _answered(peer: Peer, task: str, log: Path) -> bytes | None:
    command = [str(peer.python), "-m", f"performance.peers.{peer.module}", task]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, cwd=log.parent
        )
    ending = Timer(SECONDS_MAX, process.kill)
    ending.start()
    try:
        return next((line for line in process.stdout or () if line.startswith(b"{")), None)
    finally:
        ending.cancel()
        process.send_signal(signal.SIGKILL)
        process.wait()


def _first(bootstrap: str, topic: str, events: int) -> Iterator[Incoming]:
    with closing(KafkaReader(bootstrap, [topic])) as reader:
        left = min(events, sum(reader.ends().values()))
        while left > 0:
            found = reader.poll(1)[:left]
            left -= len(found)
            yield from found
