"""A measure is added by its declaration alone, and is everywhere."""

import csv
from collections.abc import Iterator
from typing import Any

import build
import pytest
from conftest import Servers
from readmodel import Reader, reporting

from policy_credit_reporting.indicators.algebra import Algebra, Label, Measure, Ratio
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES, POSTINGS
from policy_credit_reporting.indicators.measures import turnover
from policy_credit_reporting.indicators.page import indicators_page
from policy_credit_reporting.indicators.ratios import RATIOS
from policy_credit_reporting.store.generations import generation_of
from policy_credit_shared.events.lending import LoanDisbursed

carefully_lent = Measure(
    name="carefully_lent",
    label=Label("Cho vay thận trọng", "Carefully lent"),
    unit="dong",
    kind="flow",
    meaning=Label("Giải ngân đến hạn một lần.", "Paid out where it falls due at once."),
    better="higher",
)
careful_share = Ratio(
    name="careful_share",
    label=Label("Tỷ lệ cho vay thận trọng", "Share carefully lent"),
    unit="ratio",
    numerator=carefully_lent,
    denominator=turnover.disbursed,
    better="higher",
)
EXTENDED = Algebra(
    [*MEASURES, carefully_lent],
    [*RATIOS, careful_share],
    POSTINGS
    | {LoanDisbursed: [*POSTINGS[LoanDisbursed], +carefully_lent("amount", ageing="at_once")]},
)
LENT = [
    build.loan_disbursed(amount=30_000_000),
    build.loan_disbursed(amount=10_000_000, ageing="carried_forward"),
]
UNIT = f"/api/v1/units/{build.OFFICE}"


@pytest.fixture(scope="module")
def api(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reporting(servers, tmp_path_factory.mktemp("keys"), EXTENDED, LENT) as readers:
        yield readers.of("VN")


def asked(api: Reader, path: str, **query: str) -> Any:
    answer = api.get(UNIT + path, query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_is_among_the_indicators_of_every_unit(api: Reader) -> None:
    found = {one["name"]: one for one in asked(api, "/indicators")["indicators"]}
    assert found["carefully_lent"]["value"] == 30_000_000
    assert found["careful_share"]["value"] == 0.75
    (child, *_) = (
        {one["name"]: one["value"] for one in child["indicators"]}
        for child in asked(api, "/children")["children"]
        if child["unit"]["code"] == build.COMMUNE
    )
    assert child["carefully_lent"] == 30_000_000


def test_it_is_kept_by_its_dimensions(api: Reader) -> None:
    other = asked(api, "/indicators", programme="NOXH")["indicators"]
    assert [one["value"] for one in other if one["name"] == "carefully_lent"] == [0]


def test_it_is_compared_explained_and_has_hot_spots(api: Reader) -> None:
    (compared,) = asked(api, "/compare", indicators="careful_share")["compared"]
    assert compared["rank"] == {"place": 1, "of": 1, "tied": 1}
    text = asked(api, "/explanation", indicator="careful_share")["text"]["vi"]
    assert text.startswith("Tỷ lệ cho vay thận trọng 75,00 % = 30 triệu đồng của 40 triệu đồng")
    (spot,) = asked(api, "/hot-spots", indicator="careful_share")["spots"]
    assert spot["carries"]["amount"] == 10_000_000


def test_it_is_in_the_tables(api: Reader) -> None:
    table = csv.DictReader(api.get(f"{UNIT}/compare", accept="text/csv").text.splitlines())
    assert [row["value"] for row in table if row["indicator"] == "carefully_lent"] == ["30000000"]


def test_it_is_a_metric_with_its_label_and_meaning(api: Reader) -> None:
    text = api.get("/metrics", {"unit": "58"}).text
    name = "policy_credit_district_carefully_lent_dong"
    assert f"# HELP {name} Carefully lent (Cho vay thận trọng): Paid out where" in text
    assert f'{name}{{province="58",district="{build.OFFICE}"}} 30000000' in text
    assert "policy_credit_nation_careful_share_ratio 0.75" in api.get("/metrics").text


def test_it_is_on_the_page_of_indicators() -> None:
    page = indicators_page(EXTENDED)
    assert "### `carefully_lent`" in page
    line = "+ `amount` of `policycredit.loan.disbursed.v1` where `ageing` is `at_once`"
    assert line in page


def test_its_figures_are_another_generation() -> None:
    """So that figures from before it are filled from the beginning of the log."""
    assert generation_of(EXTENDED) != generation_of(ALGEBRA)
