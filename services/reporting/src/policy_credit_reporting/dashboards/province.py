"""A province, its offices beside each other, and what they were to reach."""

from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models import units

from policy_credit_reporting.dashboards.below import keys, units_beside
from policy_credit_reporting.dashboards.frame import (
    association,
    dashboard,
    programme,
    province,
    with_row,
)
from policy_credit_reporting.dashboards.levels import (
    COMPARED,
    COURSE,
    NOW,
    STRUCTURE,
    courses,
    leading_figures,
    structure,
)
from policy_credit_reporting.dashboards.panels import (
    Column,
    coloured,
    ought_to_be_nought,
    rows_of,
)
from policy_credit_reporting.dashboards.queries import OF_PROVINCE, by_unit, or_nought, rows
from policy_credit_reporting.dashboards.targets import targets
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.told import PREFIX

WATCHED: Final = Label("Cần theo dõi", "To be watched")
WATCHING: Final = {
    "EXPECTED": Column(Label("Điểm đến kỳ", "Points whose day has come"), units.LocaleFormat),
    "MISSING": Column(
        Label("Điểm chưa báo cáo", "Points not heard of"),
        units.LocaleFormat,
        *coloured(ought_to_be_nought()),
    ),
    "SPOTS": Column(
        Label("Xã bất thường", "Communes out of line"),
        units.LocaleFormat,
        *coloured(ought_to_be_nought()),
    ),
}


def province_dashboard(board: str) -> Dashboard:
    """One province."""
    offices = Label("Các phòng giao dịch", "Offices")
    variables = [province(), programme(), association()]
    made = dashboard("province", board, "/units/${province}", variables)
    made = with_row(made, NOW, leading_figures("province", OF_PROVINCE))
    beside = units_beside("district", offices, COMPARED, OF_PROVINCE, board)
    made = with_row(made, offices, [beside])
    watched = rows_of(
        Label("Điểm giao dịch chưa báo cáo, xã bất thường", "Points not heard of, hot-spots"),
        {
            "EXPECTED": rows(_counted("points_expected")),
            "MISSING": rows(_counted("points_missing")),
            "SPOTS": rows(_counted("hot_spot_communes")),
        },
        keys("district", board),
        WATCHING,
        WATCHING["MISSING"].title,
    )
    made = with_row(
        made, WATCHED, [targets("district", OF_PROVINCE, keys("district", board)), watched]
    )
    made = with_row(made, STRUCTURE, structure(OF_PROVINCE))
    return with_row(made, COURSE, courses("province", OF_PROVINCE))


def _counted(name: str) -> str:
    counts = or_nought("district", f"{PREFIX}_district_{name}", OF_PROVINCE)
    return by_unit("district", counts)
