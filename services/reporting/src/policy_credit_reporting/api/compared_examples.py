"""Examples of comparisons in the OpenAPI document. The units are real, the figures are not."""

from datetime import UTC, date, datetime
from typing import Final

import msgspec

from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.comparing import Rank
from policy_credit_reporting.store.answers import RatioFigure, Reading, UnitName
from policy_credit_reporting.store.comparisons import Changed, Compared, Comparison
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.reflected import Position, Stream
from policy_credit_reporting.store.spots import Carries, Limits, OutOfLine, Spot, SpotsOfUnit

_SINCE: Final = date(2004, 7, 8)
_DAY: Final = date(2019, 11, 22)
_READING: Final = Reading(
    day=_DAY, tree="bank", tree_date=_DAY, period="year", since=date(2019, 1, 1)
)
_DISTRICT: Final = UnitName("587", "district", "Huyện Ninh Phước", _SINCE)
_PROVINCE: Final = UnitName("58", "province", "Tỉnh Ninh Thuận", _SINCE)
_COMMUNE: Final = UnitName("22870", "commune", "Thị trấn Phước Dân", _SINCE)
_SOURCE: Final = "/policy-credit/repayments"
_POSITION: Final = Position(
    "figures_4f1a5c0de2b3",
    {"policy-credit.repayments": {"0": 48_211}},
    [Stream("policy-credit.repayments", 0, _SOURCE, 48_211)],
    {_SOURCE: datetime(2019, 11, 22, 9, 30, tzinfo=UTC)},
)


def _overdue_ratio(overdue: int, outstanding: int) -> RatioFigure:
    return RatioFigure(
        name="overdue_ratio",
        label=Label("Tỷ lệ nợ quá hạn", "Overdue ratio"),
        unit="ratio",
        value=overdue / outstanding,
        numerator=overdue,
        denominator=outstanding,
    )


_OWN: Final = _overdue_ratio(420_000_000, 300_000_000_000)

COMPARISON: Final = msgspec.to_builtins(
    Comparison(
        total=1,
        limit=1_000,
        unit=_DISTRICT,
        above=_PROVINCE,
        reading=_READING,
        filters={},
        compared=[
            Compared(
                figure=_OWN,
                better="lower",
                above=_overdue_ratio(1_846_000_000, 1_420_000_000_000),
                gap=30_000_000,
                rank=Rank(place=5, of=7, tied=1),
                changes=[
                    Changed(
                        months=12,
                        on=date(2018, 11, 22),
                        before=_overdue_ratio(402_000_000, 231_870_000_000),
                        numerator=18_000_000,
                        denominator=68_130_000_000,
                    )
                ],
            )
        ],
        position=_POSITION,
        provisional=[],
    )
)
SPOTS: Final = msgspec.to_builtins(
    SpotsOfUnit(
        unit=_DISTRICT,
        reading=_READING,
        filters={},
        indicator="overdue_ratio",
        level="commune",
        share_percent=80,
        units=9,
        whole=420_000_000,
        limits=Limits(units=9, cases=27, of=7_000, overdispersion=1.21),
        summary=Label(
            "1 trong 9 xã mang 83,33 %: 350 triệu đồng nợ quá hạn, trong tất cả 420 triệu đồng;"
            " 1 xã vượt giới hạn theo quy mô; chỉ do ngẫu nhiên thì nhiều nhất khoảng 0,2.",
            "1 of 9 communes carries 83.33 %: 350 million dong overdue, of 420 million dong in all;"
            " 1 commune above the limits for their size; by chance alone there would be at most"
            " about 0.2.",
        ),
        total=1,
        limit=100,
        spots=[
            Spot(
                unit=_COMMUNE,
                path=[],
                figure=_overdue_ratio(350_000_000, 32_000_000_000),
                carries=Carries(amount=350_000_000, together=350_000_000),
                out_of_line=OutOfLine(cases=22, of=700, usual_max=10, limit="99.8"),
                reason=Label(
                    "350 triệu đồng nợ quá hạn, 83,33 % của tất cả",
                    "350 million dong overdue, 83.33 % of all there is",
                ),
            )
        ],
        position=_POSITION,
        provisional=[],
    )
)
_CLAUSES: Final = [
    Label(
        "Tỷ lệ nợ quá hạn 0,14 % = 420 triệu đồng của 300.000 triệu đồng",
        "Overdue ratio 0.14 % = 420 million dong of 300,000 million dong",
    ),
    Label(
        "cao hơn tỷ lệ của Tỉnh Ninh Thuận (0,13 %) 30 triệu đồng,"
        " chưa bằng một món vay bình quân (42,9 triệu đồng)",
        "30 million dong above the ratio of Tỉnh Ninh Thuận (0.13 %),"
        " less than one average loan (42.9 million dong)",
    ),
]
EXPLANATION: Final = msgspec.to_builtins(
    Explanation(
        unit=_DISTRICT,
        reading=_READING,
        filters={},
        figure=_OWN,
        text=Label(
            "; ".join(clause.vi for clause in _CLAUSES) + ".",
            "; ".join(clause.en for clause in _CLAUSES) + ".",
        ),
        clauses=_CLAUSES,
        position=_POSITION,
        provisional=[],
    )
)
