"""Findings one by one: open on which day, in whatever order they were heard of."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import build
import pytest
from conftest import Servers
from readmodel import Readers, reporting

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store.findings import FindingEvent
from policy_credit_shared.events.supervision import FindingLapsed, FindingRaised, FindingRemedied
from policy_credit_shared.kernel.units import main_localities

OFFICE, COMMUNE, OTHER = "587", "22870", "22873"
RAISED = date(2019, 2, 1)
DEADLINE = RAISED + timedelta(days=10)
LAPSED = DEADLINE + timedelta(days=1)
REMEDIED = LAPSED + timedelta(days=5)
PATH = f"/api/v1/units/{OFFICE}/findings"


def story(name: str, commune: str = COMMUNE, **told: Any) -> list[FindingEvent]:
    """A finding that was raised, lapsed and was remedied after all."""
    about: dict[str, Any] = {
        "finding": build.some_id(name),
        "severity": "minor",
        "responsible": commune,
        "deadline": DEADLINE,
        "office": OFFICE,
        "locality": main_localities()[commune],
    } | told
    return [
        FindingRaised(occurred_on=RAISED, body="association", subject="loan_use", **about),
        FindingLapsed(occurred_on=LAPSED, **about),
        FindingRemedied(occurred_on=REMEDIED, days_after=16, on_time=0, lapsed=1, **about),
    ]


ORDERS = [*permutations(range(3))]
GRAVE = build.some_id("grave")


@pytest.fixture(scope="module")
def readers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    events: list[FindingEvent] = []
    for number, order in enumerate(ORDERS):
        told = story(f"finding {number}")
        events += [told[place] for place in order]
    events += story("grave", OTHER, severity="grave", deadline=DEADLINE + timedelta(days=60))[:1]
    with reporting(servers, tmp_path_factory.mktemp("keys"), ALGEBRA, events) as readers:
        yield readers


@pytest.mark.parametrize(
    ("day", "open_now", "late"),
    [
        (RAISED - timedelta(days=1), 0, 0),
        (RAISED, 7, 0),
        (DEADLINE, 7, 0),
        (LAPSED, 7, 6),
        (REMEDIED, 1, 0),
    ],
)
def test_the_list_of_any_day_is_what_the_figures_of_that_day_count(
    readers: Readers, day: date, open_now: int, late: int
) -> None:
    reader = readers.of(OFFICE)
    listed = reader.get(PATH, {"date": str(day)}).json()
    assert len(listed) == open_now
    assert sum(one["past_deadline"] for one in listed) == late
    asked = {"date": str(day), "indicators": "findings_open,findings_past_deadline"}
    figures = reader.get(f"/api/v1/units/{OFFICE}/indicators", asked).json()["indicators"]
    assert [figure["value"] for figure in figures] == [open_now, late]


def test_a_finding_says_who_has_to_remedy_what_until_when(readers: Readers) -> None:
    [found] = readers.of(OTHER).get(f"/api/v1/units/{OTHER}/findings").json()
    assert found == {
        "finding": str(GRAVE),
        "locality": main_localities()[OTHER],
        "responsible": OTHER,
        "severity": "grave",
        "subject": "loan_use",
        "body": "association",
        "raised_on": str(RAISED),
        "deadline": str(DEADLINE + timedelta(days=60)),
        "past_deadline": False,
    }


def test_they_are_sorted_and_come_in_pages_and_as_a_table(readers: Readers) -> None:
    reader = readers.of(OFFICE)
    day = {"date": str(LAPSED)}
    first = {order: reader.get(PATH, day | {"sort": order}).json()[0]["finding"]
             for order in ("deadline", "-deadline", "-severity")}  # fmt: skip
    assert first["-deadline"] == first["-severity"] == str(GRAVE) != first["deadline"]
    pages = [reader.get(PATH, day | {"limit": 4, "offset": at}).json() for at in (0, 4)]
    assert [len(page) for page in pages] == [4, 3]
    table = reader.get(PATH, day, accept="text/csv").text
    rows = [*csv.DictReader(io.StringIO(table))]
    assert [row["finding"] for row in rows] == [one["finding"] for page in pages for one in page]


def test_what_findings_are_not_kept_by_is_refused_and_others_do_not_see_them(
    readers: Readers,
) -> None:
    refused = readers.of(OFFICE).get(PATH, {"programme": "HN"})
    assert (refused.status_code, "programme" in refused.json()["detail"]) == (422, True)
    assert readers.of("586").get(PATH).status_code == 403


def test_the_board_lists_them_the_late_ones_marked(readers: Readers) -> None:
    page = readers.of(OFFICE).page(f"/units/{OFFICE}/oversight?date={LAPSED}").text
    assert page.count("quá hạn</span></th><td>Nhẹ</td><td>Sử dụng vốn vay</td>") == len(ORDERS)
    assert "<td>Đặc biệt nghiêm trọng</td>" in page
    filtered = readers.of(OFFICE).page(f"/units/{OFFICE}/oversight?date={LAPSED}&programme=HN")
    assert 'id="open-findings"' not in filtered.text
