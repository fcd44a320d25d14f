"""A history in Kafka, and how fast the real workers bring it into a read model.

Workers are started, and share the partitions, before time counts: it does from when the first of
them may read.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
import psycopg
from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove

from performance.reading import decode_everything
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.projection.folding import READER
from policy_credit_reporting.store import beside, generations, swapping
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.postgres import connect

COMMAND: Final = str(Path(sys.executable).with_name("policy-credit"))
POLL_SECONDS: Final = 0.1
"""Asking takes a share of the cores that are measured."""
WAIT_SECONDS_MAX: Final = 900
UNUSED_PORT: Final = 48_612
"""A setting of the service that a projecting worker does not listen on."""
MIB: Final = 1 << 20

PLACED: Final = re.compile(r"assigned [1-9]\d* partitions")
SERVING: Final = re.compile(r"generation \S+ serves")

Done = Callable[[int], None]


class TotalsDiffer(Exception):
    """The figures are not what the history comes to, so that the run does not count."""


class Worker(msgspec.Struct, frozen=True):
    """A projecting worker's process, and where it writes its log."""

    process: psutil.Popen
    log: Path

    def is_placed(self) -> bool:
        """Whether it has been given partitions and may read."""
        return bool(PLACED.search(self.log.read_text()))

    def is_live(self) -> bool:
        """Whether all that there was is in the figures, and they serve."""
        return bool(SERVING.search(self.log.read_text()))


class CaughtUp(msgspec.Struct, frozen=True):
    """Events a second from the first record on until readers see all of them, and the most memory.

    Memory is that of all workers together.
    """

    events_per_s: float
    peak_mib: float


class History:
    """A made-up history in the fact topics of one prefix, and what it comes to."""

    def __init__(self, bootstrap: str, folder: Path, asked: Sequence[str]) -> None:
        self.bootstrap = bootstrap
        self.prefix = folder.name
        self._folder = folder
        self.environment = {
            **os.environ,
            f"{PREFIX}KAFKA_BOOTSTRAP": bootstrap,
            f"{PREFIX}TOPIC_PREFIX": self.prefix,
        }
        self._run("topics", "create")
        self._run("simulate", *asked, "--to", "kafka", "--out", str(folder))
        written = msgspec.json.decode((folder / "expected.json").read_bytes(), type=dict[str, Any])
        self.events: int = written["events"]
        self.totals: dict[str, int] = written["totals"]

    def catch_up(self, database_url: str, workers: int, done: Done) -> CaughtUp:
        """Project all of it with so many workers into an empty database; raises TotalsDiffer."""
        generations.create(database_url, ALGEBRA)
        with working(self.environment, self._folder, database_url, workers) as started:
            caught_up = self._followed(database_url, started, done)
        self._leave(workers)
        check_totals(database_url, self.totals)
        return caught_up

    def decode(self, workers: int) -> float:
        """Events a second that as many processes read and decode, and do nothing else with."""
        with get_context("spawn").Pool(workers) as pool:
            shares = [(self.bootstrap, self.prefix, n, workers) for n in range(workers)]
            spans = pool.starmap(decode_everything, shares)
        if (read := sum(span.records for span in spans)) != self.events:
            raise TotalsDiffer(f"{read} of {self.events} records were read")
        return read / (max(s.ended for s in spans) - min(s.began for s in spans))

    def _leave(self, workers: int) -> None:
        """Let the next run's workers have the partitions, which a broker keeps by their names."""
        group = f"{self.prefix}.{READER}.{generations.generation_of(ALGEBRA)}"
        members = [MemberToRemove(group_instance_id=_name(n)) for n in range(workers)]
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap)) as admin:
            admin.remove_group_members(group, members)

    def _run(self, *arguments: str) -> None:
        subprocess.run([COMMAND, *arguments], env=self.environment, check=True)

    def _followed(self, database_url: str, workers: Sequence[Worker], done: Done) -> CaughtUp:
        began, placed, filled, served, peak = time.monotonic(), False, 0, 0, 0
        until = began + WAIT_SECONDS_MAX
        with connect(database_url) as connection:
            while served < self.events:
                time.sleep(POLL_SECONDS)
                asked = time.monotonic()
                if asked > until or any(w.process.poll() is not None for w in workers):
                    log = workers[0].log.read_text()[-2_000:]
                    raise TimeoutError(f"{served} of {self.events} are seen: {log}")
                if not placed:
                    placed = any(worker.is_placed() for worker in workers)
                    began = began if placed else asked
                found = _records(connection, beside.filled(connection, ALGEBRA))
                peak = max(peak, sum(w.process.memory_info().rss for w in workers))
                done(found - filled)
                filled = found
                if filled == self.events:
                    served = _records(connection, swapping.serving(connection))
        return CaughtUp(self.events / (time.monotonic() - began), peak / MIB)


def _records(connection: psycopg.Connection[Any], generation: str) -> int:
    return sum(swapping.progress_of(connection, generation).offsets.values())


@contextmanager
def working(
    environment: Mapping[str, str], folder: Path, database_url: str, workers: int
) -> Iterator[list[Worker]]:
    """Projecting workers, each in a process of its own."""
    started = []
    for number in range(workers):
        own = folder / f"worker-{number}"
        own.mkdir(exist_ok=True)
        settings = {
            **environment,
            f"{PREFIX}REPORTING_DATABASE_URL": database_url,
            f"{PREFIX}REPORTING_WORKER": _name(number),
            f"{PREFIX}REPORTING_LOG_LEVEL": "INFO",
            f"{PREFIX}REPORTING_PORT": str(UNUSED_PORT),
            "TMPDIR": str(own),
        }
        command = [COMMAND, "services", "run", "reporting", "--role", "projection"]
        with (own / "log").open("wb") as log:
            process = psutil.Popen(command, env=settings, stdout=log, stderr=log)
        started.append(Worker(process, own / "log"))
    try:
        yield started
    finally:
        for worker in started:
            worker.process.terminate()
        for worker in started:
            worker.process.wait()


def _name(number: int) -> str:
    return f"bench-{number}"


def check_totals(database_url: str, expected: Mapping[str, int]) -> None:
    """Raise TotalsDiffer if a figure of the nation is not as expected."""
    with closing(Figures(database_url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
        found = snapshot.totals([NATION], {})[NATION]
    wrong = {n: (found[n], a) for n, a in expected.items() if n in found and found[n] != a}
    if wrong:
        raise TotalsDiffer(f"found and expected: {wrong}")
