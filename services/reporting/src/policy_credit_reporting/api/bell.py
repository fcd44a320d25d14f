"""Tells every open stream that figures have changed: one listening connection for all of them."""

import asyncio
import logging
from typing import Final

import psycopg

from policy_credit_reporting.store.generations import CHANNEL

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 1.0


class Bell:
    """`rung` counts changes; streams wait for it to grow, but never longer than they say."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._condition = asyncio.Condition()
        self.rung = 0

    async def run(self) -> None:
        """Listen until cancelled; a lost connection only makes streams slower."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    self._database_url, autocommit=True
                )
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    async for _ in connection.notifies():
                        async with self._condition:
                            self.rung += 1
                            self._condition.notify_all()
            except psycopg.OperationalError as error:
                log.warning("not hearing of changes: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    async def wait(self, heard: int, seconds: float) -> None:
        """Return when figures have changed since `rung` was `heard`, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds), self._condition:
                await self._condition.wait_for(lambda: self.rung > heard)
        except TimeoutError:
            return
