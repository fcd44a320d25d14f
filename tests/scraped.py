"""A real Prometheus on a configuration, and what can be asked of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from policy_credit_local.processes import free_port, start_child, stop_child

SECONDS_MAX = 60
Series = dict[str, Any]


@dataclass(frozen=True)
class Prometheus:
    """One that runs, and its log."""

    url: str
    log: Path

    def ask(self, path: str, **query: str | float) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=query)
        assert answer.status_code != 400, answer.text
        return answer.raise_for_status().json()["data"]

    def now(self, query: str) -> list[Series]:
        """Series with a value of this moment."""
        found: list[Series] = self.ask("query", query=query)["result"]
        return found

    def value(self, query: str) -> float:
        """The one value of a query."""
        (found,) = self.now(query)
        return float(found["value"][1])

    def through_time(self, query: str) -> list[Series]:
        """Series with values of the last seconds."""
        end = time.time()
        found: list[Series] = self.ask("query_range", query=query, start=end - 3, end=end, step=1)[
            "result"
        ]
        return found

    def await_targets(self) -> list[dict[str, Any]]:
        """The targets, when each has been scraped."""
        until = time.monotonic() + SECONDS_MAX
        while True:
            targets: list[dict[str, Any]] = []
            try:
                targets = self.ask("targets")["activeTargets"]
            except httpx.HTTPError:
                pass  # It is starting.
            if targets and all(target["health"] != "unknown" for target in targets):
                return targets
            assert time.monotonic() < until, targets
            time.sleep(0.2)


@contextmanager
def started(config: Path, folder: Path) -> Iterator[Prometheus]:
    """Debian's Prometheus on a port of its own, which keeps what it sees in the folder."""
    address, log = f"127.0.0.1:{free_port()}", folder / "log"
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    child = start_child(command, log)
    try:
        yield Prometheus(f"http://{address}", log)
    finally:
        stop_child(child)
