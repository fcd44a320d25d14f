"""What a leader and a dashboard meet at the reporting API."""

import json
import re
import time
from typing import Any

import httpx
import pytest
from lending import Lender, over_http

from policy_credit_local.demo import value
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_local.scenario.calls import Call
from policy_credit_shared.kernel.units import NATION

OFFICE, COMMUNE, PROVINCE = "350", "13393", "35"
BRANCH = "37"
"""What the province's branch was merged into on 2025-07-01."""


def get(town: Installation, player: Player, path: str, unit: str = NATION) -> httpx.Response:
    headers = {"Authorization": f"Bearer {player.token(unit, 'viewer')}"}
    return httpx.get(f"{town.url('reporting')}{path}", headers=headers, timeout=30)


@pytest.fixture(scope="module")
def lender(player: Player) -> Lender:
    lender = Lender(over_http(player, OFFICE), OFFICE, COMMUNE, association="farmers")
    lender.fund()
    return lender


def await_outstanding(player: Player, unit: str, dong: int) -> dict[str, Any]:
    until = time.monotonic() + 30
    while value(answer := player.indicators(unit), "outstanding") != dong:
        assert time.monotonic() < until, "the figure did not move"
        time.sleep(0.05)
    return answer


def test_a_loan_is_in_every_level_with_the_position_it_reflects(
    player: Player, lender: Lender
) -> None:
    before = value(player.indicators(COMMUNE), "outstanding")
    lender.lend(7_000_000)
    answer = await_outstanding(player, COMMUNE, before + 7_000_000)
    assert [above["code"] for above in answer["path"]] == [OFFICE, BRANCH, NATION]
    for unit in (OFFICE, PROVINCE, BRANCH, NATION):
        assert value(player.indicators(unit), "outstanding") >= 7_000_000
    position = answer["position"]
    assert sum(s["sequence"] for s in position["streams"]) >= 1
    assert position["offsets"]
    assert "/policy-credit/loans" in position["heard"]
    assert answer["provisional"] == []


def test_each_indicator_has_labels_in_both_languages_and_a_unit(player: Player) -> None:
    for indicator in player.indicators(NATION)["indicators"]:
        assert indicator["label"]["vi"]
        assert indicator["label"]["en"]
        assert indicator["unit"] in ("dong", "count", "days", "points", "ratio")


def set_targets(player: Player, *targets: tuple[str, int]) -> None:
    """The province sets its office's targets of the year."""
    lines = [
        {
            "type": "set_target",
            "unit": OFFICE,
            "year": 2019,
            "indicator": indicator,
            "value": value,
            "set_on": "2019-01-02",
        }
        for indicator, value in targets
    ]
    key = f"targets of {OFFICE}"
    player.make(
        Call("oversight", OFFICE, "branch_director", key, "sheets", {"lines": lines}, PROVINCE)
    )


def test_targets_stand_beside_the_figures_that_they_are_of(
    town: Installation, player: Player, lender: Lender
) -> None:
    before = value(player.indicators(COMMUNE), "outstanding")
    lender.lend(3_000_000)
    await_outstanding(player, COMMUNE, before + 3_000_000)
    wanted = (
        ("overdue_ratio", 1_200),
        ("principal_when_due_rate", 950_000),
        ("communes_without_overdue", 1),
        ("groups_good_ratio", 960_000),
        ("local_capital", 1),
        ("credit_growth", 100_000),
    )
    set_targets(player, *wanted)
    path, until = f"/api/v1/units/{OFFICE}/targets", time.monotonic() + 30
    while len(found := get(town, player, path).json()) != len(wanted):
        assert time.monotonic() < until, f"targets are missing: {found}"
        time.sleep(0.05)
    by_indicator = {target["indicator"]: target for target in found}
    assert {name: t["target"] for name, t in by_indicator.items()} == dict(wanted)
    overdue = by_indicator["overdue_ratio"]
    assert (overdue["bound"], overdue["figure"], overdue["met"]) == ("ceiling", 0, True)
    communes = by_indicator["communes_without_overdue"]
    assert (communes["bound"], communes["figure"], communes["met"]) == ("floor", 1, True)
    local = by_indicator["local_capital"]
    assert (local["measured_in"], local["met"]) == ("dong", local["figure"] >= 1)
    for name in ("principal_when_due_rate", "groups_good_ratio", "credit_growth"):
        assert (by_indicator[name]["figure"], by_indicator[name]["met"]) == (None, None)
    assert get(town, player, path, "586").status_code == 403


def test_a_ratio_carries_its_parts_and_is_null_without_a_denominator(player: Player) -> None:
    found = {i["name"]: i for i in player.indicators("01")["indicators"]}
    assert found["overdue_ratio"] == found["overdue_ratio"] | {
        "value": None,
        "numerator": 0,
        "denominator": 0,
    }


def test_a_unit_reads_its_own_subtree_only(town: Installation, player: Player) -> None:
    assert get(town, player, f"/api/v1/units/{COMMUNE}/indicators", OFFICE).status_code == 200
    for answer in ("indicators", "children", "stream"):
        for outside in (PROVINCE, "347"):
            refused = get(town, player, f"/api/v1/units/{outside}/{answer}", OFFICE)
            assert refused.status_code == 403
            assert refused.headers["content-type"] == "application/problem+json"
    assert get(town, player, "/metrics", OFFICE).status_code == 403


def test_an_unknown_unit_and_a_bad_filter_are_problems(town: Installation, player: Player) -> None:
    unknown = get(town, player, "/api/v1/units/999/indicators")
    assert unknown.status_code == 404
    assert "'999'" in unknown.json()["detail"]
    bad = get(town, player, f"/api/v1/units/{NATION}/children?programme=XX")
    assert bad.status_code == 422
    assert "HN" in bad.json()["detail"]


def test_the_stream_tells_of_a_change_within_a_second(
    town: Installation, player: Player, lender: Lender
) -> None:
    headers = {"Authorization": f"Bearer {player.token(OFFICE, 'viewer')}"}
    url = f"{town.url('reporting')}/api/v1/units/{OFFICE}/stream"
    with httpx.stream("GET", url, headers=headers, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = (
            json.loads(line.removeprefix("data:"))
            for line in answer.iter_lines()
            if line.startswith("data:")
        )
        first = value(next(events), "outstanding")
        lender.lend(3_000_000)
        posted = time.monotonic()
        for event in events:
            if value(event, "outstanding") == first + 3_000_000:
                break
        assert time.monotonic() - posted < 5, "far from live"


def test_metrics_are_in_the_exposition_format(
    town: Installation, player: Player, lender: Lender
) -> None:
    before = value(player.indicators(OFFICE), "outstanding")
    lender.lend(1_000_000)
    await_outstanding(player, OFFICE, before + 1_000_000)
    text = get(town, player, "/metrics").text
    assert "# TYPE policy_credit_nation_outstanding_dong gauge" in text
    assert "# HELP policy_credit_province_overdue_ratio" in text
    assert 'policy_credit_projection_records_total{outcome="applied"}' in text


def test_every_role_tells_of_itself(town: Installation, player: Player, lender: Lender) -> None:
    before = value(player.indicators(OFFICE), "outstanding")
    lender.lend(1_000_000)
    await_outstanding(player, OFFICE, before + 1_000_000)
    told = {
        (service, role): httpx.get(f"http://{address}/metrics").raise_for_status().text
        for (service, role), address in town.metrics_addresses().items()
    }
    assert len(told) == 12
    for (_, role), text in told.items():
        assert "process_resident_memory_bytes" in text
        if role == "relay":
            assert "policy_credit_relay_leading 1.0" in text
        if role in ("intake", "projection"):
            assert re.search(r"reader_lag_records\{partition=.*\} 0\.0", text), role
            assert "policy_credit_reader_dead_letters_total{" not in text
    assert "\npolicy_credit_relay_waiting_events " in told["loans", "api"]
    route = 'route="/api/v1/units/{code}/indicators"'
    assert f'policy_credit_http_requests_total{{method="GET",{route}' in told["reporting", "api"]
    applied = re.search(
        r'records_total\{outcome="applied"\} (\d+)', told["reporting", "projection"]
    )
    assert applied is not None
    assert int(applied[1]) > 0
    assert "policy_credit_reader_event_age_seconds_count" in told["reporting", "projection"]


@pytest.mark.parametrize("path", ["indicators", "children", "stream"])
def test_reading_needs_a_token(town: Installation, path: str) -> None:
    answer = httpx.get(f"{town.url('reporting')}/api/v1/units/{NATION}/{path}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
