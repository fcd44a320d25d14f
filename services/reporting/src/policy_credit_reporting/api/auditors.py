"""Audits for callers of the API: `policy-credit audit …`, in a process of its own.

An audit reads the whole log or the whole archive, which would hold up everybody else in this
process. One runs at a time; a caller waits for so long at most, and is then told what to call.
"""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from policy_credit_reporting.api.parameters import bad_query
from policy_credit_reporting.store.questions import Question
from policy_credit_shared.web.problems import Problem

S = TypeVar("S", bound=Struct)

SECONDS_MAX: Final = 90
AT_ONCE: Final = asyncio.Semaphore(1)
DIFFERS, REFUSED = 1, 2
"""Exit codes: what was asked for is answered and a figure differs; it cannot be asked so."""
_REFUSED: Final = re.compile(r"^Error: Invalid value for (?:'?--(?P<option>[a-z-]+)'?)[^:]*: (.*)$")


class Said(NamedTuple):
    """A command's exit code and all that it printed."""

    code: int
    text: str

    @property
    def last(self) -> str:
        """Its last sentence."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return lines[-1] if lines else "nothing was said"


def options(question: Question, since: date | None) -> list[str]:
    """A question about a unit, and the first day of its flows, as options of the command line."""
    found = ["--date", str(question.day)]
    found += [] if since is None else ["--from", str(since)]
    for dimension, value in question.filters.items():
        found += [f"--{dimension}", value]
    found += [] if question.tree == "bank" else ["--tree", question.tree]
    found += [] if question.tree_date is None else ["--tree-date", str(question.tree_date)]
    return found


def command(words: Sequence[str]) -> str:
    """The same for a terminal."""
    return shlex.join(["policy-credit", "audit", *words])


async def audited(words: Sequence[str], *more: str) -> Said:
    """Run an audit, `more` being words that a caller need not know; raises Problem 503."""
    try:
        async with asyncio.timeout(SECONDS_MAX), AT_ONCE:
            return await _run([*words, *more])
    except TimeoutError:
        raise not_now(f"it takes longer than {SECONDS_MAX} s", words) from None


async def answered(kind: type[S], words: Sequence[str]) -> S:
    """The answer that an audit writes; raises Problem 422 for what it refuses, 503 otherwise."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        said = await audited(words, "--answer", str(path))
        if said.code in (0, DIFFERS) and path.exists():
            return msgspec.json.decode(path.read_bytes(), type=kind)
    if said.code == REFUSED and (found := _REFUSED.match(said.last)):
        raise bad_query(f"{found['option']}: {found[2]}.")
    raise not_now(said.last.removeprefix("Error: "), words)


def not_now(why: str, words: Sequence[str]) -> Problem:
    """It cannot be answered here, or not yet."""
    detail = f"It cannot be answered here: {why}. In a terminal: {command(words)}"
    return Problem(503, "not-audited", "Not audited", detail, headers={"Retry-After": "60"})


async def _run(words: Sequence[str]) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "policy_credit_shared", "audit", *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Errors as a sentence, not in a frame.
        env={**os.environ, "TYPER_USE_RICH": "0", "COLUMNS": "10000"},
    )  # fmt: skip
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Said(process.returncode or 0, said.decode(errors="replace"))
