"""`make bench-queries`: how fast figures are had, from a read model of a country's history.

The history is projected by the real projection and its totals are held against what it must come
to; the questions are put to the real API process over HTTP, while more of the history arrives.
"""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Annotated, Final, NamedTuple, get_args

import psutil
import typer

from performance import results
from performance.asking import Ask, ask_steadily
from performance.catching_up import COMMAND, check_totals
from performance.histories import expected, load, moving
from performance.machine import described, peak_mib
from performance.progress import bar, out
from performance.results import Result
from performance.serving import Api, serving
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store import generations
from policy_credit_shared.kernel.identifiers import Fund, Programme
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION

PER_SECOND: Final = 20
SELDOM_PER_SECOND: Final = 3
"""How often anybody asks for the whole country on a past day, or scrapes it."""
INDICATORS: Final = "outstanding,overdue,overdue_ratio,loans,collected"
FIRST_MONTH, LAST_DAY = date(2023, 1, 1), date(2025, 12, 31)
KEYS: Final = (
    "tree_p99_ms",
    "filtered_tree_p99_ms",
    "unit_p99_ms",
    "series_p99_ms",
    "past_date_p99_ms",
    "past_tree_p99_ms",
    "exporter_p99_ms",
    "api_peak_mib",
    "events_loaded",
)
SECTION: Final = "bench-queries"


def main(
    history: Annotated[
        Path | None, typer.Option(help="folder of `policy-credit simulate`; made without it")
    ] = None,
    quick: Annotated[bool, typer.Option(help="a small history and few questions")] = False,
    write: Annotated[bool, typer.Option(help="renew docs/benchmarks.md")] = False,
) -> None:
    """Measure, show, and print one line of JSON."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        data = Path(name)
        folder = history or _simulated(data / "history", quick)
        postgres = EmbeddedPostgres(data / "postgres")
        postgres.start()
        try:
            url = postgres.create_database("reporting")
            machine = described(url)
            found = _measured(folder, url, data, 5 if quick else 30)
        finally:
            postgres.stop()
    results.show(out, found, machine)
    if write:
        results.write(SECTION, found, machine)
    print(results.as_json(found, KEYS))  # noqa: T201


class Asked(NamedTuple):
    """What is asked, how often, and how many milliseconds the slowest may take."""

    name: str
    asks: list[Ask]
    per_second: int
    limit_ms: float


def _measured(folder: Path, database_url: str, data: Path, seconds: int) -> list[Result]:
    generations.create(database_url, ALGEBRA)
    with bar("projecting the history, records", None) as done:
        loaded, took = load(folder, database_url, done)
    found = [
        Result(name="events_loaded", figures=[loaded]),
        Result(name="load_events_per_s", figures=[loaded / took]),
    ]
    with serving(database_url, data / "keys") as api:
        with moving(folder, database_url):
            for asked in _questions(Random(1), seconds):
                found += _asked(api, asked)
        found.append(Result(name="api_peak_mib", figures=[peak_mib(api.process.pid)]))
    check_totals(database_url, expected(folder))
    return found


def _asked(api: Api, asked: Asked) -> list[Result]:
    before = _cpu_ms(api.process)
    with bar(asked.name, len(asked.asks)) as done:
        latencies = ask_steadily(api.address, api.token, asked.asks, asked.per_second, done)
    hundredths = quantiles(latencies, n=100)
    return [
        Result(name=f"{asked.name}_p50_ms", figures=[hundredths[49]]),
        Result(
            name=f"{asked.name}_p99_ms",
            figures=[hundredths[98]],
            bar=asked.limit_ms,
            lower_is_better=True,
        ),
        Result(
            name=f"{asked.name}_cpu_ms",
            figures=[(_cpu_ms(api.process) - before) / len(asked.asks)],
        ),
    ]


def _questions(random: Random, seconds: int) -> list[Asked]:
    tree = dated_trees()["bank"].on(LAST_DAY)
    units = [unit.code for unit in tree if unit.level != "locality"]
    large = [unit.code for unit in tree if unit.level in ("nation", "province", "district")]
    provinces = [unit.code for unit in tree if unit.level == "province"]
    span = (LAST_DAY - FIRST_MONTH).days

    def past() -> dict[str, str]:
        return {"date": str(FIRST_MONTH + timedelta(days=random.randrange(span)))}

    def asked(
        name: str, limit_ms: float, one: Callable[[], Ask], per_second: int = PER_SECOND
    ) -> Asked:
        return Asked(name, [one() for _ in range(seconds * per_second)], per_second, limit_ms)

    def of(codes: Sequence[str], what: str, query: dict[str, str]) -> Ask:
        return Ask(f"/api/v1/units/{random.choice(codes)}/{what}", query)

    months = {"from": str(FIRST_MONTH), "to": str(LAST_DAY), "step": "month"}
    whole, nation = {"indicators": INDICATORS}, [NATION]
    this_year = {**whole, "period": "year"}
    return [
        asked("tree", 50, lambda: of(nation, "tree", whole)),
        asked("filtered_tree", 50, lambda: of(nation, "tree", this_year | _narrowed(random))),
        asked("unit", 10, lambda: of(units, "indicators", {})),
        asked("series", 50, lambda: of(provinces, "series", months | whole)),
        asked("past_date", 300, lambda: of(large, "indicators", past())),
        asked("past_tree", 300, lambda: of(nation, "tree", whole | past()), SELDOM_PER_SECOND),
        asked("exporter", 200, lambda: Ask("/metrics", {}), SELDOM_PER_SECOND),
    ]


def _narrowed(random: Random) -> dict[str, str]:
    """One or two values of dimensions."""
    programme = {"programme": random.choice(get_args(Programme))}
    return random.choice([programme, programme | {"fund": random.choice(get_args(Fund))}])


def _cpu_ms(process: subprocess.Popen[bytes]) -> float:
    """What a process has worked so far, whatever else keeps the machine busy."""
    times = psutil.Process(process.pid).cpu_times()
    return (times.user + times.system) * 1_000


def _simulated(folder: Path, quick: bool) -> Path:
    """Three years of the country with a fiftieth of its households, or of a province with less."""
    size = ["--scale", "province", "--households", "2000"] if quick else ["--scale", "nation"]
    size += [] if quick else ["--households", "135000"]
    command = [COMMAND, "simulate", *size]
    subprocess.run(
        [*command, "--months", "36", "--until", "2025-12", "--out", str(folder)], check=True
    )
    return folder


if __name__ == "__main__":
    typer.run(main)
