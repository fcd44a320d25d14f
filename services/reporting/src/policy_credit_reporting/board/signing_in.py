"""Signing in: the OpenID Connect code flow with PKCE, at any issuer that can be discovered."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from msgspec import Struct

from policy_credit_reporting.board.addresses import language
from policy_credit_reporting.board.rendering import BoardRoute, page
from policy_credit_reporting.board.sessions import Sessions
from policy_credit_reporting.settings import BoardSettings
from policy_credit_shared.web.auth import Verifier
from policy_credit_shared.web.problems import Problem

RETURN: Final = "/sign-in/return"
PENDING: Final = "policy_credit_signing_in"
PENDING_SECONDS_MAX: Final = 600
ISSUER_SECONDS_MAX: Final = 10
SEE_OTHER: Final = 303

T = TypeVar("T")


class Issuer(Struct, frozen=True):
    """What is used of an issuer's openid-configuration."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str


class Tokens(Struct, frozen=True):
    """What an issuer gives for a code."""

    access_token: str
    id_token: str


class Pending(Struct, frozen=True):
    """A sign-in that has begun: what must come back, what proves it is ours, where to go then."""

    state: str
    nonce: str
    proof: str
    to: str


class SigningIn:
    """Begins sign-ins at the issuer, and ends them with a session."""

    def __init__(
        self,
        settings: BoardSettings,
        url: str,
        discovery: str | None,
        issuer: str,
        verifier: Verifier,
        sessions: Sessions,
    ) -> None:
        self._settings = settings
        self._url = url
        self._discovery = discovery
        self._issuer = issuer
        self._verifier = verifier
        self._sessions = sessions
        self._known: Issuer | None = None

    def begin(self, to: str) -> Response:
        """Send a reader to the issuer."""
        issuer = self._discovered()
        state, nonce, proof = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._url + RETURN,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(proof),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in issuer.authorization_endpoint else "?"
        response = RedirectResponse(
            f"{issuer.authorization_endpoint}{mark}{urlencode(query)}", SEE_OTHER
        )
        pending = msgspec.json.encode(Pending(state, nonce, proof, within(to)))
        response.set_cookie(
            PENDING,
            urlsafe_b64encode(pending).decode(),
            max_age=PENDING_SECONDS_MAX,
            path=RETURN,
            secure=self._url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return response

    def finish(self, request: Request) -> Response:
        """Exchange the code that came back for a session; raises Problem 401, 422 or 503."""
        pending = _pending(request)
        query = request.query_params
        if not compare_digest(query.get("state", "").encode(), pending.state.encode()):
            raise _failed("The answer belongs to another sign-in; begin again.")
        if "code" not in query:
            raise _failed(f"The issuer says: {query.get('error', 'no code')[:100]}.")
        tokens = self._exchanged(query["code"], pending)
        identity = self._verifier.claims(tokens.id_token, self._settings.client_id)
        if identity.get("nonce") != pending.nonce:
            raise _failed("The issuer's answer is of another sign-in; begin again.")
        response = RedirectResponse(pending.to, SEE_OTHER)
        self._sessions.open(response, tokens.access_token)
        response.delete_cookie(PENDING, path=RETURN)
        return response

    def _exchanged(self, code: str, pending: Pending) -> Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._url + RETURN,
            "client_id": self._settings.client_id,
            "code_verifier": pending.proof,
        }
        if self._settings.client_secret is not None:
            form["client_secret"] = self._settings.client_secret
        answer = self._called("POST", self._discovered().token_endpoint, data=form)
        if answer.is_error:
            raise _failed(f"The issuer refused the code ({answer.status_code}); begin again.")
        return _decoded(answer, Tokens)

    def _discovered(self) -> Issuer:
        if self._known is None:
            if self._discovery is None:
                raise _no_issuer("set POLICY_CREDIT_BOARD_OIDC_DISCOVERY")
            answer = self._called("GET", self._discovery)
            found = _decoded(answer, Issuer)
            if found.issuer != self._issuer:
                raise _no_issuer(
                    f"it calls itself {found.issuer!r}, and POLICY_CREDIT_AUTH_ISSUER is"
                    f" {self._issuer!r}"
                )
            self._known = found
        return self._known

    def _called(self, method: str, url: str, **sent: Any) -> httpx.Response:
        try:
            return httpx.request(method, url, timeout=ISSUER_SECONDS_MAX, **sent)
        except httpx.HTTPError as error:
            raise _no_issuer(str(error)) from None


def sign_in_router(signing_in: SigningIn, sessions: Sessions, url: str) -> APIRouter:
    """The routes of signing in and out."""
    router = APIRouter(route_class=BoardRoute, include_in_schema=False)

    @router.get("/sign-in")
    def sign_in(request: Request, to: str = "/") -> Response:
        # The cookie of a sign-in must be of the same host as the address that it comes back to.
        if f"//{request.url.netloc}" != url.partition(":")[2]:
            return RedirectResponse(f"{url}/sign-in?{urlencode({'to': to})}", SEE_OTHER)
        return signing_in.begin(to)

    @router.get(RETURN)
    def sign_in_return(request: Request) -> Response:
        return signing_in.finish(request)

    @router.post("/sign-out")
    def sign_out() -> Response:
        response = RedirectResponse("/signed-out", SEE_OTHER)
        sessions.end(response)
        return response

    @router.get("/signed-out")
    def signed_out(request: Request) -> Response:
        return page("signed_out.html", language(request))

    return router


def challenge_of(proof: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636)."""
    return urlsafe_b64encode(sha256(proof.encode()).digest()).decode().rstrip("=")


def within(to: str) -> str:
    """An address of the board; anything that could lead elsewhere is its first page."""
    is_local = to.startswith("/") and not to.startswith(("//", "/\\"))
    return to if is_local and to.isprintable() else "/"


def _pending(request: Request) -> Pending:
    try:
        from_cookie = request.cookies[PENDING]
        return msgspec.json.decode(urlsafe_b64decode(from_cookie), type=Pending)
    except (KeyError, ValueError, msgspec.DecodeError):
        raise _failed("No sign-in has begun in this browser; begin again.") from None


def _decoded(answer: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError as error:
        raise _no_issuer(f"its answer cannot be read: {error}") from None


def _failed(detail: str) -> Problem:
    return Problem(422, "sign-in-failed", "Sign-in failed", detail)


def _no_issuer(detail: str) -> Problem:
    return Problem(
        503, "no-issuer", "The issuer does not answer", f"Nobody can sign in now: {detail}."
    )
