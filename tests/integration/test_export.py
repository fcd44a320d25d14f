"""A report that the demo published is exported from Kafka, and checked by others."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Demo
from terminal import run

from policy_credit_local.demo import published_reports, wrongly_adjusted
from policy_credit_local.scenario.district import DISTRICT, PROVINCE
from policy_credit_local.scenario.publishing import PERIOD, UNITS
from policy_credit_local.scenario.repaying import LATE_AMOUNT
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION


@pytest.fixture(scope="module")
def digest(demo: Demo) -> str:
    """Of the first report, which is the district's."""
    return str(get(demo, "published/1")["digest"])


def get(demo: Demo, path: str) -> Any:
    headers = {"Authorization": f"Bearer {demo.player.token(NATION, 'auditor')}"}
    answer = httpx.get(f"{demo.town.url('reporting')}/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_level_publishes_with_approval_from_the_one_above(demo: Demo) -> None:
    assert [(line["unit"], line["number"]) for line in demo.player.register()] == [
        (unit, number) for number, unit in enumerate(UNITS, 1)
    ]
    approved = {
        unit: get(demo, f"published/{number}")["statement"]["approved_by"]
        for number, unit in enumerate(UNITS, 1)
    }
    # The branch of 2019 is part of another since 2025-07-01, whose director decides now.
    assert approved[DISTRICT.office]["unit"] == "56"
    assert approved[PROVINCE]["unit"] == NATION
    assert approved[NATION]["subject"].startswith("second ")
    for number, unit in enumerate(UNITS, 1):
        report = get(demo, f"published/{number}")
        figures = report["statement"]["report"]["figures"]
        assert not report["is_provisional"]
        below = [code for code in figures if code != unit]
        assert figures[unit]["outstanding"] == sum(figures[c]["outstanding"] for c in below) > 0


def test_a_receipt_found_later_is_beside_published_figures_and_explained(demo: Demo) -> None:
    assert wrongly_adjusted(published_reports(demo.player), demo.world) == []
    done = run("audit", "adjustments", "--report", "1", **demo.town.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Vốn huy động (mobilised): published" in done.stdout
    assert f"moved by +{LATE_AMOUNT}.000.000;" in done.stdout
    assert LATE_AMOUNT * MILLION == demo.world.adjusted[NATION]
    assert get(demo, "published/2/adjustments")["adjustments"] == []


def test_an_exported_report_was_found_right_by_its_own_verifier(
    demo: Demo, digest: str, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    done = run("audit", "export", "--report", "1", "--out", str(folder), **demo.town.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    key = get(demo, "published-key")["key"]
    assert f"587 {PERIOD}, SHA-256 {digest}, public key {key}" in done.stdout
    assert "ĐÚNG / RIGHT" in done.stdout
    report = get(demo, "published/1")["statement"]["report"]
    figures = report["figures"]["587"]
    assert f"Dư nợ / Outstanding: {figures['outstanding']}\n" in done.stdout
    assert figures["outstanding"] > 0
    events = list((folder / "events").iterdir())
    assert len(events) == len(report["offsets"]) > 1
    again = run("audit", "export", "--report", "1", "--out", str(folder), **demo.town.environment)
    assert again.returncode == 2
    assert "exists; name a new folder" in again.stderr


def test_the_register_is_listed_and_whole(demo: Demo, digest: str) -> None:
    done = run("audit", "published", **demo.town.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"587 {PERIOD} edition 1  {digest}" in done.stdout
    assert "every statement is the one that was entered" in done.stdout


def test_what_was_never_published_cannot_be_exported(demo: Demo, tmp_path: Path) -> None:
    options = ("--report", "99", "--out", str(tmp_path / "none"))
    done = run("audit", "export", *options, **demo.town.environment)
    assert done.returncode == 2
    assert "nothing was published under that number" in done.stderr
    assert list(tmp_path.iterdir()) == []
