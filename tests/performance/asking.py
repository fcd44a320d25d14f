"""Asking the reporting API at a steady rate, whether or not those before are answered."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import httpx
from msgspec import Struct

TIMEOUT_SECONDS: Final = 60


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
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, headers=headers) as client:

        async def one(scheduled: float, ask: Ask) -> float:
            answer = await client.get(ask.path, params=ask.query)
            latency = time.monotonic() - scheduled
            if answer.status_code != httpx.codes.OK:
                raise Refused(f"{answer.url} answered {answer.status_code}: {answer.text[:500]}")
            done(1)
            return latency * 1_000

        began, calls = time.monotonic() + 0.1, []
        for number, ask in enumerate(asks):
            scheduled = began + number / per_second
            await asyncio.sleep(max(0.0, scheduled - time.monotonic()))
            calls.append(asyncio.create_task(one(scheduled, ask)))
        return list(await asyncio.gather(*calls))
