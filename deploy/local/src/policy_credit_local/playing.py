"""Play the scenario through the services' HTTP APIs, and see that all of it is reflected."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Lock
from typing import Any, TypeVar

import httpx

from policy_credit_local.installation import Installation
from policy_credit_local.scenario import publishing, rating
from policy_credit_local.scenario.calls import Call
from policy_credit_local.scenario.district import AS_OF, DISTRICTS, NEW_YEAR, QUARTER_END
from policy_credit_local.scenario.rating import RATED_MONTH
from policy_credit_local.scenario.world import World
from policy_credit_shared.kernel.clock import business_day, system_clock
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.web.auth import issue_token

CALLERS = 4
CALL_ATTEMPTS_MAX = 60
RETRY_SECONDS = 0.5
REFLECT_SECONDS_MAX = 120
TOKEN_LIFETIME = timedelta(hours=2)
CLOSE_ATTEMPTS_MAX = 5
EMITTERS = ("loans", "repayments", "oversight")
READS = {
    "loans": ("repayments",),
    "repayments": ("loans",),
    "oversight": ("loans", "repayments"),
}
"""Which service takes in whose facts."""

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

Watch = Callable[[str], Progress]
"""Makes the progress of something that is described."""


def unwatched(_: str) -> Progress:
    """For those who do not look."""
    return lambda *_: None


class CallRefused(Exception):
    """A service refused a call of the scenario."""


class NotReflected(Exception):
    """The figures did not catch up with what was recorded in time."""


class Player:
    """A client of a whole installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._signing = SigningSettings.read()
        self._tokens: dict[tuple[str, Role, bool], str] = {}
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
            "Authorization": f"Bearer {self.token(call.caller, call.role, call.is_second)}",
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

    def await_published(self, progress: Progress) -> dict[str, int]:
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

    def await_settled(self, progress: Progress) -> dict[str, int]:
        """Wait until services have published what they recorded and taken in what others said.

        Returns events by service. `progress` is told how many events are published or taken in,
        of how many that are known of.
        """

        def look() -> dict[str, Any]:
            return {name: self.publication(name) for name in EMITTERS}

        def told(found: dict[str, Any]) -> bool:
            said: dict[str, int] = {n: sum(p["heads"].values()) for n, p in found.items()}
            wanted: int = sum(said.values()) + sum(p["backlog"] for p in found.values())
            wanted += sum(said[other] for others in READS.values() for other in others)
            taken_in: int = sum(sum(found[name]["taken_in"].values()) for name in READS)
            done = sum(said.values()) + taken_in
            progress(done, wanted)
            return done == wanted

        found = _until(look, told, "services did not take in what others said")
        return {name: sum(p["heads"].values()) for name, p in found.items()}

    def close_day(self, service: str, day: date, progress: Progress) -> None:
        """Close a day at a service, again if calls get in its way; raises Conflict."""
        for attempt in range(1, CLOSE_ATTEMPTS_MAX + 1):
            closed = 0
            try:
                for step in self._installation.close_day(service, day):
                    closed += step.closed
                    progress(closed, max(closed, step.awaited))
            except Conflict:
                if attempt == CLOSE_ATTEMPTS_MAX:
                    raise
            else:
                return

    def await_reflected(self, events: int, progress: Progress) -> None:
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

    def groups(self, unit: str) -> dict[str, Any]:
        """The reporting API's answer about the groups of a unit."""
        found: dict[str, Any] = self._get("reporting", f"units/{unit}/groups", "viewer")
        return found

    def proposals(self, office: str, month: str) -> list[dict[str, Any]]:
        """The ratings that wait to be confirmed by an office."""
        path = f"offices/{office}/rating-proposals?month={month}"
        return list(self._get("oversight", path, "viewer"))

    def overdue_groups(self, office: str) -> list[dict[str, Any]]:
        """The groups of an office with overdue debt."""
        return list(self._get("oversight", f"offices/{office}/overdue-groups", "viewer"))

    def targets(self, unit: str) -> list[dict[str, Any]]:
        """The reporting API's answer about a unit's targets."""
        return list(self._get("reporting", f"units/{unit}/targets", "viewer"))

    def proposed(self, unit: str, period: str) -> str:
        """The digest of the figures that wait for approval."""
        return str(self._get("reporting", f"closings/{unit}/{period}", "viewer")["digest"])

    def register(self) -> list[dict[str, Any]]:
        """What is published, the first first."""
        return list(reversed(self._get("reporting", "published", "viewer")))

    def adjustments(self, number: int) -> list[dict[str, Any]]:
        """What a published report's figures are now, where they are others."""
        path = f"published/{number}/adjustments"
        return list(self._get("reporting", path, "viewer")["adjustments"])

    def await_alerts(self, count: int) -> list[Any]:
        """Wait until that many units are known to be above their targets."""

        def look() -> list[Any]:
            return list(self._get("reporting", "alerts", "viewer"))

        return _until(look, lambda found: len(found) >= count, "alerts are missing")

    def token(self, unit: str, role: Role, is_second: bool = False) -> str:
        """A token of the embedded issuer for whoever has that role in that unit, or a second."""
        if (unit, role, is_second) not in self._tokens:
            self._tokens[unit, role, is_second] = issue_token(
                self._signing,
                subject=f"second {role} of {unit}" if is_second else f"{role} of {unit}",
                unit=unit,
                role=role,
                now=system_clock(),
                lifetime=TOKEN_LIFETIME,
            )
        return self._tokens[unit, role, is_second]

    def _get(self, service: str, path: str, role: Role) -> Any:
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


def play_world(player: Player, world: World, watch: Watch) -> None:
    """Every phase of the scenario, until the figures reflect all of it."""

    def play(description: str, calls: Sequence[Call]) -> None:
        progress, total = watch(description), sum(call.lines for call in calls)
        done = count_up(progress, total)
        player.play(calls, done)

    def settle() -> dict[str, int]:
        return player.await_settled(watch("Trao đổi qua Kafka · told through Kafka"))

    def reflect() -> None:
        total = sum(settle().values())
        player.await_reflected(total, watch("Chỉ tiêu · events in the figures"))

    def close(service: str, day: date) -> None:
        player.close_day(service, day, watch(f"Đóng ngày {day:%d/%m/%Y} · {service} closed"))

    play("Nguồn vốn, chỉ tiêu · capital and plans", world.funding)
    close("loans", NEW_YEAR)
    play("Hộ, tổ TK&VV · households and groups", world.registering)
    play("Bình xét, xác nhận · entitlement lists", world.listing)
    play("Hồ sơ vay vốn · applications, approvals", world.applying)
    play("Giải ngân · disbursements", world.disbursing)
    settle()
    close("repayments", QUARTER_END)
    play("Mở phiên giao dịch · sessions opened", world.opening)
    play("Giải ngân tại phiên · paid out there", world.disbursing_in_session)
    settle()
    play("Thu nợ, lãi, tiết kiệm · session sheets", world.collecting)
    play("Khóa phiên · cash counted", world.closing)
    play("Xử lý nợ, huy động · treatments, deposits", world.treating)
    settle()
    close("repayments", AS_OF)
    settle()
    play("Kiểm tra, giám sát · oversight", world.overseeing)
    play("Ban đại diện, tuyên truyền · Boards", world.governing)
    close("oversight", AS_OF)
    play("Xếp loại tổ TK&VV · groups rated", list(_ratings(player)))
    play("Trả lời, báo cáo · answers, reports", world.answering)
    play("Giao chỉ tiêu · targets", world.targeting)
    reflect()
    play("Đề nghị khóa kỳ · October to be closed", list(publishing.proposals()))
    play("Phê duyệt, công bố · approved, published", list(_approvals(player)))
    play("Chứng từ nhập muộn · a receipt recorded late", world.correcting)
    reflect()


def _ratings(player: Player) -> Iterator[Call]:
    """What offices make of the ratings that are proposed to them by now."""
    for district in DISTRICTS:
        yield from rating.ratings(district, player.proposals(district.office, RATED_MONTH))


def _approvals(player: Player) -> Iterator[Call]:
    """Each level's figures as they were proposed are approved, those of the lower level first."""
    for unit in publishing.UNITS:
        digest = player.proposed(unit, publishing.PERIOD)
        yield publishing.approval(unit, digest, business_day(system_clock()))


def count_up(progress: Progress, total: int) -> Callable[[int], None]:
    """Adds up what several callers did; each tells its own part."""
    lock, done = Lock(), 0

    def more(lines: int) -> None:
        nonlocal done
        with lock:
            done += lines
            progress(done, total)

    return more


def _until(look: Callable[[], T], told: Callable[[T], bool], failure: str) -> T:
    """What is found at last; raises NotReflected once nothing gets on any more."""
    last, until = None, 0.0
    while True:
        found = look()
        if told(found):
            return found
        if found != last:
            last, until = found, time.monotonic() + REFLECT_SECONDS_MAX
        if time.monotonic() > until:
            raise NotReflected(f"{failure}, nothing moved for {REFLECT_SECONDS_MAX} s: {found}")
        time.sleep(0.2)
