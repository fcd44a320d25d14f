"""Play the scenario through the services' HTTP APIs, and see that all of it is reflected."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import httpx

from policy_credit_local.installation import Installation
from policy_credit_local.scenario import Call, Role
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.principals import Role as AnyRole
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.web.auth import issue_token

CALLERS = 4
CALL_ATTEMPTS_MAX = 60
RETRY_SECONDS = 0.5
REFLECT_SECONDS_MAX = 120
TOKEN_LIFETIME = timedelta(hours=2)
EMITTERS = ("loans", "repayments", "oversight")


T = TypeVar("T")


class CallRefused(Exception):
    """A service refused a call of the scenario."""


class NotReflected(Exception):
    """The figures did not catch up with what was recorded in time."""


class Player:
    """A client of a whole installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._signing = SigningSettings.read()
        self._tokens: dict[tuple[str, AnyRole], str] = {}
        self._client = httpx.Client(timeout=60)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def play(self, calls: Sequence[Call], done: Callable[[int], None]) -> None:
        """Make all calls, several at once; one loan's calls are never in two of them at a time.

        `done` is told how many lines each call carried. Raises CallRefused.
        """
        # Offices side by side, each office's calls in order: as branches work.
        offices: dict[str, list[Call]] = {}
        for call in calls:
            offices.setdefault(call.office, []).append(call)

        def one_office(mine: Sequence[Call]) -> None:
            for call in mine:
                self.make(call)
                done(call.lines)

        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(one_office, offices.values()))

    def make(self, call: Call) -> None:
        """Make one call until it is answered; raises CallRefused.

        A service that does not answer is tried again with the same key, as a branch would.
        """
        url = f"{self._installation.url(call.service)}/api/v1/{call.path}"
        headers = {
            "Authorization": f"Bearer {self.token(call.office, call.role)}",
            "Idempotency-Key": call.key,
        }
        for _ in range(CALL_ATTEMPTS_MAX):
            self._installation.check()
            try:
                answer = self._client.post(url, json=call.body, headers=headers)
            except httpx.TransportError:
                time.sleep(RETRY_SECONDS)
                continue
            if answer.status_code in (409, 503):
                time.sleep(RETRY_SECONDS)
                continue
            if answer.is_error:
                raise CallRefused(f"{url} {call.key}: {answer.text[:2_000]}")
            return
        raise CallRefused(f"{url} does not answer")

    def await_published(self, progress: Callable[[int, int], None]) -> dict[str, int]:
        """Wait until services have published what they recorded; returns events by service.

        `progress` is told how many stored events are published so far, and of how many.
        """

        def look() -> dict[str, Any]:
            return {name: self.publication(name) for name in EMITTERS}

        def told(found: dict[str, Any]) -> bool:
            done = sum(sum(p["heads"].values()) for p in found.values())
            progress(done, done + sum(p["backlog"] for p in found.values()))
            return all(p["backlog"] == 0 for p in found.values())

        found = _until(look, told, "not everything was published")
        return {name: sum(p["heads"].values()) for name, p in found.items()}

    def await_taken_in(self, events: int, progress: Callable[[int, int], None]) -> None:
        """Wait until repayments has taken in that many events of loans."""

        def look() -> int:
            return sum(self.publication("repayments")["taken_in"].values())

        def told(found: int) -> bool:
            progress(found, events)
            return found >= events

        _until(look, told, "repayments did not take in all disbursements")

    def await_reflected(self, events: int, progress: Callable[[int, int], None]) -> None:
        """Wait until the figures reflect that many events."""

        def look() -> int:
            position = self.indicators(NATION)["position"]
            return sum(stream["sequence"] for stream in position["streams"])

        def told(found: int) -> bool:
            progress(found, events)
            return found >= events

        _until(look, told, "the figures did not catch up")

    def publication(self, service: str) -> dict[str, Any]:
        """What a writing service says of its publication."""
        found: dict[str, Any] = self._get(service, "publication", "viewer")
        return found

    def indicators(self, unit: str) -> dict[str, Any]:
        """The reporting API's answer about a unit."""
        found: dict[str, Any] = self._get("reporting", f"units/{unit}/indicators", "viewer")
        return found

    def children(self, unit: str) -> list[dict[str, Any]]:
        """The reporting API's answer about the units below one."""
        return list(self._get("reporting", f"units/{unit}/children", "viewer")["children"])

    def await_alerts(self, count: int) -> list[Any]:
        """Wait until that many units are known to be above their targets."""

        def look() -> list[Any]:
            return list(self._get("reporting", "alerts", "viewer"))

        return _until(look, lambda found: len(found) >= count, "alerts are missing")

    def token(self, unit: str, role: AnyRole | Role) -> str:
        """A token of the embedded issuer."""
        if (unit, role) not in self._tokens:
            self._tokens[unit, role] = issue_token(
                self._signing,
                subject="demo",
                unit=unit,
                role=role,
                now=system_clock(),
                lifetime=TOKEN_LIFETIME,
            )
        return self._tokens[unit, role]

    def _get(self, service: str, path: str, role: AnyRole) -> Any:
        url = f"{self._installation.url(service)}/api/v1/{path}"
        headers = {"Authorization": f"Bearer {self.token(NATION, role)}"}
        for _ in range(CALL_ATTEMPTS_MAX):
            self._installation.check()
            try:
                answer = self._client.get(url, headers=headers)
            except httpx.TransportError:
                time.sleep(RETRY_SECONDS)
                continue
            if answer.is_success:
                return answer.json()
            time.sleep(RETRY_SECONDS)
        raise CallRefused(f"{url} does not answer")


def _until(look: Callable[[], T], told: Callable[[T], bool], failure: str) -> T:
    until = time.monotonic() + REFLECT_SECONDS_MAX
    while True:
        found = look()
        if told(found):
            return found
        if time.monotonic() > until:
            raise NotReflected(f"{failure} within {REFLECT_SECONDS_MAX} s: {found}")
        time.sleep(0.2)
