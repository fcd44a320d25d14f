"""The issuer of a trial installation: who knows its code signs in as whom they choose.

It speaks the same protocol as any other, so that the board signs in there as everywhere. Where an
identity provider exists, it is not started.
"""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from threading import Lock
from typing import Annotated, Any, Final, cast
from urllib.parse import parse_qs, urlencode

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from msgspec import Struct

from policy_credit_reporting.board.addresses import Lang, language
from policy_credit_reporting.board.rendering import BoardRoute, page
from policy_credit_reporting.board.sessions import LIFETIME_MAX
from policy_credit_reporting.board.signing_in import RETURN, SEE_OTHER, challenge_of
from policy_credit_reporting.board.words import ROLES, WORDS
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION, UnknownUnit
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.web.auth import issue_token
from policy_credit_shared.web.problems import Problem

PATH: Final = "/issuer"
DISCOVERY: Final = f"{PATH}/.well-known/openid-configuration"
CODE_LIFETIME: Final = timedelta(seconds=60)
FORM_BYTES_MAX: Final = 10_000
TRIES_MAX: Final = 10
"""Wrong codes in a minute, after which no code is looked at until the minute is over."""

Form = dict[str, str]


class Wanted(Struct, frozen=True):
    """What a client asked for when it sent a reader here."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str


class Granted(Struct, frozen=True):
    """What a code is good for, once and for a minute."""

    wanted: Wanted
    unit: str
    role: Role
    until: datetime


async def _form(request: Request) -> Form:
    body = await request.body()
    if len(body) > FORM_BYTES_MAX:
        raise Problem(413, "too-large", "Too large", f"A form has at most {FORM_BYTES_MAX} bytes.")
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        raise _bad("The form cannot be read.") from None
    return {name: values[0] for name, values in fields.items()}


class EmbeddedIssuer:
    """Grants codes and gives tokens for them."""

    def __init__(
        self, signing: SigningSettings, client_id: str, url: str, code: str, clock: Clock
    ) -> None:
        self._signing, self._client_id, self._url = signing, client_id, url
        self._code = code
        self._clock = clock
        self._lock = Lock()
        self._granted: dict[str, Granted] = {}
        self._wrong: list[datetime] = []

    def metadata(self) -> dict[str, Any]:
        """The openid-configuration."""
        return {
            "issuer": self._signing.auth_issuer,
            "authorization_endpoint": f"{self._url}{PATH}/authorize",
            "token_endpoint": f"{self._url}{PATH}/token",
            "jwks_uri": f"{self._url}{PATH}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }

    def wanted(self, asked: Form) -> Wanted:
        """What a client asks for; raises Problem 422 if that is not the board's sign-in."""
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            raise _bad("response_type=code and code_challenge_method=S256 are needed.")
        try:
            wanted = msgspec.convert(asked, Wanted)
        except msgspec.ValidationError as error:
            raise _bad(f"{error}.") from None
        if wanted.client_id != self._client_id or wanted.redirect_uri != self._url + RETURN:
            raise _bad("client_id or redirect_uri is not the board's.")
        return wanted

    def grant(self, asked: Form) -> str:
        """The address to send a reader back to; raises Problem 401 or 404 if it is nobody."""
        wanted = self.wanted(asked)
        self._check_code(asked.get("sign_in_code", ""))
        unit, role = asked.get("unit", "").strip().upper(), asked.get("role", "")
        day = business_day(self._clock())
        try:
            dated_trees()["bank"].latest_with(unit, day)
        except UnknownUnit:
            raise Problem(404, "wrong_unit", "Unknown unit", f"No unit {unit[:20]!r}.") from None
        if role not in ROLES:
            raise _bad(f"role={role[:40]!r}: there are {', '.join(ROLES)}.")
        code = secrets.token_urlsafe(32)
        until = self._clock() + CODE_LIFETIME
        with self._lock:
            self._granted = {c: g for c, g in self._granted.items() if g.until > self._clock()}
            self._granted[code] = Granted(wanted, unit, cast(Role, role), until)
        query = urlencode({"code": code, "state": wanted.state})
        return f"{wanted.redirect_uri}?{query}"

    def tokens(self, asked: Form) -> dict[str, Any]:
        """The tokens for a code; raises Problem 422."""
        with self._lock:
            granted = self._granted.pop(asked.get("code", ""), None)
        if granted is None or granted.until <= self._clock():
            raise _bad("The code is unknown, used or too old.")
        wanted = granted.wanted
        told = (asked.get("client_id"), asked.get("redirect_uri"))
        if told != (wanted.client_id, wanted.redirect_uri) or not compare_digest(
            challenge_of(asked.get("code_verifier", "")), wanted.code_challenge
        ):
            raise _bad("The code was given to somebody else.")
        identity = {"aud": wanted.client_id, "nonce": wanted.nonce}
        return {
            "access_token": self._token(granted, None),
            "id_token": self._token(granted, identity),
            "token_type": "Bearer",
            "expires_in": int(LIFETIME_MAX.total_seconds()),
        }

    def _token(self, granted: Granted, identity: dict[str, str] | None) -> str:
        return issue_token(
            self._signing,
            subject=f"{granted.role} of {granted.unit}",
            unit=granted.unit,
            role=granted.role,
            now=self._clock(),
            lifetime=LIFETIME_MAX,
            identity=identity,
        )

    def _check_code(self, code: str) -> None:
        now = self._clock()
        with self._lock:
            self._wrong = [at for at in self._wrong if at > now - timedelta(minutes=1)]
            is_right = len(self._wrong) < TRIES_MAX and compare_digest(
                code.strip().encode(), self._code.encode()
            )
            if not is_right:
                self._wrong.append(now)
        if not is_right:
            raise Problem(401, "wrong_code", "Wrong code", "The code is wrong.")


def issuer_router(issuer: EmbeddedIssuer, keys: bytes) -> APIRouter:
    """The routes of the embedded issuer."""
    router = APIRouter(route_class=BoardRoute, include_in_schema=False)
    Sent = Annotated[Form, Depends(_form)]

    @router.get(DISCOVERY)
    def discovery() -> Response:
        return JSONResponse(issuer.metadata())

    @router.get(f"{PATH}/keys")
    def jwks() -> Response:
        return Response(keys, media_type="application/json")

    @router.get(f"{PATH}/authorize")
    def ask(request: Request) -> Response:
        asked = dict(request.query_params)
        issuer.wanted(asked)
        return _sign_in_page(language(request), asked, "")

    @router.post(f"{PATH}/authorize")
    def decide(request: Request, asked: Sent) -> Response:
        try:
            return RedirectResponse(issuer.grant(asked), SEE_OTHER)
        except Problem as problem:
            code = problem.details.type.rpartition(":")[2]
            if code not in WORDS:
                raise
            return _sign_in_page(language(request), asked, code)

    @router.post(f"{PATH}/token")
    def token(asked: Sent) -> Response:
        try:
            answer = issuer.tokens(asked)
        except Problem as problem:
            told = {"error": "invalid_grant", "error_description": problem.details.detail}
            return JSONResponse(told, 400)
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return router


def _sign_in_page(lang: Lang, asked: Form, wrong: str) -> Response:
    kept = {
        name: value
        for name, value in asked.items()
        if name not in ("unit", "role", "sign_in_code", "lang")
    }
    return page(
        "issuer.html",
        lang,
        status=422 if wrong else 200,
        kept=kept,
        wrong=wrong,
        unit=asked.get("unit", NATION),
        role=asked.get("role", "viewer"),
        roles=ROLES,
    )


def _bad(detail: str) -> Problem:
    return Problem(422, "bad-sign-in", "Bad sign-in", detail)
