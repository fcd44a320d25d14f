"""Who reads the board: the access token of a sign-in, in a cookie that scripts cannot read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from fastapi import Request, Response

from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web.auth import Verifier, principal_of
from policy_credit_shared.web.problems import Problem

COOKIE: Final = "policy_credit_session"
LIFETIME_MAX: Final = timedelta(hours=1)
SIZE_MAX: Final = 4_000
"""Browsers drop larger cookies without a word."""


class Session(NamedTuple):
    """Who is signed in, and until when."""

    principal: Principal
    until: datetime


class Sessions:
    """Opens, reads and ends sessions; `secure` if the board is reached by https alone."""

    def __init__(self, verifier: Verifier, clock: Clock, secure: bool) -> None:
        self._verifier = verifier
        self._clock = clock
        self._secure = secure
        self._name = f"__Host-{COOKIE}" if secure else COOKIE

    def open(self, response: Response, token: str) -> None:
        """Remember an access token in the reader's browser; raises Problem 401 or 422."""
        if len(token) > SIZE_MAX:
            detail = f"The issuer's access token is longer than {SIZE_MAX} characters."
            raise Problem(422, "token-too-long", "Token too long", detail)
        lifetime = self._session(token).until - self._clock()
        response.set_cookie(
            self._name,
            token,
            max_age=int(lifetime.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def end(self, response: Response) -> None:
        """Forget it."""
        response.delete_cookie(
            self._name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def of(self, request: Request) -> Session:
        """The session of a request; raises Problem 401."""
        token = request.cookies.get(self._name)
        if token is None:
            raise Problem(401, "not-signed-in", "Not signed in", "Sign in to see figures.")
        return self._session(token)

    def principal(self) -> Callable[[Request], Principal]:
        """A FastAPI dependency: the reader of a request."""

        def principal(request: Request) -> Principal:
            return self.of(request).principal

        return principal

    def _session(self, token: str) -> Session:
        claims, now = self._verifier.claims(token), self._clock()
        principal = principal_of(claims)
        ends = datetime.fromtimestamp(claims["exp"], now.tzinfo)
        began = datetime.fromtimestamp(claims.get("iat", now.timestamp()), now.tzinfo)
        until = min(ends, began + LIFETIME_MAX)
        if until <= now:
            raise Problem(401, "session-over", "Session over", "Sign in again.")
        return Session(principal, until)
