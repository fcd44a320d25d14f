"""Load on a service's HTTP API: sheets as fast as they are answered, commands on a timetable."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import uuid4

import httpx
import msgspec

from performance.branches import Branch, Takings

SHEET_LINES: Final = 500
TIMEOUT_SECONDS: Final = 60
ENCODER: Final = msgspec.json.Encoder()

Token = Callable[[str], str]
"""A teller's bearer token, by office."""


class Refused(Exception):
    """A call of the benchmark was not accepted, so that its figures mean nothing."""


def drive_sheets(
    url: str, branches: Sequence[Branch], token: Token, seconds: float, done: Callable[[int], None]
) -> tuple[float, Takings]:
    """Callers side by side send sheets, each the next once one is answered; lines per second."""
    began = time.monotonic()

    def drive(branch: Branch) -> Takings:
        taken = Takings()
        with httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS) as client:
            while time.monotonic() < began + seconds:
                office, lines = branch.sheet(SHEET_LINES)
                answer = client.post(
                    "/api/v1/sheets",
                    content=ENCODER.encode({"lines": lines}),
                    headers=_headers(token(office)),
                )
                _accepted(answer)
                taken.add(lines)
                done(len(lines))
        return taken

    with ThreadPoolExecutor(len(branches)) as pool:
        all_taken = sum(pool.map(drive, branches), Takings())
    elapsed = time.monotonic() - began
    return (all_taken.payments + all_taken.deposits) / elapsed, all_taken


def drive_commands(
    url: str,
    branch: Branch,
    token: Token,
    per_second: int,
    seconds: float,
    done: Callable[[int], None],
) -> tuple[list[float], Takings]:
    """One payment a call, at its moment whether or not those before are answered.

    Latencies in ms are counted from that moment, so that waiting in a queue counts.
    """
    return asyncio.run(_commands(url, branch, token, per_second, int(per_second * seconds), done))


async def _commands(
    url: str, branch: Branch, token: Token, per_second: int, count: int, done: Callable[[int], None]
) -> tuple[list[float], Takings]:
    taken = Takings()
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS) as client:

        async def one(scheduled: float, office: str, line: dict[str, Any]) -> float:
            answer = await client.post(
                "/api/v1/payments",
                content=ENCODER.encode({k: v for k, v in line.items() if k != "type"}),
                headers=_headers(token(office)),
            )
            latency = time.monotonic() - scheduled
            _accepted(answer)
            taken.add([line])
            done(1)
            return latency * 1_000

        began = time.monotonic() + 0.1
        calls = []
        for n in range(count):
            office, line = branch.payment()
            scheduled = began + n / per_second
            await asyncio.sleep(max(0.0, scheduled - time.monotonic()))
            calls.append(asyncio.create_task(one(scheduled, office, line)))
        return list(await asyncio.gather(*calls)), taken


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}


def _accepted(answer: httpx.Response) -> None:
    if answer.status_code != httpx.codes.CREATED:
        raise Refused(f"{answer.url} answered {answer.status_code}: {answer.text[:500]}")
