"""Oversight in a province: what is late, how groups are rated, and each office's part in it."""

from typing import Final

from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.dashboards.below import units_beside
from policy_credit_reporting.dashboards.frame import dashboard, province, with_row
from policy_credit_reporting.dashboards.panels import (
    course,
    leading,
    said_of,
    stacked,
    unit_of,
    written,
)
from policy_credit_reporting.dashboards.queries import (
    OF_PROVINCE,
    declared,
    figure,
    through_time,
)
from policy_credit_reporting.indicators.algebra import Label

SECTIONS: Final = {
    "inspections": (
        "findings_open",
        "findings_past_deadline",
        "findings_remedied_on_time_rate",
        "inspection_plan_fulfilment",
    ),
    "use_checks": (
        "use_checks_open",
        "use_checks_overdue",
        "use_checks_on_time_rate",
        "wrong_uses",
    ),
    "governing": ("tasks_open", "tasks_late", "obstacles_open", "reports_late"),
    "illegal": ("illegal_lending_open",),
}
"""Stocks, ratios of the year, and wrong uses of all time: what a leader asks after."""
RATINGS: Final = ("groups_good", "groups_fair", "groups_average", "groups_weak")
OFFICES: Final = (
    "findings_past_deadline",
    "findings_open",
    "use_checks_overdue",
    "use_checks_open",
    "use_checks_on_time_rate",
    "tasks_late",
    "reports_late",
    "groups_good_ratio",
    "groups_weak",
    "average_points",
)


def oversight(board: str) -> Dashboard:
    """Oversight of one province and its offices."""
    made = dashboard("oversight", board, "/units/${province}/oversight", [province()])
    for word, names in SECTIONS.items():
        figures = [leading("province", name, OF_PROVINCE) for name in names]
        made = with_row(made, WORDS[word], figures)
    groups = Label("Xếp loại tổ TK&VV", "Ratings of groups")
    made = with_row(made, groups, [stacked(_counts(groups, RATINGS)), _points()])
    offices = Label("Các phòng giao dịch", "Offices")
    beside = units_beside("district", offices, OFFICES, OF_PROVINCE, board)
    return with_row(made, offices, [beside])


def _counts(title: Label, names: tuple[str, ...]) -> timeseries.Panel:
    indicators = [declared(name) for name in names]
    queries = [
        through_time(figure("province", one, OF_PROVINCE), written(one.label)) for one in indicators
    ]
    return course(title, queries, unit_of(indicators[0]), said_of(declared("groups_good_ratio")))


def _points() -> timeseries.Panel:
    points = declared("average_points")
    query = through_time(figure("province", points, OF_PROVINCE), written(points.label))
    return course(points.label, [query], unit_of(points), said_of(points))
