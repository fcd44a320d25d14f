"""The board on the reporting API's application: its pages, its files, and how to sign in."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI

from policy_credit_reporting.api.access import Access
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.board.assets import assets_router
from policy_credit_reporting.board.issuer import DISCOVERY, EmbeddedIssuer, issuer_router
from policy_credit_reporting.board.pages import Board, board_router
from policy_credit_reporting.board.sessions import Sessions
from policy_credit_reporting.board.signing_in import SigningIn, sign_in_router
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.settings import BoardSettings
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.settings import AuthSettings, SigningSettings
from policy_credit_shared.web.auth import Verifier


class SignIn(NamedTuple):
    """How readers sign in: at which address, by which issuer, with which settings of the board.

    With `signing`, the embedded issuer is served too, if there is a code for it.
    """

    url: str
    settings: BoardSettings
    auth: AuthSettings
    signing: SigningSettings | None


def install_board(
    app: FastAPI,
    figures: Figures,
    bell: Bell,
    algebra: Algebra,
    verifier: Verifier,
    clock: Clock,
    sign_in: SignIn,
    register: Register | None = None,
) -> None:
    """Serve the board at `/` of an application, with what is published if there is a register."""
    url, settings, auth, signing = sign_in

    def today() -> date:
        return business_day(clock())

    sessions = Sessions(verifier, clock, secure=url.startswith("https:"))
    access = Access(sessions.principal(), today, algebra)
    issuer = None
    if signing is not None and settings.sign_in_code is not None:
        issuer = EmbeddedIssuer(signing, settings.client_id, url, settings.sign_in_code, clock)
        app.include_router(issuer_router(issuer, Path(signing.auth_jwks).read_bytes()))
    discovery = settings.oidc_discovery or (url + DISCOVERY if issuer else None)
    signing_in = SigningIn(settings, url, discovery, auth.auth_issuer, verifier, sessions)
    board = Board(figures, algebra, access, register)
    app.include_router(board_router(board, sessions, bell, clock))
    app.include_router(sign_in_router(signing_in, sessions, url))
    app.include_router(assets_router())
