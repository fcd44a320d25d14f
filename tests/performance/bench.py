"""`make bench`: how fast figures come from the log, and how the same is done by others.

Every part is a function of one run; its last line of output is one JSON object. A run whose totals
are not those of the history ends with an error.
"""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from performance import live, others, replaying, results
from performance.catching_up import COMMAND, History
from performance.machine import described
from performance.progress import bar, out
from performance.reading import PARTITIONS
from performance.results import Result
from policy_credit_local.kafka import EmbeddedKafka
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_shared.messaging.topics import Topics

WORKERS: Final = 2
GROWTH: Final = 10
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
        self, kafka: EmbeddedKafka, postgres: EmbeddedPostgres, data: Path, quick: bool, grow: bool
    ) -> None:
        self.kafka = kafka
        self._postgres = postgres
        self._data = data
        self._databases = 0
        self._histories: dict[str, History] = {}
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

    def simulate(self, folder: Path, households: int) -> None:
        """A history of a province as files."""
        subprocess.run([COMMAND, "simulate", *_asked(households), "--out", str(folder)], check=True)

    def history(self, name: str, households: int) -> History:
        """A history of a province in topics of its own, some 55 events a household; made once."""
        if name not in self._histories:
            made = History(self.kafka.bootstrap, self._data / name, _asked(households))
            self._histories[name] = made
        return self._histories[name]

    def main_history(self) -> History:
        """The one of about a million events."""
        return self.history("history", 900 if self.quick else 18_000)


def _asked(households: int) -> list[str]:
    asked = ["--scale", "province", "--months", "12", "--until", "2025-12"]
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
    """How much longer an event takes in a history ten times as long."""
    history = run.history("grown", GROWTH * (900 if run.quick else 18_000))
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
    """Sums at four levels by other frameworks, in turn, of the first payments of that history."""
    source = Topics(run.main_history().prefix, PARTITIONS).facts("repayments")
    rates: dict[str, list[float]] = {peer.name: [] for peer in others.PEERS}
    installed = [peer for peer in others.PEERS if peer.python.exists()]
    if len(installed) < len(others.PEERS):
        out.print(others.NOT_INSTALLED)
    slices: dict[int, others.Slice] = {}
    for number in range(run.rounds):
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
    return [Result(name=f"{name}_events_per_s", figures=found) for name, found in rates.items()]


def staying_live(run: Run) -> list[Result]:
    """From published to seen in the API, for five minutes."""
    households = 400 if run.quick else 5_500
    with bar("live, events", None) as done:
        return live.measured(
            run.kafka.bootstrap, run.database(), run.folder("live"), households, done
        )


def auditing(run: Run) -> list[Result]:
    """A history of about a million events replayed from the archive, and verified."""
    folder, database_url = run.folder("audit"), run.database()
    run.simulate(folder / "history", 900 if run.quick else 18_000)
    with bar("archiving, records", None) as done:
        archive = replaying.archived(folder / "history", database_url, folder / "archive", done)
    return replaying.measured(archive, folder / "history")


PARTS: Final[Sequence[Callable[[Run], list[Result]]]] = (
    catching_up,
    beside_others,
    staying_live,
    auditing,
)
"""What is measured, in this order."""


def main(
    quick: Annotated[bool, typer.Option(help="little of everything, once")] = False,
    grow: Annotated[bool, typer.Option(help="a history ten times as long as well")] = False,
    write: Annotated[bool, typer.Option(help="renew docs/benchmarks.md")] = False,
) -> None:
    """Measure, show, and print one line of JSON."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        data = Path(name)
        kafka = EmbeddedKafka(data / "kafka")
        postgres = EmbeddedPostgres(data / "postgres")
        try:
            kafka.start()
            postgres.start()
            machine = [*described(postgres.create_database("described")), *others.versions()]
            run = Run(kafka, postgres, data, quick, grow)
            found = [result for part in PARTS for result in part(run)]
        finally:
            postgres.stop()
            kafka.stop()
    results.show(out, found, machine)
    if write:
        results.write(SECTION, found, machine)
    print(results.as_json(found, KEYS))  # noqa: T201


if __name__ == "__main__":
    typer.run(main)
