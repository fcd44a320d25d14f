"""Where to look first, and why."""

from collections.abc import Mapping

import pytest

from policy_credit_reporting.indicators.comparing import Totals
from policy_credit_reporting.indicators.concentration import Carrier
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.hot_spots import HotSpots, has_hot_spots, hot_spots

M = 1_000_000
NOTHING = dict.fromkeys(ALGEBRA.measures, 0)


def found(name: str, units: Mapping[str, Mapping[str, int]], share: int = 80) -> HotSpots:
    totals: dict[str, Totals] = {unit: NOTHING | dict(of) for unit, of in units.items()}
    return hot_spots(ALGEBRA.ratios[name], "commune", totals, share)


def commune(overdue: int, overdue_loans: int, loans: int) -> dict[str, int]:
    return {
        "overdue": overdue * M,
        "overdue_loans": overdue_loans,
        "loans": loans,
        "outstanding": 40 * M * loans,
    }


DISTRICT = {
    "00001": commune(200, 22, 700),
    "00002": commune(60, 2, 800),
    "00003": commune(30, 2, 600),
    "00004": commune(25, 1, 700),
    **{f"0001{n}": commune(0, 0, 600) for n in range(5)},
    "00020": {},
}


def test_a_commune_can_be_a_hot_spot_for_both_reasons() -> None:
    spots = found("overdue_ratio", DISTRICT)
    assert (spots.units, spots.whole) == (9, 315 * M)
    worst, second = spots.spots
    assert worst.unit == "00001"
    assert worst.carries == Carrier("00001", 200 * M, 200 * M)
    assert worst.outlier is not None
    assert second.carries == Carrier("00002", 60 * M, 260 * M)
    assert second.outlier is None


def test_the_reason_is_in_words_and_money_first() -> None:
    worst, second = found("overdue_ratio", DISTRICT).spots
    assert worst.reason.vi == (
        "200 triệu đồng nợ quá hạn, 63,49 % của tất cả; 22 món vay quá hạn trên 700 món vay"
        " (3,14 %); theo tỷ lệ chung 0,47 % thì khoảng 3,3, và ở cỡ này đến 19 còn trong giới"
        " hạn 99,8 %"
    )
    assert second.reason.en == "60 million dong overdue, 19.05 % of all there is"


def test_a_summary_says_how_many_would_be_above_a_limit_by_chance() -> None:
    summary = found("overdue_ratio", DISTRICT).summary
    assert summary.vi == (
        "2 trong 9 xã mang 82,54 %: 260 triệu đồng nợ quá hạn, trong tất cả 315 triệu đồng;"
        " 1 xã vượt giới hạn theo quy mô; chỉ do ngẫu nhiên thì nhiều nhất khoảng 0,2."
    )
    assert summary.en == (
        "2 of 9 communes carry 82.54 %: 260 million dong overdue, of 315 million dong in all;"
        " 1 commune above the limit for its size; by chance alone there would be at most"
        " about 0.2."
    )


def test_a_commune_out_of_line_is_found_even_where_its_debts_are_small() -> None:
    units = {f"0001{n}": commune(100, 3, 1_000) for n in range(9)} | {"00001": commune(1, 30, 900)}
    spots = found("overdue_ratio", units).spots
    assert [s.unit for s in spots if s.outlier] == ["00001"]
    assert spots[-1].carries is None


def test_where_higher_is_better_units_carry_what_is_missing() -> None:
    units = {
        f"0000{n}": {"interest_due": 100 * M, "interest_collected": collected * M}
        for n, collected in enumerate([100, 98, 60, 100])
    }
    spots = found("interest_collection_rate", units)
    assert spots.whole == 42 * M
    (worst,) = spots.spots
    assert worst.unit == "00002"
    assert worst.reason.vi == "còn thiếu 40 triệu đồng so với lãi phải thu, 95,24 % của tất cả"
    assert worst.reason.en == "40 million dong short of interest due, 95.24 % of all there is"
    assert spots.compared is None


def test_a_ratio_of_counts_is_held_against_limits_itself() -> None:
    good = {f"0000{n}": {"groups_rated": 60, "groups_good": 58} for n in range(8)}
    spots = found("groups_good_ratio", good | {"00009": {"groups_rated": 60, "groups_good": 40}})
    assert [s.unit for s in spots.spots if s.outlier] == ["00009"]
    (worst,) = (s for s in spots.spots if s.outlier)
    assert "20 không đạt trên 60 tổ (33,33 %)" in worst.reason.vi
    assert "20 failing of 60 groups (33.33 %)" in worst.reason.en


def test_a_unit_without_overdue_debt_has_no_hot_spots() -> None:
    spots = found("overdue_ratio", {f"0000{n}": commune(0, 0, 50) for n in range(6)})
    assert spots.spots == []
    assert spots.summary.vi == (
        "Trong 6 xã không nơi nào có vấn đề về nợ quá hạn; không xã nào vượt giới hạn theo quy mô."
    )
    assert spots.summary.en.endswith("; no commune is above the limit for its size.")


def test_where_nothing_is_lent_there_is_nothing_to_say() -> None:
    for spots in (found("overdue_ratio", {}), found("overdue_ratio", {"00001": {}})):
        assert spots.summary.vi == "Chưa xã nào có dư nợ."
        assert spots.summary.en == "No commune has any outstanding."


def test_of_a_single_unit_it_is_only_said_what_it_carries() -> None:
    summary = found("overdue_ratio", {"00001": commune(20, 2, 100), "00002": {}}).summary
    assert summary.vi == "Chỉ 1 xã có dư nợ: 20 triệu đồng nợ quá hạn."
    assert summary.en == "Only 1 commune has any outstanding: 20 million dong overdue."


def test_counts_that_are_no_part_of_each_other_are_not_held_against_limits() -> None:
    """Under a filter, or while facts of one service are still missing."""
    odd = {f"0000{n}": commune(5, 3, 2) for n in range(6)}
    assert found("overdue_ratio", odd).compared is None


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("overdue_ratio", True),
        ("interest_collection_rate", True),
        ("average_outstanding", False),
        ("average_lead_days", False),
        ("entitlement_confirmation_rate", False),
    ],
)
def test_hot_spots_need_a_ratio_of_which_one_way_is_better(name: str, has: bool) -> None:
    assert has_hot_spots(ALGEBRA.ratios[name]) is has
