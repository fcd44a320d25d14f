"""Numbers as Vietnamese readers write them."""

import pytest

from policy_credit_reporting.board.numbers import days, millions, percent, points, whole


def test_millions_of_dong() -> None:
    assert millions(262_149_000_000) == "262.149 triệu đồng"
    assert millions(1_550_000) == "1,6 triệu đồng"
    assert millions(0) == "0 triệu đồng"
    assert millions(-2_000_000) == "-2 triệu đồng"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(315, 262_149, "0,12 %"), (574, 521_649, "0,11 %"), (1, 1, "100,00 %"), (5, 1, "500,00 %")],
)
def test_percent(numerator: int, denominator: int, text: str) -> None:
    assert percent(numerator, denominator) == text


def test_whole_numbers() -> None:
    assert whole(6_127) == "6.127"


def test_days() -> None:
    assert days(25, 2) == "12,5 ngày"
    assert days(1, 3) == "0,3 ngày"
    assert days(1, 20) == "0,1 ngày"


def test_points() -> None:
    assert points(285, 3) == "95,0 điểm"
    assert points(899, 10) == "89,9 điểm"
