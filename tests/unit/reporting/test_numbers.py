"""Numbers as readers write them, in both languages."""

import pytest

from policy_credit_reporting.indicators.numbers import EN, VI, rounded


def test_millions_of_dong() -> None:
    assert VI.millions(262_149_000_000) == "262.149 triệu đồng"
    assert EN.millions(262_149_000_000) == "262,149 million dong"
    assert VI.millions(1_550_000) == "1,6 triệu đồng"
    assert VI.millions(0) == "0 triệu đồng"
    assert VI.millions(-2_000_000) == "-2 triệu đồng"
    assert VI.millions(-1_550_000) == "-1,6 triệu đồng"


def test_money_below_a_million_is_in_dong() -> None:
    assert VI.money(999_999) == "999.999 đồng"
    assert EN.money(-40_000) == "-40,000 dong"
    assert VI.money(1_000_000) == "1 triệu đồng"
    assert VI.money(0) == "0 triệu đồng"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (315, 262_149, "0,12 %"),
        (574, 521_649, "0,11 %"),
        (1, 1, "100,00 %"),
        (5, 1, "500,00 %"),
        (12, 1, "1.200,00 %"),
        (-315, 262_149, "-0,12 %"),
        (1, 20_000, "0,01 %"),
        (1, 20_001, "0,00 %"),
    ],
)
def test_percent(numerator: int, denominator: int, text: str) -> None:
    assert VI.percent(numerator, denominator) == text


def test_percent_in_english() -> None:
    assert EN.percent(12, 1) == "1,200.00 %"


def test_whole_numbers() -> None:
    assert VI.whole(6_127) == "6.127"
    assert EN.whole(6_127) == "6,127"


def test_days() -> None:
    assert VI.mean_days(25, 2) == "12,5 ngày"
    assert EN.mean_days(1, 3) == "0.3 days"
    assert VI.mean_days(1, 20) == "0,1 ngày"


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(1, 2, 1), (-1, 2, -1), (1, 3, 0), (-2, 3, -1), (5, 1, 5), (10**20 + 1, 2, 5 * 10**19 + 1)],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, nearest: int) -> None:
    assert rounded(numerator, denominator) == nearest


def test_points() -> None:
    assert VI.mean_points(285, 3) == "95,0 điểm"
    assert EN.mean_points(899, 10) == "89.9 points"
