"""`make bench`: how fast figures come from the log, and how the same is done by others.

Every part is a function of one run; its last line of output is one JSON object. A run whose totals
are not those of the history ends with an error.
"""

import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from performance import archiving, live, others, replaying, results
from performance.catching_up import COMMAND, History
from performance.machine import described
from performance.progress import bar, out
from performance.reading import PARTITIONS
from performance.results import Result
from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_shared.messaging.topics import Topics

WORKERS: Final = 2
ARCHIVE_BAR: Final = 20_000
"""Twenty times what comes live, at worst."""
LONG: Final = 100_000_000
USUAL_GIB, GIB_A_MILLION = 4, 0.8
"""What the servers of a run keep on disk at most."""
GROWN_YEARS: Final = 5
REBALANCE_DELAY_MS: Final = 3_000
"""Kafka's own setting: workers that start together share the partitions before they read."""
KEYS: Final = (
    "catchup_events_per_s",
    "catchup_peak_mib",
    "decode_limit_events_per_s",
    "faust_tables_events_per_s",
    "quix_events_per_s",
    "bytewax_events_per_s",
    "live_p50_ms",
    "live_p99_ms",
    "live_core_share",
    "replay_events_per_s",
    "replay_vs_duckdb_ratio",
    "verify_events_per_s_per_core",
    "growth_percent",
)
SECTION: Final = "bench"


class Run:
    """The servers of one run, and how much is measured."""

    def __init__(
        self, kafka: EmbeddedKafka, postgres: EmbeddedPostgres, data: Path, quick: bool, grow: int
    ) -> None:
        self.kafka = kafka
        self._postgres = postgres
        self._data = data
        self._databases = 0
        self._main: History | None = None
        self._households = 900 if quick else 18_000
        self.quick = quick
        self.grow = grow
        self.rounds = 1 if quick else 3

    def database(self) -> str:
        """A new database."""
        self._databases += 1
        return self._postgres.create_database(f"bench{self._databases}")

    def folder(self, name: str) -> Path:
        """A new folder."""
        folder = self._data / name
        folder.mkdir()
        return folder

    def simulate(self, folder: Path) -> None:
        """The history of about a million events as files."""
        asked = _asked(self._households)
        subprocess.run([COMMAND, "simulate", *asked, "--out", str(folder)], check=True)

    def main_history(self) -> History:
        """A year of a province, of about a million events."""
        if self._main is None:
            self._main = self._history("history", _asked(self._households))
        return self._main

    def grown_history(self) -> History:
        """So many times as many: five years of a fifth as many times the households."""
        households = self._households * self.grow // GROWN_YEARS
        return self._history("grown", _asked(households, months=12 * GROWN_YEARS))

    def _history(self, name: str, asked: list[str]) -> History:
        return History(self.kafka.bootstrap, self._data / name, asked)


def _asked(households: int, months: int = 12) -> list[str]:
    """A history of a province; a household has some 55 events a year."""
    asked = ["--scale", "province", "--months", str(months), "--until", "2025-12"]
    return [*asked, "--households", str(households)]


def catching_up(run: Run) -> list[Result]:
    """Catch-up and the limit of decoding, in turn, on one history of about a million events."""
    rates, peaks, limits = [], [], []
    history = run.main_history()
    for _ in range(run.rounds):
        limits.append(history.decode(WORKERS))
        with bar("catching up, events", history.events) as done:
            found = history.catch_up(run.database(), WORKERS, done)
        rates.append(found.events_per_s)
        peaks.append(found.peak_mib)
    measured = [
        Result(name="catchup_events", figures=[history.events]),
        Result(name="catchup_events_per_s", figures=rates, bar=150_000),
        Result(name="catchup_peak_mib", figures=peaks, bar=600, lower_is_better=True),
        Result(name="decode_limit_events_per_s", figures=limits),
    ]
    return [*measured, *(_growth(run, history.events, rates) if run.grow else [])]


def _growth(run: Run, events: int, rates: Sequence[float]) -> list[Result]:
    """How much longer an event takes in a history of many times as many."""
    history = run.grown_history()
    with bar(f"catching up, {history.events / events:.0f} times as many", history.events) as done:
        found = history.catch_up(run.database(), WORKERS, done)
    base = Result(name="", figures=rates).figure or 0
    percent = 100 * (base / found.events_per_s - 1)
    return [
        Result(name="grown_events", figures=[history.events]),
        Result(name="grown_events_per_s", figures=[found.events_per_s]),
        Result(name="grown_peak_mib", figures=[found.peak_mib], bar=600, lower_is_better=True),
        Result(name="growth_percent", figures=[percent], bar=15, lower_is_better=True),
    ]


def beside_others(run: Run) -> list[Result]:
    """One worker, and one process of each other framework on a part of that history, in turn."""
    history = run.main_history()
    source = Topics(history.prefix, PARTITIONS).facts("repayments")
    installed = [peer for peer in others.PEERS if peer.python.exists()]
    if len(installed) < len(others.PEERS):
        out.print(others.NOT_INSTALLED)
    slices: dict[int, others.Slice] = {}
    ours: list[float] = []
    rates: dict[str, list[float]] = {peer.name: [] for peer in others.PEERS}
    for number in range(run.rounds):
        with bar("one worker, events", history.events) as done:
            ours.append(history.catch_up(run.database(), 1, done).events_per_s)
        for peer in installed:
            asked = peer.events // 10 if run.quick else peer.events
            if asked not in slices:
                slices[asked] = others.Slice(run.kafka.bootstrap, source, asked)
            with bar(f"{peer.name}, events", asked) as done:
                try:
                    folder = run.folder(f"{peer.name}-{number}")
                    rates[peer.name].append(others.rate(peer, slices[asked], folder))
                    done(asked)
                except others.PeerFailed as error:
                    out.print(f"{peer.name} has no rate: {error}")
    return _compared(Result(name="one_worker_events_per_s", figures=ours), rates)


def _compared(one_worker: Result, rates: Mapping[str, Sequence[float]]) -> list[Result]:
    """What each reached, and how many times as much one worker did."""
    found = [one_worker]
    for name, figures in rates.items():
        note = next(peer.note for peer in others.PEERS if peer.name == name)
        theirs = Result(name=f"{name}_events_per_s", figures=figures, note=note)
        times = [(one_worker.figure or 0) / theirs.figure] if theirs.figure else []
        found += [theirs, Result(name=f"one_worker_to_{name}_ratio", figures=times)]
    return found


def staying_live(run: Run) -> list[Result]:
    """From published to seen in the API, for five minutes."""
    households = 400 if run.quick else 5_500
    with bar("live, events", None) as done:
        return live.measured(
            run.kafka.bootstrap, run.database(), run.folder("live"), households, done
        )


def auditing(run: Run) -> list[Result]:
    """The history archived from Kafka; from files, archived, replayed and verified."""
    history, folder, database_url = run.main_history(), run.folder("audit"), run.database()
    rates, peaks = [], []
    for number in range(run.rounds):
        found = archiving.archived(history, run.database(), folder / f"of-kafka-{number}")
        rates.append(history.events / found.seconds)
        peaks.append(found.peak_mib)
    run.simulate(folder / "history")
    with bar("archiving, records", None) as done:
        archive = replaying.archived(folder / "history", database_url, folder / "archive", done)
    return [
        Result(name="archive_events_per_s", figures=rates, bar=ARCHIVE_BAR),
        Result(name="archive_peak_mib", figures=peaks),
        *replaying.measured(archive, folder / "history"),
        *replaying.long_measured(archive, folder / "history", LONG // 100 if run.quick else LONG),
    ]


PARTS: Final[Mapping[str, Callable[[Run], list[Result]]]] = {
    "catchup": catching_up,
    "peers": beside_others,
    "live": staying_live,
    "audit": auditing,
}
"""What is measured, in this order."""


def _chosen(parts: str) -> list[Callable[[Run], list[Result]]]:
    asked = parts.split(",")
    if unknown := set(asked) - set(PARTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    return [part for name, part in PARTS.items() if name in asked]


def _check_space(gib: int) -> None:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free >> 30
    if free < gib:
        raise typer.BadParameter(f"{folder} has {free} GiB free, {gib} are needed; set TMPDIR")


def main(
    quick: Annotated[bool, typer.Option(help="little of everything, once")] = False,
    grow: Annotated[int, typer.Option(min=0, help="so many times as many events as well")] = 0,
    write: Annotated[bool, typer.Option(help="renew docs/benchmarks.md")] = False,
    parts: Annotated[str, typer.Option(help="only some, with commas between")] = ",".join(PARTS),
) -> None:
    """Measure, show, and print one line of JSON."""
    chosen = _chosen(parts)
    _check_space(USUAL_GIB if quick else USUAL_GIB + math.ceil(GIB_A_MILLION * grow))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        data = Path(name)
        kafka = EmbeddedKafka(data / "kafka", rebalance_delay_ms=REBALANCE_DELAY_MS)
        postgres = EmbeddedPostgres(data / "postgres")
        try:
            kafka.start()
            postgres.start()
            machine = [*described(postgres.create_database("described")), *others.versions()]
            run = Run(kafka, postgres, data, quick, grow)
            found = [result for part in chosen for result in part(run)]
        finally:
            postgres.stop()
            kafka.stop()
    results.show(out, found, machine)
    if write:
        results.write(SECTION, found, machine)
    print(results.as_json(found, KEYS))  # noqa: T201


if __name__ == "__main__":
    typer.run(main)
