"""A figure in words: money first, the same numbers in both languages."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_reporting.indicators.comparing import Rank, Totals, change
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.explaining import Above, Carried, explain, sentence

M = 1_000_000
NOTHING: Totals = dict.fromkeys(ALGEBRA.measures, 0)
DISTRICT = {
    **NOTHING,
    "overdue": 315 * M,
    "outstanding": 262_149 * M,
    "loans": 6_127,
    "overdue_loans": 14,
    "households": 6_100,
}
PROVINCE = {
    **NOTHING,
    "overdue": 1_560 * M,
    "outstanding": 1_418_182 * M,
    "loans": 33_000,
    "overdue_loans": 60,
    "households": 32_000,
}
ABOVE = Above("Tỉnh Ninh Thuận", PROVINCE)


def said(name: str, totals: Totals = DISTRICT, **of: object) -> tuple[list[str], list[str]]:
    """The clauses about an indicator, in Vietnamese and in English."""
    indicator = ALGEBRA.indicator(name)
    assert indicator is not None
    clauses = explain(indicator, totals, **of)  # type: ignore[arg-type]
    return [clause.vi for clause in clauses], [clause.en for clause in clauses]


def test_the_overdue_ratio_of_a_district_in_money_first() -> None:
    vi, en = said("overdue_ratio", above=ABOVE)
    assert vi == [
        "Tỷ lệ nợ quá hạn 0,12 % = 315 triệu đồng của 262.149 triệu đồng",
        "cao hơn tỷ lệ của Tỉnh Ninh Thuận (0,11 %) 26,6 triệu đồng,"
        " chưa bằng một món vay bình quân (42,8 triệu đồng)",
        "14 món vay quá hạn",
    ]
    assert en == [
        "Overdue ratio 0.12 % = 315 million dong of 262,149 million dong",
        "26.6 million dong above the ratio of Tỉnh Ninh Thuận (0.11 %),"
        " less than one average loan (42.8 million dong)",
        "14 overdue loans",
    ]


def test_where_nothing_is_overdue_no_loans_are_counted() -> None:
    vi, en = said("overdue_ratio", {**DISTRICT, "overdue": 0, "overdue_loans": 0})
    assert vi[1:] == ["không có món vay quá hạn nào"]
    assert en[1:] == ["no overdue loans"]


def test_a_unit_alone_on_its_level_has_no_place() -> None:
    alone = Rank(place=1, of=1, tied=1)
    assert said("overdue_ratio", standing=alone, level="province") == said("overdue_ratio")


def test_a_ratio_below_the_one_above_and_a_gap_of_many_loans() -> None:
    nation = {**DISTRICT, "overdue": 10**9}
    vi, en = said("overdue_ratio", PROVINCE, above=Above("Việt Nam", nation))
    assert "thấp hơn tỷ lệ của Việt Nam (0,38 %) 3.849,8 triệu đồng, bằng 89,6 món vay" in vi[1]
    assert "below the ratio of Việt Nam (0.38 %), as much as 89.6 average loans" in en[1]


def test_a_ratio_as_the_one_above() -> None:
    vi, en = said("overdue_ratio", above=Above("Tỉnh Ninh Thuận", DISTRICT))
    assert vi[1] == "bằng tỷ lệ của Tỉnh Ninh Thuận (0,12 %)"
    assert en[1] == "as the ratio of Tỉnh Ninh Thuận (0.12 %)"


def test_the_communes_that_carry_it_are_named() -> None:
    carried = Carried(level="commune", names=["Xã A", "Xã B"], amount=260 * M, items=11)
    vi, en = said("overdue_ratio", carried=carried)
    assert vi[-1] == "82,54 % tổng số là ở 2 xã: Xã A, Xã B (11 món vay quá hạn)"
    assert en[-1] == "82.54 % of the whole is in 2 communes: Xã A, Xã B (11 overdue loans)"


def test_of_many_communes_the_first_five_are_named() -> None:
    carried = Carried(level="commune", names=list("ABCDEFG"), amount=260 * M, items=1)
    vi, en = said("overdue_ratio", carried=carried)
    assert vi[-1] == "82,54 % tổng số là ở 7 xã: A, B, C, D, E và 2 xã khác (1 món vay quá hạn)"
    assert en[-1] == (
        "82.54 % of the whole is in 7 communes: A, B, C, D, E and 2 communes more (1 overdue loan)"
    )


def test_a_ratio_of_counts_names_what_is_counted() -> None:
    vi, en = said("overdue_loans_ratio", above=ABOVE)
    assert vi[0] == "Tỷ lệ món vay quá hạn 0,23 % = 14 món vay quá hạn trên 6.127 món vay"
    assert vi[1] == "cao hơn tỷ lệ của Tỉnh Ninh Thuận (0,18 %) 3 món vay quá hạn"
    assert en[1] == "3 overdue loans above the ratio of Tỉnh Ninh Thuận (0.18 %)"


def test_a_mean_is_explained_by_what_is_divided() -> None:
    vi, en = said("average_outstanding", above=ABOVE)
    assert vi[0] == (
        "Dư nợ bình quân một hộ 43,0 triệu đồng = 262.149 triệu đồng chia cho 6.100 hộ"
    )
    assert en[1] == "1.3 million dong below that of Tỉnh Ninh Thuận (44.3 million dong)"
    days = {**NOTHING, "lead_days": 25, "confirmed_loans": 2}
    longer = Above("Tỉnh Ninh Thuận", {**NOTHING, "lead_days": 9, "confirmed_loans": 1})
    vi, en = said("average_lead_days", days, above=longer)
    assert vi[0].endswith("12,5 ngày = 25 ngày chia cho 2 món vay")
    assert vi[1] == "cao hơn của Tỉnh Ninh Thuận (9,0 ngày) 3,5 ngày"
    assert en[1] == "3.5 days above that of Tỉnh Ninh Thuận (9.0 days)"


def test_a_measure_is_a_share_of_the_unit_above() -> None:
    vi, en = said("outstanding", above=ABOVE)
    assert vi == [
        "Dư nợ 262.149 triệu đồng",
        "bằng 18,48 % của Tỉnh Ninh Thuận (1.418.182 triệu đồng)",
        "6.127 món vay",
    ]
    assert en[1] == "18.48 % of Tỉnh Ninh Thuận (1,418,182 million dong)"


def test_a_place_among_siblings_says_which_way_it_counts() -> None:
    vi, en = said("overdue_ratio", standing=Rank(place=3, of=7, tied=1), level="district")
    assert vi[-1] == "xếp thứ 3 trong 7 huyện, tốt nhất xếp trước"
    vi, en = said("outstanding", standing=Rank(place=2, of=7, tied=3), level="district")
    assert vi[-1] == "xếp thứ 2 trong 7 huyện, cao nhất xếp trước, cùng hạng với 2 đơn vị khác"
    assert en[-1] == "number 2 of 7 districts, the highest first, level with 2 others"


def test_a_change_is_in_money_on_both_sides() -> None:
    ratio = ALGEBRA.ratios["overdue_ratio"]
    before = {**DISTRICT, "overdue": 400 * M, "outstanding": 250_000 * M}
    vi, en = said("overdue_ratio", changes=[change(ratio, DISTRICT, before, 12)])
    assert vi[-1] == (
        "so với 12 tháng trước (0,16 %): nợ quá hạn giảm 85 triệu đồng,"
        " dư nợ tăng 12.149 triệu đồng"
    )
    assert en[-1] == (
        "against 12 months before (0.16 %): overdue down by 85 million dong,"
        " outstanding up by 12,149 million dong"
    )
    vi, _ = said("overdue_ratio", changes=[change(ratio, DISTRICT, DISTRICT, 1)])
    assert vi[-1].endswith("nợ quá hạn không đổi, dư nợ không đổi")


def test_a_figure_that_there_is_not_is_explained_by_what_is_missing() -> None:
    vi, en = said("overdue_ratio", NOTHING, above=ABOVE)
    assert vi == ["Tỷ lệ nợ quá hạn chưa tính được vì không có dư nợ"]
    assert en == ["Overdue ratio: there is none, for want of outstanding"]


def test_a_unit_that_has_all_there_is_has_no_ratio_to_be_held_against() -> None:
    vi, _ = said("overdue_ratio", above=Above("Tỉnh Ninh Thuận", NOTHING))
    assert vi == [
        "Tỷ lệ nợ quá hạn 0,12 % = 315 triệu đồng của 262.149 triệu đồng",
        "14 món vay quá hạn",
    ]


TOTALS = st.builds(
    lambda seed, base: {
        name: max(0, (seed * (n + 3)) % (base + n)) for n, name in enumerate(ALGEBRA.measures)
    },
    st.integers(0, 10**12),
    st.integers(1, 10**11),
)


@pytest.mark.parametrize("name", [*ALGEBRA.measures, *ALGEBRA.ratios])
@settings(max_examples=20)
@given(own=TOTALS, other=TOTALS)
def test_both_languages_say_the_same_numbers(name: str, own: Totals, other: Totals) -> None:
    indicator = ALGEBRA.indicator(name)
    assert indicator is not None
    text = sentence(
        explain(
            indicator,
            own,
            above=Above("X", other),
            carried=Carried(level="commune", names=["Y"], amount=1, items=2),
            standing=Rank(place=1, of=2, tied=2),
            changes=[change(indicator, own, other, 3)],
        )
    )
    swapped = text.vi.translate(str.maketrans(".,", ",."))
    numbers = [re.findall(r"\d[\d.,]*\d|\d", said) for said in (swapped, text.en)]
    assert sorted(numbers[0]) == sorted(numbers[1])
