"""Sending books to the loans service: part by part, from where an earlier run stopped.

A run may be killed at any moment and started again. Which parts have come is asked of the service,
so nothing needs to be kept here; a part that came twice is refused, and counts as come.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import msgspec
from msgspec import Struct

from policy_credit_branch.importing.books import (
    Books,
    Line,
    Part,
    announcement,
    books_id,
    parts,
)

ATTEMPTS_MAX: Final = 30
RETRY_SECONDS_MAX: Final = 5.0
ANSWER_SECONDS_MAX: Final = 900
"""The opening of a large office's books takes the service minutes at most."""
PART_TAKEN: Final = "part-taken-before"


class Sent(Struct, frozen=True):
    """Progress: so many of so many loans have come, or the books are open."""

    loans: int
    of: int
    opened: bool = False


class Refused(Exception):
    """The service said no; `lines` are what it said of single lines, by sheet and row."""

    def __init__(self, detail: str, lines: Sequence[tuple[str, int, str]] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.lines = lines


class NoAnswer(Exception):
    """The service did not answer; what it has stays, and the run goes on from there."""


class Service:
    """The loans service, as an office reaches it."""

    def __init__(self, client: httpx.Client, retry_seconds: float = 0.5) -> None:
        """`client` has the service's address and the caller's token."""
        self._client = client
        self._retry_seconds = retry_seconds

    def existing_books(self, office: str) -> dict[str, Any] | None:
        """How far an office's books have come; None if none were begun."""
        answer = self._answer("GET", f"/api/v1/offices/{office}/existing-books", None)
        if answer.status_code == 404:
            return None
        if answer.is_error:
            raise Refused(_detail(answer))
        found: dict[str, Any] = msgspec.json.decode(answer.content)
        return found

    def post(self, path: str, body: Line, rows: Sequence[tuple[str, int]] = ()) -> None:
        """Have something recorded, once; raises Refused or NoAnswer."""
        answer = self._answer("POST", f"/api/v1/{path}", msgspec.json.encode(body))
        if answer.is_error:
            raise Refused(_detail(answer), _lines(answer, rows))

    def _answer(self, method: str, path: str, body: bytes | None) -> httpx.Response:
        key, wait = str(uuid4()), self._retry_seconds
        for _ in range(ATTEMPTS_MAX):
            try:
                answer = self._client.request(
                    method,
                    path,
                    content=body,
                    headers={"Idempotency-Key": key},
                    timeout=ANSWER_SECONDS_MAX,
                )
            except httpx.TransportError:
                pass
            else:
                if answer.status_code not in (409, 502, 503, 504):
                    return answer
            time.sleep(wait)
            wait = min(2 * wait, RETRY_SECONDS_MAX)
        raise NoAnswer(f"{self._client.base_url}{path} does not answer")


def send(service: Service, books: Books) -> Generator[Sent, None, None]:
    """Begin, send what has not come yet, and open; raises Refused or NoAnswer."""
    identifier, of = books_id(books), len(books.loans)
    known = service.existing_books(books.office)
    if known is not None and known["stage"] == "open":
        if known["books"] != str(identifier):
            raise Refused(
                f"Phòng giao dịch {books.office} đã mở sổ khác. / Office {books.office} has opened"
                " other books."
            )
        yield Sent(of, of, opened=True)
        return
    come = _come(known, identifier)
    if come is None:
        service.post("existing-books", announcement(books, identifier))
    sent = 0
    yield Sent(sent, of)
    for part in parts(books, identifier):
        if part.number not in (come or ()):
            _send(service, part)
        sent += part.loans
        yield Sent(sent, of)
    try:
        opening = {"office": books.office, "books": identifier}
        service.post("existing-books-openings", opening)
    except Refused:
        # The answer of an opening that came through may have been lost.
        after = service.existing_books(books.office)
        if after is None or after["stage"] != "open" or after["books"] != str(identifier):
            raise
    yield Sent(of, of, opened=True)


def _come(known: dict[str, Any] | None, identifier: UUID) -> set[int] | None:
    """The parts of these books that have come; None if they were not begun."""
    if known is None or known["books"] != str(identifier):
        return None
    return set(known["parts"])


def _send(service: Service, part: Part) -> None:
    try:
        service.post("sheets", {"lines": part.lines}, part.rows)
    except Refused as refused:
        if not any(code == PART_TAKEN for _, _, code in _codes(refused)):
            raise


def _codes(refused: Refused) -> Iterator[tuple[str, int, str]]:
    for sheet, row, said in refused.lines:
        yield sheet, row, said.split(":", 1)[0]


def _detail(answer: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content)
        return f"{answer.status_code} {problem['title']}: {problem['detail']}"
    except (msgspec.DecodeError, KeyError, TypeError):
        return f"{answer.status_code} {answer.reason_phrase}"


def _lines(answer: httpx.Response, rows: Sequence[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """What was said of each line, by the sheet and row that it comes from."""
    try:
        errors = msgspec.json.decode(answer.content).get("errors", [])
    except (msgspec.DecodeError, AttributeError):
        return []
    found = []
    for error in errors:
        number = error.get("line")
        if number and number <= len(rows):
            sheet, row = rows[number - 1]
            found.append((sheet, row, f"{error['code']}: {error['detail']}"))
    return found
