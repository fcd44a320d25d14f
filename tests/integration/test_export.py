"""A report of the demo is published over HTTP, exported from Kafka, and checked by others."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Demo
from terminal import run

PERIOD = "2019-11"
ABOVE = "56"
"""The branch that the office's own was merged into on 2025-07-01."""


@pytest.fixture(scope="module")
def digest(demo: Demo) -> str:
    """A month of the demo's district, published: it adds nothing to any figure.

    Sessions of November were not held in every commune, so it is provisional.
    """
    reason = {"provisional_because": "Not every commune has held its session."}
    post(demo, "587", "closings", {"unit": "587", "period": PERIOD, **reason})
    proposed = str(get(demo, f"closings/587/{PERIOD}")["digest"])
    body = {"unit": "587", "period": PERIOD, "digest": proposed}
    post(demo, ABOVE, "closing-approvals", body)
    return str(get(demo, "published")[0]["digest"])


def post(demo: Demo, unit: str, path: str, body: Any) -> None:
    answer = httpx.post(
        f"{demo.town.url('reporting')}/api/v1/{path}",
        json=body,
        headers={
            "Authorization": f"Bearer {demo.player.token(unit, 'branch_director')}",
            "Idempotency-Key": path,
        },
        timeout=60,
    )
    assert answer.status_code == 201, answer.text


def get(demo: Demo, path: str) -> Any:
    headers = {"Authorization": f"Bearer {demo.player.token(ABOVE, 'auditor')}"}
    answer = httpx.get(f"{demo.town.url('reporting')}/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


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


def test_a_report_that_nothing_came_after_has_no_adjustments(demo: Demo, digest: str) -> None:
    done = run("audit", "adjustments", "--report", "1", **demo.town.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"587, {PERIOD}, report 1: 0 lines since" in done.stdout
    assert get(demo, "published/1/adjustments")["adjustments"] == []
