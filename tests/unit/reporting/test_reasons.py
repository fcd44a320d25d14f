"""The reasons as they stand in the terminal."""

import io

import msgspec
from rich.console import Console

from policy_credit_reporting.api import compared_examples as examples
from policy_credit_reporting.board.reasons import reasons
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.spots import SpotsOfUnit

EXPLANATION = msgspec.convert(examples.EXPLANATION, Explanation)
SPOTS = msgspec.convert(examples.SPOTS, SpotsOfUnit)


def shown(spots: SpotsOfUnit | None) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=400, color_system=None).print(reasons(EXPLANATION, spots))
    return [line.strip() for line in out.getvalue().splitlines()]


def test_a_district_is_explained_with_its_hot_spots() -> None:
    lines = shown(SPOTS)
    assert lines[:2] == [EXPLANATION.text.vi, EXPLANATION.text.en]
    assert SPOTS.summary.vi in lines
    (row,) = (line for line in lines if "Thị trấn Phước Dân" in line)
    assert "350 triệu đồng nợ quá hạn, 83,33 % của tất cả" in row


def test_a_commune_is_explained_and_has_nothing_below() -> None:
    assert shown(None) == [EXPLANATION.text.vi, EXPLANATION.text.en]
