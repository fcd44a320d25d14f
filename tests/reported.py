"""A read model and its register, filled by hand and asked over HTTP."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import build
import httpx

from policy_credit_reporting.api.app import reporting_app
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.api.published import Pinning
from policy_credit_reporting.board.app import SignIn, install_board
from policy_credit_reporting.board.sessions import COOKIE
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.metrics.exporter import Exporter
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.reports.heads import heads_at
from policy_credit_reporting.reports.publishing import Publishing
from policy_credit_reporting.reports.register import Register, migrate_register, register_store
from policy_credit_reporting.reports.taking import Taking
from policy_credit_reporting.settings import BoardSettings
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.events.collection import SessionAmounts, SessionHeld
from policy_credit_shared.events.envelope import encode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.messaging.chain import GENESIS
from policy_credit_shared.messaging.memory import MemoryLog, MemoryReader
from policy_credit_shared.messaging.records import Outgoing, place_headers
from policy_credit_shared.settings import AuthSettings, SigningSettings
from policy_credit_shared.store.signing import Signer, made_key
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys

SOURCE = "/policy-credit/loans"
MONTH = "2019-03"
GAPS = "582"
"""An office of which a commune, 22738, held its sessions of January and February and none since."""

LATER = datetime(2019, 4, 12, 3, tzinfo=UTC)


class Bank:
    """A read model that is filled by hand, with the reporting API and its register over it."""

    def __init__(self, database_url: str, keys: Any, stack: ExitStack) -> None:
        self.now = datetime(2019, 4, 2, 2, tzinfo=UTC)
        self.log, self.head, self.projected = MemoryLog(), GENESIS, 0
        generations.create(database_url, ALGEBRA)
        migrate_register(database_url)
        self.database_url = database_url
        ledger = stack.enter_context(closing(PostgresLedger(database_url, ALGEBRA)))
        self._projector = Projector(ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), lambda _: None)
        private, jwks = make_keys(keys)
        self._signing = SigningSettings(auth_jwks=str(jwks), auth_signing_key=private)
        figures = stack.enter_context(closing(Figures(database_url, ALGEBRA)))
        self.store = stack.enter_context(closing(register_store(database_url)))
        made_key(keys / "publishing-key.pem")
        self.signer = Signer.read(keys / "publishing-key.pem")
        reader = MemoryReader(self.log, ["loans"], limit=1)
        source = Taking(figures, ALGEBRA, lambda at: heads_at(reader, at), self.clock)
        bell, auth = Bell(database_url), AuthSettings(auth_jwks=str(jwks))
        verifier = Verifier(auth)
        self._app = reporting_app(
            figures,
            database_url,
            verifier,
            Exporter(figures, ALGEBRA, self.clock).scrape,
            self.clock,
            pinning=Pinning(
                Publishing(source, self.signer, self.clock), self.store, self.signer.public_key
            ),
            bell=bell,
        )
        sign_in = SignIn("http://test", BoardSettings(), auth, None)
        install_board(
            self._app, figures, bell, ALGEBRA, verifier, self.clock, sign_in, Register(self.store)
        )

    def clock(self) -> datetime:
        return self.now

    def record(self, *events: PublicEvent, at: datetime) -> None:
        """Events as one source publishes them, and the projection of all of them."""
        for event in events:
            value = encode(
                event,
                event_id=build.some_id(f"event {self.head.sequence}"),
                source=SOURCE,
                subject="test",
                recorded_at=at,
            )
            self.head = self.head.next(value)
            self.log.append(Outgoing("loans", 0, b"", value, place_headers(SOURCE, self.head)))
        self._projector.step(self.log.read(self._projector.progress, 10**6))

    def call(
        self,
        method: str,
        path: str,
        unit: str,
        role: Role = "branch_director",
        *,
        key: str = "",
        body: Any = None,
        query: dict[str, str] | None = None,
        accept: str = "application/json",
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token(unit, role)}", "Accept": accept}
        if key:
            headers["Idempotency-Key"] = key
        return self._send(method, f"/api/v1/{path}", headers, body, query)

    def document(self) -> Any:
        """The API's OpenAPI document."""
        return self._send("GET", "/openapi.json", {}).json()

    def page(self, path: str, unit: str = "58") -> httpx.Response:
        """What the board shows to a viewer of a unit."""
        return self._send("GET", path, {"Cookie": f"{COOKIE}={self._token(unit, 'viewer')}"})

    def _token(self, unit: str, role: Role) -> str:
        return issue_token(
            self._signing,
            subject=f"{role} of {unit}",
            unit=unit,
            role=role,
            now=datetime.now(UTC),
            lifetime=timedelta(hours=1),
        )

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Any = None,
        query: dict[str, str] | None = None,
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, params=query, headers=headers, json=body)

        return asyncio.run(send())

    def get(self, path: str, by: str = "58", **query: str) -> Any:
        answer = self.call("GET", path, by, "viewer", query=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lends_late(self) -> None:
        """A loan of March is recorded in April, once."""
        if self.now < LATER:
            self.record(
                build.loan_disbursed(amount=7_000_000, occurred_on=date(2019, 3, 29)), at=LATER
            )
            self.now = LATER

    def propose(self, key: str = "propose", **changes: str) -> httpx.Response:
        body = {"unit": "587", "period": MONTH, **changes}
        return self.call("POST", "closings", body["unit"], key=key, body=body)

    def approve(self, digest: str, key: str = "approve", unit: str = "587") -> httpx.Response:
        body = {"unit": unit, "period": MONTH, "digest": digest}
        return self.call("POST", "closing-approvals", "58", key=key, body=body)

    def publish(self) -> Any:
        """The report of March, published."""
        assert self.propose().status_code == 201
        first = self.approve(digest := self.get(f"closings/587/{MONTH}")["digest"])
        assert first.status_code == 201, first.text
        again = self.approve(digest)
        assert (again.status_code, again.content) == (201, first.content)
        return self.get("published/1")


@contextmanager
def open_bank(database_url: str, keys: Path) -> Iterator[Bank]:
    """A bank whose office 587 lent 40 million in February, 5 in March and 1 in April."""
    with ExitStack() as stack:
        bank = Bank(database_url, keys, stack)
        on = datetime(2019, 3, 5, 2, tzinfo=UTC)
        bank.record(
            build.loan_disbursed(amount=40_000_000, occurred_on=date(2019, 2, 6)),
            build.loan_disbursed(amount=5_000_000, occurred_on=date(2019, 3, 5)),
            held(date(2019, 1, 8)),
            held(date(2019, 2, 8)),
            at=on,
        )
        after = build.loan_disbursed(amount=1_000_000, occurred_on=date(2019, 4, 1))
        bank.record(after, at=datetime(2019, 4, 1, 9, tzinfo=UTC))
        yield bank


def held(on: date) -> SessionHeld:
    """A session at the point that is missing in March."""
    return SessionHeld(
        office=GAPS,
        locality="22738-22738",
        occurred_on=on,
        session=build.some_id(f"session of {on}"),
        planned=SessionAmounts(),
        realised=SessionAmounts(),
        lines=0,
    )
