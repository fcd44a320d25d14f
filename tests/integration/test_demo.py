"""The demo scenario through the real services: the figures of the published report come out."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, get_args

import httpx
import naive
import pytest
from conftest import Demo
from plain_kafka import record_values

from policy_credit_local.demo import differences, percent, ratio, value
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_local.scenario.district import DISTRICT, DISTRICTS, PROVINCE
from policy_credit_local.scenario.world import World
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.kernel.identifiers import Bucket
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION

ROOT = Path(__file__).parents[2]
COMPONENTS = (
    "overdue",
    "at_point",
    "interest",
    "principal",
    "savings_growth",
    "members_saving",
)


@pytest.fixture
def town(demo: Demo) -> Installation:
    return demo.town


@pytest.fixture
def player(demo: Demo) -> Player:
    return demo.player


@pytest.fixture
def world(demo: Demo) -> World:
    return demo.world


def test_the_figures_are_the_published_ones(player: Player, world: World) -> None:
    figures = {unit: player.indicators(unit) for unit in (DISTRICT.office, PROVINCE, NATION)}
    assert value(figures[DISTRICT.office], "outstanding") == 262_149_000_000
    assert 6_100 < value(figures[DISTRICT.office], "households") < 6_200
    assert percent(ratio(figures[DISTRICT.office], "overdue_ratio")) == "0.12 %"
    assert percent(ratio(figures[PROVINCE], "overdue_ratio")) == "0.11 %"
    assert differences(figures, world) == []


def test_a_few_communes_hold_nearly_all_overdue_debt(player: Player) -> None:
    overdue = sorted((value(c, "overdue") for c in player.children(DISTRICT.office)), reverse=True)
    assert sum(overdue[:3]) >= 0.95 * sum(overdue)


def test_overdue_debt_is_of_several_ages_and_adds_up(player: Player) -> None:
    figures = player.indicators(DISTRICT.office)
    ages = [value(figures, f"overdue_{bucket}") for bucket in get_args(Bucket)]
    assert sum(ages) == value(figures, "overdue")
    assert sum(age > 0 for age in ages) >= 3


def test_a_missed_instalment_of_the_poor_is_carried_forward(player: Player) -> None:
    carried = value(player.indicators(DISTRICT.office), "carried_forward")
    due = value(player.indicators(DISTRICT.office), "principal_due")
    assert 0 < carried < due


def test_everything_of_a_session_is_handled_at_the_point(player: Player) -> None:
    figures = player.indicators(DISTRICT.office)
    for name in ("disbursed_at_point", "interest_at_point", "savings_at_point"):
        assert percent(ratio(figures, f"{name}_ratio")) == "100.00 %"


def test_the_sum_over_kafka_by_hand_is_the_same_dong(town: Installation) -> None:
    """Plain kafka-python and a few lines: nothing of the project computes this figure."""
    seen, outstanding = set(), 0
    for raw in record_values(kafka_of(town), fact_topics(town)):
        event = json.loads(raw)
        if event["id"] in seen or event["data"]["office"] != DISTRICT.office:
            continue
        seen.add(event["id"])
        kind, data, sign = event["type"], event["data"], 1
        if kind == "policycredit.entry.reversed.v1":
            kind, data, sign = data["entry_type"], data["entry"], -1
        if kind == "policycredit.loan.disbursed.v1":
            outstanding += sign * data["amount"]
        if kind == "policycredit.principal.collected.v1":
            outstanding -= sign * data["amount"]
    assert outstanding == 262_149_000_000


def kafka_of(town: Installation) -> str:
    return town.environment["POLICY_CREDIT_KAFKA_BOOTSTRAP"]


def fact_topics(town: Installation) -> list[str]:
    prefix = town.environment["POLICY_CREDIT_TOPIC_PREFIX"]
    return [f"{prefix}.{name}" for name in ("loans", "repayments", "oversight")]


def test_every_level_adds_up(player: Player) -> None:
    """Invariant I1 through the API: each unit's measures are the sums of its children's."""
    for unit in (NATION, PROVINCE, *(district.office for district in DISTRICTS)):
        parent, children = player.indicators(unit), player.children(unit)
        tree, _ = dated_trees()["bank"].latest_with(unit, date.max)
        assert len(children) == len(tree.children(unit))
        for measure in ALGEBRA.measures:
            assert sum(value(c, measure) for c in children) == value(parent, measure), measure


def test_groups_and_what_is_in_none_are_what_every_commune_has(player: Player) -> None:
    found = 0
    for commune in player.children(DISTRICT.office):
        code = commune["unit"]["code"]
        answer = player.groups(code)
        found += answer["total"]
        parts = [*(one["indicators"] for one in answer["groups"]), answer["outside"]]
        for name in ("outstanding", "overdue", "frozen", "loans", "savings", "group_members"):
            whole = value(player.indicators(code), name)
            figures = [next(f for f in part if f["name"] == name)["value"] for part in parts]
            assert sum(figures) == whole, (code, name)
            assert figures[-1] == 0, (code, name)
    assert found == value(player.indicators(DISTRICT.office), "groups")


def test_filters_part_the_whole(player: Player, town: Installation) -> None:
    whole = value(player.indicators(DISTRICT.office), "outstanding")
    for dimension, values in {
        "programme": ("HN", "HCN", "HMTN", "GQVL", "NSVSMT"),
        "association": ("farmers", "women", "veterans", "youth"),
        "fund": ("central", "local"),
    }.items():
        parts = [filtered(player, town, {dimension: v}) for v in values]
        assert all(value(part, "outstanding") > 0 for part in parts)
        assert sum(value(part, "outstanding") for part in parts) == whole


def test_a_measure_not_kept_by_a_dimension_is_not_shown_under_its_filter(
    player: Player, town: Installation
) -> None:
    answer = filtered(player, town, {"programme": "HN"})
    households = next(i for i in answer["indicators"] if i["name"] == "households")
    assert households["value"] is None


def filtered(player: Player, town: Installation, filters: dict[str, str]) -> dict[str, Any]:
    answer = httpx.get(
        f"{town.url('reporting')}/api/v1/units/{DISTRICT.office}/indicators",
        params=filters,
        headers={"Authorization": f"Bearer {player.token(NATION, 'viewer')}"},
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_metrics_say_the_same(player: Player, town: Installation) -> None:
    answer = httpx.get(
        f"{town.url('reporting')}/metrics?unit=56",
        headers={"Authorization": f"Bearer {player.token(NATION, 'viewer')}"},
    )
    lines = answer.raise_for_status().text.splitlines()
    sample = 'policy_credit_district_outstanding_dong{province="56",district="587"} 262149000000'
    assert sample in lines


def test_the_unit_above_its_target_is_alerted(
    player: Player, town: Installation, world: World
) -> None:
    alerts = player.await_alerts(len(world.alerted))
    assert sorted((alert["unit"], alert["indicator"]) for alert in alerts) == [
        (unit, "overdue_ratio") for unit in sorted(world.alerted)
    ]
    prefix = town.environment["POLICY_CREDIT_TOPIC_PREFIX"]
    told = [json.loads(value) for value in record_values(kafka_of(town), [f"{prefix}.alerts"])]
    assert [(event["type"], event["subject"]) for event in told] == [
        ("policycredit.alert.raised.v1", unit) for unit in world.alerted
    ]


def test_no_figure_of_the_report_is_typed_in_anywhere_in_the_services() -> None:
    figure = re.compile(r"262.?149|6.?127|0[.,]12\b|0[.,]11\b|\b315\b|\b574\b")
    sources = sorted((ROOT / "services").rglob("*.py"))
    assert sources
    for source in sources:
        assert not figure.search(source.read_text()), source


def test_the_oracle_agrees_on_every_locality(player: Player, town: Installation) -> None:
    """Invariant I2 on the real thing: a naive fold of the topics, locality by locality."""
    raw = record_values(kafka_of(town), fact_topics(town))
    values = {json.loads(value)["id"]: value for value in raw}
    expected = naive.totals(values.values())
    for district in DISTRICTS:
        for commune in player.children(district.office):
            code = commune["unit"]["code"]
            totals = Counter[str]()
            for locality, found in expected.items():
                if locality.startswith(code):
                    totals.update(found)
            for measure in naive.MEASURES:
                assert value(commune, measure) == totals[measure], (code, measure)


def test_every_group_is_rated_from_the_facts_of_its_month(player: Player) -> None:
    figures = player.indicators(DISTRICT.office)
    assert value(figures, "groups_scored") == value(figures, "groups")
    components = [value(figures, f"{name}_points") for name in COMPONENTS]
    assert sum(components) == value(figures, "points")
    assert value(figures, "groups_good_or_fair") >= 0.9 * value(figures, "groups")


def test_groups_with_overdue_debt_are_named_and_hold_all_of_it(player: Player) -> None:
    owing = player.overdue_groups(DISTRICT.office)
    debts = [group["group"]["overdue"] for group in owing]
    assert debts == sorted(debts, reverse=True)
    assert sum(debts) == value(player.indicators(DISTRICT.office), "overdue")
    assert all(group["group"]["village"] for group in owing)


def test_targets_are_shown_beside_the_figures(player: Player, world: World) -> None:
    shown = {
        office: {target["indicator"]: target for target in player.targets(office)}
        for office in (district.office for district in DISTRICTS)
    }
    missed = [office for office, found in shown.items() if not found["overdue_ratio"]["met"]]
    assert sorted(missed) == sorted(world.alerted)
    assert shown[DISTRICT.office]["communes_without_overdue"]["figure"] == 5
