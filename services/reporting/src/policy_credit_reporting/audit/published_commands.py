"""`policy-credit audit export` and `audit published`: reports checked by others, and by us."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from policy_credit_reporting.audit.bundle import LogTooShort, Manifest, write_bundle
from policy_credit_reporting.audit.live import ReadModelSettings
from policy_credit_reporting.audit.log import log_to_end
from policy_credit_reporting.audit.terminal import refused, say
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.answers import published_statement
from policy_credit_reporting.reports.closing import FiguresPublished
from policy_credit_reporting.reports.register import Register, register_store
from policy_credit_reporting.reports.statement import GENESIS, Published
from policy_credit_shared.messaging.admission import OffsetsMissing
from policy_credit_shared.settings import PREFIX, SettingRefused
from policy_credit_shared.store.postgres import EVENTS_TABLE, problem_with


def export_report(
    report: Annotated[int, typer.Option(min=1, help="its number in the register")],
    folder: Annotated[Path, typer.Option("--out", help="a new folder")],
) -> None:
    """Write a published report with all its events as a folder that anybody can check.

    It holds every record that the figures come from, byte for byte, what was signed, and a verifier
    of a hundred lines that needs nothing but Python: `python3 verify.py`. The folder is there once
    it is complete; then its verifier checks it. Exit code 1 if it finds a fault.

    policy-credit audit export --report 1 --out report-1
    """
    if folder.exists():
        raise refused(f"{folder} exists; name a new folder", "--out")
    if not folder.absolute().parent.is_dir():
        raise refused(f"there is no folder {folder.absolute().parent}", "--out")
    body = published_body(report)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        manifest = _written(body, partial)
        partial.rename(folder)
    except OSError as error:
        raise refused(f"{folder} cannot be written: {error}", "--out") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"{manifest.unit} {manifest.period}: {len(manifest.files)} files in {folder}")
    sys.exit(_verified(folder))


def check_register() -> None:
    """List what is published, and check that the register is whole.

    Each statement must be the one that was entered, follow the one before, and be signed. Compare
    the keys with the one that is made known, and the last digest with one that was noted down: an
    end that was cut off shows in nothing else. Exit code 0 if everything is whole, 1 if not.
    """
    with _register() as register:
        checked = register.checked()
    for line in checked.lines:
        what = "reopened" if line.is_reopening else f"edition {line.edition}"
        say(f"{line.number:>6}  {line.unit:<3} {line.period:<7} {what:<10} {line.digest}")
    for key in sorted(checked.keys):
        say(f"signed with key {key}")
    for fault in checked.faults:
        say(f"BREAK {fault}")
    if checked.faults:
        sys.exit(1)
    say("every statement is the one that was entered, follows the one before and is signed")


def published_report(number: int) -> Published:
    """The statement of a number; one that is none is refused by its option."""
    return published_statement(published_body(number))


def published_body(name: int | str, option: str = "--report") -> FiguresPublished:
    """What was published and signed, by number or digest; what is none is refused by its option."""
    with _register() as register:
        body = register.published(_number(register, str(name)))
    if body is None:
        raise refused("nothing was published under that number; see `audit published`", option)
    return body


def register_url() -> str:
    """The reporting database; raises SettingRefused."""
    name, url = f"{PREFIX}REPORTING_DATABASE_URL", ReadModelSettings.read().database_url
    if url is None:
        raise SettingRefused(name, "is not set")
    if problem := problem_with(url, EVENTS_TABLE):
        raise SettingRefused(name, f"names a database that {problem}")
    return url


def _number(register: Register, name: str) -> int:
    """A report's number; 0, which none has, of a digest that nothing has."""
    if len(name) < len(GENESIS):
        return int(name)
    return next((line.number for line in register.lines() if line.digest == name), 0)


def _written(body: FiguresPublished, folder: Path) -> Manifest:
    try:
        with log_to_end() as fetches:
            return write_bundle(ALGEBRA, body, fetches, folder)
    except (LogTooShort, OffsetsMissing) as error:
        raise refused(f"{error}: the log does not hold the report's events", "--report") from None


def _verified(folder: Path) -> int:
    """What the bundle's own verifier says of it, told as it tells it."""
    command = [sys.executable, "-I", "-S", "-B", str(folder / "verify.py")]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    sys.stdout.flush()
    done = subprocess.run(command, check=False, env=environment)  # noqa: S603 - our own command
    return done.returncode


@contextmanager
def _register() -> Iterator[Register]:
    with closing(register_store(register_url())) as store:
        yield Register(store)
