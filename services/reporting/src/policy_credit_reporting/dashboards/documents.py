"""The files of all dashboards, as Grafana is provisioned with them."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

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

OF_INTERVALS: Final = ("auto", "auto_count", "auto_min", "id")
"""What the builders say of every variable, and Grafana's types know of none of ours."""


def documents(board: str) -> dict[str, str]:
    """The text of each file, by its name."""
    return {f"{name}.json": _text(make(board)) for name, make in DASHBOARDS.items()}


def _text(made: Dashboard) -> str:
    dashboard = made.build()
    # Numbers for panels, which Grafana would otherwise give them anew at every start.
    for number, panel in enumerate(dashboard.panels or [], 1):
        panel.id_val = number
    told = json.loads(json.dumps(dashboard, cls=JSONEncoder))
    told.pop("style", None)
    for variable in told["templating"].get("list", []):
        for name in OF_INTERVALS:
            variable.pop(name, None)
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
