"""Pages: templates that escape everything, headers that let in nothing from elsewhere."""

import logging
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from psycopg_pool import PoolTimeout

from policy_credit_reporting.board.addresses import Lang, language
from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.figuring import UnknownIndicator
from policy_credit_shared.kernel.units import UnknownUnit
from policy_credit_shared.web.problems import Problem, ProblemDetails

log = logging.getLogger(__name__)

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class BoardRoute(APIRoute):
    """A route whose errors are pages; who is not signed in is sent to sign in."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response = await handle(request)
            except Problem as problem:
                # An issuer whose tokens are refused must not be asked again and again.
                is_signing_in = request.url.path.startswith("/sign-in")
                if problem.details.status == 401 and not is_signing_in:
                    return _to_sign_in(request)
                response = error_page(request, problem.details)
            except (UnknownUnit, UnknownIndicator) as unknown:
                response = _failed(request, 404, f"There is {unknown}.")
            except RequestValidationError as error:
                response = _failed(request, 422, "; ".join(e["msg"] for e in error.errors()))
            except (psycopg.OperationalError, PoolTimeout) as error:
                log.warning("no page: %s", error)
                response = _failed(request, 503, "The database does not answer.")
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return handled


def page(template: str, lang: Lang, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page in a language."""

    def word(name: str) -> str:
        return say(WORDS[name])

    def say(label: Label) -> str:
        return label.vi if lang == "vi" else label.en

    def beside(label: Label) -> str:
        return label.en if lang == "vi" else label.vi

    other = "en" if lang == "vi" else "vi"
    text = (
        _templates()
        .get_template(template)
        .render(lang=lang, other=other, t=word, say=say, beside=beside, words=WORDS, **shown)
    )
    return HTMLResponse(text, status)


def error_page(request: Request, details: ProblemDetails) -> Response:
    """What went wrong, and where to go from here."""
    word = f"error_{details.status}"
    if word not in WORDS:
        word = "error_422" if details.status < 500 else "error_500"
    return page("error.html", language(request), details.status, word=word, detail=details.detail)


def _failed(request: Request, status: int, detail: str) -> Response:
    details = ProblemDetails(type="about:blank", title="", status=status, detail=detail)
    return error_page(request, details)


def _to_sign_in(request: Request) -> Response:
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    response = RedirectResponse(f"/sign-in?{urlencode({'to': to})}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("policy_credit_reporting.board"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
