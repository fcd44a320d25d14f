"""The nation, and its provinces beside each other."""

from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard

from policy_credit_reporting.dashboards.below import units_beside
from policy_credit_reporting.dashboards.frame import association, dashboard, programme, with_row
from policy_credit_reporting.dashboards.levels import (
    COMPARED,
    COURSE,
    NOW,
    STRUCTURE,
    courses,
    leading_figures,
    structure,
)
from policy_credit_reporting.dashboards.panels import WHOLE, course, said_of, sized, unit_of
from policy_credit_reporting.dashboards.queries import (
    NATION,
    by_unit,
    declared,
    metric,
    through_time,
)
from policy_credit_reporting.dashboards.targets import targets
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_shared.kernel.units import NATION as NATION_CODE

WORST: Final = 10


def nation(board: str) -> Dashboard:
    """The whole country."""
    of_year = Label("Chỉ tiêu của cả nước", "The nation's targets")
    provinces = Label("Các chi nhánh tỉnh", "Provinces")
    made = dashboard("nation", board, f"/units/{NATION_CODE}", [programme(), association()])
    made = with_row(made, NOW, leading_figures("nation", NATION))
    made = with_row(made, of_year, [targets("nation", NATION, {})])
    made = with_row(made, provinces, [units_beside("province", provinces, COMPARED, "", board)])
    made = with_row(made, STRUCTURE, structure(""))
    overdue = declared("overdue_ratio")
    highest = by_unit("province", f"topk({WORST}, {metric('province', overdue)})")
    worst = course(
        Label(f"{WORST} tỉnh có tỷ lệ nợ quá hạn cao nhất", f"The {WORST} highest overdue ratios"),
        [through_time(highest, "{{name}}")],
        unit_of(overdue),
        said_of(overdue),
    )
    return with_row(made, COURSE, [*courses("nation", NATION), sized(worst, WHOLE)])
