"""A real read model filled from public events, the API and the board over it, without Kafka."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import build
import httpx
from conftest import Servers
from fastapi import FastAPI

from policy_credit_reporting.api.app import reporting_app
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.board.app import SignIn, install_board
from policy_credit_reporting.board.sessions import COOKIE
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.metrics.exporter import Exporter
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.settings import BoardSettings
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.events.envelope import encode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.messaging.chain import GENESIS
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming, Outgoing, place_headers
from policy_credit_shared.settings import AuthSettings, SigningSettings
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys

SOURCE = "/policy-credit/loans"


def records_of(events: Sequence[PublicEvent]) -> list[Incoming]:
    """The events as records of one partition, numbered and chained from the first."""
    log, head = MemoryLog(), GENESIS
    for number, event in enumerate(events):
        value = encode(
            event,
            event_id=build.some_id(f"event {number}"),
            source=SOURCE,
            subject="test",
            recorded_at=build.NOW,
        )
        head = head.next(value)
        log.append(Outgoing("loans", 0, b"", value, place_headers(SOURCE, head)))
    return log.read(Progress.none(), 10**6)


class Reader:
    """A viewer of one unit, at the API."""

    def __init__(self, app: FastAPI, token: str) -> None:
        self._app = app
        self._token = token

    def get(
        self, path: str, query: Mapping[str, str | int] | None = None, accept: str = "*/*"
    ) -> httpx.Response:
        """What the API answers."""
        return self._called(
            path, query, {"Authorization": f"Bearer {self._token}", "Accept": accept}
        )

    def page(self, path: str) -> httpx.Response:
        """What the board shows to the same, signed in."""
        return self._called(path, None, {"Cookie": f"{COOKIE}={self._token}"})

    def _called(
        self, path: str, query: Mapping[str, str | int] | None, headers: Mapping[str, str]
    ) -> httpx.Response:

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://test", headers=headers
            ) as client:
                return await client.get(path, params=query)

        return asyncio.run(call())


class Readers:
    """Everybody who may read at one API."""

    def __init__(self, app: FastAPI, signing: SigningSettings) -> None:
        self._app = app
        self._signing = signing

    def of(self, unit: str, role: Role = "viewer") -> Reader:
        """A viewer of the unit, or somebody of another role."""
        token = issue_token(
            self._signing,
            subject="test",
            unit=unit,
            role=role,
            now=system_clock(),
            lifetime=timedelta(hours=1),
        )
        return Reader(self._app, token)


def filled(servers: Servers, algebra: Algebra, events: Sequence[PublicEvent]) -> str:
    """The database that holds the figures of these events, by this algebra."""
    url = servers.database()
    generations.create(url, algebra)
    with closing(PostgresLedger(url, algebra)) as ledger:
        Projector(ledger, Folding(algebra, Layout.of(algebra)), lambda _: None).step(
            records_of(events)
        )
    return url


@contextmanager
def reporting(
    servers: Servers,
    keys: Path,
    algebra: Algebra,
    events: Sequence[PublicEvent],
    now: datetime = build.NOW,
) -> Iterator[Readers]:
    """The API over the figures of these events, by this algebra, as of a moment."""
    url = filled(servers, algebra, events)

    def clock() -> datetime:
        return now

    private, public = make_keys(keys)
    signing = SigningSettings(auth_jwks=str(public), auth_signing_key=private)
    figures = Figures(url, algebra)
    verifier = Verifier(AuthSettings(auth_jwks=str(public)))
    with closing(figures):
        scrape = Exporter(figures, algebra, clock).scrape
        bell = Bell(url)
        app = reporting_app(figures, url, verifier, scrape, clock, algebra, bell=bell)
        # Tokens are of the machine's time, whatever the day of the figures is.
        sign_in = SignIn(
            "http://test",
            BoardSettings(sign_in_code="code-of-the-tests"),
            AuthSettings(auth_jwks=str(public)),
            signing,
        )
        install_board(app, figures, bell, algebra, verifier, clock, sign_in)
        yield Readers(app, signing)
