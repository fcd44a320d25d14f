"""The files of all dashboards, as Grafana is provisioned with them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import GridPos

from policy_credit_reporting.dashboards.audit import audit
from policy_credit_reporting.dashboards.district import district_dashboard
from policy_credit_reporting.dashboards.nation import nation
from policy_credit_reporting.dashboards.operations import operations
from policy_credit_reporting.dashboards.oversight import oversight
from policy_credit_reporting.dashboards.province import province_dashboard

DASHBOARDS: Final[Mapping[str, Callable[[str], Dashboard]]] = {
    "nation": nation,
    "province": province_dashboard,
    "district": district_dashboard,
    "oversight": oversight,
    "operations": operations,
    "audit": audit,
}
"""By name, what makes each for a board that is at an address."""

GRID_WIDTH: Final = 24
OF_INTERVALS: Final = ("auto", "auto_count", "auto_min", "id")
"""What the builders say of every variable, and Grafana's types know of none of ours."""


def documents(board: str) -> dict[str, str]:
    """The text of each file, by its name."""
    return {f"{name}.json": _text(make(board)) for name, make in DASHBOARDS.items()}


def _text(made: Dashboard) -> str:
    dashboard = made.build()
    panels = dashboard.panels or []
    # Numbers for panels, which Grafana would otherwise give them anew at every start.
    for number, panel in enumerate(panels, 1):
        panel.id_val = number
    _place([panel.grid_pos for panel in panels if panel.grid_pos is not None])
    told = json.loads(json.dumps(dashboard, cls=JSONEncoder))
    told.pop("style", None)
    for variable in told["templating"].get("list", []):
        for name in OF_INTERVALS:
            variable.pop(name, None)
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _place(positions: Sequence[GridPos]) -> None:
    """From left to right, in a new line where there is no room: the builders would go on beyond."""
    x = y = height = 0
    for position in positions:
        if x + position.w > GRID_WIDTH:
            x, y, height = 0, y + height, 0
        position.x, position.y = x, y
        x, height = x + position.w, max(height, position.h)
