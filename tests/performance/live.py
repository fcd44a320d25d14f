"""How soon an event that a relay publishes is in what the API answers, at a steady rate.

A made-up history is published record by record on a timetable to one real projecting worker, while
one caller asks the real API for the nation's figures again and again. An event counts as seen when
an answer arrives whose position is beyond its offset: later than it could be seen, never sooner.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from performance.catching_up import COMMAND, POLL_SECONDS, Done, Worker, check_totals, working
from performance.histories import expected, records_in
from performance.results import Result
from performance.serving import Api, serving
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store import generations
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.records import Incoming, Outgoing
from policy_credit_shared.messaging.topics import EMITTERS, Topics, source_of
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.progress import Partition

PER_SECOND: Final = 1_000
TICK_SECONDS: Final = 0.01
ASK_EVERY_SECONDS: Final = 0.01
START_SECONDS_MAX: Final = 120
AFTER_SECONDS_MAX: Final = 60
P50_MS_BAR, P99_MS_BAR, CORE_BAR = 50, 150, 0.6

Reflected = dict[str, dict[str, int]]
"""The next offset by topic and partition."""


class _Position(Struct):
    offsets: Reflected


class _Answer(Struct):
    position: _Position


class Unseen(Exception):
    """Events that were published never came into the API's answers."""


class Publishing:
    """Records on a timetable; `due` are the moments at which each was to be sent."""

    def __init__(self, bootstrap: str, topics: Topics, records: Sequence[Outgoing]) -> None:
        self.due: dict[Partition, list[float]] = {}
        self._bootstrap = bootstrap
        self._topics = topics
        self._records = records

    def run(self, done: Done) -> None:
        """Publish all of them, some at each tick, whether or not those before were slow."""
        with closing(KafkaPublisher(self._bootstrap, "bench")) as publisher:
            began = time.monotonic()
            waiting = iter(self._records)
            for tick in range(len(self._records)):
                due = began + tick * TICK_SECONDS
                batch = list(islice(waiting, round(PER_SECOND * TICK_SECONDS)))
                if not batch:
                    break
                time.sleep(max(0.0, due - time.monotonic()))
                for record in batch:
                    place = Partition(record.topic, record.partition)
                    self.due.setdefault(place, []).append(due)
                publisher.publish(batch)
                done(len(batch))


def measured(
    bootstrap: str, database_url: str, data: Path, households: int, done: Callable[[int], None]
) -> list[Result]:
    """Latencies and the projecting worker's share of a core; raises TotalsDiffer or Unseen."""
    history, prefix = data / "history", data.name
    environment = {
        **os.environ,
        f"{PREFIX}KAFKA_BOOTSTRAP": bootstrap,
        f"{PREFIX}TOPIC_PREFIX": prefix,
    }
    asked = ["--scale", "province", "--households", str(households), "--until", "2025-12"]
    for arguments in (["topics", "create"], ["simulate", *asked, "--out", str(history)]):
        subprocess.run([COMMAND, *arguments], env=environment, check=True)
    topics = Topics(prefix, 1)
    records = list(_in_turn(history, topics))
    generations.create(database_url, ALGEBRA)
    publishing = Publishing(bootstrap, topics, records)
    with (
        working(environment, data, database_url, 1) as (worker,),
        serving(database_url, data / "keys", environment) as api,
        _asking(api) as ask,
    ):
        _await_start(worker)
        before, began = sum(worker.process.cpu_times()[:2]), time.monotonic()
        publisher = Thread(target=publishing.run, args=(done,), daemon=True)
        publisher.start()
        latencies, answers = _seen(ask, publishing, publisher, len(records))
        share = (sum(worker.process.cpu_times()[:2]) - before) / (time.monotonic() - began)
    check_totals(database_url, expected(history))
    hundredths = quantiles(latencies, n=100)
    return [
        Result(name="live_events", figures=[len(latencies)]),
        _limited("live_p50_ms", hundredths[49], P50_MS_BAR),
        _limited("live_p99_ms", hundredths[98], P99_MS_BAR),
        _limited("live_core_share", share, CORE_BAR),
        Result(name="live_answer_p50_ms", figures=[median(answers)]),
    ]


def _limited(name: str, figure: float, bar: float) -> Result:
    return Result(name=name, figures=[figure], bar=bar, lower_is_better=True)


def _seen(
    ask: Callable[[], Reflected], publishing: Publishing, publisher: Thread, count: int
) -> tuple[list[float], list[float]]:
    """Milliseconds from when each record was due until an answer that reflects it had arrived.

    Beside them, the milliseconds that each answer took.
    """
    latencies, answers = list[float](), list[float]()
    seen: dict[Partition, int] = {}
    until = float("inf")
    while len(latencies) < count:
        if not publisher.is_alive():
            until = min(until, time.monotonic() + AFTER_SECONDS_MAX)
        if time.monotonic() > until:
            raise Unseen(f"{len(latencies)} of {count} events are in the API's answers")
        asked, reflected, arrived = time.monotonic(), ask(), time.monotonic()
        answers.append((arrived - asked) * 1_000)
        for topic, ends in reflected.items():
            for number, end in ends.items():
                place = Partition(topic, int(number))
                due = publishing.due.get(place, [])[seen.get(place, 0) : end]
                latencies += [(arrived - moment) * 1_000 for moment in due]
                seen[place] = end
        time.sleep(ASK_EVERY_SECONDS)
    return latencies, answers


def _in_turn(history: Path, topics: Topics) -> Iterator[Outgoing]:
    """A history's records for these topics, one of each partition in turn, each in its order."""
    names = {source_of(emitter).encode(): topics.facts(emitter) for emitter in EMITTERS}
    files = [chain.from_iterable(records_in(file)) for file in sorted(history.glob("*.parquet"))]
    while files:
        for file in list(files):
            if record := next(file, None):
                yield _outgoing(record, names)
            else:
                files.remove(file)


def _outgoing(record: Incoming, names: dict[bytes, str]) -> Outgoing:
    topic = names[dict(record.headers)["source"]]
    headers = tuple(record.headers)
    return Outgoing(topic, record.partition.number, b"", record.value or b"", headers)


def _await_start(worker: Worker) -> None:
    """Until the worker's figures serve, and it waits for records."""
    until = time.monotonic() + START_SECONDS_MAX
    while not worker.is_live() or worker.process.cpu_percent(interval=1) > 20:
        if time.monotonic() > until:
            raise TimeoutError("the projecting worker does not come to rest")
        time.sleep(POLL_SECONDS)


@contextmanager
def _asking(api: Api) -> Iterator[Callable[[], Reflected]]:
    """What asks an API for the position of the nation's figures."""
    headers = {"Authorization": f"Bearer {api.token}"}
    decoder = msgspec.json.Decoder(_Answer)
    with httpx.Client(base_url=api.address, headers=headers, timeout=60) as client:

        def ask() -> Reflected:
            answer = client.get(f"/api/v1/units/{NATION}/indicators")
            answer.raise_for_status()
            return decoder.decode(answer.content).position.offsets

        yield ask
