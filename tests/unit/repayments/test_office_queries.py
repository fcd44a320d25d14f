"""What an office takes along to a point, over HTTP: its own loans and savings, page by page."""

import asyncio
from datetime import date
from typing import Any

import build
import httpx
import pytest
from build import MILLION
from fastapi import FastAPI

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.api import office_queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web import problems

TELLER = Principal("a teller", build.OFFICE, "teller")
NEXT_COMMUNE = "22873-22870"


def ask(desk: build.Desk, path: str, by: Principal = TELLER) -> Any:
    """The answer as it is read, or the problem."""
    app = FastAPI()
    problems.install(app)
    app.include_router(office_queries.queries(desk.store, lambda: by), prefix="/api/v1")

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://repayments") as client:
            return await client.get(f"/api/v1/offices/{path}")

    return asyncio.run(call()).json()


def pages(desk: build.Desk, path: str, of: str) -> list[Any]:
    found, after = [], None
    while True:
        page = ask(desk, path + (f"&after={after}" if after else ""))
        found += page[of]
        if (after := page["after"]) is None:
            return found


@pytest.fixture
def desk() -> build.Desk:
    desk = build.Desk(PARTS)
    desk.takes_in(
        build.loan_disbursed(),
        build.loan_disbursed(loan=build.some_id("next"), locality=NEXT_COMMUNE),
        build.loan_disbursed(
            loan=build.some_id("far"), office=build.OTHER_OFFICE, locality=build.OTHER_LOCALITY
        ),
    )
    desk.does(build.deposit(), build.deposit(household=build.some_id("next"), commune="22873"))
    return desk


def test_what_is_owed_is_as_on_the_day_once_the_calendar_has_done_its_work(
    desk: build.Desk,
) -> None:
    (loan,) = ask(desk, "587/loans-owed?on=2019-04-05&commune=22870")["loans"]
    assert loan == {
        "loan": str(build.LOAN),
        "household": str(build.HOUSEHOLD),
        "commune": build.COMMUNE,
        "programme": "HN",
        "association": "women",
        "in_term": 40 * MILLION,
        "overdue": 0,
        "instalments_due": 0,
        "interest_due": 195_288,
    }


def test_a_commune_sees_its_own_and_an_office_all_of_its_communes(desk: build.Desk) -> None:
    for path, of in (("loans-owed?on=2019-04-05", "loans"), ("savings?", "savings")):
        assert {x["commune"] for x in ask(desk, f"587/{path}")[of]} == {"22870", "22873"}
        (mine,) = ask(desk, f"587/{path}&commune=22873")[of]
        assert mine["commune"] == "22873"


def test_what_is_saved_says_through_which_group(desk: build.Desk) -> None:
    (saved,) = ask(desk, "587/savings?commune=22870")["savings"]
    part = {"group": str(build.GROUP), "association": "women", "amount": 50_000}
    household = str(build.HOUSEHOLD)
    assert saved == {
        "household": household,
        "commune": "22870",
        "balance": 50_000,
        "parts": [part],
    }


def test_loans_paid_off_and_savings_taken_out_are_not_taken_along(desk: build.Desk) -> None:
    desk.does(
        build.collect(principal=40 * MILLION, collected_on=build.DAY),
        build.withdraw(amount=50_000),
    )
    desk.closes(date(2019, 3, 31))
    assert ask(desk, "587/loans-owed?on=2019-04-05&commune=22870")["loans"] == []
    assert ask(desk, "587/savings?commune=22870")["savings"] == []


def test_pages_together_are_everything_once(
    desk: build.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.does(*(build.deposit(household=build.some_id(str(n))) for n in range(9)))
    whole = ask(desk, "587/savings?")["savings"]
    for size in (1, 2, 5, 11):
        monkeypatch.setattr(office_queries, "PAGE_MAX", size)
        assert pages(desk, "587/savings?", "savings") == whole
    assert len(whole) == 11


def test_only_an_offices_own_staff_takes_its_books_along(desk: build.Desk) -> None:
    viewer = Principal("a viewer", build.OFFICE, "viewer")
    stranger = Principal("a stranger", build.OTHER_OFFICE, "teller")
    for by in (viewer, stranger):
        for path in ("587/loans-owed?on=2019-04-05", "587/savings"):
            assert ask(desk, path, by)["status"] == 403


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2021-01-01"])
def test_a_day_far_away_is_refused(desk: build.Desk, day: str) -> None:
    assert ask(desk, f"587/loans-owed?on={day}")["type"].endswith(":bad-day")
