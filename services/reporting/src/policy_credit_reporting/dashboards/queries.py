"""What panels ask: Prometheus for what is now and how processes fare, PostgreSQL for business days.

`$province` and `$district` are codes; of a programme or association, everything is `.*`, which has
also what is lent without one.
"""

from collections.abc import Mapping
from typing import Final, Literal

from grafana_foundation_sdk.builders.prometheus import Dataquery as PrometheusQuery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from policy_credit_reporting.indicators.algebra import Dimension, Indicator, Ratio
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.told import metric_of, name_metric_of, year_metric_of
from policy_credit_shared.kernel.checks import check

PROMETHEUS: Final = DataSourceRef(type_val="prometheus", uid="policy-credit-prometheus")
POSTGRESQL: Final = DataSourceRef(type_val="postgres", uid="policy-credit-reporting")
"""As deploy/grafana/provisioning/datasources names them."""

WITHOUT: Final = "none"
"""The part of what is lent without a programme or association."""

UnitLevel = Literal["province", "district"]

NATION: Final = ""
OF_PROVINCE: Final = '{province="$province"}'
OF_DISTRICT: Final = '{district="$district"}'
OFFICE: Final = "office = ${district:sqlstring}::int"
FILTERED: Final = "programme ~ '^(${programme:pipe})$' AND association ~ '^(${association:pipe})$'"


class SqlQuery(Builder[Dataquery]):
    """A query of the views; as a time series if it has a column `time`."""

    def __init__(self, text: str, shape: Literal["table", "time_series"]) -> None:
        self._text = " ".join(text.split())
        self._shape = shape

    def build(self) -> Dataquery:
        """The query as Grafana keeps it."""
        return _Sql(self._text, self._shape)


class _Sql(Dataquery):
    def __init__(self, text: str, shape: str) -> None:
        self._text = text
        self._shape = shape

    def to_json(self) -> Mapping[str, object]:
        return {
            "datasource": POSTGRESQL,
            "editorMode": "code",
            "format": self._shape,
            "rawQuery": True,
            "rawSql": self._text,
            "refId": "A",
        }


def declared(name: str) -> Indicator:
    """An indicator that there is."""
    found = ALGEBRA.indicator(name)
    if found is None:
        raise LookupError(f"{name} is not among the indicators: see docs/indicators.md")
    return found


def metric(level: str, one: Indicator) -> str:
    """What tells of an indicator; a ratio of flows is that of the business year to date."""
    if isinstance(one, Ratio) and one.of_flows:
        return year_metric_of(level, one)
    return metric_of(level, one)


def figure(level: str, one: Indicator, where: str) -> str:
    """An indicator of one unit, without what says which target was scraped."""
    return f"max({metric(level, one)}{where})"


def by_unit(level: UnitLevel, value: str) -> str:
    """A value of each unit of a level, with the units' names."""
    on = "province" if level == "province" else "province, district"
    names = f"* on ({on}) group_left (name) {name_metric_of(level)}"
    return f"max by ({level}, name) (({value}) {names})"


def or_nought(level: UnitLevel, value: str, where: str) -> str:
    """A count that is told only where there may be any."""
    return f"{value}{where} or 0 * max without (name) ({name_metric_of(level)}{where})"


def by_part(dimension: Dimension, name: str, where: str) -> str:
    """A measure by programme or association, of the provinces chosen."""
    one = declared(name)
    check(not isinstance(one, Ratio), "ratios are divided last")
    chosen = ", ".join(filter(None, [where.strip("{}"), f'{dimension}=~"${dimension}"']))
    summed = f"sum by ({dimension}) ({metric_of(f'province_{dimension}', one)}{{{chosen}}})"
    # Prometheus knows no empty label, and a part without a name would be taken for the whole.
    return f'label_replace({summed}, "{dimension}", "{WITHOUT}", "{dimension}", "")'


def through_time(text: str, legend: str) -> PrometheusQuery:
    """A query over the time shown."""
    return PrometheusQuery().expr(text).range().legend_format(legend).datasource(PROMETHEUS)


def now(text: str, legend: str = "__auto") -> PrometheusQuery:
    """A query of the end of the time shown."""
    return PrometheusQuery().expr(text).instant().legend_format(legend).datasource(PROMETHEUS)


def rows(text: str) -> PrometheusQuery:
    """The same as the rows of a table, a column for each label."""
    return now(text).format(PromQueryFormat.TABLE)
