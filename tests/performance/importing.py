"""`make bench-import`: how long an office's existing books take, on real servers, from the files.

The totals in the figures are compared with the books; if they differ, the run ends with an error.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import httpx
import psutil
import typer
import workbooks
from rich.console import Console

from performance import results
from performance.machine import described
from performance.relaying import TotalsDiffer
from performance.results import Result
from performance.services import bar
from policy_credit_branch.importing.books import Books
from policy_credit_branch.importing.checking import check
from policy_credit_branch.importing.sending import Service, send
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.settings import PREFIX

OFFICE: Final = "587"
WAIT_SECONDS_MAX: Final = 1_200
SECTION: Final = "bench-import"
KEYS: Final = ("import_loans_per_s", "import_total_s", "import_opening_s")

out = Console()


def measure(
    installation: Installation, player: Player, folder: Path, loans: int
) -> tuple[Sequence[Result], Sequence[tuple[str, str]]]:
    """Check, send, open, and wait for the figures."""
    machine = described(installation.environment[f"{PREFIX}LOANS_DATABASE_URL"])
    communes = [unit.code for unit in units_before_reform().children(OFFICE)]
    path = workbooks.write_folder(workbooks.many_books(OFFICE, communes, loans), folder)
    began, worked = time.monotonic(), _cpu_seconds(installation)
    found = check(path)
    if not found.is_sound:
        raise TotalsDiffer(f"the books are not sound: {found.findings[:3]}")
    checked = time.monotonic()
    sent, opened = _send(installation, player, found.books)
    worked = _cpu_seconds(installation) - worked
    _reflected(player, found.books)
    reflected = time.monotonic()
    return [
        Result(name="import_loans", figures=[loans]),
        Result(name="import_check_s", figures=[checked - began]),
        Result(name="import_sending_s", figures=[sent - checked]),
        Result(name="import_opening_s", figures=[opened - sent]),
        Result(name="import_total_s", figures=[opened - began], bar=600, lower_is_better=True),
        Result(name="import_loans_per_s", figures=[loans / (opened - began)]),
        Result(name="import_cpu_s", figures=[worked]),
        Result(name="import_reflected_after_s", figures=[reflected - opened]),
    ], machine


def _cpu_seconds(installation: Installation) -> float:
    """What this process and the services' have worked; PostgreSQL and Kafka are not in it."""
    services = installation.supervisor.pids() if installation.supervisor else []
    spent = [psutil.Process(pid).cpu_times() for pid in (os.getpid(), *services)]
    return sum(times.user + times.system for times in spent)


def _send(installation: Installation, player: Player, books: Books) -> tuple[float, float]:
    """When the last part had come, and when the books were open."""
    headers = {"Authorization": f"Bearer {player.token(OFFICE, 'branch_director')}"}
    sent = 0.0
    with (
        bar("importing loans", len(books.loans)) as advance,
        httpx.Client(base_url=installation.url("loans"), headers=headers) as client,
    ):
        come = 0
        for progress in send(Service(client), books):
            advance(progress.loans - come)
            come = progress.loans
            if not progress.opened:
                sent = time.monotonic()
    return sent, time.monotonic()


def _reflected(player: Player, books: Books) -> None:
    """Wait until the figures are those of the books; raises TotalsDiffer."""
    wanted = {
        "outstanding": sum(loan.outstanding for loan in books.loans),
        "loans": len(books.loans),
        "overdue": sum(loan.overdue for loan in books.loans),
        "frozen": sum(loan.frozen for loan in books.loans),
        "savings": sum(books.savings.values()),
        "group_members": len(books.households),
        "households": len({loan.household for loan in books.loans}),
        "disbursed": 0,
    }
    until = time.monotonic() + WAIT_SECONDS_MAX
    with bar("households in the figures", wanted["households"]) as advance:
        before = 0
        while True:
            shown = {i["name"]: i.get("value") for i in player.indicators(OFFICE)["indicators"]}
            now = int(shown["households"])
            advance(now - before)
            before = now
            if all(shown[name] == amount for name, amount in wanted.items()):
                return
            if time.monotonic() > until:
                different = {n: (shown[n], a) for n, a in wanted.items() if shown[n] != a}
                raise TotalsDiffer(f"figures, books: {different}")
            time.sleep(0.5)


def main(
    loans: Annotated[int, typer.Option(help="how many")] = 100_000,
    quick: Annotated[bool, typer.Option(help="a try with 5 000 loans")] = False,
    write: Annotated[bool, typer.Option(help="put the results into docs/benchmarks.md")] = False,
) -> None:
    """Measure the import of an office's existing books."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        installation = Installation(Path(folder) / "servers", out.print)
        try:
            installation.start()
            player = Player(installation)
            try:
                found, machine = measure(
                    installation, player, Path(folder) / "books", 5_000 if quick else loans
                )
            finally:
                player.close()
        finally:
            installation.stop()
    results.show(out, found, machine)
    if write:
        results.write(SECTION, found, machine)
    out.print(results.as_json(found, KEYS), soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    typer.run(main)
