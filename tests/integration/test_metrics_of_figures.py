"""Figures for Prometheus, from a read model: what they add up to, and what is watched."""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime

import build
import pytest
from conftest import Servers
from random_histories import History
from readmodel import Readers, reporting

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.told import metric_of
from policy_credit_shared.events.collection import SessionAmounts, SessionHeld
from policy_credit_shared.events.supervision import TargetSet
from policy_credit_shared.kernel.reform import dated_trees

NOW = datetime(2025, 9, 20, 5, tzinfo=UTC)
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
NOTHING = SessionAmounts()
Scraped = dict[str, dict[tuple[tuple[str, str], ...], float]]


def session(month: int) -> SessionHeld:
    return SessionHeld(
        office="587",
        locality="22870-22870",
        occurred_on=date(2025, month, 12),
        session=build.some_id(f"session {month}"),
        planned=NOTHING,
        realised=NOTHING,
        lines=0,
    )


def target(year: int, ceiling: int) -> TargetSet:
    return TargetSet(
        office="587",
        locality="22870-22870",
        occurred_on=date(2025, 1, 2),
        unit="587",
        year=year,
        indicator="overdue_ratio",
        ceiling=ceiling,
    )


EVENTS = [
    *(
        event
        for _, event, _ in History(11, 240, ("22870-22870", "22834-22834", "22327-22336")).events
    ),
    target(2025, 1_400),
    target(2026, 1_300),
    *(session(month) for month in (5, 6, 7, 8)),
]


@pytest.fixture(scope="module")
def readers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    keys = tmp_path_factory.mktemp("keys")
    with reporting(servers, keys, ALGEBRA, EVENTS, NOW) as readers:
        yield readers


def text(readers: Readers, unit: str) -> str:
    answer = readers.of("VN").get("/metrics", {"unit": unit})
    assert answer.status_code == 200, answer.text
    return answer.text


def scraped(readers: Readers, unit: str) -> Scraped:
    """Values by metric and labels."""
    found: Scraped = defaultdict(dict)
    for line in text(readers, unit).splitlines():
        if match := SAMPLE.match(line):
            name, labelled, value = match.groups()
            pairs = tuple(sorted(re.findall(r'(\w+)="([^"]*)"', labelled or "")))
            found[name][pairs] = float(value)
    return found


def test_a_level_adds_up_to_the_one_above(readers: Readers) -> None:
    nation = scraped(readers, "VN")
    tree = dated_trees()["bank"].on(NOW.date())
    districts = [scraped(readers, unit.code) for unit in tree.children("VN")]
    for name in ("outstanding_dong", "disbursed_dong", "savings_dong", "loans"):
        (whole,) = nation[f"policy_credit_nation_{name}"].values()
        assert whole == sum(nation[f"policy_credit_province_{name}"].values())
        of_districts = [sum(d[f"policy_credit_district_{name}"].values()) for d in districts]
        assert whole == sum(of_districts)
    assert whole


@pytest.mark.parametrize("dimension", ["programme", "association"])
def test_parts_add_up_to_their_province(readers: Readers, dimension: str) -> None:
    nation = scraped(readers, "VN")
    for name in ("outstanding_dong", "overdue_dong", "loans"):
        sums: dict[str, float] = defaultdict(float)
        for pairs, value in nation[f"policy_credit_province_{dimension}_{name}"].items():
            sums[dict(pairs)["province"]] += value
        whole = {
            dict(p)["province"]: v for p, v in nation[f"policy_credit_province_{name}"].items()
        }
        assert {p: v for p, v in sums.items() if v} == {p: v for p, v in whole.items() if v}


def test_metrics_say_what_the_api_says(readers: Readers) -> None:
    answer = readers.of("VN").get("/api/v1/units/587/indicators").json()
    told = scraped(readers, "56")
    labels = (("district", "587"), ("province", "56"))
    for one in answer["indicators"]:
        declared = ALGEBRA.indicator(one["name"])
        assert declared is not None
        assert told[metric_of("district", declared)].get(labels) == one["value"], one["name"]


def test_a_target_is_told_with_what_it_has_reached(readers: Readers) -> None:
    _, target = readers.of("VN").get("/api/v1/units/587/targets").json()
    told = scraped(readers, "56")
    labels = (("district", "587"), ("indicator", "overdue_ratio"), ("province", "56"))
    assert told["policy_credit_district_ceiling_ratio"] == {labels: 0.0014}
    reached = told["policy_credit_district_ceiling_reached_ratio"][labels]
    assert reached == target["numerator"] / target["denominator"]
    assert "policy_credit_district_floor_ratio" not in told


def test_the_target_of_a_year_to_come_is_not_told_yet(readers: Readers) -> None:
    (year,) = scraped(readers, "56")["policy_credit_district_ceiling_year"].values()
    assert year == 2025


def test_a_metric_without_samples_is_told_by_its_name(readers: Readers) -> None:
    """A rule that asks for it is spelled right, though there is nothing to see yet."""
    assert "# TYPE policy_credit_province_floor_ratio gauge" in text(readers, "VN")


def test_chain_breaks_are_told_before_there_are_any(readers: Readers) -> None:
    breaks = scraped(readers, "VN")["policy_credit_archive_chain_breaks"]
    faults = ("altered", "no-value", "bad-headers")
    assert breaks == {(("fault", fault),): 0 for fault in faults}


def test_points_that_have_not_reported_are_told_of_their_office(readers: Readers) -> None:
    told = scraped(readers, "56")
    labels = (("district", "587"), ("province", "56"))
    assert told["policy_credit_district_points_expected"] == {labels: 1}
    assert told["policy_credit_district_points_missing"] == {labels: 1}
    answer = readers.of("VN").get("/api/v1/units/587/indicators").json()
    assert answer["completeness"]["points_missing"] == 1


@pytest.mark.parametrize("unit", ["VN", "56"])
def test_promtool_accepts_what_is_told(readers: Readers, unit: str) -> None:
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=text(readers, unit).encode(), capture_output=True
    )
    errors = [line for line in checked.stderr.decode().splitlines() if "error" in line.lower()]
    assert errors == []
    assert checked.returncode in (0, 3), checked.stderr


def test_only_the_nation_and_provinces_are_targets(readers: Readers) -> None:
    refused = readers.of("VN").get("/metrics", {"unit": "587"})
    assert (refused.status_code, refused.json()["type"].rsplit(":")[-1]) == (404, "not-a-target")


def test_a_province_scrapes_itself_and_no_other(readers: Readers) -> None:
    assert readers.of("56").get("/metrics", {"unit": "56"}).status_code == 200
    assert readers.of("56").get("/metrics", {"unit": "01"}).status_code == 403
    assert readers.of("56").get("/metrics").status_code == 403
