"""Figures are closed, approved, published and adjusted over HTTP, on a real read model."""

import csv
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import build
import psycopg
import pytest
from conftest import Servers
from reported import GAPS, MONTH, SOURCE, Bank, open_bank

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.register import Register
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.store.signing import is_signed


@pytest.fixture(scope="module")
def bank(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with open_bank(servers.database(), tmp_path_factory.mktemp("keys")) as bank:
        yield bank


@pytest.fixture(scope="module")
def report(bank: Bank) -> Any:
    """The report of March, published; each test of the module reads it."""
    return bank.publish()


def test_the_period_is_published_once_with_its_figures(bank: Bank, report: Any) -> None:
    figures = report["statement"]["report"]["figures"]
    assert (figures["587"]["outstanding"], figures["587"]["disbursed"]) == (45_000_000, 5_000_000)
    assert figures[build.COMMUNE] == figures["587"]
    assert len(figures) == 10, "the office and its nine communes"
    assert [line["number"] for line in bank.get("published")] == [1]
    statuses = {one["unit"]["code"]: one for one in bank.get("closings", unit="58", period=MONTH)}
    assert (statuses["587"]["status"], statuses["587"]["number"]) == ("published", 1)
    assert (statuses["58"]["status"], len(statuses)) == ("open", 8)


def test_it_says_at_which_place_of_the_log_it_was_taken(bank: Bank, report: Any) -> None:
    taken = report["statement"]["report"]
    assert taken["offsets"] == [{"topic": "loans", "partition": 0, "next_offset": 5}]
    (head,) = taken["heads"]
    place = dict(bank.log.read(bank._projector.progress.none(), 5)[4].headers)
    assert (head["source"], head["sequence"]) == (SOURCE, 5)
    assert head["chain"].encode() == place["chain"]


def test_the_bytes_that_were_signed_can_be_had(bank: Bank, report: Any) -> None:
    content = bank.call("GET", "published/1/statement", "58", "auditor").content
    assert sha256(content).hexdigest() == report["digest"]
    key = bytes.fromhex(bank.get("published-key")["key"])
    assert key == bank.signer.public_key
    assert is_signed(content, bytes.fromhex(report["signature"]), key)


def test_the_figures_are_a_table_too(bank: Bank, report: Any) -> None:
    table = bank.call("GET", "published/1", "587", "viewer", accept="text/csv").text
    rows = list(csv.DictReader(io.StringIO(table)))
    amounts = {(row["code"], row["measure"]): int(row["amount"]) for row in rows}
    assert amounts["587", "outstanding"] == 45_000_000
    assert len(rows) == 10 * len(ALGEBRA.measures)


def test_others_do_not_see_it(bank: Bank, report: Any) -> None:
    for path in ("published/1", "published/1/statement", "published/1/adjustments"):
        assert bank.call("GET", path, "01", "auditor").status_code == 403
    assert bank.get("published", by="01") == []
    missing = bank.call("GET", "published/9", "VN", "auditor")
    assert (missing.status_code, missing.json()["title"]) == (404, "Unknown report")


def test_only_directors_close_periods(bank: Bank, report: Any) -> None:
    body = {"unit": "587", "period": "2019-02"}
    roles: tuple[Role, ...] = ("viewer", "auditor", "credit_officer")
    for role in roles:
        refused = bank.call("POST", "closings", "587", role, key="x", body=body)
        assert refused.status_code == 403
        body_of_approval = {**body, "digest": "0" * 64}
        refused = bank.call("POST", "closing-approvals", "58", role, key="x", body=body_of_approval)
        assert refused.status_code == 403
    refused = bank.call("POST", "closings", "58", key="x", body=body)
    assert refused.status_code == 403


def test_a_refusal_says_what_to_do(bank: Bank, report: Any) -> None:
    refused = bank.propose("again")
    assert (refused.status_code, refused.json()["title"]) == (422, "Period closed")
    assert "number 1" in refused.json()["detail"]
    (error,) = refused.json()["errors"]
    assert (error["pointer"], "reopened" in error["fix"]) == ("/period", True)


def test_a_point_that_has_not_reported_is_named_and_the_figures_wait_or_are_provisional(
    bank: Bank, report: Any
) -> None:
    refused = bank.propose("gaps", unit=GAPS)
    assert (refused.status_code, refused.json()["title"]) == (422, "Figures incomplete")
    assert "point 22738 Phường Đô Vinh usually holds its session on day 8" in refused.text
    reason = "The point is being rebuilt."
    assert bank.propose("still", unit=GAPS, provisional_because=reason).status_code == 201
    waiting = bank.get(f"closings/{GAPS}/{MONTH}")
    assert waiting["provisional_because"] == reason
    assert waiting["report"]["gaps"][0].startswith("1 of 1 points")


def test_reports_that_are_approved_at_once_follow_each_other(bank: Bank, report: Any) -> None:
    """Each takes the next number of the register, and one that lost the race takes it anew."""
    units = ("584", "585", "586", "588")
    for unit in units:
        assert bank.propose(f"propose {unit}", unit=unit).status_code == 201

    def approve(unit: str) -> int:
        digest = bank.get(f"closings/{unit}/{MONTH}")["digest"]
        return bank.approve(digest, f"approve {unit}", unit).status_code

    with ThreadPoolExecutor(len(units)) as pool:
        assert list(pool.map(approve, units)) == [201] * len(units)
    lines = bank.get("published")
    assert [line["number"] for line in lines] == [5, 4, 3, 2, 1]
    assert Register(bank.store).checked().faults == []


def test_what_is_recorded_later_shows_beside_the_published_figure(bank: Bank, report: Any) -> None:
    """The last but one of the module: it adds a loan of March that is recorded in April."""
    before = bank.get("units/587/indicators", date="2019-03-31", period="month")
    assert before["published"] == {
        "number": 1,
        "edition": 1,
        "period": MONTH,
        "is_provisional": False,
        "is_reopened": False,
        "adjusted": [],
    }
    bank.lends_late()
    assert bank.get("published/1") == report
    found = bank.get("published/1/adjustments")["adjustments"]
    moved = {one["measure"]: one for one in found if one["unit"] == "587"}
    assert moved["outstanding"] == {
        "unit": "587",
        "measure": "outstanding",
        "label": {"vi": "Dư nợ", "en": "Outstanding"},
        "published": 45_000_000,
        "now": 52_000_000,
        "difference": 7_000_000,
        "corrections": [
            {"occurred_on": "2019-03-29", "recorded_on": "2019-04-12", "amount": 7_000_000}
        ],
    }
    for one in found:
        assert one["now"] - one["published"] == one["difference"]
        assert sum(c["amount"] for c in one["corrections"]) == one["difference"]
    after = bank.get("units/587/indicators", date="2019-03-31", period="month")["published"]
    adjusted = {one["measure"]: (one["published"], one["difference"]) for one in after["adjusted"]}
    assert adjusted["disbursed"] == (5_000_000, 7_000_000)
    other: list[dict[str, str]] = [
        {"date": "2019-03-30"},
        {"date": "2019-03-31", "programme": "HN"},
        {"date": "2019-03-31", "tree": "administrative"},
        {"date": "2019-03-31", "tree_date": "2025-07-01"},
        {"date": "2019-03-31", "period": "quarter"},
    ]
    for query in other:
        assert bank.get("units/587/indicators", **query)["published"] is None, query
    table = bank.call("GET", "published/1/adjustments", "58", "viewer", accept="text/csv").text
    assert f"1,{MONTH},587,outstanding,45000000,52000000,7000000" in table


def test_a_reopened_period_has_another_edition_beside_the_first(bank: Bank, report: Any) -> None:
    bank.lends_late()
    body = {"unit": "587", "period": MONTH, "reason": "A loan of March came late."}
    assert bank.call("POST", "period-reopenings", "58", key="reopen", body=body).status_code == 201
    line = bank.get("published")[0]
    assert (line["number"], line["is_reopening"]) == (6, True)
    statement = bank.get("published/6/statement")
    assert (statement["reason"], statement["reopens"]) == (body["reason"], report["digest"])
    assert bank.call("GET", "published/6", "58", "viewer").status_code == 404
    assert bank.call("GET", "published/6/statement", "01", "viewer").status_code == 403
    (status, *_) = bank.get("closings", unit="587", period=MONTH)
    assert (status["status"], status["number"]) == ("reopened", 1)
    assert bank.propose("second").status_code == 201
    assert bank.approve(bank.get(f"closings/587/{MONTH}")["digest"], "second").status_code == 201
    second = bank.get("published/7")["statement"]
    assert (second["edition"], second["replaces"]) == (2, report["digest"])
    assert second["report"]["figures"]["587"]["outstanding"] == 52_000_000
    first = bank.get("published/1")
    assert (first["replaced_by"], first["statement"]) == (7, report["statement"])
    assert bank.get("published/7/adjustments")["adjustments"] == []


def test_the_board_shows_what_was_published_beside_what_it_is_now(bank: Bank, report: Any) -> None:
    bank.lends_late()
    register = bank.page("/units/587/published").text
    assert 'href="/units/587/published/1">Tháng 03/2019</a>' in register
    text = bank.page("/units/587/published/1").text
    rows = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*>Dư nợ<.*?</tr>", text)
    assert len(rows) == 3, "the office, below it the commune that moved, and as published"
    for said in ("45 triệu đồng", "52 triệu đồng", "+7 triệu đồng"):
        assert all(said in row for row in rows[:2])
    assert "45 triệu đồng" in rows[2]
    assert report["digest"] in text
    assert report["signature"] in text
    assert "Giám đốc, Huyện Ninh Phước<br>" in text
    assert "tài khoản branch_director of 587<" in text
    table = bank.page("/units/587/published/1.csv")
    assert table.headers["content-disposition"] == f'attachment; filename="587-{MONTH}.csv"'
    assert f"1,{MONTH},587," in table.text
    assert "Đơn vị chưa công bố" in bank.page("/units/58/published").text
    for path in ("/units/58/published/1", "/units/587/published/99"):
        assert bank.page(path).status_code == 404
    assert bank.page("/units/587/published/1", "01").status_code == 403


def test_the_register_cannot_be_rewritten(bank: Bank, report: Any) -> None:
    """Neither by us nor, unseen, by somebody who takes the triggers away: the last test."""
    for statement in (
        "UPDATE stored_events SET state = state",
        "DELETE FROM stored_events",
        "TRUNCATE stored_events",
    ):
        with psycopg.connect(bank.database_url) as connection:
            with pytest.raises(psycopg.errors.RaiseException, match="only grows"):
                connection.execute(statement)
    register = Register(bank.store)
    assert register.checked().faults == []
    with psycopg.connect(bank.database_url) as connection:
        connection.execute("ALTER TABLE stored_events DISABLE TRIGGER only_grows")
        connection.execute(
            "UPDATE stored_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
            " '45000000', '46000000'), 'UTF8') WHERE topic = 'reporting.figures_published.v1'"
        )
    assert register.checked().faults == [
        f"number 1, 587 {MONTH}: its statement is not the one that was entered"
    ]
