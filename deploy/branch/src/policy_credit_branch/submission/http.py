"""The repayments service over HTTP."""

import re
from collections.abc import Mapping
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from policy_credit_branch.submission.services import (
    CallRefused,
    Reason,
    Recorded,
    Reply,
    SomeRefused,
    Unanswered,
)

TIMEOUT_SECONDS: Final = 60
SHEET_REFUSED: Final = "urn:policy-credit:problem:sheet-refused"
PASSING: Final = frozenset({408, 409, 425, 429})
"""Of the answers below 500, those after which the same call is made again."""

_POINTER = re.compile(r"^/lines/(\d+)(?:/(.*))?$")


class _Error(Struct, frozen=True):
    code: str
    detail: str
    pointer: str = ""
    fix: str = ""


class _Accepted(Struct, frozen=True):
    accepted: int


class _Problem(Struct, frozen=True):
    type: str = ""
    title: str = ""
    detail: str = ""
    errors: list[_Error] = []


class HttpRepayments:
    """Calls of one person of one office, whose token is given."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def post(self, key: str, body: bytes) -> Reply:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            answer = self._client.post("/api/v1/sheets", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unanswered(_said(f"{type(error).__name__}: {error}")) from None
        if answer.status_code == 201:
            return Recorded(_accepted(answer))
        problem = _problem(answer)
        if answer.status_code == 422 and problem.type == SHEET_REFUSED:
            return SomeRefused(_by_line(problem))
        if answer.status_code >= 500 or answer.status_code in PASSING:
            raise Unanswered(_said(f"{answer.status_code} {problem.title}"))
        raise _refused(answer.status_code, problem)

    def get(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """The answer to a question; raises SubmissionFailed."""
        try:
            answer = self._client.get(f"/api/v1/{path}", params=parameters)
        except httpx.HTTPError as error:
            raise Unanswered(_said(f"{type(error).__name__}: {error}")) from None
        if answer.is_success:
            return answer.content
        problem = _problem(answer)
        if answer.status_code >= 500:
            raise Unanswered(_said(f"{answer.status_code} {problem.title}"))
        raise _refused(answer.status_code, problem)


def _accepted(answer: httpx.Response) -> int:
    """How many lines are recorded; raises Unanswered if it is not the service that says so.

    Where people log on to a network, something else may answer any address.
    """
    try:
        return msgspec.json.decode(answer.content, type=_Accepted).accepted
    except msgspec.DecodeError:
        raise Unanswered(_said("not an answer of the service")) from None


def _refused(status: int, problem: _Problem) -> CallRefused:
    fix = ""
    if status in (401, 403):
        fix = " → POLICY_CREDIT_TOKEN: mã truy cập của giao dịch viên · a teller's token is needed"
    return CallRefused(f"{status} {problem.title}: {problem.detail}{fix}")


def _by_line(problem: _Problem) -> dict[int, Reason]:
    """The refused lines by their place; of several errors of one line the first."""
    found: dict[int, Reason] = {}
    for error in problem.errors:
        where = _POINTER.match(error.pointer)
        if where is None:
            raise CallRefused(f"{error.code}: {error.detail}")
        place, field = int(where[1]), where[2] or ""
        reason = Reason(code=error.code, field=field, detail=error.detail, fix=error.fix)
        found.setdefault(place, reason)
    if not found:
        raise CallRefused(problem.detail)
    return found


def _problem(answer: httpx.Response) -> _Problem:
    try:
        return msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        return _Problem(title=answer.reason_phrase)


def _said(reason: str) -> str:
    return (
        f"Chưa có trả lời ({reason}); bảng kê giữ nguyên trong máy, gửi lại khi có mạng · "
        "no answer yet; everything is kept, submit again when there is a line"
    )
