"""What a branch meets at the APIs of the writing services: commands, sheets, keys, refusals."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lending import Lender, over_http

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player

OFFICE, COMMUNE = "347", "13285"
PAID_OUT = 700
"""How many loans the tests of this file pay out at most."""


def sheet(*lines: dict[str, Any], kind: str = "disburse_loan") -> dict[str, Any]:
    return {"lines": [{"type": kind, **line} for line in lines]}


class Branch:
    """A credit officer with a token, and approved loans of 30 million each to pay out."""

    def __init__(self, town: Installation, player: Player) -> None:
        self._town = town
        self._player = player
        self.lender = Lender(over_http(player, OFFICE), OFFICE, COMMUNE)
        self.lender.fund()
        self._approved = self.lender.approved(PAID_OUT)

    def disbursement(self, **changes: Any) -> dict[str, Any]:
        """The body of a disbursement that has not been made yet."""
        return self.lender.disbursement(self._approved.pop(), **changes)

    def post(
        self,
        path: str,
        body: Any,
        *,
        service: str = "loans",
        key: str | None = "",
        unit: str = OFFICE,
        role: Any = "credit_officer",
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._player.token(unit, role)}"}
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid4())
        url = f"{self._town.url(service)}/api/v1/{path}"
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return httpx.post(url, headers=headers, timeout=30, **content)

    def recorded(self) -> int:
        """Public events of loans, once the relay has nothing left to publish."""
        events: dict[str, int] = self._player.await_published(lambda *_: None)
        return events["loans"]


@pytest.fixture(scope="module")
def branch(town: Installation, player: Player) -> Branch:
    return Branch(town, player)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"urn:policy-credit:problem:{code}"
    assert found["status"] == status
    assert found["instance"].startswith("/api/v1/")
    return found


def test_a_disbursement_is_recorded(branch: Branch) -> None:
    answer = branch.post("disbursements", branch.disbursement())
    assert answer.status_code == 201
    assert answer.json() == {"accepted": 1}


def test_a_session_sheet_of_hundreds_of_lines_is_one_call(branch: Branch) -> None:
    before = branch.recorded()
    answer = branch.post("sheets", sheet(*(branch.disbursement() for _ in range(500))))
    assert answer.json() == {"accepted": 500}
    assert branch.recorded() == before + 500


def test_a_sheet_with_refused_lines_records_nothing_and_reports_each(branch: Branch) -> None:
    before = branch.recorded()
    lines = [branch.disbursement() for _ in range(10)]
    lines[3] |= {"amount": 30_000_001}
    lines[7] |= {"tranche": 2}
    found = problem(branch.post("sheets", sheet(*lines)), 422, "sheet-refused")
    assert [(e["line"], e["pointer"], e["code"]) for e in found["errors"]] == [
        (4, "/lines/3/amount", "beyond-approved"),
        (8, "/lines/7/tranche", "tranche-out-of-order"),
    ]
    assert all(e["fix"] for e in found["errors"])
    assert "2 of 10 lines" in found["detail"]
    assert branch.recorded() == before


def test_a_sheet_with_unreadable_lines_names_every_field(branch: Branch) -> None:
    lines = [
        branch.disbursement(),
        branch.disbursement(amount="much"),
        branch.disbursement(place="home"),
    ]
    found = problem(branch.post("sheets", sheet(*lines)), 422, "sheet-refused")
    assert [(e["line"], e["pointer"]) for e in found["errors"]] == [
        (2, "/lines/1/amount"),
        (3, "/lines/2/place"),
    ]


@pytest.mark.parametrize("amount", [0, -5, 2.5, 2**63, "5", None])
def test_money_is_whole_dong(branch: Branch, amount: object) -> None:
    found = problem(
        branch.post("disbursements", branch.disbursement(amount=amount)), 422, "bad-field"
    )
    assert found["errors"][0]["pointer"] == "/amount"


def test_a_body_that_is_no_json_is_a_problem(branch: Branch) -> None:
    problem(branch.post("disbursements", b"{"), 400, "not-json")
    problem(branch.post("sheets", b"\xff"), 400, "not-json")
    problem(branch.post("sheets", b'{"lines":' + b"[" * 50_000), 400, "not-json")


def test_the_same_call_again_is_answered_the_same_and_done_once(branch: Branch) -> None:
    before = branch.recorded()
    key, body = str(uuid4()), branch.disbursement()
    answers = [branch.post("disbursements", body, key=key) for _ in range(3)]
    assert {(a.status_code, a.content) for a in answers} == {(201, b'{"accepted":1}')}
    assert branch.recorded() == before + 1


def test_the_same_call_many_times_at_once_is_done_once(branch: Branch) -> None:
    before = branch.recorded()
    key, body = str(uuid4()), sheet(*(branch.disbursement() for _ in range(50)))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: branch.post("sheets", body, key=key), range(8)))
    assert {(a.status_code, a.content) for a in answers} == {(201, b'{"accepted":50}')}
    assert branch.recorded() == before + 50


def test_a_key_belongs_to_one_request(branch: Branch) -> None:
    key = str(uuid4())
    branch.post("disbursements", branch.disbursement(), key=key)
    reused = branch.post("disbursements", branch.disbursement(), key=key)
    problem(reused, 422, "idempotency-key-reused")


def test_a_write_without_a_key_is_refused(branch: Branch) -> None:
    problem(
        branch.post("disbursements", branch.disbursement(), key=None),
        400,
        "idempotency-key-missing",
    )


def test_a_caller_writes_for_its_own_office_only(branch: Branch) -> None:
    problem(branch.post("disbursements", branch.disbursement(), unit="349"), 403, "forbidden")
    problem(branch.post("disbursements", branch.disbursement(), unit="VN"), 403, "forbidden")


def test_a_viewer_does_not_write(branch: Branch) -> None:
    problem(branch.post("disbursements", branch.disbursement(), role="viewer"), 403, "forbidden")


def test_without_a_valid_token_nothing_is_done(town: Installation, branch: Branch) -> None:
    url = f"{town.url('loans')}/api/v1/disbursements"
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        answer = httpx.post(url, json=branch.disbursement(), headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_overpayment_is_refused_with_the_amount_owed(branch: Branch) -> None:
    body = branch.disbursement()
    branch.post("disbursements", body)
    payment = {
        "office": OFFICE,
        "loan": body["loan"],
        "payment": str(uuid4()),
        "principal": 30_000_001,
        "collected_on": "2019-04-05",
        "place": "point",
    }
    answer = branch.post("payments", payment, service="repayments")
    while answer.status_code == 422 and "loan-not-open" in answer.text:
        answer = branch.post("payments", payment, service="repayments")
    found = problem(answer, 422, "overpayment")
    assert "30000000 dong owed" in found["detail"]


def test_capital_is_given_from_above(branch: Branch) -> None:
    body = {
        "office": OFFICE,
        "fund": "central",
        "amount": 1_000_000,
        "decision": "of the head office",
        "allocated_on": "2019-03-05",
    }
    own = branch.post("capital-allocations", body, role="branch_director")
    problem(own, 422, "given-from-above")
    for unit, status in (("35", 201), ("VN", 201), ("01", 403)):
        answer = branch.post("capital-allocations", body, unit=unit, role="branch_director")
        assert answer.status_code == status, answer.text


def test_the_communes_committee_decides_on_its_own_lists(branch: Branch) -> None:
    (application,) = branch.lender.applications(1)
    body = {
        "office": OFFICE,
        "commune": COMMUNE,
        "list": application["list"],
        "rejected": [
            {"household": application["household"], "programme": "HN", "reason": "it moved away"}
        ],
        "decided_on": "2019-02-01",
    }
    for unit, role in ((OFFICE, "credit_officer"), ("13291", "peoples_committee")):
        refused = branch.post("entitlement-decisions", body, unit=unit, role=role)
        problem(refused, 403, "forbidden")
    decided = branch.post("entitlement-decisions", body, unit=COMMUNE, role="peoples_committee")
    problem(decided, 422, "entry-decided")


def test_a_large_loan_needs_a_second_person(branch: Branch) -> None:
    (application,) = branch.lender.applications(1, amount=70_000_000)
    assert branch.post("loan-applications", application).status_code == 201
    approval = {"office": OFFICE, "loan": application["loan"], "approved_on": "2019-02-25"}
    problem(branch.post("loan-approvals", approval), 422, "director-needed")
    assert branch.post("loan-approvals", approval, role="branch_director").status_code == 201
    paid_out = branch.lender.disbursement(application["loan"], amount=70_000_000)
    again = branch.post("disbursements", paid_out, role="branch_director")
    problem(again, 422, "second-person-needed")
    assert branch.post("disbursements", paid_out, role="teller").status_code == 201


def test_only_a_director_reverses(branch: Branch) -> None:
    body = {
        "office": OFFICE,
        "loan": str(uuid4()),
        "payment": str(uuid4()),
        "reversed_on": "2019-04-05",
        "reason": "booked twice",
    }
    refused = branch.post("payment-reversals", body, service="repayments")
    problem(refused, 403, "forbidden")
    director = branch.post("payment-reversals", body, service="repayments", role="branch_director")
    problem(director, 422, "loan-not-open")


@pytest.mark.parametrize("service", ["loans", "repayments", "oversight"])
def test_each_service_describes_its_commands(town: Installation, service: str) -> None:
    document = httpx.get(f"{town.url(service)}/openapi.json").json()
    references = set(_references(document))
    assert "#/components/schemas/Sheet" in references
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references <= known


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [r for child in node.values() for r in _references(child)]
    if isinstance(node, list):
        return [r for child in node for r in _references(child)]
    return []


def test_an_unknown_address_is_a_problem_too(town: Installation) -> None:
    answer = httpx.get(f"{town.url('loans')}/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", ["loans", "repayments", "oversight", "reporting"])
def test_health(town: Installation, service: str) -> None:
    for path in ("live", "ready"):
        assert httpx.get(f"{town.url(service)}/health/{path}").json() == {"status": "ok"}
