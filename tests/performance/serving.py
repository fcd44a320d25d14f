"""The real reporting API in a process of its own, for whoever measures what it answers."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from performance.catching_up import COMMAND
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import PREFIX, SigningSettings
from policy_credit_shared.web.auth import issue_token, make_keys

PORT: Final = 48_611
START_SECONDS_MAX: Final = 300


class Api(NamedTuple):
    """Its process, its address, and a token for the country."""

    process: subprocess.Popen[bytes]
    address: str
    token: str


@contextmanager
def serving(
    database_url: str, keys: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[Api]:
    """The API over a read model, ready."""
    private, jwks = make_keys(keys)
    own = {
        **environment,
        f"{PREFIX}REPORTING_DATABASE_URL": database_url,
        f"{PREFIX}REPORTING_PORT": str(PORT),
        f"{PREFIX}REPORTING_LOG_LEVEL": "WARNING",
        f"{PREFIX}AUTH_JWKS": str(jwks),
    }
    token = issue_token(
        SigningSettings(auth_jwks=str(jwks), auth_signing_key=private),
        subject="bench",
        unit=NATION,
        role="viewer",
        now=system_clock(),
        lifetime=timedelta(hours=6),
    )
    process = subprocess.Popen([COMMAND, "services", "run", "reporting", "--role", "api"], env=own)
    address = f"http://127.0.0.1:{PORT}"
    try:
        _await_ready(process, address)
        yield Api(process, address, token)
    finally:
        process.terminate()
        process.wait()


def _await_ready(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=60).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError("the API of reporting does not get ready")
