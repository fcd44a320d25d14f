"""Kinds of panels. Titles are Vietnamese, then English; units and colours follow declarations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from grafana_foundation_sdk.builders import common, piechart, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery as PrometheusQuery
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    GraphDrawStyle,
    LegendDisplayMode,
    LegendPlacement,
    StackingMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.piechart import PieChartLegendValues

from policy_credit_reporting.board.overseeing import LATE
from policy_credit_reporting.dashboards.queries import (
    POSTGRESQL,
    PROMETHEUS,
    SqlQuery,
    declared,
    figure,
    through_time,
)
from policy_credit_reporting.indicators.algebra import Indicator, Label

UNITS: Final = {
    "dong": units.VietnameseDong,
    "ratio": units.PercentUnit,
    "count": units.LocaleFormat,
    "days": units.Days,
    "points": units.NoUnit,
}
NOTHING: Final = "—"
STAT: Final = (4, 5)
HALF: Final = (12, 9)
WHOLE: Final = (24, 10)
"""Widths, of 24, and heights."""

Columns = Mapping[str, "Column"]
P = TypeVar("P", stat.Panel, table.Panel, timeseries.Panel, piechart.Panel)


class Column:
    """A column of a table: its title, unit, and what else is told of it."""

    def __init__(self, title: Label, unit: str | None = None, *more: DynamicConfigValue) -> None:
        self.title = written(title)
        self.properties = [*([_property("unit", unit), *_decimals(unit)] if unit else []), *more]


def written(label: Label) -> str:
    """A label in both languages."""
    return f"{label.vi} · {label.en}"


def unit_of(one: Indicator) -> str:
    """Grafana's unit of an indicator."""
    return UNITS[one.unit]


def said_of(one: Indicator) -> str:
    """What an indicator means, and where it comes from."""
    meaning = written(one.meaning)
    return f"{meaning} Nguồn · Source: {written(one.source)}." if one.source else meaning


def said_of_each(ones: Iterable[Indicator]) -> str:
    """The same of several, a line each."""
    return "\n".join(f"* {written(one.label)}: {said_of(one)}" for one in ones)


def links(*of: tuple[Label, str]) -> DynamicConfigValue:
    """Addresses that a cell leads to."""
    return _property("links", [{"title": written(title), "url": url} for title, url in of])


def names(labels: Mapping[str, Label]) -> DynamicConfigValue:
    """Codes shown as what they stand for."""
    options = {code: {"index": n, "text": written(o)} for n, (code, o) in enumerate(labels.items())}
    return _property("mappings", [{"type": "value", "options": options}])


def coloured(steps: ThresholdsConfig) -> list[DynamicConfigValue]:
    """Cells coloured by thresholds."""
    return [
        _property("thresholds", steps.build().to_json()),
        _property("custom.cellOptions", {"type": "color-text"}),
    ]


def at_least(least: float, below: str = "red") -> ThresholdsConfig:
    """Green from a value on."""
    return _steps(Threshold(None, below), Threshold(least, "green"))


def ought_to_be_nought() -> ThresholdsConfig:
    """Red from one on."""
    return _steps(Threshold(None, "green"), Threshold(1, "red"))


def indifferent() -> ThresholdsConfig:
    """No judgement."""
    return _steps(Threshold(None, "blue"))


def leading(level: str, name: str, where: str) -> stat.Panel:
    """One indicator of one unit, with its course."""
    one = declared(name)
    judged = ought_to_be_nought() if name in LATE else indifferent()
    title = one.label
    return number(title, figure(level, one, where), unit_of(one), judged, said_of(one))


def number(
    title: Label, text: str, unit: str, steps: ThresholdsConfig, description: str = ""
) -> stat.Panel:
    """One number from Prometheus, with its course."""
    panel = _number(title, unit, steps, description).graph_mode(BigValueGraphMode.AREA)
    return panel.datasource(PROMETHEUS).with_target(through_time(text, written(title)).ref_id("A"))


def number_of_rows(title: Label, text: str, description: str = "") -> stat.Panel:
    """A count from PostgreSQL that ought to be nought."""
    panel = _number(title, units.LocaleFormat, ought_to_be_nought(), description)
    return panel.datasource(POSTGRESQL).with_target(SqlQuery(text, "table"))


def course(
    title: Label, queries: Sequence[PrometheusQuery], unit: str, description: str = ""
) -> timeseries.Panel:
    """Lines through the time that Prometheus was looking."""
    panel = _lines(title, unit, description).datasource(PROMETHEUS)
    for number, query in enumerate(queries):
        panel = panel.with_target(query.ref_id(chr(ord("A") + number)))
    return panel


def bars_by_month(title: Label, text: str, unit: str, description: str = "") -> timeseries.Panel:
    """Bars of business months."""
    return _sql_lines(title, text, unit, description).draw_style(GraphDrawStyle.BARS)


def lines_by_month(title: Label, text: str, unit: str, description: str = "") -> timeseries.Panel:
    """Lines through the ends of business months."""
    return _sql_lines(title, text, unit, description).show_points(VisibilityMode.ALWAYS)


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    """Parts on top of each other."""
    return panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(40)


def shares(
    title: Label, query: PrometheusQuery, unit: str, labels: Mapping[str, Label], description: str
) -> piechart.Panel:
    """What a sum is made of."""
    panel = (
        piechart.Panel()
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .legend(
            piechart.PieChartLegendOptions()
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.RIGHT)
            .show_legend(True)
            .values([PieChartLegendValues.VALUE, PieChartLegendValues.PERCENT])
        )
    )
    panel = _framed(panel, title, unit, description).datasource(PROMETHEUS)
    for code, label in labels.items():
        panel = panel.override_by_name(code, [_property("displayName", written(label))])
    return sized(panel.with_target(query.ref_id("A")), HALF)


def rows_of(
    title: Label,
    queries: Mapping[str, PrometheusQuery],
    keys: Columns,
    values: Columns,
    sort: str,
    description: str = "",
) -> table.Panel:
    """A table of a row for each set of labels: `keys` are labels, `values` columns by query."""
    panel = _table(title, description).datasource(PROMETHEUS)
    order: dict[str, int] = {}
    renamed: dict[str, str] = {}
    fields = {**keys, **{f"Value #{ref}": column for ref, column in values.items()}}
    # With one query Grafana calls its values by no reference.
    if len(queries) == 1:
        fields = {**keys, "Value": next(iter(values.values()))}
    for number, (name, column) in enumerate(fields.items()):
        order[name] = number
        renamed[name] = column.title
        panel = panel.override_by_name(column.title, column.properties)
    for ref, query in queries.items():
        panel = panel.with_target(query.ref_id(ref))
    panel = panel.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    panel = panel.with_transformation(
        DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True},
                "indexByName": order,
                "renameByName": renamed,
            },
        )
    )
    by = common.TableSortByFieldState().display_name(sort).desc(True)
    return sized(panel.sort_by([by]), WHOLE)


def rows_in(title: Label, text: str, columns: Columns, description: str = "") -> table.Panel:
    """A table from PostgreSQL, whose columns are called as shown."""
    panel = _table(title, description).datasource(POSTGRESQL)
    for name, column in columns.items():
        shown = [_property("displayName", column.title), *column.properties]
        panel = panel.override_by_name(name, shown)
    return sized(panel.with_target(SqlQuery(text, "table")), WHOLE)


def sized(panel: P, size: tuple[int, int]) -> P:
    """So wide, of 24, and so high."""
    width, height = size
    return panel.span(width).height(height)


def dashed() -> list[DynamicConfigValue]:
    """How a target is drawn."""
    return [
        _property("custom.lineStyle", {"fill": "dash", "dash": [10, 10]}),
        _property("color", {"mode": "fixed", "fixedColor": "red"}),
    ]


def _table(title: Label, description: str) -> table.Panel:
    return _framed(table.Panel().show_header(True), title, None, description)


def _number(title: Label, unit: str, steps: ThresholdsConfig, description: str) -> stat.Panel:
    panel = (
        stat.Panel()
        .color_mode(BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(steps)
    )
    return sized(_framed(panel, title, unit, description), STAT)


def _lines(title: Label, unit: str, description: str) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
    )
    panel = timeseries.Panel().legend(legend).fill_opacity(10)
    return sized(_framed(panel, title, unit, description), HALF)


def _sql_lines(title: Label, text: str, unit: str, description: str) -> timeseries.Panel:
    panel = _lines(title, unit, description).datasource(POSTGRESQL)
    return panel.with_target(SqlQuery(text, "time_series"))


def _framed(panel: P, title: Label, unit: str | None, description: str) -> P:
    panel = panel.title(written(title)).description(description).no_value(NOTHING)
    if unit is None:
        return panel
    panel = panel.unit(unit)
    return panel.decimals(2) if unit == units.PercentUnit else panel


def _steps(*steps: Threshold) -> ThresholdsConfig:
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(list(steps))


def _decimals(unit: str) -> list[DynamicConfigValue]:
    return [_property("decimals", 2)] if unit == units.PercentUnit else []


def _property(name: str, value: object) -> DynamicConfigValue:
    return DynamicConfigValue(id_val=name, value=value)
