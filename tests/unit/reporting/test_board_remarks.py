"""What is said of figures besides themselves, and how a figure's lineage is asked for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.lineage import arguments, command
from policy_credit_reporting.board.live import Seen, Watching
from policy_credit_reporting.board.remarks import became, provisional, told
from policy_credit_reporting.board.trends import to_date
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.numbers import EN, VI
from policy_credit_reporting.store.answers import Completeness, Line, MissingPoint, Span
from policy_credit_reporting.store.reflected import Incident

TODAY = date(2026, 11, 25)
AT = datetime(2026, 11, 25, tzinfo=UTC)


def incident(fault: str) -> Incident:
    return Incident("facts", 3, "/policy-credit/loans", 1_200, 1_205, AT, fault)


def complete(**lacking: object) -> Completeness:
    whole: dict[str, object] = {
        "sources": [],
        "points_expected": 0,
        "points_missing": 0,
        "missing": [],
        "incidents": [],
        "quarantined": 0,
    }
    return Completeness(**{**whole, **lacking})  # type: ignore[arg-type]


def test_nothing_is_said_of_figures_that_lack_nothing() -> None:
    assert provisional(complete()) == []


def test_points_without_a_session_are_named_with_their_day() -> None:
    missing = [MissingPoint(code="22870", name="Thị trấn Phước Dân", usual_day=15)]
    [said] = provisional(complete(points_expected=9, points_missing=1, missing=missing))
    assert said.vi == (
        "1/9 điểm giao dịch xã chưa có phiên của tháng (ngày giao dịch): Thị trấn Phước Dân (15)"
    )
    assert "1 of 9 transaction points" in said.en


def test_holes_broken_chains_and_quarantine_are_told_apart() -> None:
    assert "chưa gửi lại bản ghi số 1.200" in told(incident("missing")).vi
    assert "breaks its chain (facts[3], altered)" in told(incident("altered")).en
    said = provisional(complete(incidents=[incident("missing")], quarantined=2))
    assert len(said) == 2
    assert said[1].en == "2 records are quarantined and in no figure"


def test_a_unit_that_has_ended_says_what_became_of_it() -> None:
    ninh_thuan = became("58", View(unit="58").question(TODAY))
    assert ninh_thuan is not None
    assert ninh_thuan.vi.startswith("Tỉnh Ninh Thuận sáp nhập vào Tỉnh Khánh Hòa từ 01/07/2025")
    assert "was merged into Tỉnh Khánh Hòa" in ninh_thuan.en


def test_nothing_is_said_of_a_unit_that_goes_on() -> None:
    assert became("587", View(unit="587").question(TODAY)) is None
    before = View(unit="58", day=date(2019, 11, 22))
    assert became("58", before.question(TODAY)) is None


@pytest.mark.parametrize(
    ("view", "indicator", "asked"),
    [
        (
            View(unit="587"),
            "overdue",
            "--unit 587 --measure overdue --date 2026-11-25",
        ),
        (
            View(unit="587"),
            "disbursed",
            "--unit 587 --measure disbursed --date 2026-11-25 --from 2026-01-01",
        ),
        (
            View(unit="56", tree="administrative", tree_date=date(2025, 7, 1), period="month"),
            "interest_collection_rate",
            "--unit 56 --measure interest_collection_rate --date 2026-11-25 --from 2026-11-01"
            " --tree administrative --tree-date 2025-07-01",
        ),
        (
            View(unit="587", association="women", period="total"),
            "disbursed",
            "--unit 587 --measure disbursed --date 2026-11-25 --association women",
        ),
    ],
)
def test_a_figures_lineage_is_asked_for_as_it_is_shown(
    view: View, indicator: str, asked: str
) -> None:
    one = ALGEBRA.indicator(indicator)
    assert one is not None
    assert command(arguments(view, TODAY, one)) == f"policy-credit audit explain {asked}"


def watching() -> Watching:
    return Watching(None, ALGEBRA, None, lambda: AT)  # type: ignore[arg-type]


def seen(below: Mapping[str, dict[str, int | None]]) -> Seen:
    sums: dict[str, int | None] = {"outstanding": 0, "tasks_open": 0}
    for of_unit in below.values():
        for name, value in of_unit.items():
            sums[name] = (sums.get(name) or 0) + (value or 0)
    return Seen((1, TODAY), sums, dict(below), None)


def test_what_moved_is_told_by_unit_the_most_telling_first() -> None:
    before = seen(
        {"An": {"outstanding": 5_000_000, "disbursed": 5_000_000}, "Binh": {"outstanding": 0}}
    )
    now = seen(
        {"An": {"outstanding": 12_000_000, "disbursed": 12_000_000}, "Binh": {"outstanding": 0}}
    )
    assert watching().moved(before, now, VI, "vi") == [
        "An: Doanh số cho vay +7 triệu đồng; Dư nợ +7 triệu đồng"
    ]
    assert watching().moved(before, now, EN, "en") == [
        "An: Disbursed +7 million dong; Outstanding +7 million dong"
    ]


def test_a_movement_in_many_units_names_a_few() -> None:
    before = seen({name: {"outstanding": 0} for name in "abcde"})
    now = seen({name: {"outstanding": 1_000_000} for name in "abcde"})
    assert watching().moved(before, now, VI, "vi")[3:] == ["và 2 đơn vị khác"]


def test_a_movement_that_no_unit_below_tells_of_is_told_of_the_whole() -> None:
    before, now = (Seen((n, TODAY), {"tasks_open": n}, {}, None) for n in (1, 3))
    assert watching().moved(before, now, VI, "vi") == ["Nhiệm vụ đang thực hiện +2"]


def spans(*months: tuple[int, int]) -> list[Span]:
    return [Span(since=date(y, m, 1), until=date(y, m, 28)) for y, m in months]


def test_a_ratio_of_flows_is_of_the_year_to_date() -> None:
    line = Line(
        name="interest_collection_rate",
        label=Label("", ""),
        unit="ratio",
        values=[None, 4.0, 0.5],
        numerators=[0, 80, 10],
        denominators=[20, 20, 20],
    )
    of_year = to_date(line, ALGEBRA, spans((2019, 11), (2019, 12), (2020, 1)))
    assert of_year.values == [0.0, 2.0, 0.5]
    assert (of_year.numerators, of_year.denominators) == ([0, 80, 10], [20, 40, 20])


def test_stocks_and_ratios_of_stocks_stay_as_they_are() -> None:
    line = Line(name="outstanding", label=Label("", ""), unit="dong", values=[1, 2])
    assert to_date(line, ALGEBRA, spans((2019, 1), (2019, 2))) is line
