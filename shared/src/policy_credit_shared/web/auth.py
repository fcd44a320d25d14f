"""Who is calling: bearer JWTs of any OIDC issuer, with the claims `unit` and `role`.

A caller writes for its own unit only and reads its own subtree only; `may_write` and `may_read`
are the one place where that is decided.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import jwt
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from policy_credit_shared.kernel.principals import ROLES, Principal, Role
from policy_credit_shared.kernel.units import NATION, UnitTree, units_before_reform
from policy_credit_shared.settings import AuthSettings, SettingRefused, SigningSettings
from policy_credit_shared.store.signing import made_key
from policy_credit_shared.web.problems import Problem

ALGORITHMS: Final = ["EdDSA", "ES256", "RS256"]
LEEWAY: Final = timedelta(seconds=30)
KEY_ID: Final = "embedded"


class Verifier:
    """Checks tokens against the issuer's keys, which are read from a file or fetched."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self.may_wait = settings.auth_jwks.startswith(("http://", "https://"))
        """Whether to verify may take a call to the issuer."""
        if self.may_wait:
            client = jwt.PyJWKClient(settings.auth_jwks, cache_keys=True)
            self._key: Callable[[str], jwt.PyJWK] = client.get_signing_key_from_jwt
        else:
            keys = _read_keys(settings.auth_jwks)
            self._key = lambda token: keys[jwt.get_unverified_header(token)["kid"]]

    def principal(self, token: str) -> Principal:
        """The caller that a token names; raises Problem 401."""
        return principal_of(self.claims(token))

    def claims(self, token: str, audience: str | None = None) -> dict[str, Any]:
        """What a token of the issuer for the audience, ours without one, says; or Problem 401."""
        try:
            found: dict[str, Any] = jwt.decode(
                token,
                self._key(token),
                algorithms=ALGORITHMS,
                audience=audience or self._settings.auth_audience,
                issuer=self._settings.auth_issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise _unauthorized(f"The token is not accepted: {error}.") from None
        return found


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """Whom accepted claims name; raises Problem 401."""
    unit, role = claims.get("unit"), claims.get("role")
    if not isinstance(unit, str) or role not in ROLES:
        raise _unauthorized("The token has no `unit` or no known `role`.")
    return Principal(claims["sub"], unit, role)


NamesCaller = Callable[..., Principal | Awaitable[Principal]]
"""A FastAPI dependency: the caller of a request."""


def bearer(verifier: Verifier) -> NamesCaller:
    """The caller that a request's token names."""
    scheme = HTTPBearer(auto_error=False, bearerFormat="JWT")

    async def principal(
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
    ) -> Principal:
        if credentials is None:
            raise _unauthorized("Send a token: Authorization: Bearer …")
        if verifier.may_wait:
            return await run_in_threadpool(verifier.principal, credentials.credentials)
        return verifier.principal(credentials.credentials)

    return principal


Writer = Literal["office", "commune", "unit", "above", "above_unit"]
"""Who writes: the office, commune or unit that the command names; or the office's, or the unit's,
or any above it."""


def may_write(principal: Principal, unit: str, roles: Collection[Role]) -> None:
    """Raise Problem 403 unless the caller writes for its own unit in an allowed role."""
    if principal.unit != unit:
        raise _forbidden(f"A caller of unit {principal.unit} cannot write for {unit}.")
    _in_role(principal, roles)


def may_decide(principal: Principal, unit: str, roles: Collection[Role]) -> None:
    """Raise Problem 403 unless the caller's unit is the unit or above it, in an allowed role."""
    tree = units_before_reform()
    if unit not in tree or not tree.contains(principal.unit, unit):
        raise _forbidden(f"A caller of unit {principal.unit} cannot decide for {unit}.")
    _in_role(principal, roles)


def _in_role(principal: Principal, roles: Collection[Role]) -> None:
    if principal.role not in roles:
        raise _forbidden(f"Role {principal.role} cannot do this; {', '.join(sorted(roles))} can.")


def may_read(principal: Principal, unit: str, tree: UnitTree) -> None:
    """Raise Problem 403 unless `unit` is in the caller's subtree."""
    if not tree.contains(principal.unit, unit):
        raise _forbidden(f"Unit {unit} is outside {principal.unit}.")


def may_read_within(principal: Principal, own: UnitTree, unit: str, tree: UnitTree) -> None:
    """Raise Problem 403 unless all land of `unit` in one tree is the caller's in another.

    `own` is the tree that the caller's unit is read in. Codes are re-used, localities are not.
    """
    if principal.unit == NATION:
        return
    # Islands without communes have no localities, and belong to the whole country.
    land = [unit] if tree is own else tree.localities(unit) or [NATION]
    if not all(own.contains(principal.unit, code) for code in land):
        raise _forbidden(f"Unit {unit} is outside {principal.unit}.")


def issue_token(
    settings: SigningSettings,
    *,
    subject: str,
    unit: str,
    role: Role,
    now: datetime,
    lifetime: timedelta,
    identity: Mapping[str, str] | None = None,
) -> str:
    """A token signed by the embedded issuer; `identity` makes it an ID token of a sign-in."""
    claims = {
        "iss": settings.auth_issuer,
        "aud": settings.auth_audience,
        "sub": subject,
        "unit": unit,
        "role": role,
        "iat": now,
        "exp": now + lifetime,
        **(identity or {}),
    }
    try:
        key = settings.auth_signing_key.read_text()
    except OSError as error:
        raise SettingRefused("POLICY_CREDIT_AUTH_SIGNING_KEY", f"cannot be read: {error}") from None
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": KEY_ID})


def make_keys(folder: Path) -> tuple[Path, Path]:
    """Paths of the embedded issuer's private key and its JWKS, made on first use."""
    private, public = folder / "signing-key.pem", folder / "jwks.json"
    if not private.exists():
        key = made_key(private)
        jwk = jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        jwk |= {"kid": KEY_ID, "use": "sig", "alg": "EdDSA"}
        public.write_text(json.dumps({"keys": [jwk]}))
    return private, public


def _read_keys(location: str) -> dict[str, jwt.PyJWK]:
    try:
        content = json.loads(Path(location).read_text())
        return {str(key.key_id): key for key in jwt.PyJWKSet.from_dict(content).keys}
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise SettingRefused(
            "POLICY_CREDIT_AUTH_JWKS", f"names no readable JSON Web Key Set: {error}"
        ) from None


def _unauthorized(detail: str) -> Problem:
    return Problem(
        401, "unauthorized", "Unauthorized", detail, headers={"WWW-Authenticate": "Bearer"}
    )


def _forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", "Forbidden", detail)
