"""What a leader asks next: how a unit stands, where to look first, what a figure means."""

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import build
import msgspec
import pytest
from conftest import Servers
from readmodel import Reader, Readers, reporting

from policy_credit_reporting.api import compared_examples as examples
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store.comparisons import Comparison
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.spots import SpotsOfUnit
from policy_credit_shared.events.collection import LoanFellOverdue, PrincipalFellOverdue
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.units import NATION, main_localities, units_before_reform

TREE = units_before_reform()
DISTRICT, PROVINCE, NEIGHBOUR = "587", "58", "586"
COMMUNES = [unit.code for unit in TREE.children(DISTRICT)]
BAD, SMALL = COMMUNES[0], COMMUNES[1]
M = 1_000_000


def borrowed(office: str, commune: str, loans: int, overdue: int) -> Iterator[PublicEvent]:
    """Loans of 40 million in a commune, of which some have 5 million overdue."""
    for number in range(loans):
        where = {"office": office, "locality": main_localities()[commune]}
        about = where | {
            "loan": build.some_id(f"loan {commune} {number}"),
            "household": build.some_id(f"household {commune} {number}"),
        }
        lent = build.loan_disbursed(amount=40 * M, **about)
        yield lent
        if number < overdue:
            kept = {name: getattr(lent, name) for name in LoanFellOverdue.__struct_fields__}
            yield PrincipalFellOverdue(amount=5 * M, **kept)
            yield LoanFellOverdue(**kept)


def history() -> list[PublicEvent]:
    events = [*borrowed(DISTRICT, BAD, 60, 14), *borrowed(DISTRICT, SMALL, 8, 2)]
    for commune in COMMUNES[2:]:
        events += borrowed(DISTRICT, commune, 60, 0)
    return [*events, *borrowed(NEIGHBOUR, TREE.children(NEIGHBOUR)[0].code, 400, 1)]


@pytest.fixture(scope="module")
def readers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    with reporting(servers, tmp_path_factory.mktemp("keys"), ALGEBRA, history()) as readers:
        yield readers


@pytest.fixture
def api(readers: Readers) -> Reader:
    return readers.of(NATION)


def asked(api: Reader, path: str, **query: str | int) -> Any:
    answer = api.get(f"/api/v1/units/{path}", query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(api: Reader, path: str) -> list[dict[str, str]]:
    answer = api.get(f"/api/v1/units/{path}", accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(answer.text.splitlines()))


def test_a_district_stands_beside_its_province_and_among_its_districts(api: Reader) -> None:
    answer = asked(api, f"{DISTRICT}/compare", indicators="overdue_ratio,outstanding")
    assert answer["above"]["code"] == PROVINCE
    ratio, debt = answer["compared"]
    assert ratio["figure"]["numerator"] == 80 * M
    assert ratio["above"]["numerator"] == 85 * M
    district, province = (ratio[side]["denominator"] for side in ("figure", "above"))
    assert abs(ratio["gap"] - (80 * M - 85 * M * district / province)) <= 1
    assert ratio["rank"] == {"place": 2, "of": 2, "tied": 1}
    assert debt["gap"] is None
    assert debt["rank"] == {"place": 1, "of": 7, "tied": 1}


def test_every_indicator_is_compared_unless_some_are_chosen(api: Reader) -> None:
    compared = asked(api, f"{DISTRICT}/compare")["compared"]
    assert [one["figure"]["name"] for one in compared] == [i.name for i in ALGEBRA.indicators()]


def test_what_is_not_kept_by_a_filter_is_not_compared(api: Reader) -> None:
    compared = asked(api, f"{DISTRICT}/compare", programme="HN")["compared"]
    names = {one["figure"]["name"] for one in compared}
    assert "overdue_ratio" in names
    assert "households" not in names


def test_the_nation_is_beside_nobody(api: Reader) -> None:
    answer = asked(api, f"{NATION}/compare", indicators="overdue_ratio")
    assert answer["above"] is None
    assert answer["compared"][0]["rank"] is None


def test_a_figure_is_compared_with_the_same_territory_before(api: Reader) -> None:
    query = {"indicators": "overdue_ratio,outstanding", "date": str(build.DAY + timedelta(days=40))}
    ratio, debt = asked(api, f"{DISTRICT}/compare", **query)["compared"]
    one, three, twelve = debt["changes"]
    assert [one["months"], three["months"], twelve["months"]] == [1, 3, 12]
    assert (one["numerator"], one["denominator"]) == (0, None)
    assert three["before"]["value"] == 0
    assert three["numerator"] == debt["figure"]["value"]
    assert ratio["changes"][1]["before"]["value"] is None
    text = asked(api, f"{DISTRICT}/explanation", date=query["date"])["text"]["vi"]
    assert "so với 3 tháng trước: nợ quá hạn tăng 80 triệu đồng" in text


def test_hot_spots_are_as_of_the_day_asked_for(api: Reader) -> None:
    before = asked(api, f"{DISTRICT}/hot-spots", date=str(build.DAY - timedelta(days=1)))
    assert (before["units"], before["spots"]) == (0, [])
    assert before["reading"]["date"] == str(build.DAY - timedelta(days=1))


def test_hot_spots_are_who_carries_the_debt_and_who_is_out_of_line(api: Reader) -> None:
    answer = asked(api, f"{DISTRICT}/hot-spots")
    assert (answer["whole"], answer["total"]) == (80 * M, 1)
    (spot,) = answer["spots"]
    assert spot["unit"]["code"] == BAD
    assert spot["carries"] == {"amount": 70 * M, "together": 70 * M}
    assert spot["out_of_line"]["cases"] == 14
    assert "70 triệu đồng nợ quá hạn, 87,50 % của tất cả" in spot["reason"]["vi"]


def test_prometheus_is_told_of_communes_beyond_the_wider_limit(
    servers: Servers, tmp_path: Path
) -> None:
    """Among a province's communes: seven of them are too few to be sure of one."""
    events = [
        event
        for office in TREE.children(PROVINCE)
        for commune in TREE.children(office.code)
        for event in borrowed(office.code, commune.code, 60, 14 if commune.code == BAD else 0)
    ]
    name = "policy_credit_district_hot_spot_communes"
    with reporting(servers, tmp_path, ALGEBRA, events) as readers:
        told = readers.of(NATION).get("/metrics", {"unit": PROVINCE}).text
    assert f'{name}{{province="{PROVINCE}",district="{DISTRICT}"}} 1\n' in told
    assert f'{name}{{province="{PROVINCE}",district="{NEIGHBOUR}"}} 0\n' in told


def test_a_small_commune_with_two_overdue_loans_of_eight_is_no_alarm(api: Reader) -> None:
    spots = asked(api, f"{DISTRICT}/hot-spots", share=100)["spots"]
    assert [(s["unit"]["code"], s["out_of_line"] is None) for s in spots] == [
        (BAD, False),
        (SMALL, True),
    ]


def test_hot_spots_are_paged_and_say_how_many_there_are(api: Reader) -> None:
    answer = asked(api, f"{PROVINCE}/hot-spots", share=100, limit=1, offset=1)
    assert answer["total"] == 3
    assert [spot["unit"]["code"] for spot in answer["spots"]] == [SMALL]
    assert [unit["code"] for unit in answer["spots"][0]["path"]] == [DISTRICT]


def test_hot_spots_can_be_districts(api: Reader) -> None:
    spots = asked(api, f"{PROVINCE}/hot-spots", level="district")["spots"]
    assert [spot["unit"]["code"] for spot in spots] == [DISTRICT]


def test_a_figure_is_explained_in_both_languages(api: Reader) -> None:
    answer = asked(api, f"{DISTRICT}/explanation", indicator="overdue_ratio")
    loans = 60 + 8 + 60 * len(COMMUNES[2:])
    assert answer["clauses"][0]["vi"].startswith("Tỷ lệ nợ quá hạn ")
    assert "= 80 triệu đồng của" in answer["text"]["vi"]
    assert "cao hơn tỷ lệ của Tỉnh Ninh Thuận" in answer["text"]["vi"]
    assert "16 món vay quá hạn" in answer["text"]["vi"]
    assert f"in 1 commune: {TREE.unit(BAD).name} (14 overdue loans)" in answer["text"]["en"]
    assert "xếp thứ 2 trong 2 huyện, tốt nhất xếp trước" in answer["text"]["vi"]
    assert answer["figure"]["denominator"] == loans * 40 * M


@pytest.mark.parametrize("indicator", [i.name for i in ALGEBRA.indicators()])
def test_every_figure_of_every_level_can_be_explained(api: Reader, indicator: str) -> None:
    for unit in (NATION, PROVINCE, DISTRICT, BAD):
        answer = asked(api, f"{unit}/explanation", indicator=indicator)
        assert answer["text"]["vi"].endswith(".")


def test_lists_come_as_csv_to_who_accepts_it(api: Reader) -> None:
    compared = rows(api, f"{DISTRICT}/compare")
    (ratio,) = (row for row in compared if row["indicator"] == "overdue_ratio")
    assert (ratio["numerator"], ratio["rank"], ratio["vi"]) == (
        str(80 * M),
        "2",
        "Tỷ lệ nợ quá hạn",
    )
    (spot,) = rows(api, f"{DISTRICT}/hot-spots")
    assert (spot["code"], spot["cases"], spot["carries"]) == (BAD, "14", str(70 * M))
    assert spot["reason_vi"]


def test_a_unit_reads_of_its_own_subtree_only(readers: Readers) -> None:
    api = readers.of(NEIGHBOUR)
    for path in ("compare", "hot-spots", "explanation"):
        assert api.get(f"/api/v1/units/{NEIGHBOUR}/{path}").status_code == 200
        for outside in (DISTRICT, PROVINCE):
            assert api.get(f"/api/v1/units/{outside}/{path}").status_code == 403


def test_a_comparison_shows_nothing_of_any_sibling(readers: Readers) -> None:
    text = readers.of(NEIGHBOUR).get(f"/api/v1/units/{NEIGHBOUR}/compare").text
    assert '"place":1,"of":2' in text
    assert TREE.unit(DISTRICT).name not in text


@pytest.mark.parametrize(
    ("path", "query", "detail"),
    [
        ("compare", {"indicators": "overdue_ratoi"}, "Perhaps overdue_ratio"),
        ("hot-spots", {"indicator": "outstanding"}, "overdue_ratio"),
        ("hot-spots", {"indicator": "average_lead_days"}, "overdue_ratio"),
        ("hot-spots", {"level": "province"}, "there is no province below 587"),
        ("hot-spots", {"share": "0"}, "share"),
        ("explanation", {"indicator": "households", "programme": "HN"}, "programme"),
        ("explanation", {"indicator": "nothing"}, "no indicator 'nothing'"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    api: Reader, path: str, query: dict[str, str], detail: str
) -> None:
    answer = api.get(f"/api/v1/units/{DISTRICT}/{path}", query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


def test_the_document_shows_an_example_of_each_answer(api: Reader) -> None:
    document = api.get("/openapi.json").json()
    shown: Sequence[tuple[str, Any, Any]] = [
        ("compare", examples.COMPARISON, Comparison),
        ("hot-spots", examples.SPOTS, SpotsOfUnit),
        ("explanation", examples.EXPLANATION, Explanation),
    ]
    for path, example, shape in shown:
        answer = document["paths"][f"/api/v1/units/{{code}}/{path}"]["get"]["responses"]["200"]
        assert answer["content"]["application/json"]["example"] == example
        assert msgspec.to_builtins(msgspec.convert(example, shape)) == example
