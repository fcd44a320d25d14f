"""What branches ask about lending, over HTTP."""

import asyncio
from typing import Any

import build
import httpx
import pytest
from build import MILLION
from fastapi import FastAPI

from policy_credit_loans.api.lending_queries import queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.web import problems


def ask(desk: build.Desk, path: str, by: Principal = build.OFFICER, body: Any = None) -> Any:
    """The answer as it is read, or the problem."""
    app = FastAPI()
    problems.install(app)
    app.include_router(queries(desk.store, lambda: by), prefix="/api/v1")

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://loans") as client:
            if body is None:
                return await client.get(f"/api/v1/{path}")
            return await client.post(f"/api/v1/{path}", json=body)

    return asyncio.run(call()).json()


def change(**changes: Any) -> dict[str, Any]:
    body = {
        "unit": "VN",
        "programme": "HN",
        "change": str(build.some_id("change")),
        "valid_from": "2019-06-01",
        "annual_rate": 600,
        "reaches_existing": True,
        "legal_basis": "Decree 1/2019",
    }
    return body | changes


@pytest.fixture
def desk() -> build.Desk:
    desk = build.lending_desk()
    build.lend(desk)
    desk.takes_in(build.principal_collected(), build.fell_overdue())
    return desk


def test_a_loan_is_shown_with_its_terms_its_plan_and_what_is_known_of_its_balance(
    desk: build.Desk,
) -> None:
    loan = ask(desk, f"loans/{build.LOAN}")
    assert (loan["stage"], loan["annual_rate"], loan["overdue"]) == ("open", 660, True)
    assert (loan["disbursed"], loan["repaid"]) == (40 * MILLION, 5 * MILLION)
    assert (loan["outstanding"], loan["due_on"]) == (35 * MILLION, "2024-03-05")
    assert loan["plan"][0] == {"due_on": "2020-03-05", "amount": 8 * MILLION}
    assert loan["contract"]["ageing"] == "carried_forward"


def test_a_loan_is_shown_to_its_office_and_above_only(desk: build.Desk) -> None:
    path = f"loans/{build.LOAN}"
    assert ask(desk, path, by=build.HEAD_OFFICE)["loan"] == str(build.LOAN)
    stranger = Principal("a stranger", build.OTHER_OFFICE, "credit_officer")
    assert ask(desk, path, by=stranger)["status"] == 403
    assert ask(desk, f"loans/{build.some_id('no loan')}")["status"] == 404


def test_an_offices_capital_is_shown_by_fund_with_its_plans(desk: build.Desk) -> None:
    capital = ask(desk, f"offices/{build.OFFICE}/capital")
    assert capital["funds"] == [
        {
            "fund": "central",
            "allocated": 10_000 * MILLION,
            "outstanding": 35 * MILLION,
            "free": 9_965 * MILLION,
        },
        {"fund": "local", "allocated": 1_000 * MILLION, "outstanding": 0, "free": 1_000 * MILLION},
    ]
    assert capital["plans"][0] == {
        "programme": "HN",
        "year": 2019,
        "target": 5_000 * MILLION,
        "outstanding": 35 * MILLION,
    }


@pytest.mark.parametrize(
    ("office", "status"), [(build.OTHER_OFFICE, 403), ("999", 404), (build.PROVINCE, 403)]
)
def test_another_offices_capital_is_not(desk: build.Desk, office: str, status: int) -> None:
    assert ask(desk, f"offices/{office}/capital")["status"] == status


def test_a_province_is_no_office(desk: build.Desk) -> None:
    problem = ask(desk, f"offices/{build.PROVINCE}/capital", by=build.HEAD_OFFICE)
    assert problem["status"] == 404


def test_programmes_are_shown_as_they_are_lent_on_a_day(desk: build.Desk) -> None:
    then = {t["programme"]: t for t in ask(desk, "programmes?on=2019-03-05")}
    assert then["HN"]["annual_rate"] == 660
    assert then["HN"]["sources"][0]["legal_basis"] == "Decree 78/2002/NĐ-CP"
    assert "CHXAPT" not in then
    now = {t["programme"]: t for t in ask(desk, "programmes?on=2026-01-01&fund=central")}
    assert (now["GQVL"]["annual_rate"], now["GQVL"]["ceiling"]) == (838, 200 * MILLION)
    assert len(now) == 12


def test_a_changes_effect_is_shown_before_it_is_made(desk: build.Desk) -> None:
    stored = len(desk.store.log)
    foreseen = ask(desk, "programme-changes/dry-run", by=build.HEAD_OFFICE, body=change())
    assert foreseen == {
        "reached": [
            {
                "fund": "central",
                "loans": 1,
                "disbursed": 40 * MILLION,
                "outstanding": 35 * MILLION,
                "yearly_interest_before": 2_310_000,
                "yearly_interest_after": 2_100_000,
            }
        ],
        "yearly_interest_difference": -210_000,
        "moves": [
            {"indicator": "outstanding", "change": 0},
            {"indicator": "interest_due", "change": -210_000},
        ],
    }
    assert len(desk.store.log) == stored


@pytest.mark.parametrize(
    ("by", "body", "status"),
    [
        (build.DIRECTOR, change(), 403),
        (build.HEAD_OFFICE, change(annual_rate=None), 422),
        (build.HEAD_OFFICE, change(annual_rate="6 %"), 422),
    ],
)
def test_a_dry_run_is_refused_as_the_change_would_be(
    desk: build.Desk, by: Principal, body: Any, status: int
) -> None:
    assert ask(desk, "programme-changes/dry-run", by=by, body=body)["status"] == status
