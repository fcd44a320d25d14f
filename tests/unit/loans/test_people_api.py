"""Who may ask who a household is, and that nobody is told by accident: no error, event or log."""

import asyncio
import json
import logging
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import build
import httpx
import pytest

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.application.handlers import MAPPER
from policy_credit_loans.application.people import EVENTS
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.receipts import fingerprint
from policy_credit_shared.web.app import Publication, writing_app
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys

SECRETS = [*build.PERSON.values(), "Bưởi", "nhà cuối xóm"]
HOUSEHOLD = {
    "office": build.OFFICE,
    "commune": build.COMMUNE,
    "household": str(build.HOUSEHOLD),
    "person": build.PERSON,
    "registered_on": "2019-01-07",
}


class Branch:
    """The API of loans on an event store in memory, and callers with tokens."""

    def __init__(self, keys: Path) -> None:
        private, public = make_keys(keys)
        self._signing = SigningSettings(auth_jwks=str(public), auth_signing_key=private)
        self.store = MemoryEventStore()
        self.app = writing_app(
            title=PARTS.title,
            description=PARTS.description,
            routes=PARTS.routes,
            handlers=PARTS.handlers,
            store=self.store,
            queries=PARTS.queries,
            answers_of_queries=PARTS.answers_of_queries,
            publication=lambda: Publication(0, {}, {}),
            clock=system_clock,
            verifier=Verifier(self._signing),
            receipts_key=b"a key",
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        unit: str = build.OFFICE,
        role: Role,
        key: str = "",
    ) -> httpx.Response:
        token = issue_token(
            self._signing,
            subject="someone",
            unit=unit,
            role=role,
            now=system_clock(),
            lifetime=timedelta(minutes=5),
        )
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://loans") as client:
                url = f"/api/v1/{path}"
                return await client.request(method, url, content=content, headers=headers)

        return asyncio.run(call())

    def post(self, path: str, body: Any, role: Role = "credit_officer") -> httpx.Response:
        return self.ask("POST", path, body, role=role)

    def get(
        self, path: str, role: Role = "credit_officer", unit: str = build.OFFICE
    ) -> httpx.Response:
        return self.ask("GET", path, unit=unit, role=role)

    def runs(self, *commands: Any) -> None:
        """Carry out commands that need no caller."""
        desk = build.Desk(PARTS)
        desk.store = self.store
        desk.does(*commands)


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return Branch(tmp_path)


@pytest.fixture
def with_list(branch: Branch) -> Branch:
    branch.runs(
        *(build.register(m) for m in build.MEMBERS),
        build.form(),
        build.list_households(),
        build.post_list(),
    )
    return branch


def test_the_staff_of_its_office_are_told_who_a_household_is(branch: Branch) -> None:
    assert branch.post("households", HOUSEHOLD).status_code == 201
    for role in ("teller", "credit_officer", "branch_director"):
        answer = branch.get(f"households/{build.HOUSEHOLD}", role=role)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == {
            "household": str(build.HOUSEHOLD),
            "office": build.OFFICE,
            "locality": build.LOCALITY,
            "registered_on": "2019-01-07",
            "group": None,
            "person": build.PERSON,
        }


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        (build.OFFICE, "viewer"),
        (build.OFFICE, "auditor"),
        (build.OFFICE, "inspector"),
        (build.OTHER_OFFICE, "teller"),
        ("58", "branch_director"),
        ("VN", "branch_director"),
        (build.COMMUNE, "peoples_committee"),
    ],
)
def test_nobody_else_is(with_list: Branch, unit: str, role: Role) -> None:
    answer = with_list.get(f"households/{build.HOUSEHOLD}", role, unit)
    assert answer.status_code == 403
    assert not any(secret in answer.text for secret in SECRETS)
    if role not in ("teller", "branch_director"):
        # Nor whether there is such a household.
        assert with_list.get(f"households/{uuid4()}", role, unit).status_code == 403


def test_an_unknown_household_is_not_found_and_an_erased_one_is_gone(branch: Branch) -> None:
    path = f"households/{build.HOUSEHOLD}"
    assert branch.get(path).status_code == 404
    branch.runs(build.register(), build.erase())
    answer = branch.get(path)
    assert answer.status_code == 410
    assert answer.json()["type"] == "urn:policy-credit:problem:household-erased"


def test_a_group_and_a_list_are_shown_to_whoever_is_above_their_commune(with_list: Branch) -> None:
    above = (build.COMMUNE, build.OFFICE, "58", "VN")
    for unit in above:
        group = with_list.get(f"groups/{build.GROUP}", "viewer", unit).json()
        assert (group["member_count"], group["dissolved"]) == (5, False)
        assert set(map(UUID, group["members"])) == set(build.MEMBERS)
        found = with_list.get(f"entitlement-lists/{build.LIST}", "viewer", unit).json()
        assert found["posted_on"] == "2019-02-12"
        assert [e["household"] for e in found["entries"]] == [str(build.HOUSEHOLD)]
    for unit in (build.OTHER_OFFICE, "22834", "62"):
        assert with_list.get(f"groups/{build.GROUP}", "viewer", unit).status_code == 403
        assert with_list.get(f"entitlement-lists/{build.LIST}", "viewer", unit).status_code == 403
    for path in (f"groups/{uuid4()}", f"entitlement-lists/{uuid4()}"):
        assert with_list.get(path).status_code == 404


def test_the_peoples_committee_decides_for_its_own_commune(with_list: Branch) -> None:
    decision = {
        "office": build.OFFICE,
        "commune": build.COMMUNE,
        "list": str(build.LIST),
        "confirmed": [
            {"household": str(build.HOUSEHOLD), "programme": "HN", "valid_until": "2019-12-31"}
        ],
        "decided_on": "2019-02-19",
    }

    def decides(body: dict[str, Any], unit: str, role: Role) -> int:
        path = "entitlement-decisions"
        return with_list.ask("POST", path, body, unit=unit, role=role).status_code

    assert decides(decision, build.COMMUNE, "credit_officer") == 403
    assert decides(decision, build.OFFICE, "peoples_committee") == 403
    assert decides(decision, "22873", "peoples_committee") == 403
    assert decides(decision | {"commune": "22873"}, "22873", "peoples_committee") == 422
    assert decides(decision, build.COMMUNE, "peoples_committee") == 201


def test_every_answer_is_described(branch: Branch) -> None:
    document = branch.app.openapi()
    for path, answer, statuses in (
        ("households/{household}", "HouseholdAnswer", {"200", "401", "403", "404", "410", "422"}),
        ("groups/{group}", "GroupAnswer", {"200", "401", "403", "404", "422"}),
        ("entitlement-lists/{list}", "EntitlementListAnswer", {"200", "401", "403", "404", "422"}),
    ):
        responses = document["paths"][f"/api/v1/{path}"]["get"]["responses"]
        assert statuses <= set(responses)
        assert answer in document["components"]["schemas"]
        assert answer in str(responses["200"])


WRONG_PERSONS: list[Any] = [
    {**build.PERSON, "identity_number": build.PERSON["identity_number"] + "9"},
    {**build.PERSON, "identity_number": build.PERSON["name"]},
    {**build.PERSON, "identity_number": int(build.PERSON["identity_number"])},
    {**build.PERSON, "phone": build.PERSON["address"]},
    {**build.PERSON, "name": [build.PERSON["name"]]},
    {**build.PERSON, "name": build.PERSON["name"] * 20},
    {**build.PERSON, "name": build.PERSON["name"] + "\n" + build.PERSON["phone"]},
    {build.PERSON["name"]: build.PERSON["identity_number"]},
    [build.PERSON],
    build.PERSON["name"],
]


def wrong_bodies() -> list[Any]:
    """Bodies that are refused, each with a person in it somewhere, even where none belongs."""
    name = build.PERSON["name"]
    elsewhere = [
        HOUSEHOLD | {field: name} for field in ("office", "commune", "household", "registered_on")
    ]
    elsewhere += [HOUSEHOLD | {"commune": "99999"}, HOUSEHOLD | {"registered_on": "07/01/2019"}]
    return [HOUSEHOLD | {"person": person} for person in WRONG_PERSONS] + elsewhere


def test_no_error_repeats_a_person(branch: Branch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    name = build.PERSON["name"]
    answers = []
    for body in wrong_bodies():
        answers.append(branch.post("households", body))
        line = {"type": "register_household", **body}
        answers.append(branch.post("sheets", {"lines": [line, line]}))
    whole = json.dumps(HOUSEHOLD, ensure_ascii=False).encode()
    broken = [whole[:-1], whole + b"}", whole.replace("ễ".encode(), b"\xff"), name.encode()]
    answers += [branch.post("households", body) for body in broken]
    answers += [branch.post("sheets", b'{"lines":[' + body + b"]}") for body in broken]
    answers += [
        branch.post("sheets", {"lines": [{**HOUSEHOLD, "type": name}]}),
        branch.post("sheets", {"lines": name}),
        branch.post("sheets", {name: name}),
        branch.post("household-erasures", {**HOUSEHOLD, "reason": name, "erased_on": "2019-01-07"}),
        branch.post(
            "household-erasures",
            {**HOUSEHOLD, "reason": name, "erased_on": "2019-01-07"},
            role="branch_director",
        ),
        branch.post("households", HOUSEHOLD, role="viewer"),
    ]
    branch.runs(build.register())
    answers.append(branch.post("households", HOUSEHOLD))
    for answer in answers:
        assert 400 <= answer.status_code < 500, answer.text
        assert not any(
            secret in json.dumps(answer.json(), ensure_ascii=False) for secret in SECRETS
        )
    assert not any(secret in caplog.text for secret in SECRETS)


def test_a_value_that_is_none_of_those_allowed_is_still_pointed_at(branch: Branch) -> None:
    body = {"office": build.OFFICE, "household": str(build.HOUSEHOLD), "reason": "Trần Văn Ổi"}
    answer = branch.post(
        "household-erasures", body | {"erased_on": "2019-01-07"}, role="branch_director"
    )
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/reason"
    assert error["detail"].startswith("Invalid enum value: none of those")


def test_a_receipt_confirms_no_guess_of_what_was_sent(branch: Branch) -> None:
    body = json.dumps(HOUSEHOLD).encode()
    branch.ask("POST", "households", body, role="teller", key="a key of a call")
    receipt = branch.store.receipt(f"{build.OFFICE}/someone", "a key of a call")
    assert receipt is not None
    assert receipt.fingerprint == fingerprint("/households", body, b"a key")
    for guess in (fingerprint("/households", body), sha256(b"/households\n" + body).digest()):
        assert receipt.fingerprint != guess


def test_no_event_private_or_public_holds_a_person() -> None:
    """Everything that can happen to people happens; what is stored and said names no one."""
    loans = build.Desk(PARTS)
    newcomer = build.some_id("newcomer")
    loans.does(
        *(build.register(m) for m in build.MEMBERS),
        build.register(newcomer, person=build.PERSON),
        build.correct(person=build.PERSON),
        build.form(),
        build.join(newcomer),
        build.list_households(build.named(), build.named(newcomer)),
        build.post_list(),
        build.decide_list(confirmed=[build.confirmation()], rejected=[build.rejection(newcomer)]),
        build.leave(),
        build.erase(),
        build.dissolve(),
    )
    stored = [MAPPER.to_stored(entry.recorded) for entry in loans.store.log]
    happened = {row.topic for row in stored}
    assert happened == {kind.TOPIC for kind in EVENTS}
    texts = [row.state.decode() for row in stored]
    texts += [value.decode() for _, value in loans.records()]
    for text in texts:
        assert not any(secret in text for secret in SECRETS)
        assert "Nguy" not in text
    assert loans.store.personal(build.HOUSEHOLD) is None
    assert loans.store.personal(newcomer) is not None
