"""What all dashboards share: names, addresses, variables, and the way from level to level."""

from collections.abc import Iterable, Mapping
from typing import Final

from grafana_foundation_sdk.builders.dashboard import (
    CustomVariable,
    Dashboard,
    DashboardLink,
    QueryVariable,
    Row,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from policy_credit_reporting.board.words import ASSOCIATIONS, PROGRAMMES
from policy_credit_reporting.dashboards.panels import written
from policy_credit_reporting.dashboards.queries import PROMETHEUS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.told import name_metric_of

TAG: Final = "policy-credit"
EVERYTHING: Final = ".*"
ON_THE_BOARD: Final = Label("Bảng điều hành", "The board")
TITLES: Final[dict[str, Label]] = {
    "nation": Label("Toàn quốc", "The nation"),
    "province": Label("Chi nhánh tỉnh", "A province"),
    "district": Label("Phòng giao dịch", "A transaction office"),
    "oversight": Label("Kiểm tra, giám sát", "Oversight"),
    "operations": Label("Vận hành", "Operations"),
    "audit": Label("Kiểm toán dữ liệu", "Audit"),
}

PROVINCE: Final = "province"
DISTRICT: Final = "district"


def address(name: str, **variables: str) -> str:
    """A dashboard's address, with values of variables, which Grafana may fill in."""
    query = "&".join(f"var-{variable}={value}" for variable, value in variables.items())
    return f"/d/{TAG}-{name}" + (f"?{query}" if query else "")


def dashboard(
    name: str, board: str, unit: str, variables: Iterable[Builder[VariableModel]] = ()
) -> Dashboard:
    """A dashboard without panels; it leads to the board's page of a unit, and to the others."""
    made = (
        Dashboard(f"Tín dụng chính sách: {written(TITLES[name])}")
        .uid(f"{TAG}-{name}")
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .time("now-1y", "now")
        .refresh("1m")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(
            DashboardLink(written(ON_THE_BOARD))
            .type(DashboardLinkType.LINK)
            .url(f"{board}{unit}")
            .target_blank(True)
        )
        .link(
            DashboardLink("Các bảng khác · Other dashboards")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .as_dropdown(True)
            .include_vars(True)
            .keep_time(True)
        )
    )
    for variable in variables:
        made = made.with_variable(variable)
    return made


def with_row(made: Dashboard, title: Label, panels: Iterable[Builder[Panel]]) -> Dashboard:
    """Panels below a heading."""
    made = made.with_row(Row(written(title)))
    for panel in panels:
        made = made.with_panel(panel)
    return made


def province() -> QueryVariable:
    """Which province, by name."""
    return _unit(PROVINCE, Label("Tỉnh", "Province"), name_metric_of("province"))


def district() -> QueryVariable:
    """Which office of the province, by name."""
    metric = f'{name_metric_of("district")}{{province="$province"}}'
    return _unit(DISTRICT, Label("Phòng giao dịch", "Office"), metric)


def programme() -> CustomVariable:
    """Which programmes; all of them unless some are chosen."""
    return _chosen("programme", Label("Chương trình", "Programme"), PROGRAMMES)


def association() -> CustomVariable:
    """Which associations; all, and what is lent without one, unless some are chosen."""
    return _chosen("association", Label("Hội đoàn thể", "Association"), ASSOCIATIONS)


def _unit(name: str, label: Label, metric: str) -> QueryVariable:
    return (
        QueryVariable(name)
        .label(written(label))
        .datasource(PROMETHEUS)
        .query({"qryType": 3, "query": f"query_result({metric})", "refId": name})
        .regex(f'/{name}="(?<value>[^"]+)|name="(?<text>[^"]+)/g')
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _chosen(name: str, label: Label, labels: Mapping[str, Label]) -> CustomVariable:
    values = {code: written(one) for code, one in labels.items()}
    every = VariableOption(selected=True, text=["All"], value=["$__all"])
    return (
        CustomVariable(name)
        .label(written(label))
        .values(", ".join(f"{_escaped(text)} : {code}" for code, text in values.items()))
        .options(
            [
                VariableOption(selected=True, text="All", value="$__all"),
                *(VariableOption(False, text, code) for code, text in values.items()),
            ]
        )
        .current(every)
        .multi(True)
        .include_all(True)
        .all_value(EVERYTHING)
    )


def _escaped(text: str) -> str:
    return text.replace(",", "\\,")
