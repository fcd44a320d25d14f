"""How indicators are named where Prometheus keeps them, and which are told by dimension too."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Dimension, Indicator, Measure, Ratio
from policy_credit_reporting.indicators.measures import (
    debt,
    lending,
    savings,
    supervision,
    turnover,
)

PREFIX: Final = "policy_credit"

SPLIT: Final[dict[Dimension, tuple[Measure, ...]]] = {
    "programme": (
        debt.outstanding,
        debt.overdue,
        debt.frozen,
        debt.loans,
        lending.plan,
        turnover.disbursed,
        turnover.collected,
        turnover.interest_due,
        turnover.interest_collected,
    ),
    "association": (
        debt.outstanding,
        debt.overdue,
        debt.loans,
        savings.savings,
        lending.groups,
        supervision.use_checks_overdue,
    ),
}
"""Told of provinces by a dimension too: a measure has 34 × 12 series by programme, 34 × 5 by
association."""


def metric_of(level: str, one: Indicator) -> str:
    """An indicator's metric: its name ends with its unit, once; counts have none."""
    name, unit = one.name, one.unit
    named = name if unit == "count" or name.endswith(f"_{unit}") else f"{name}_{unit}"
    return f"{PREFIX}_{level}_{named}"


def year_metric_of(level: str, ratio: Ratio) -> str:
    """The metric of a ratio of flows, over the business year to date."""
    return metric_of(f"{level}_year", ratio)


def name_metric_of(level: str) -> str:
    """The metric that says what units of a level are called."""
    return f"{PREFIX}_{level}_info"


def help_of(one: Indicator) -> str:
    """What a metric is, in both languages, on one line."""
    return f"{one.label.en} ({one.label.vi}): {one.meaning.en}"
