"""What offices and bodies ask about supervision, over HTTP."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import build
import httpx
import pytest
from fastapi import FastAPI

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.api.queries import queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web import problems

PLAN = build.some_id("plan")


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


def lent(number: int) -> UUID:
    return build.some_id(f"loan {number}")


@pytest.fixture
def desk() -> build.Desk:
    """Five loans paid out on five days; the third is checked, the fourth not yet used."""
    desk = build.Desk(PARTS)
    for number in range(5):
        day = build.DAY + timedelta(days=number)
        desk.takes_in(build.loan_disbursed(loan=lent(number), occurred_on=day))
    desk.does(build.check_use(loan=lent(2)))
    desk.does(build.check_use(loan=lent(3), result="not_yet_used", checked_on=date(2019, 3, 20)))
    return desk


def test_open_checks_are_listed_the_most_urgent_first(desk: build.Desk) -> None:
    found = ask(desk, "offices/587/loan-use-checks?on=2019-04-06")
    assert (found["office"], found["on"], found["next"]) == ("587", "2019-04-06", None)
    assert (found["open"], found["late"]) == (4, 2)
    assert [(c["loan"], c["due_on"], c["late"]) for c in found["checks"]] == [
        (str(lent(0)), "2019-04-04", True),
        (str(lent(1)), "2019-04-05", True),
        (str(lent(4)), "2019-04-08", False),
        (str(lent(3)), "2019-04-19", False),
    ]
    assert found["checks"][3]["result"] == "not_yet_used"
    assert found["checks"][0]["checked_on"] is None
    assert found["checks"][0]["association"] == "women"


def test_a_check_is_not_late_on_its_last_day(desk: build.Desk) -> None:
    assert ask(desk, "offices/587/loan-use-checks?on=2019-04-04")["late"] == 0


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_together_are_the_whole_list(desk: build.Desk, limit: int) -> None:
    path = f"offices/587/loan-use-checks?on=2019-04-06&limit={limit}"
    page, loans = ask(desk, path), list[str]()
    while page["next"]:
        assert len(page["checks"]) == limit
        loans += [check["loan"] for check in page["checks"]]
        page = ask(desk, f"{path}&after={page['next']}")
    loans += [check["loan"] for check in page["checks"]]
    assert loans == [str(lent(number)) for number in (0, 1, 4, 3)]


def test_an_office_without_open_checks_is_told_so() -> None:
    found = ask(build.Desk(PARTS), "offices/587/loan-use-checks?on=2019-04-06")
    assert (found["open"], found["checks"]) == (0, [])


def test_open_findings_are_listed_until_they_are_remedied() -> None:
    desk = build.Desk(PARTS)
    desk.takes_in(build.loan_disbursed())
    desk.does(build.inspect(), build.raise_finding(), build.check_use(result="wrong_use"))
    found = ask(desk, "offices/587/findings?on=2019-04-06")
    assert (found["open"], found["past_deadline"]) == (2, 1)
    first, second = found["findings"]
    assert (first["finding"], first["past_deadline"]) == (str(build.some_id("finding")), True)
    assert (first["inspection"], first["description"]) == (
        str(build.some_id("inspection")),
        "The group kept no list of who saved how much.",
    )
    assert (second["loan"], second["responsible"]) == (str(build.LOAN), build.COMMUNE)
    desk.does(build.remedy_finding())
    assert ask(desk, "offices/587/findings?on=2019-04-06")["open"] == 1


@pytest.mark.parametrize("things", ["loan-use-checks", "findings"])
def test_an_office_is_read_by_itself_and_from_above(things: str) -> None:
    desk = build.Desk(PARTS)
    of_province = Principal("an inspector", "58", "inspector")
    elsewhere = Principal("an officer", "586", "credit_officer")
    path = f"offices/587/{things}?on=2019-04-06"
    assert ask(desk, path, of_province)["open"] == 0
    assert ask(desk, path, elsewhere)["title"] == "Forbidden"


@pytest.mark.parametrize("office", ["999", "58", "22870", "22870-22870"])
def test_only_an_office_has_lists(office: str) -> None:
    found = ask(build.Desk(PARTS), f"offices/{office}/findings?on=2019-04-06")
    assert (found["status"], found["title"]) == (404, "Unknown unit")


@pytest.mark.parametrize("query", ["on=2019-02-30", "on=2019-04-06&limit=0", "limit=5"])
def test_a_list_is_asked_for_with_a_day_and_a_bearable_length(query: str) -> None:
    assert ask(build.Desk(PARTS), f"offices/587/findings?{query}")["status"] == 422


def test_a_plan_tells_what_was_done_of_it() -> None:
    desk = build.Desk(PARTS)
    groups = [build.some_id(f"group {n}") for n in range(2)]
    scope = [{"unit": build.COMMUNE, "groups": groups}, {"unit": "22876", "inspections": 2}]
    desk.does(build.plan_inspections(scope=scope, body="association"))
    for number in range(3):
        inspection = {"inspection": build.some_id(str(number)), "groups": groups[:1]}
        desk.does(build.inspect(plan=PLAN, body="association", **inspection))
    found = ask(desk, f"inspection-plans/{PLAN}")
    assert (found["planned"], found["fulfilled"]) == (3, 1)
    assert (found["groups_inspected"], found["households_visited"]) == (12, 60)
    assert found["scope"][0] == {
        "unit": build.COMMUNE,
        "office": build.OFFICE,
        "planned": 1,
        "carried_out": 3,
        "groups_planned": 2,
        "groups_inspected": 1,
    }
    quota = found["quota"]
    assert (quota["communes_percent"], quota["groups_percent"], quota["trust"]) == (100, 15, "q")


def test_plans_of_a_unit_are_listed_by_the_end_of_their_periods() -> None:
    desk = build.Desk(PARTS)
    for year in (2020, 2018, 2019):
        period = {"period_from": date(year, 1, 1), "period_until": date(year, 12, 31)}
        desk.does(build.plan_inspections(plan=build.some_id(str(year)), **period))
    found = ask(desk, "units/587/inspection-plans?since=2019-01-01&limit=1")
    assert [plan["period_until"] for plan in found["plans"]] == ["2019-12-31"]
    rest = ask(desk, f"units/587/inspection-plans?since=2019-01-01&after={found['next']}")
    assert [plan["period_until"] for plan in rest["plans"]] == ["2020-12-31"]
    assert ask(desk, "units/58/inspection-plans?since=2019-01-01")["title"] == "Forbidden"


def test_a_plan_that_nobody_made_is_unknown() -> None:
    assert ask(build.Desk(PARTS), f"inspection-plans/{PLAN}")["title"] == "Unknown plan"
