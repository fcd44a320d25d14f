"""Alerts: Prometheus' own checks of the rules, and a real Prometheus that watches the demo."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import Demo
from scraped import SECONDS_MAX, Prometheus, started
from typer.testing import CliRunner

from policy_credit_local.scenario.district import AS_OF, DISTRICT, DISTRICTS
from policy_credit_shared.cli import app
from policy_credit_shared.kernel.clock import business_day, system_clock
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.running.service import installed_services

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
RUNBOOKS = ROOT / "docs/runbooks"
FILES = sorted((PROMETHEUS / "rules").glob("*.yml"))


def read(path: Path) -> Any:
    return msgspec.yaml.decode(path.read_bytes())


CONFIG: dict[str, Any] = read(PROMETHEUS / "prometheus.yml")
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for path in FILES
    for group in read(path)["groups"]
    for rule in group["rules"]
}
SEEN_IN_THE_DEMO = {"CommuneHotSpot", "FindingsPastDeadline", "LoanUseChecksLate"}


def promtool(*arguments: str | Path) -> str:
    """What it says; it must be content."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def figures_job(config: dict[str, Any]) -> dict[str, Any]:
    (job,) = (j for j in config["scrape_configs"] if j["job_name"] == "policy-credit-figures")
    return dict(job)


def test_the_configuration_and_its_rules_are_right(tmp_path: Path) -> None:
    folder = shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
    (folder / "token").write_text("a token")
    said = promtool("check", "config", folder / "prometheus.yml")
    assert f"{len(FILES)} rule files found" in said
    assert "WARNING" not in said
    promtool("check", "rules", *FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rules_fire_when_they_must_and_are_silent_when_they_must(path: Path) -> None:
    promtool("test", "rules", PROMETHEUS / "tests" / path.name)


@pytest.mark.parametrize("alert", RULES)
def test_every_rule_is_seen_to_fire_and_to_be_silent(alert: str) -> None:
    expected = [
        bool(case["exp_alerts"])
        for path in (PROMETHEUS / "tests").glob("*.yml")
        for group in read(path)["tests"]
        for case in group["alert_rule_test"]
        if case["alertname"] == alert
    ]
    assert set(expected) == {True, False}


@pytest.mark.parametrize("alert", RULES)
def test_every_alert_says_how_bad_it_is_in_both_languages_and_what_to_do(alert: str) -> None:
    rule = RULES[alert]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["labels"]["audience"] in ("credit", "operations", "audit")
    names = list(rule["annotations"])
    assert names[:2] == ["summary_vi", "summary_en"]
    assert names[-1] == "runbook_url"
    page = RUNBOOKS / rule["annotations"]["runbook_url"].removeprefix(
        "{{ $externalLabels.runbooks }}/"
    )
    told = page.read_text()
    assert f"Alert `{alert}`." in told
    for heading in ("Symptom", "What it means", "What to do first"):
        assert f"\n## {heading}\n" in told
    assert f"]({page.name}) (`{alert}`)" in (RUNBOOKS / "README.md").read_text()


def test_every_runbook_is_of_an_alert() -> None:
    pages = {path.name for path in RUNBOOKS.glob("*.md")} - {"README.md"}
    linked = {rule["annotations"]["runbook_url"].rsplit("/")[-1] for rule in RULES.values()}
    assert pages == linked


COMMANDS = sorted(
    {
        written
        for path in RUNBOOKS.glob("*.md")
        for written in re.findall(r"`policy-credit ([^`]+)`", " ".join(path.read_text().split()))
    }
)


@pytest.mark.parametrize("written", COMMANDS)
def test_a_command_of_a_runbook_is_there(written: str) -> None:
    words = written.split()
    options = [word for word in words if word.startswith("--")]
    named = words[: words.index(options[0])] if options else words
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*named, "--help"])
    assert done.exit_code == 0, done.output
    for option in options:
        assert option in done.output


def test_the_nation_and_every_province_of_today_are_scraped() -> None:
    (targets,) = figures_job(CONFIG)["static_configs"]
    tree = dated_trees()["bank"].on(business_day(system_clock()))
    assert targets["targets"] == [NATION, *sorted(unit.code for unit in tree.children(NATION))]


def test_every_role_of_every_service_is_scraped() -> None:
    entries = read(PROMETHEUS / "targets/processes.yml")
    scraped = [(entry["labels"]["service"], entry["labels"]["role"]) for entry in entries]
    roles = {(s.name, role) for s in installed_services().values() for role in s.roles}
    assert sorted(scraped) == sorted(roles)


def configured(folder: Path, demo: Demo) -> Path:
    """Our configuration, at the demo's addresses."""
    shutil.copytree(PROMETHEUS, folder)
    (folder / "token").write_text(demo.player.token(NATION, "viewer"))
    entries = [
        {"targets": [address], "labels": {"service": service, "role": role}}
        for (service, role), address in demo.town.metrics_addresses().items()
    ]
    (folder / "targets/processes.yml").write_bytes(msgspec.yaml.encode(entries))
    config: dict[str, Any] = read(PROMETHEUS / "prometheus.yml")
    config["global"] |= {"scrape_interval": "2s", "evaluation_interval": "1s"}
    figures = figures_job(config)
    del figures["scrape_interval"]
    figures["relabel_configs"][-1]["replacement"] = demo.town.url("reporting").partition("//")[2]
    config["scrape_configs"] = [config["scrape_configs"][0], figures]
    path = folder / "prometheus.yml"
    path.write_bytes(msgspec.yaml.encode(config))
    return path


@pytest.fixture(scope="module")
def prometheus(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    config = configured(folder / "config", demo)
    with started(config, folder) as prometheus:
        yield prometheus


def test_a_real_prometheus_scrapes_everything_by_this_configuration(prometheus: Prometheus) -> None:
    targets = prometheus.await_targets()
    assert [t["lastError"] for t in targets if t["health"] != "up"] == []
    figures = [t["labels"] for t in targets if t["labels"]["job"] == "policy-credit-figures"]
    assert len(figures) == 1 + 34
    assert {"job": "policy-credit-figures", "instance": NATION} in figures
    assert len(targets) == len(figures) + 12


def test_what_rules_ask_for_is_told_by_the_real_exporters(prometheus: Prometheus) -> None:
    prometheus.await_targets()
    # Counters are told of by the name before `_total` where the exposition is OpenMetrics.
    told = {"up"} | {
        of
        for name, (about, *_) in prometheus.ask("metadata").items()
        for of in ((name, f"{name}_total") if about["type"] == "counter" else (name,))
    }
    for alert, rule in RULES.items():
        named = set(re.findall(r"\b(?:policy_credit_\w+|up)\b", rule["expr"]))
        assert named, alert
        assert named - told == set(), alert


def test_rules_see_the_demos_figures_and_targets(prometheus: Prometheus) -> None:
    prometheus.await_targets()
    assert prometheus.value('policy_credit_district_outstanding_dong{district="587"}') == 262_149e6
    reached = "policy_credit_district_floor_reached_ratio{indicator='interest_collection_rate'}"
    assert prometheus.value(f"count({reached})") == len(DISTRICTS)
    assert prometheus.now(f"{reached} < policy_credit_district_floor_ratio") == []
    year = "policy_credit_district_floor_year{indicator='interest_collection_rate'}"
    assert prometheus.value(f"max({year})") == AS_OF.year


def test_the_office_with_the_hot_spot_is_told_and_no_other(prometheus: Prometheus) -> None:
    prometheus.await_targets()
    (found,) = prometheus.now("policy_credit_district_hot_spot_communes > 0")
    assert (found["metric"]["district"], found["value"][1]) == (DISTRICT.office, "1")


def test_the_nations_targets_are_told_beside_what_it_reached(prometheus: Prometheus) -> None:
    prometheus.await_targets()
    ceiling = prometheus.value("policy_credit_nation_ceiling_ratio{indicator='overdue_ratio'}")
    reached = prometheus.value("policy_credit_nation_ceiling_reached_ratio")
    assert 0 < reached < ceiling
    assert len(prometheus.now("policy_credit_nation_floor_reached_ratio")) == 3


def test_every_rule_is_evaluated_and_what_it_sees_is_so(prometheus: Prometheus) -> None:
    """Of the demo's figures, and of processes that are all well."""
    prometheus.await_targets()
    until = time.monotonic() + SECONDS_MAX
    while True:
        rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
        seen = {rule["name"] for rule in rules if rule["state"] != "inactive"}
        if seen == SEEN_IN_THE_DEMO and all(rule["health"] == "ok" for rule in rules):
            break
        assert time.monotonic() < until, (seen, rules)
        time.sleep(0.2)
    assert {rule["name"] for rule in rules} == set(RULES)
