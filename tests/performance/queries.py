"""`make bench-queries`: how fast figures are had, from a read model of a country's history.

The history is projected by the real projection and its totals are held against what it must come
to; the questions are put to the real API process over HTTP.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Annotated, Final

import httpx
import typer

from performance import results
from performance.asking import Ask, ask_steadily
from performance.histories import expected, load
from performance.machine import described
from performance.progress import bar, out
from performance.results import Result
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import PREFIX, SigningSettings
from policy_credit_shared.web.auth import issue_token, make_keys

PER_SECOND: Final = 20
PORT: Final = 48_611
START_SECONDS_MAX: Final = 300
INDICATORS: Final = "outstanding,overdue,overdue_ratio,loans,collected"
FIRST_MONTH, LAST_DAY = date(2023, 1, 1), date(2025, 12, 31)
KEYS: Final = ("tree_p99_ms", "unit_p99_ms", "series_p99_ms", "past_date_p99_ms", "events_loaded")
SECTION: Final = "bench-queries"


class TotalsDiffer(Exception):
    """The read model does not hold what the history comes to."""


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


def _measured(folder: Path, database_url: str, data: Path, seconds: int) -> list[Result]:
    generations.create(database_url, ALGEBRA)
    with bar("projecting the history, records", None) as done:
        loaded, took = load(folder, database_url, done)
    _check_totals(folder, database_url)
    found = [
        Result(name="events_loaded", figures=[loaded]),
        Result(name="load_events_per_s", figures=[loaded / took]),
    ]
    with _serving(database_url, data / "keys") as (address, token):
        random = Random(1)
        for name, asks, limit in _questions(random, seconds * PER_SECOND):
            with bar(name, len(asks)) as done:
                latencies = ask_steadily(address, token, asks, PER_SECOND, done)
            hundredths = quantiles(latencies, n=100)
            found.append(Result(name=f"{name}_p50_ms", figures=[hundredths[49]]))
            found.append(
                Result(
                    name=f"{name}_p99_ms",
                    figures=[hundredths[98]],
                    bar=limit,
                    lower_is_better=True,
                )
            )
    return found


def _questions(random: Random, count: int) -> list[tuple[str, list[Ask], float]]:
    """What is asked, by measure, and how many milliseconds the slowest may take."""
    tree = dated_trees()["bank"].on(LAST_DAY)
    units = [unit.code for unit in tree if unit.level != "locality"]
    large = [unit.code for unit in tree if unit.level in ("nation", "province", "district")]
    provinces = [unit.code for unit in tree if unit.level == "province"]
    span = (LAST_DAY - FIRST_MONTH).days

    def past() -> dict[str, str]:
        return {"date": str(FIRST_MONTH + timedelta(days=random.randrange(span)))}

    months = {"from": str(FIRST_MONTH), "to": str(LAST_DAY), "step": "month"}
    whole = {"indicators": INDICATORS}
    return [
        ("tree", [Ask(f"{NATION}/tree", whole)] * count, 50),
        ("unit", [Ask(f"{random.choice(units)}/indicators", {}) for _ in range(count)], 10),
        (
            "series",
            [Ask(f"{random.choice(provinces)}/series", {**months, **whole}) for _ in range(count)],
            50,
        ),
        (
            "past_date",
            [Ask(f"{random.choice(large)}/indicators", past()) for _ in range(count)],
            300,
        ),
        # The whole country on a day within a month, one at a time.
        (
            "past_tree",
            [Ask(f"{NATION}/tree", {**whole, **past()}) for _ in range(count // 20)],
            300,
        ),
    ]


def _check_totals(folder: Path, database_url: str) -> None:
    with closing(Figures(database_url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
        totals = snapshot.totals([NATION], {})[NATION]
    wrong = {
        name: (totals[name], amount)
        for name, amount in expected(folder).items()
        if name in totals and totals[name] != amount
    }
    if wrong:
        raise TotalsDiffer(f"found and expected: {wrong}")


@contextmanager
def _serving(database_url: str, keys: Path) -> Iterator[tuple[str, str]]:
    """The API in a process of its own, ready; its address, and a token for the whole country."""
    private, jwks = make_keys(keys)
    environment = {
        **os.environ,
        f"{PREFIX}REPORTING_DATABASE_URL": database_url,
        f"{PREFIX}REPORTING_PORT": str(PORT),
        f"{PREFIX}REPORTING_LOG_LEVEL": "WARNING",
        f"{PREFIX}AUTH_JWKS": str(jwks),
    }
    token = issue_token(
        SigningSettings(auth_jwks=str(jwks), auth_signing_key=private),
        subject="bench",
        unit=NATION,
        role="viewer",
        now=system_clock(),
        lifetime=timedelta(hours=6),
    )
    command = [str(Path(sys.executable).with_name("policy-credit")), "services", "run", "reporting"]
    process = subprocess.Popen([*command, "--role", "api"], env=environment)
    address = f"http://127.0.0.1:{PORT}"
    try:
        _await_ready(process, address)
        yield address, token
    finally:
        process.terminate()
        process.wait()


def _await_ready(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/health/ready", timeout=60).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError("the API of reporting does not get ready")


def _simulated(folder: Path, quick: bool) -> Path:
    """Three years of the country with a fiftieth of its households, or of a province with less."""
    size = ["--scale", "province", "--households", "2000"] if quick else ["--scale", "nation"]
    size += [] if quick else ["--households", "135000"]
    command = [str(Path(sys.executable).with_name("policy-credit")), "simulate", *size]
    subprocess.run(
        [*command, "--months", "36", "--until", "2025-12", "--out", str(folder)], check=True
    )
    return folder


if __name__ == "__main__":
    typer.run(main)
