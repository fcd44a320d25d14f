"""Dashboards say what is declared: units, titles in both languages, and where they lead."""

import re

import pytest
from panels import FOLDER, Asked, asked, dashboards

from policy_credit_reporting.dashboards.documents import documents
from policy_credit_reporting.indicators.algebra import Ratio
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.told import metric_of, year_metric_of

UNITS = {
    "dong": "currencyVND",
    "ratio": "percentunit",
    "count": "locale",
    "days": "d",
    "points": "none",
}
TOLD = {
    name: one.unit
    for level in ("nation", "province", "district", "province_programme", "province_association")
    for one in ALGEBRA.indicators()
    for name in (
        metric_of(level, one),
        *([year_metric_of(level, one)] if isinstance(one, Ratio) else []),
    )
}
FIGURES = [
    one
    for one in asked("prometheus")
    if set(re.findall(r"policy_credit_\w+", one.text)) & set(TOLD)
]
PANELS = [
    (name, panel) for name, dashboard in dashboards().items() for panel in dashboard["panels"]
]


@pytest.mark.parametrize("one", FIGURES, ids=lambda one: one.name)
def test_a_figure_has_the_unit_of_its_indicator(one: Asked) -> None:
    units = {UNITS[TOLD[m]] for m in re.findall(r"policy_credit_\w+", one.text) if m in TOLD}
    assert units == {one.unit}


def test_every_title_is_vietnamese_and_english() -> None:
    for name, panel in PANELS:
        vietnamese, _, english = panel["title"].partition(" · ")
        assert vietnamese, (name, panel["title"])
        assert english, (name, panel["title"])


def test_panels_lie_beside_each_other_within_the_width() -> None:
    for name in dashboards():
        taken: set[tuple[int, int]] = set()
        for _, panel in (one for one in PANELS if one[0] == name):
            at = panel["gridPos"]
            assert at["x"] + at["w"] <= 24, (name, panel["title"])
            place = {
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            }
            assert not place & taken, (name, panel["title"])
            taken |= place


def test_levels_lead_to_the_next_and_to_the_board() -> None:
    told = documents("https://board.test")
    assert "/d/policy-credit-province?var-province=${__data.fields" in told["nation.json"]
    below = "/d/policy-credit-district?var-province=$province&var-district=${__data.fields"
    assert below in told["province.json"]
    for name, unit in (
        ("nation", "/units/VN"),
        ("province", "/units/${province}"),
        ("district", "/units/${district}"),
        ("oversight", "/units/${province}/oversight"),
        ("audit", "/integrity"),
    ):
        assert f'"url": "https://board.test{unit}"' in told[f"{name}.json"]


def test_the_committed_files_are_those_of_the_declarations() -> None:
    assert documents("http://localhost:8000") == {
        path.name: path.read_text() for path in sorted(FOLDER.glob("*.json"))
    }
