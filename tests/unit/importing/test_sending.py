"""Sending existing books: whatever stops a run, the next goes on, and all of it comes once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import build
import httpx
import pytest
import workbooks
from fastapi import FastAPI
from msgspec.structs import replace

from policy_credit_branch.importing import books as importing
from policy_credit_branch.importing.books import Books, books_id
from policy_credit_branch.importing.checking import check
from policy_credit_branch.importing.sending import NoAnswer, Refused, Service, send
from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain.loan import LOAN
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.store.books import Books as Opened
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.web.app import Publication, writing_app
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys


class InProcess(httpx.BaseTransport):
    """Calls an application without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        content, headers = request.read(), request.headers
        again = httpx.Request(request.method, request.url, headers=headers, content=content)
        answer = await self._app.handle_async_request(again)
        body = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


class Office:
    """The loans service on an event store in memory, and an office's director who calls it."""

    def __init__(self, keys: Path) -> None:
        private, public = make_keys(keys)
        signing = SigningSettings(auth_jwks=str(public), auth_signing_key=private)
        self.store = MemoryEventStore()
        app = writing_app(
            title=PARTS.title,
            description=PARTS.description,
            routes=PARTS.routes,
            handlers=PARTS.handlers,
            store=self.store,
            queries=PARTS.queries,
            answers_of_queries=PARTS.answers_of_queries,
            publication=lambda: Publication(0, {}, {}),
            clock=system_clock,
            verifier=Verifier(signing),
        )
        token = issue_token(
            signing,
            subject="a director",
            unit=build.OFFICE,
            role="branch_director",
            now=system_clock(),
            lifetime=timedelta(hours=1),
        )
        self.transport = InProcess(app)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.service = self.reached_by(self.transport)

    def reached_by(self, transport: httpx.BaseTransport) -> Service:
        """The service, over some line."""
        client = httpx.Client(transport=transport, base_url="http://loans", headers=self.headers)
        return Service(client, retry_seconds=0)

    def outstanding(self, books: Books) -> int:
        """What the imported loans owe, as far as the service knows any."""
        ids = [books.id_of("loan", loan.contract) for loan in books.loans]
        known = (Opened(self.store).get(LOAN, identifier) for identifier in ids)
        return sum(loan.outstanding for loan in known if loan is not None)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "keys")


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Books of 150 loans, in parts so small that there are several."""
    monkeypatch.setattr(importing, "PART_LINES_MAX", 100)
    rows = workbooks.many_books(build.OFFICE, ("22870", "22876"), 150)
    return check(workbooks.write_folder(rows, tmp_path / "csv")).books


def owed(books: Books) -> int:
    return sum(loan.outstanding for loan in books.loans)


def test_books_are_sent_in_parts_and_opened(office: Office, books: Books) -> None:
    told = list(send(office.service, books))
    assert [x.loans for x in told] == sorted(x.loans for x in told)
    assert len(told) > 4
    assert (told[-1].loans, told[-1].of, told[-1].opened) == (150, 150, True)
    assert office.outstanding(books) == owed(books) > 0


@pytest.mark.parametrize("steps", range(1, 6))
def test_a_run_that_is_stopped_anywhere_is_gone_on_with(
    office: Office, books: Books, steps: int
) -> None:
    stopped = send(office.service, books)
    for _ in range(steps):
        next(stopped)
    stopped.close()
    assert office.outstanding(books) in (0, owed(books))
    assert list(send(office.service, books))[-1].opened
    assert office.outstanding(books) == owed(books)


def test_the_same_books_again_change_nothing(office: Office, books: Books) -> None:
    list(send(office.service, books))
    before = len(office.store.log)
    (again,) = send(office.service, books)
    assert again.opened
    assert len(office.store.log) == before


def test_other_books_are_refused_once_an_office_has_opened_its_own(
    office: Office, books: Books, tmp_path: Path
) -> None:
    list(send(office.service, books))
    rows = workbooks.small_books()
    others = check(workbooks.write_folder(rows, tmp_path / "others")).books
    with pytest.raises(Refused, match="has opened other books"):
        list(send(office.service, others))


def test_corrected_books_take_the_place_of_those_begun(
    office: Office, books: Books, tmp_path: Path
) -> None:
    begun = send(office.service, books)
    for _ in range(3):
        next(begun)
    corrected = check(workbooks.write_folder(workbooks.small_books(), tmp_path / "csv2")).books
    assert list(send(office.service, corrected))[-1].opened
    assert office.outstanding(books) == 0
    assert office.outstanding(corrected) == 51 * workbooks.MILLION


def test_books_begun_again_after_others_are_sent_whole(
    office: Office, books: Books, tmp_path: Path
) -> None:
    others = check(workbooks.write_folder(workbooks.small_books(), tmp_path / "csv2")).books
    for some in (books, others):
        begun = send(office.service, some)
        next(begun)
        next(begun)
    assert list(send(office.service, books))[-1].opened
    assert office.outstanding(books) == owed(books)


class Losing(httpx.BaseTransport):
    """A line on which answers to some calls get lost after the service gave them."""

    def __init__(self, under: httpx.BaseTransport, lost: Callable[[int], bool]) -> None:
        self._under = under
        self._lost = lost
        self._calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._calls += 1
        answer = self._under.handle_request(request)
        if self._lost(self._calls):
            raise httpx.ReadError("the line broke", request=request)
        return answer


def over_a_bad_line(office: Office, lost: Callable[[int], bool]) -> Service:
    return office.reached_by(Losing(office.transport, lost))


def test_lost_answers_double_nothing(office: Office, books: Books) -> None:
    service = over_a_bad_line(office, lambda call: call % 2 == 1)
    assert list(send(service, books))[-1].opened
    assert office.outstanding(books) == owed(books)
    loans = [e for e in office.store.log if e.recorded.event.TOPIC == "loans.loan_carried_over.v1"]
    assert len(loans) == 150


def test_without_a_line_a_run_ends_and_says_so(office: Office, books: Books) -> None:
    service = over_a_bad_line(office, lambda _: True)
    with pytest.raises(NoAnswer, match="does not answer"):
        list(send(service, books))
    assert list(send(office.service, books))[-1].opened


def test_a_part_that_an_earlier_run_brought_late_counts_as_come(
    office: Office, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier run was killed while its call was under way: it arrives after we asked."""
    late = send(office.service, books)
    next(late)
    known = office.service.existing_books(books.office)
    next(late)
    monkeypatch.setattr(office.service, "existing_books", lambda _: known)
    assert list(send(office.service, books))[-1].opened
    assert office.outstanding(books) == owed(books)


def test_what_the_service_refuses_is_said_by_sheet_and_row(office: Office, books: Books) -> None:
    loan = books.loans[3]
    unheard = {"programme": loan.programme, "plan": (), "due_on": loan.disbursed_on}
    wrong = build_wrong(books, loan.contract, unheard)
    with pytest.raises(Refused) as caught:
        list(send(office.service, wrong))
    assert [(sheet, row) for sheet, row, _ in caught.value.lines] == [("loans", loan.row)]
    assert "dated-before" in caught.value.lines[0][2]
    assert office.outstanding(books) == 0


def build_wrong(books: Books, contract: str, changes: dict[str, Any]) -> Books:
    """The books with a loan that the check would not have let pass."""
    loans = [replace(x, **changes) if x.contract == contract else x for x in books.loans]
    return replace(books, loans=loans)


def test_a_token_of_somebody_else_is_refused(office: Office, books: Books) -> None:
    office.headers = {"Authorization": "Bearer nonsense"}
    with pytest.raises(Refused, match="401"):
        list(send(office.reached_by(office.transport), books))


def test_ids_follow_from_the_office_and_its_own_numbers(books: Books, tmp_path: Path) -> None:
    rows = workbooks.many_books(build.OFFICE, ("22870", "22876"), 150)
    again = check(workbooks.write_workbook(rows, tmp_path / "again.xlsx")).books
    assert books_id(again) == books_id(books)
    first = books.loans[0].contract
    assert again.id_of("loan", first) == books.id_of("loan", first)
    assert isinstance(books_id(books), UUID)
    changed = workbooks.many_books(build.OFFICE, ("22870", "22876"), 150, seed=2)
    other = check(workbooks.write_folder(changed, tmp_path / "other")).books
    assert books_id(other) != books_id(books)
