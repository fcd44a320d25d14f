"""A sheet and the real repayments service, over its own API: what is answered, what is kept."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import build
import httpx
import pytest
import sheets

from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.lines import Line
from policy_credit_branch.sheet.refusals import NotToBeUndone
from policy_credit_branch.submission.fetching import fetch
from policy_credit_branch.submission.http import HttpRepayments
from policy_credit_branch.submission.services import CallRefused, SubmissionFailed, Unanswered
from policy_credit_branch.submission.submit import submit
from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.session import Moved
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.settings import AuthSettings, SigningSettings
from policy_credit_shared.web.app import Publication, writing_app
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys


class Service:
    """The service's application on books in memory, and a line to it that can be cut."""

    def __init__(self, folder: Path) -> None:
        self.desk = build.Desk(PARTS)
        self.desk.takes_in(build.loan_disbursed(amount=1_000_000))
        private, public = make_keys(folder)
        self._signing = SigningSettings(auth_jwks=str(public), auth_signing_key=private)
        self._app = writing_app(
            title=PARTS.title,
            description=PARTS.description,
            routes=PARTS.routes,
            handlers=PARTS.handlers,
            store=self.desk.store,
            queries=PARTS.queries,
            answers_of_queries=PARTS.answers_of_queries,
            publication=lambda: Publication(0, {}, {}),
            clock=build.clock,
            verifier=Verifier(AuthSettings(auth_jwks=str(public))),
        )
        self.answers: list[int] = []
        self.lost: list[str] = []
        """What happens to the next calls: lost `there` or `back`."""

    def client(self, role: Role = "teller", unit: str = build.OFFICE) -> HttpRepayments:
        token = issue_token(
            self._signing,
            subject="a teller",
            unit=unit,
            role=role,
            now=system_clock(),
            lifetime=timedelta(hours=1),
        )
        return HttpRepayments("http://repayments", token, httpx.MockTransport(self._carry))

    def _carry(self, request: httpx.Request) -> httpx.Response:
        way = self.lost.pop(0) if self.lost else ""
        if way == "there":
            raise httpx.ConnectError("no route to host")
        answer = asyncio.run(self._answer(request))
        if way == "back":
            raise httpx.ReadTimeout("timed out")
        self.answers.append(answer.status_code)
        headers = {"content-type": answer.headers["content-type"]}
        return httpx.Response(answer.status_code, content=answer.content, headers=headers)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
            return await client.request(
                request.method, request.url, content=request.content, headers=request.headers
            )

    @property
    def realised(self) -> Moved:
        return build.session(self.desk, sheets.opened().session).realised


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def sheet(*lines: Line) -> Outbox:
    box = sheets.outbox(sheets.still_disk())
    ids = sheets.Ids("entry")
    for line in lines:
        box.keep(deciding.enter(box.sheet, ids(), line))
    return box


def send(box: Outbox, client: HttpRepayments, keys: str = "key") -> None:
    for _ in submit(box, client, build.clock, sheets.Ids(keys)):
        pass


def states(box: Outbox) -> list[str]:
    return [line.state for line in box.sheet.lines.values()]


PAID, OVERPAID = sheets.payment(principal=400_000), sheets.payment(principal=2_000_000)
SAVED, OVERDRAWN = sheets.deposit(), sheets.withdrawal(amount=60_000)


def test_every_line_is_recorded_and_so_kept(service: Service) -> None:
    box = sheet(PAID, SAVED, sheets.withdrawal())
    send(box, service.client())
    assert states(box) == ["accepted"] * 3
    assert service.realised == Moved(
        lines=3, principal=400_000, savings_deposited=50_000, savings_withdrawn=20_000
    )
    assert service.answers == [201, 201]
    send(box, service.client(), "again")
    assert service.answers == [201, 201], "nothing is left to send"


def test_refused_lines_hold_up_no_others_and_say_why_and_what_to_do(service: Service) -> None:
    box = sheet(PAID, OVERPAID, SAVED, OVERDRAWN)
    send(box, service.client())
    assert states(box) == ["accepted", "refused", "accepted", "refused"]
    assert service.answers == [201, 422, 201]
    overpaid, overdrawn = (line.refused for line in box.sheet.of("refused"))
    assert overpaid is not None
    assert overdrawn is not None
    assert (overpaid.code, overpaid.field) == ("overpayment", "principal")
    assert "600000 dong owed" in overpaid.detail
    assert (overdrawn.code, overdrawn.field) == ("more-than-saved", "amount")
    assert "at most 50000 dong" in overdrawn.fix


def test_a_corrected_line_is_sent_again_and_recorded(service: Service) -> None:
    box = sheet(OVERPAID)
    send(box, service.client())
    (line,) = box.sheet.of("refused")
    box.keep(deciding.correct(line, sheets.payment(principal=1_000_000)))
    send(box, service.client(), "again")
    assert states(box) == ["accepted"]
    assert service.realised.principal == 1_000_000


@pytest.mark.parametrize("lost", [["", "there"], ["", "back"], ["back", "back", "there", "back"]])
def test_a_lost_call_or_answer_is_made_up_for_word_for_word(
    service: Service, lost: list[str]
) -> None:
    box = sheet(PAID, SAVED)
    service.lost = list(lost)
    keys = sheets.Ids("key")
    waiting = set()
    for _ in lost:
        try:
            for _ in submit(box, service.client(), build.clock, keys):
                pass
        except Unanswered:
            assert box.sheet.sent is not None
            waiting.add(box.sheet.sent.key)
            if not box.sheet.of("saved"):
                with pytest.raises(NotToBeUndone):
                    deciding.undo(box.sheet.of("sending")[0])
    send(box, service.client(), "last")
    assert states(box) == ["accepted", "accepted"]
    assert service.realised.lines == 2
    assert len(waiting) <= 2, "one key for the opening, one for the lines"


def test_of_two_copies_of_a_sheet_whichever_comes_second_finds_it_recorded(
    service: Service,
) -> None:
    box = sheet(PAID, SAVED, OVERDRAWN)
    disk = sheets.still_disk()
    disk.put(box.path, box._journal._disk.read(box.path))
    copy = Outbox.open(disk, box.path, sheets.SECRET)
    copy.keep(deciding.enter(copy.sheet, sheets.some_id("more"), sheets.deposit(amount=7)))
    send(copy, service.client(), "copy")
    send(box, service.client(), "key")
    assert states(copy) == ["accepted", "accepted", "refused", "accepted"]
    assert states(box) == ["accepted", "accepted", "refused"]
    assert service.realised.lines == 3
    assert service.realised.savings_deposited == 50_007


def test_a_line_corrected_otherwise_on_each_copy_is_recorded_once(service: Service) -> None:
    box = sheet(OVERPAID)
    send(box, service.client())
    disk = sheets.still_disk()
    disk.put(box.path, box._journal._disk.read(box.path))
    copy = Outbox.open(disk, box.path, sheets.SECRET)
    for one, principal in ((box, 10), (copy, 20)):
        (line,) = one.sheet.of("refused")
        one.keep(deciding.correct(line, sheets.payment(principal=principal)))
        send(one, service.client(), f"corrected {principal}")
    assert (states(box), states(copy)) == (["accepted"], ["refused"])
    (line,) = copy.sheet.of("refused")
    assert line.refused is not None
    assert line.refused.code == "payment-repeated"
    assert "10 principal on 2019-03-05" in line.refused.detail
    copy.keep(deciding.correct(line, sheets.payment(principal=10)))
    send(copy, service.client(), "as recorded")
    assert states(copy) == ["accepted"]
    assert service.realised.principal == 10


@pytest.mark.parametrize(
    ("who", "status"),
    [({"role": "viewer"}, 403), ({"unit": "586"}, 403)],
)
def test_a_call_that_is_not_allowed_waits_for_one_who_may(
    service: Service, who: dict[str, Any], status: int
) -> None:
    box = sheet(PAID)
    with pytest.raises(CallRefused, match=str(status)):
        send(box, service.client(**who))
    send(box, service.client(), "again")
    assert states(box) == ["accepted"]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>Please log in</html>"),
        (201, b"<html>Welcome</html>"),
        (201, b'{"accepted":7}'),
        (302, b""),
        (404, b"<html>"),
        (422, b"{}"),
        (500, b""),
        (502, b"<html>"),
        (
            422,
            b'{"type":"urn:policy-credit:problem:sheet-refused","errors":'
            b'[{"code":"x","detail":"y","pointer":"/lines/9/amount"}]}',
        ),
    ],
)
def test_what_is_no_answer_of_the_service_to_this_call_settles_no_line(
    status: int, content: bytes
) -> None:
    """As where people log on to a network, and a page answers every address."""
    box = sheet(PAID)
    stranger = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    with pytest.raises(SubmissionFailed):
        send(box, HttpRepayments("http://repayments", "token", stranger))
    assert box.sheet.sent is not None
    assert box.sheet.opening is not None
    assert box.sheet.opening.state == "sending"


def test_the_session_closes_with_the_cash_that_the_lines_make(service: Service) -> None:
    box = sheet(PAID)
    send(box, service.client())
    box.keep(deciding.count(box.sheet, 1))
    send(box, service.client(), "first count")
    closing = box.sheet.closing
    assert closing is not None
    assert closing.refused is not None
    assert closing.refused.code == "cash-differs"
    box.keep(deciding.count(box.sheet, box.sheet.cash))
    send(box, service.client(), "second count")
    assert box.sheet.closing is not None
    assert box.sheet.closing.state == "accepted"
    assert build.session(service.desk, sheets.opened().session).counted_cash == 5_400_000


def test_a_point_in_session_is_joined(service: Service) -> None:
    service.desk.does(build.open_session(session=sheets.some_id("theirs")))
    box = sheet(SAVED)
    send(box, service.client())
    opening = box.sheet.opening
    assert opening is not None
    assert opening.refused is not None
    assert str(sheets.some_id("theirs")) in opening.refused.detail
    box.keep(deciding.join(box.sheet, sheets.some_id("theirs")))
    send(box, service.client(), "joined")
    assert states(box) == ["accepted"]


def books(service: Service) -> Iterator[Any]:
    carried = fetch(service.client(), build.OFFICE, build.COMMUNE, sheets.HELD_ON, sheets.NOW)
    yield from (carried.loans, carried.savings)


def test_what_is_taken_along_is_what_is_owed_and_saved_in_the_commune(service: Service) -> None:
    service.desk.does(build.deposit(household=sheets.SAVER))
    service.desk.does(build.deposit(household=sheets.some_id("far"), commune="22873"))
    loans, savings = books(service)
    assert [(loan.loan, loan.in_term) for loan in loans] == [(build.LOAN, 1_000_000)]
    assert [(saved.household, saved.balance) for saved in savings] == [(sheets.SAVER, 50_000)]


def test_without_a_line_or_a_right_nothing_is_taken_along(service: Service) -> None:
    service.lost = ["there"]
    with pytest.raises(Unanswered):
        list(books(service))
    with pytest.raises(CallRefused, match="403"):
        fetch(service.client(unit="586"), "587", "22870", sheets.HELD_ON, sheets.NOW)
