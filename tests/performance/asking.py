"""Asking the reporting API at a steady rate, whether or not those before are answered."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout
from msgspec import Struct

TIMEOUT: Final = ClientTimeout(total=60)
OK: Final = 200
AWAKE_SECONDS: Final = 0.002


class Ask(Struct, frozen=True):
    """One question."""

    path: str
    query: dict[str, Any]


class Refused(Exception):
    """The API did not answer."""


def ask_steadily(
    url: str, token: str, asks: Sequence[Ask], per_second: int, done: Callable[[int], None]
) -> list[float]:
    """Milliseconds of each answer, counted from the moment at which it was to be asked for."""
    return asyncio.run(_ask(url, token, asks, per_second, done))


async def _ask(
    url: str, token: str, asks: Sequence[Ask], per_second: int, done: Callable[[int], None]
) -> list[float]:
    headers = {"Authorization": f"Bearer {token}"}
    # A client in Python alone would take longer over an answer than the API over making it.
    async with ClientSession(url, headers=headers, timeout=TIMEOUT) as client:

        async def one(scheduled: float, ask: Ask) -> float:
            async with client.get(ask.path, params=ask.query) as answer:
                body = await answer.read()
            latency = time.monotonic() - scheduled
            if answer.status != OK:
                raise Refused(f"{answer.url} answered {answer.status}: {body[:500]!r}")
            done(1)
            return latency * 1_000

        began, calls = time.monotonic() + 0.1, []
        for number, ask in enumerate(asks):
            scheduled = began + number / per_second
            await _until(scheduled)
            calls.append(asyncio.create_task(one(scheduled, ask)))
        return list(await asyncio.gather(*calls))


async def _until(moment: float) -> None:
    """Wait for it; a sleep alone ends up to a millisecond late, which would count."""
    await asyncio.sleep(max(0.0, moment - AWAKE_SECONDS - time.monotonic()))
    while time.monotonic() < moment:
        await asyncio.sleep(0)
