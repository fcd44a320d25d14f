"""`policy-credit demo` and `policy-credit up`."""

import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from policy_credit_local.demo import play_demo
from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.installation import Installation
from policy_credit_local.playing import CallRefused, NotReflected
from policy_credit_local.scenario.district import AS_OF
from policy_credit_local.scraping import write_scraping
from policy_credit_shared.settings import PREFIX

DATA = Path(".local")
LOOK_SECONDS = 1.0

out = Console()


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="end when the figures are shown; code 0 if right")
    ] = False,
    seed: Annotated[int, typer.Option(help="another seed makes other loans, equal totals")] = 40,
    data: Annotated[Path, typer.Option(help="emptied before the demo starts")] = DATA / "demo",
) -> None:
    """Play a district's books through the real services and show the figures that come out.

    Starts Kafka, PostgreSQL and every service, unless the environment names servers to use.
    Everything keeps running until Ctrl-C.
    """
    with _sole_use(data):
        shutil.rmtree(data, ignore_errors=True)
        _run(
            Installation(data.resolve(), out.print),
            lambda i: play_demo(i, seed, out),
            leave,
            f"/?date={AS_OF}",
        )


def up(
    data: Annotated[Path, typer.Option(help="kept from one time to the next")] = DATA / "up",
) -> None:
    """Start Kafka, PostgreSQL and every service, and keep them running until Ctrl-C."""
    with _sole_use(data):
        _run(Installation(data.resolve(), out.print), lambda _: True, leave=False)


@contextmanager
def _sole_use(data: Path) -> Iterator[None]:
    """Keep a second installation out of a folder that one is running in."""
    data.parent.mkdir(parents=True, exist_ok=True)
    with data.with_name(f"{data.name}.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise typer.BadParameter(f"{data} is in use by another; give --data") from None
        yield


def _run(
    installation: Installation, work: Callable[[Installation], bool], leave: bool, page: str = "/"
) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    right = False
    try:
        installation.start()
        right = work(installation)
        if not leave:
            _stay(installation, page)
    except KeyboardInterrupt:
        right = not leave
    except (EmbeddedServerFailed, CallRefused, NotReflected) as failure:
        out.print(f"[bold red]{type(failure).__name__}[/bold red] {failure}", highlight=False)
    finally:
        installation.stop()
    sys.exit(0 if right else 1)


def _stay(installation: Installation, page: str) -> None:
    environment = installation.write_environment()
    scraping = write_scraping(installation, environment.with_name("prometheus"))
    command = Path(sys.executable).with_name("policy-credit")
    out.print(
        f"\nThe board is at {installation.url('reporting')}{page}\n"
        f"Sign in as whom you like, of VN or 587 for example, with the code {_code(installation)}\n"
        f"The reporting API is at {installation.url('reporting')}/docs\n"
        f"Prometheus starts with --config.file={scraping}/prometheus.yml\n"
        f"In another terminal: . {environment} && {command} show 587\n"
        "Ctrl-C stops everything.",
        soft_wrap=True,
    )
    while True:
        installation.check()
        time.sleep(LOOK_SECONDS)


def _code(installation: Installation) -> str:
    return installation.environment[f"{PREFIX}BOARD_SIGN_IN_CODE"]


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
