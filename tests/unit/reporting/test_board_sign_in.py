"""Signing in to the board: at the embedded issuer as anywhere, by code and PKCE."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from fastapi import Request, Response

from policy_credit_reporting.board.issuer import TRIES_MAX, EmbeddedIssuer
from policy_credit_reporting.board.sessions import LIFETIME_MAX, Sessions
from policy_credit_reporting.board.signing_in import RETURN, challenge_of, within
from policy_credit_shared.settings import AuthSettings, SigningSettings
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys
from policy_credit_shared.web.problems import Problem

URL, CLIENT, CODE = "https://board.test", "policy-credit-board", "one-two-three"
PROOF = "a-proof-that-nobody-else-has-seen-0123456789"
ASKED = {
    "response_type": "code",
    "client_id": CLIENT,
    "redirect_uri": URL + RETURN,
    "scope": "openid",
    "state": "the state",
    "nonce": "the nonce",
    "code_challenge": challenge_of(PROOF),
    "code_challenge_method": "S256",
}
READER = {"unit": "587", "role": "viewer", "sign_in_code": CODE}
EXCHANGE = {
    "grant_type": "authorization_code",
    "client_id": CLIENT,
    "redirect_uri": URL + RETURN,
    "code_verifier": PROOF,
}


class Watch:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def signing(tmp_path: Path) -> SigningSettings:
    private, public = make_keys(tmp_path)
    return SigningSettings(auth_jwks=str(public), auth_signing_key=private)


@pytest.fixture
def verifier(signing: SigningSettings) -> Verifier:
    return Verifier(AuthSettings(auth_jwks=signing.auth_jwks))


@pytest.fixture
def issuer(signing: SigningSettings, watch: Watch) -> EmbeddedIssuer:
    return EmbeddedIssuer(signing, CLIENT, URL, CODE, watch)


def code_in(address: str) -> str:
    query = parse_qs(urlsplit(address).query)
    assert query["state"] == ["the state"]
    return query["code"][0]


def request(cookies: Mapping[str, str]) -> Request:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Request({"type": "http", "headers": [(b"cookie", header.encode())]})


def test_who_knows_the_code_gets_tokens_of_whom_they_chose(
    issuer: EmbeddedIssuer, verifier: Verifier
) -> None:
    address = issuer.grant({**ASKED, **READER})
    assert address.startswith(f"{URL}{RETURN}?")
    tokens = issuer.tokens({**EXCHANGE, "code": code_in(address)})
    principal = verifier.principal(tokens["access_token"])
    assert (principal.unit, principal.role) == ("587", "viewer")
    identity = verifier.claims(tokens["id_token"], CLIENT)
    assert identity["nonce"] == "the nonce"


def test_an_identity_token_opens_no_api(issuer: EmbeddedIssuer, verifier: Verifier) -> None:
    tokens = issuer.tokens({**EXCHANGE, "code": code_in(issuer.grant({**ASKED, **READER}))})
    with pytest.raises(Problem) as refused:
        verifier.principal(tokens["id_token"])
    assert refused.value.details.status == 401


def test_a_code_is_good_once(issuer: EmbeddedIssuer) -> None:
    code = code_in(issuer.grant({**ASKED, **READER}))
    issuer.tokens({**EXCHANGE, "code": code})
    with pytest.raises(Problem, match="used"):
        issuer.tokens({**EXCHANGE, "code": code})


def test_a_code_is_good_for_a_minute(issuer: EmbeddedIssuer, watch: Watch) -> None:
    code = code_in(issuer.grant({**ASKED, **READER}))
    watch.now += timedelta(minutes=1)
    with pytest.raises(Problem, match="too old"):
        issuer.tokens({**EXCHANGE, "code": code})


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "another proof"},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"redirect_uri": "https://elsewhere.test/"},
    ],
)
def test_a_stolen_code_is_worth_nothing(issuer: EmbeddedIssuer, changed: dict[str, str]) -> None:
    code = code_in(issuer.grant({**ASKED, **READER}))
    with pytest.raises(Problem, match="somebody else"):
        issuer.tokens({**EXCHANGE, "code": code, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://elsewhere.test/"},
        {"client_id": "another"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
    ],
)
def test_only_the_board_is_answered(issuer: EmbeddedIssuer, changed: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        issuer.grant({**ASKED, **READER, **changed})
    assert refused.value.details.status == 422


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"sign_in_code": "guess"}, 401), ({"unit": "999"}, 404), ({"role": "minister"}, 422)],
)
def test_nobody_else_is_let_in(
    issuer: EmbeddedIssuer, changed: dict[str, str], status: int
) -> None:
    with pytest.raises(Problem) as refused:
        issuer.grant({**ASKED, **READER, **changed})
    assert refused.value.details.status == status


def test_who_guesses_is_made_to_wait(issuer: EmbeddedIssuer, watch: Watch) -> None:
    wrong = {**ASKED, **READER, "sign_in_code": "guess"}
    for _ in range(TRIES_MAX):
        with pytest.raises(Problem):
            issuer.grant(wrong)
    with pytest.raises(Problem):
        issuer.grant({**ASKED, **READER})
    watch.now += timedelta(minutes=2)
    assert code_in(issuer.grant({**ASKED, **READER}))


@pytest.mark.parametrize("to", ["/units/587?date=2019-11-22", "/"])
def test_one_comes_back_to_where_one_was(to: str) -> None:
    assert within(to) == to


@pytest.mark.parametrize(
    "to", ["https://elsewhere.test", "//elsewhere.test", "/\\elsewhere.test", "units", "/a\nb", ""]
)
def test_one_is_never_sent_elsewhere(to: str) -> None:
    assert within(to) == "/"


def token(signing: SigningSettings, watch: Watch, lifetime: timedelta) -> str:
    return issue_token(
        signing, subject="test", unit="587", role="viewer", now=watch(), lifetime=lifetime
    )


def test_a_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends(
    signing: SigningSettings, verifier: Verifier, watch: Watch
) -> None:
    sessions, response = Sessions(verifier, watch, secure=True), Response()
    sessions.open(response, token(signing, watch, timedelta(hours=12)))
    cookie = response.headers["set-cookie"]
    for attribute in ("__Host-", "HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=3600"):
        assert attribute in cookie


def test_a_session_ends_within_the_hour_whatever_the_token_says(
    signing: SigningSettings, verifier: Verifier, watch: Watch
) -> None:
    sessions = Sessions(verifier, watch, secure=False)
    long = request({"policy_credit_session": token(signing, watch, timedelta(hours=12))})
    assert sessions.of(long).principal.unit == "587"
    watch.now += LIFETIME_MAX
    with pytest.raises(Problem, match="Sign in again"):
        sessions.of(long)


def test_a_session_ends_with_its_token(
    signing: SigningSettings, verifier: Verifier, watch: Watch
) -> None:
    sessions = Sessions(verifier, watch, secure=False)
    short = token(signing, watch, timedelta(minutes=5))
    until = sessions.of(request({"policy_credit_session": short})).until
    assert until == watch.now + timedelta(minutes=5)


def test_a_made_up_token_is_no_session(verifier: Verifier, watch: Watch) -> None:
    made_up = jwt.encode({"sub": "x", "unit": "VN", "role": "auditor"}, "k" * 32, "HS256")
    sessions = Sessions(verifier, watch, secure=False)
    for cookies in ({}, {"policy_credit_session": made_up}, {"policy_credit_session": "x"}):
        with pytest.raises(Problem) as refused:
            sessions.of(request(cookies))
        assert refused.value.details.status == 401
