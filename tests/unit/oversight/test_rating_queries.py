"""What is asked about ratings, over HTTP."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import build
import httpx
import pytest
from fastapi import FastAPI
from scored import (
    A_GOOD_MARCH,
    MILLION,
    MONTH_END,
    OTHER_GROUP,
    disbursed,
    fact,
    formed,
    oversight,
    proposed_march,
)

from policy_credit_oversight.api.rating_queries import queries
from policy_credit_shared.events import collection, lending
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web import problems

PROVINCE = Principal("an inspector", "58", "inspector")
STRANGER = Principal("an officer", build.OTHER_OFFICE, "credit_officer")

OTHER_LOAN = build.some_id("another loan")


def ask(desk: build.Desk, path: str, by: Principal = build.OFFICER) -> Any:
    """The answer as it is read, or the problem."""
    app = FastAPI()
    problems.install(app)
    app.include_router(queries(desk.store, lambda: by), prefix="/api/v1")

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://oversight") as client:
            return await client.get(f"/api/v1/{path}")

    return asyncio.run(call()).json()


def history(desk: build.Desk, group: UUID = build.GROUP) -> Any:
    return ask(desk, f"groups/{group}/ratings")


def overdue(amount: int, loan: UUID = build.LOAN) -> collection.PrincipalFellOverdue:
    return fact(
        collection.PrincipalFellOverdue, amount=amount, loan=loan, occurred_on=date(2019, 3, 30)
    )


@pytest.fixture
def desk() -> build.Desk:
    """Two groups of the office: one good, and one that owes."""
    return proposed_march(
        formed(group=OTHER_GROUP, village="Thôn Thượng"),
        disbursed(loan=OTHER_LOAN, group=OTHER_GROUP),
        overdue(2 * MILLION, OTHER_LOAN),
    )


def test_what_waits_is_listed_with_its_components_the_fewest_points_first(
    desk: build.Desk,
) -> None:
    listed = ask(desk, f"offices/{build.OFFICE}/rating-proposals?month=2019-03")
    assert [p["group"]["village"] for p in listed] == ["Thôn Thượng", "Thôn Hạ"]
    assert [(p["score"]["rating"], p["score"]["points"]) for p in listed] == [
        ("weak", 55),
        ("good", 100),
    ]
    assert listed[0]["score"]["components"][0] == {
        "component": "overdue",
        "vi": "Nợ quá hạn",
        "en": "Overdue debt",
        "points": 0,
        "of": 30,
        "numerator": 2 * MILLION,
        "denominator": 40 * MILLION,
    }


def test_what_is_rated_waits_no_more(desk: build.Desk) -> None:
    desk.does(build.confirm_rating())
    listed = ask(desk, f"offices/{build.OFFICE}/rating-proposals")
    assert {p["group"]["group"] for p in listed} == {str(OTHER_GROUP)}
    assert [p["score"]["month"] for p in listed] == ["2019-02", "2019-03"]


def test_a_proposal_is_shown_by_all_facts_so_far(desk: build.Desk) -> None:
    desk.takes_in(overdue(MILLION))
    listed = ask(desk, f"offices/{build.OFFICE}/rating-proposals?month=2019-03")
    assert [p["score"]["points"] for p in listed] == [55, 70]


def test_groups_with_overdue_debt_are_named_those_that_owe_most_first(desk: build.Desk) -> None:
    desk.does(build.confirm_rating())
    desk.takes_in(overdue(3 * MILLION))
    listed = ask(desk, f"offices/{build.OFFICE}/overdue-groups")
    assert [(o["group"]["village"], o["group"]["overdue"], o["rating"]) for o in listed] == [
        ("Thôn Hạ", 3 * MILLION, "good"),
        ("Thôn Thượng", 2 * MILLION, None),
    ]
    paid = fact(
        collection.PrincipalCollected,
        amount=2 * MILLION,
        loan=OTHER_LOAN,
        debt_class="overdue",
        bucket="1_90",
        occurred_on=date(2019, 4, 2),
    )
    desk.takes_in(paid)
    listed = ask(desk, f"offices/{build.OFFICE}/overdue-groups")
    assert [o["group"]["group"] for o in listed] == [str(build.GROUP)]


def test_a_history_shows_what_changed_and_what_came_late(desk: build.Desk) -> None:
    desk.does(build.confirm_rating())
    desk.closes(date(2019, 4, 30))
    desk.does(build.amend_rating(month="2019-04", amended_on=date(2019, 5, 3)))
    desk.takes_in(overdue(MILLION))
    april, march = history(desk)["ratings"]
    assert (march["rating"], march["score"]["points"], march["by"]) == ("good", 100, "an officer")
    assert (march["by_now"]["rating"], march["by_now"]["points"]) == ("average", 70)
    assert (april["proposed"], april["rating"], april["amended"]) == ("fair", "weak", True)
    assert april["reason"] == "the group's book was not kept"
    assert [(c["component"], c["before"], c["after"]) for c in april["changed"]] == [
        ("savings_growth", 10, 0),
        ("members_saving", 5, 0),
    ]


def test_a_rating_to_which_nothing_came_late_says_so(desk: build.Desk) -> None:
    desk.does(build.confirm_rating())
    (march,) = history(desk)["ratings"]
    assert (march["by_now"], march["changed"], march["previous"]) == (None, [], None)


def test_a_history_names_the_group_and_what_waits(desk: build.Desk) -> None:
    found = history(desk)
    assert found["group"] == {
        "group": str(build.GROUP),
        "village": "Thôn Hạ",
        "office": build.OFFICE,
        "locality": build.LOCALITY,
        "association": "women",
        "formed_on": "2019-01-10",
        "dissolved_on": None,
        "members": 5,
        "outstanding": 38 * MILLION,
        "overdue": 0,
    }
    assert [score["month"] for score in found["waiting"]] == ["2019-02", "2019-03"]
    desk.takes_in(fact(lending.GroupDissolved, occurred_on=date(2019, 4, 2)))
    assert (history(desk)["group"]["dissolved_on"], history(desk)["waiting"]) == ("2019-04-02", [])


def test_each_score_says_where_its_criteria_are_from(desk: build.Desk) -> None:
    assert history(desk)["waiting"][0]["source"].startswith("Hướng dẫn")


@pytest.mark.parametrize("path", ["rating-proposals", "overdue-groups"])
def test_an_offices_groups_are_seen_by_those_above_it_and_no_others(
    desk: build.Desk, path: str
) -> None:
    assert isinstance(ask(desk, f"offices/{build.OFFICE}/{path}", PROVINCE), list)
    assert ask(desk, f"offices/{build.OFFICE}/{path}", STRANGER)["status"] == 403
    assert ask(desk, f"offices/999/{path}")["status"] == 404
    assert ask(desk, f"offices/58/{path}", PROVINCE)["status"] == 404


def test_a_groups_history_is_seen_by_those_above_it_and_no_others(desk: build.Desk) -> None:
    assert ask(desk, f"groups/{build.GROUP}/ratings", PROVINCE)["ratings"] == []
    assert ask(desk, f"groups/{build.GROUP}/ratings", STRANGER)["status"] == 403
    assert ask(desk, f"groups/{build.some_id('none')}/ratings")["status"] == 404


def test_an_office_without_groups_has_none_that_owe() -> None:
    desk = oversight()
    assert ask(desk, f"offices/{build.OFFICE}/overdue-groups") == []


def test_snapshots_answer_as_the_whole_history_does() -> None:
    """A group of years has more events than are read from the first one each time."""
    desk = oversight()
    for _ in range(60):
        desk.takes_in(*A_GOOD_MARCH[6:])
    desk.takes_in(*A_GOOD_MARCH[:6])
    desk.closes(MONTH_END)
    assert history(desk)["group"]["outstanding"] == 60 * 38 * MILLION
