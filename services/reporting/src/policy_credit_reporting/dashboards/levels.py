"""What dashboards of nation, province and office have in common."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from grafana_foundation_sdk.builders import piechart, stat, timeseries

from policy_credit_reporting.board.words import ASSOCIATIONS, PROGRAMMES
from policy_credit_reporting.dashboards.panels import (
    course,
    leading,
    said_of,
    said_of_each,
    shares,
    unit_of,
    written,
)
from policy_credit_reporting.dashboards.queries import (
    WITHOUT,
    by_part,
    declared,
    figure,
    now,
    through_time,
)
from policy_credit_reporting.indicators.algebra import Dimension, Label

LEADING: Final = (
    "outstanding",
    "overdue",
    "overdue_ratio",
    "overdue_and_frozen_ratio",
    "households",
    "average_outstanding",
    "plan_fulfilment",
    "total_capital",
    "savings",
    "interest_collection_rate",
    "principal_when_due_rate",
    "handled_at_point_ratio",
)
"""Stocks, and ratios of the business year; flows go by business days, which PostgreSQL knows."""

COMPARED: Final = (
    "outstanding",
    "overdue",
    "overdue_ratio",
    "overdue_and_frozen_ratio",
    "households",
    "plan_fulfilment",
    "interest_collection_rate",
    "principal_when_due_rate",
    "groups_good_ratio",
    "findings_past_deadline",
    "use_checks_overdue",
)
"""What units stand beside each other by; the first orders them."""

PARTS: Final[Sequence[tuple[Dimension, Mapping[str, Label], Label]]] = (
    ("programme", PROGRAMMES, Label("theo chương trình", "by programme")),
    ("association", ASSOCIATIONS, Label("theo hội đoàn thể", "by association")),
)

NOW: Final = Label("Hiện tại", "Now")
STRUCTURE: Final = Label("Cơ cấu, theo lựa chọn ở trên", "Structure, of what is chosen above")
NEITHER: Final = Label("Không phân loại", "Without any")
COURSE: Final = Label("Diễn biến", "Course")


def leading_figures(level: str, where: str) -> Iterator[stat.Panel]:
    """The leading figures of one unit."""
    return (leading(level, name, where) for name in LEADING)


def structure(where: str) -> Iterator[piechart.Panel]:
    """What outstanding and overdue debt are made of, of the provinces chosen."""
    for name in ("outstanding", "overdue"):
        one = declared(name)
        for dimension, labels, by in PARTS:
            title = Label(f"{one.label.vi} {by.vi}", f"{one.label.en} {by.en}")
            query = now(by_part(dimension, name, where), f"{{{{{dimension}}}}}")
            yield shares(title, query, unit_of(one), {**labels, WITHOUT: NEITHER}, said_of(one))


def courses(level: str, where: str) -> Iterator[timeseries.Panel]:
    """Outstanding, and the quality of debt, since Prometheus has been looking."""
    outstanding = declared("outstanding")
    yield course(
        outstanding.label,
        [through_time(figure(level, outstanding, where), written(outstanding.label))],
        unit_of(outstanding),
        said_of(outstanding),
    )
    ratios = [declared(name) for name in ("overdue_ratio", "frozen_ratio")]
    yield course(
        Label("Chất lượng nợ", "Quality of debt"),
        [through_time(figure(level, one, where), written(one.label)) for one in ratios],
        unit_of(ratios[0]),
        said_of_each(ratios),
    )
