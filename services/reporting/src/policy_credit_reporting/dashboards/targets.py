"""Targets that units were set, what they have reached, and how far they are: below nought, not met.

A ceiling is met from below and a floor from above, so the distance is what is left to the one and
what is over the other.
"""

from collections.abc import Mapping
from typing import Final

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models import units

from policy_credit_reporting.dashboards.panels import (
    Column,
    at_least,
    coloured,
    names,
    rows_of,
)
from policy_credit_reporting.dashboards.queries import rows
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.indicators.told import PREFIX, name_metric_of
from policy_credit_shared.events.supervision import Bound

TITLE: Final = Label("Chỉ tiêu được giao và thực hiện", "Targets, and what was reached")
MEANING: Final = (
    "Khoảng cách âm là chưa đạt. A negative distance is a target not met. Flows are those of the"
    " target's year."
)
BOUNDS: Final[tuple[Bound, Bound]] = ("ceiling", "floor")
VALUES: Final = {
    "TARGET": Column(Label("Chỉ tiêu", "Target"), units.PercentUnit),
    "REACHED": Column(Label("Thực hiện", "Reached"), units.PercentUnit),
    "DISTANCE": Column(Label("Khoảng cách", "Distance"), units.PercentUnit, *coloured(at_least(0))),
}


def targets(level: str, where: str, units_keys: Mapping[str, Column]) -> table.Panel:
    """A row for each target of the units chosen; the keys say whose it is, where of several."""
    by = ", ".join([*units_keys, "indicator"])
    named = f" * on (province, district) group_left (name) {name_metric_of(level)}"

    def either(ceiling: str, floor: str) -> str:
        return f"max by ({by}) ((({ceiling}) or ({floor})){named if units_keys else ''})"

    ceiling, floor = (f"{PREFIX}_{level}_{bound}_ratio{where}" for bound in BOUNDS)
    below, above = (f"{PREFIX}_{level}_{bound}_reached_ratio{where}" for bound in BOUNDS)
    queries = {
        "TARGET": rows(either(ceiling, floor)),
        "REACHED": rows(either(below, above)),
        "DISTANCE": rows(either(f"{ceiling} - {below}", f"{above} - {floor}")),
    }
    labels = {str(name): label for name, label in TARGETED.items()}
    keys = {
        **units_keys,
        "indicator": Column(Label("Tên chỉ tiêu", "Indicator"), None, names(labels)),
    }
    return rows_of(TITLE, queries, keys, VALUES, VALUES["DISTANCE"].title, MEANING)
