"""Figures on the board: short in the page, to the dong beside it."""

import pytest

from policy_credit_reporting.board.children import plain, ranks
from policy_credit_reporting.board.figures import NOTHING, Shown, shown, signed
from policy_credit_reporting.board.maps import colour, short_name
from policy_credit_reporting.board.spark import HEIGHT, MARGIN, WIDTH, spark
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.numbers import EN, VI
from policy_credit_reporting.store.answers import Figure, MeasureFigure, RatioFigure

LABEL = Label("nhãn", "label")


def dong(value: int | None) -> Figure:
    return MeasureFigure(name="outstanding", label=LABEL, unit="dong", value=value)


def ratio(numerator: int, denominator: int) -> RatioFigure:
    return RatioFigure(
        name="overdue_ratio",
        label=LABEL,
        unit="ratio",
        value=numerator / denominator if denominator else None,
        numerator=numerator,
        denominator=denominator,
    )


def test_money_is_in_millions_with_the_exact_dong_beside_it() -> None:
    figure = dong(262_149_000_000)
    assert shown(figure, VI) == Shown("262.149 triệu đồng", "262.149.000.000 đồng")
    assert shown(figure, EN) == Shown("262,149 million dong", "262,149,000,000 dong")


def test_a_ratio_comes_with_both_its_parts() -> None:
    assert shown(ratio(315_000_000, 262_149_000_000), VI) == Shown(
        "0,12 %", "315.000.000 đồng ÷ 262.149.000.000 đồng"
    )


def test_counts_have_no_unit() -> None:
    count = MeasureFigure(name="households", label=LABEL, unit="count", value=6_127)
    assert shown(count, VI) == Shown("6.127", "6.127")


@pytest.mark.parametrize("figure", [None, dong(None), ratio(0, 0)])
def test_what_is_not_known_is_a_dash(figure: Figure | None) -> None:
    assert shown(figure, VI) == Shown(NOTHING, "")


def test_growth_has_a_plus() -> None:
    assert [signed(str(n), n) for n in (-1, 0, 1)] == ["-1", "0", "+1"]


def test_equal_ratios_share_a_place_and_units_without_debt_have_none() -> None:
    figures: dict[str, Figure] = {
        "a": ratio(2, 400),
        "b": ratio(1, 200),
        "c": ratio(0, 100),
        "d": ratio(3, 100),
        "e": ratio(0, 0),
    }
    assert ranks(figures) == {"c": "1", "a": "2", "b": "2", "d": "4"}


@pytest.mark.parametrize(
    ("typed", "name"), [("phuoc", "Xã Phước Sơn"), ("ĐÀ", "Đà Nẵng"), ("da n", "Đà Nẵng")]
)
def test_names_are_found_as_people_type_them(typed: str, name: str) -> None:
    assert plain(typed) in plain(name)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 0, "none"),
        (0, 1_000, "0"),
        (1, 1_000, "1"),
        (11, 10_000, "2"),
        (2, 1_000, "2"),
        (21, 10_000, "3"),
        (5, 1_000, "3"),
        (51, 10_000, "4"),
    ],
)
def test_the_colour_of_a_ratio_has_exact_bounds(
    numerator: int, denominator: int, expected: str
) -> None:
    assert colour(ratio(numerator, denominator)) == expected


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Huyện Ninh Phước", "Ninh Phước"),
        ("Thành phố Hà Nội", "Hà Nội"),
        ("Thị trấn Phước Dân", "Phước Dân"),
        ("Quận 1", "Quận 1"),
        ("Phường 10", "Phường 10"),
        ("Đặc khu Trường Sa", "Đặc khu Trường Sa"),
    ],
)
def test_names_on_the_map_are_short_where_a_name_is_left(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_spark_line_goes_from_edge_to_edge_and_from_lowest_to_highest() -> None:
    line = spark([1, 3, 2])
    assert line is not None
    assert line.lines == [f"{MARGIN:.1f},{HEIGHT - MARGIN:.1f} 60.0,{MARGIN:.1f} 117.0,16.0"]
    assert line.last == (f"{WIDTH - MARGIN:.1f}", "16.0")


def test_a_spark_line_is_broken_where_nothing_is_known() -> None:
    line = spark([1, 2, None, 2, 3])
    assert line is not None
    assert len(line.lines) == 2


@pytest.mark.parametrize("values", [[], [None, None], [None, 5]])
def test_there_is_no_line_of_less_than_two_figures(values: list[int | None]) -> None:
    assert spark(values) is None


def test_figures_that_do_not_move_are_a_level_line() -> None:
    line = spark([7, 7])
    assert line is not None
    assert line.lines == ["3.0,16.0 117.0,16.0"]
