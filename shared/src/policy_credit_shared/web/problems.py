"""Errors as RFC 9457 problem details: what is wrong, where, and what to do about it."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from msgspec import Struct
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import LinesRefused

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:policy-credit:problem:"


class FieldError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to correct. `line` counts from 1; `pointer` is a JSON pointer into the body."""

    code: str
    detail: str
    pointer: str = ""
    line: int | None = None
    fix: str = ""


class ProblemDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: Sequence[FieldError] = ()


class Problem(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.details = ProblemDetails(
            type=TYPE_PREFIX + code, title=title, status=status, detail=detail, errors=errors
        )
        self.headers = headers


def problem_of_refusal(refusal: Refusal) -> Problem:
    """A refused single command."""
    return Problem(
        refusal.status,
        refusal.code,
        refusal.code.replace("-", " ").capitalize(),
        refusal.detail,
        [_field_error(refusal, None, "")],
    )


def problem_of_lines(refused: LinesRefused) -> Problem:
    """A sheet of which some lines were refused."""
    errors = [_field_error(r, line + 1, f"/lines/{line}") for line, r in refused.refusals]
    return sheet_refused(errors, refused.lines)


def sheet_refused(errors: Sequence[FieldError], lines: int) -> Problem:
    """The report on a sheet, line by line."""
    return Problem(
        422,
        "sheet-refused",
        "Sheet refused",
        f"{len({e.line for e in errors})} of {lines} lines cannot be accepted; "
        "nothing was recorded. Correct them and send the whole sheet again.",
        errors,
    )


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""

    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> Response:
        return _answer(request, error.details, error.headers)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        details = ProblemDetails(
            type="about:blank",
            title=str(error.detail),
            status=error.status_code,
            detail=f"{request.method} {request.url.path}: {error.detail}",
        )
        return _answer(request, details, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        errors = [
            FieldError(
                code="bad-field",
                detail=str(e["msg"]),
                pointer="/" + "/".join(str(part) for part in e["loc"]),
            )
            for e in error.errors()
        ]
        details = ProblemDetails(
            type=TYPE_PREFIX + "bad-request",
            title="Bad request",
            status=422,
            detail="; ".join(f"{e.pointer}: {e.detail}" for e in errors),
            errors=errors,
        )
        return _answer(request, details, None)

    @app.exception_handler(PersistenceError)
    @app.exception_handler(psycopg.OperationalError)
    @app.exception_handler(PoolTimeout)
    def _no_database(request: Request, _: Exception) -> Response:
        details = ProblemDetails(
            type=TYPE_PREFIX + "database-unavailable",
            title="Database unavailable",
            status=503,
            detail="The database does not answer; send the call again with its Idempotency-Key.",
        )
        return _answer(request, details, {"Retry-After": "1"})

    @app.exception_handler(Exception)
    def _unexpected(request: Request, _: Exception) -> Response:
        details = ProblemDetails(
            type="about:blank",
            title="Internal error",
            status=500,
            detail="The service failed; the call can be sent again with the same Idempotency-Key.",
        )
        return _answer(request, details, None)


def _answer(request: Request, details: ProblemDetails, headers: dict[str, str] | None) -> Response:
    body = msgspec.structs.replace(details, instance=request.url.path)
    return Response(
        msgspec.json.encode(body), details.status, headers=headers, media_type=MEDIA_TYPE
    )


def _field_error(refusal: Refusal, line: int | None, pointer: str) -> FieldError:
    return FieldError(
        code=refusal.code,
        detail=refusal.detail,
        pointer=f"{pointer}/{refusal.field}" if refusal.field else pointer,
        line=line,
        fix=refusal.fix,
    )


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the problems that a route can answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


_MEANINGS: Final = {
    400: "The request cannot be read, or its Idempotency-Key is missing",
    401: "No valid bearer token",
    403: "The token's unit or role does not allow it",
    404: "There is nothing of that code or id",
    409: "The same records are being changed by another call",
    413: "The body is too large",
    422: "Refused: every field or line to correct is listed",
    503: "A server that this service needs does not answer",
}
