"""What units ask about governing, over HTTP."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import build
import governing
import httpx
import pytest
from fastapi import FastAPI

from policy_credit_oversight.api.governing_queries import queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web import problems

VIEWER = Principal("a viewer", "VN", "viewer")
PROVINCE = Principal("a provincial viewer", "58", "viewer")
ELSEWHERE = Principal("an officer elsewhere", build.OTHER_OFFICE, "credit_officer")


def ask(desk: build.Desk, path: str, by: Principal = VIEWER, **query: str | int) -> Any:
    """The answer as it is read, or the problem; on the day when the task is due."""
    app = FastAPI()
    problems.install(app)
    app.include_router(queries(desk.store, lambda: by), prefix="/api/v1")

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://oversight") as client:
            return await client.get(f"/api/v1/{path}", params={"on": "2019-06-30", **query})

    return asyncio.run(call()).json()


def pages(desk: build.Desk, path: str, name: str, limit: int) -> Iterator[Any]:
    """Everything on all pages."""
    after = ""
    while after is not None:
        page = ask(desk, path, limit=limit, after=after)
        assert len(page[name]) <= limit
        yield from page[name]
        after = page["next"]


@pytest.fixture
def desk() -> build.Desk:
    """A resolution with tasks for the office and a commune, obstacles, and reports."""
    desk = governing.Oversight()
    desk.does(
        governing.meet(),
        governing.adopt(governing.asked(), governing.asked(unit=build.COMMUNE)),
        governing.raise_obstacle(),
        governing.report_lending(),
        governing.start_reporting(),
        governing.start_reporting(unit="58"),
    )
    return desk


def test_a_resolution_is_shown_with_how_its_tasks_stand(desk: build.Desk) -> None:
    desk.does(governing.report_done())
    shown = ask(desk, f"resolutions/{governing.RESOLUTION}")
    assert (shown["reference"], shown["board"], shown["level"]) == ("12/NQ-BĐD", "587", "district")
    assert [task["done_on"] for task in shown["tasks"]] == ["2019-06-30", None]


def test_who_is_asked_reads_the_resolution_and_its_own_tasks() -> None:
    desk = governing.Oversight()
    tasks = [governing.asked(unit=unit) for unit in (build.OFFICE, build.OTHER_OFFICE)]
    desk.does(governing.meet(unit="58"), governing.adopt(*tasks, unit="58"))
    path = f"resolutions/{governing.RESOLUTION}"
    assert [t["unit"] for t in ask(desk, path, PROVINCE)["tasks"]] == ["587", "586"]
    assert [t["unit"] for t in ask(desk, path, build.OFFICER)["tasks"]] == ["587"]
    not_asked = Principal("an officer of a third office", "585", "credit_officer")
    assert ask(desk, path, not_asked)["status"] == 403


def test_open_tasks_are_those_not_done_of_a_unit_and_below(desk: build.Desk) -> None:
    for unit, numbers in {"VN": {1, 2}, "58": {1, 2}, "587": {1, 2}, build.COMMUNE: {2}}.items():
        found = ask(desk, f"units/{unit}/open-tasks")
        assert {task["number"] for task in found["tasks"]} == numbers
        assert found["next"] is None
    assert ask(desk, "units/586/open-tasks")["tasks"] == []
    desk.does(governing.report_done())
    assert [t["number"] for t in ask(desk, "units/587/open-tasks")["tasks"]] == [2]


def test_a_task_that_is_past_due_stays_open_and_says_so(desk: build.Desk) -> None:
    assert ask(desk, "units/587/open-tasks")["late"] == 0
    desk.closes(date(2019, 7, 1))
    found = ask(desk, "units/587/open-tasks", on="2019-07-01")
    assert (found["open"], found["late"]) == (2, 2)
    assert [task["late"] for task in found["tasks"]] == [True, True]


def test_a_task_done_late_says_so_on_any_day(desk: build.Desk) -> None:
    desk.does(governing.report_done(done_on=date(2019, 7, 2)))
    shown = ask(desk, f"resolutions/{governing.RESOLUTION}")
    assert [task["late"] for task in shown["tasks"]] == [True, False]


def test_what_is_due_first_comes_first() -> None:
    desk = governing.Oversight()
    days = [date(2019, 9, 1), date(2019, 5, 1), date(2019, 7, 1)]
    desk.does(governing.meet(), governing.adopt(*(governing.asked(due_on=d) for d in days)))
    found = ask(desk, "units/58/open-tasks")["tasks"]
    assert [task["number"] for task in found] == [2, 3, 1]


def test_a_branchs_task_is_not_on_the_list_of_the_office_where_it_counts() -> None:
    desk = governing.Oversight()
    desk.does(governing.meet(unit="58"), governing.adopt(governing.asked(unit="58"), unit="58"))
    seat = desk.store.log[0].recorded.event.board.office  # type: ignore[attr-defined]
    assert ask(desk, f"units/{seat}/open-tasks")["tasks"] == []
    assert len(ask(desk, "units/58/open-tasks")["tasks"]) == 1


@pytest.mark.parametrize("unit", ["VN", "58", "587"])
def test_pages_hold_everything_once(unit: str) -> None:
    desk = governing.Oversight()
    here = [governing.report_lending(report=build.some_id(f"here {n}")) for n in range(9)]
    there = [
        governing.report_lending(
            report=build.some_id(f"there {n}"), office=build.OTHER_OFFICE, commune="22834"
        )
        for n in range(9)
    ]
    desk.does(*here, *there)
    wanted = {str(c.report) for c in (here if unit == "587" else here + there)}
    for limit in (1, 2, 4, 200):
        found = [
            report["report"]
            for report in pages(desk, f"units/{unit}/open-illegal-lending", "reports", limit)
        ]
        assert len(found) == len(wanted)
        assert set(found) == wanted


def test_obstacles_wait_until_they_are_answered(desk: build.Desk) -> None:
    (waiting,) = ask(desk, "units/58/waiting-obstacles")["obstacles"]
    assert ask(desk, "units/58/obstacles-to-answer")["obstacles"] == [waiting]
    assert ask(desk, "units/VN/obstacles-to-answer")["obstacles"] == []
    assert (waiting["unit"], waiting["to"], waiting["answer"]) == ("587", "58", None)
    desk.does(governing.answer())
    assert ask(desk, "units/58/waiting-obstacles")["waiting"] == 0
    shown = ask(desk, f"obstacles/{governing.OBSTACLE}")
    assert (shown["answer"], shown["answered_on"]) == ("resolved", "2019-03-25")


def test_illegal_lending_is_listed_until_it_ends(desk: build.Desk) -> None:
    assert ask(desk, f"units/{build.COMMUNE}/open-illegal-lending")["reports"] == [
        {
            "report": str(governing.LENDING),
            "office": "587",
            "commune": build.COMMUNE,
            "kind": "loan_app",
            "reported_on": "2019-03-05",
        }
    ]
    desk.does(governing.close_lending())
    assert ask(desk, "units/VN/open-illegal-lending")["reports"] == []


def test_due_reports_are_those_owed_and_not_sent(desk: build.Desk) -> None:
    desk.closes(date(2019, 4, 11))
    office = ask(desk, "units/587/due-reports", on="2019-04-11")
    assert (office["due"], office["late"]) == (5, 4)
    assert [(r["duty"], r["period"], r["late"]) for r in office["reports"]] == [
        ("district_committee", "2019-01", True),
        ("district_committee", "2019-02", True),
        ("district_board", "2019-Q1", True),
        ("district_committee", "2019-03", True),
        ("district_party", "2019-Q1", False),
    ]
    desk.does(governing.send_report(sent_on=date(2019, 4, 11)))
    assert ask(desk, "units/587/due-reports")["due"] == 4
    assert ask(desk, f"units/{build.COMMUNE}/due-reports")["reports"] == []


def test_due_reports_are_of_a_branch_and_its_offices(desk: build.Desk) -> None:
    desk.closes(date(2019, 4, 11))
    whole = ask(desk, "units/58/due-reports")["reports"]
    assert {report["unit"] for report in whole} == {"58", "587"}
    assert list(pages(desk, "units/58/due-reports", "reports", limit=2)) == whole


@pytest.mark.parametrize(
    "path",
    [
        "units/587/open-tasks",
        "units/587/waiting-obstacles",
        "units/587/obstacles-to-answer",
        "units/587/open-illegal-lending",
        "units/587/due-reports",
        f"resolutions/{governing.RESOLUTION}",
        f"obstacles/{governing.OBSTACLE}",
    ],
)
def test_everybody_reads_the_own_subtree_and_nothing_else(desk: build.Desk, path: str) -> None:
    for by in (build.OFFICER, PROVINCE, VIEWER):
        assert "status" not in ask(desk, path, by)
    assert ask(desk, path, ELSEWHERE)["status"] == 403


@pytest.mark.parametrize(
    "path",
    [
        "units/999/open-tasks",
        "units/999/due-reports",
        f"resolutions/{governing.OBSTACLE}",
        f"obstacles/{governing.LENDING}",
    ],
)
def test_what_there_is_not_is_not_found(desk: build.Desk, path: str) -> None:
    answer = ask(desk, path)
    assert answer["status"] in (404, 422), answer
    assert answer["detail"]
