"""Units beside each other: a table of those of one level, each leading to its own dashboard."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import table

from policy_credit_reporting.board.overseeing import LATE
from policy_credit_reporting.dashboards.frame import ON_THE_BOARD, TITLES, address
from policy_credit_reporting.dashboards.panels import (
    Column,
    coloured,
    links,
    ought_to_be_nought,
    rows_of,
    said_of_each,
    unit_of,
    written,
)
from policy_credit_reporting.dashboards.queries import (
    UnitLevel,
    by_unit,
    declared,
    metric,
    rows,
)
from policy_credit_reporting.indicators.algebra import Label


def units_beside(
    level: UnitLevel, title: Label, names: Sequence[str], where: str, board: str
) -> table.Panel:
    """A row for each unit, a column for each indicator; the first of them orders the rows."""
    indicators = [declared(name) for name in names]
    judged = coloured(ought_to_be_nought())
    values = {
        f"Q{number}": Column(one.label, unit_of(one), *(judged if one.name in LATE else ()))
        for number, one in enumerate(indicators)
    }
    queries = {
        ref: rows(by_unit(level, f"{metric(level, one)}{where}"))
        for ref, one in zip(values, indicators, strict=True)
    }
    first = values["Q0"].title
    return rows_of(title, queries, keys(level, board), values, first, said_of_each(indicators))


def keys(level: UnitLevel, board: str) -> dict[str, Column]:
    """A unit's name, leading to its dashboard and the board, and its code."""
    code = Label("Mã", "Code")
    field = f'${{__data.fields["{written(code)}"]}}'
    chosen: dict[str, str] = {} if level == "province" else {"province": "$province"}
    to = links(
        (TITLES[level], address(level, **chosen, **{level: field})),
        (ON_THE_BOARD, f"{board}/units/{field}"),
    )
    return {"name": Column(Label("Đơn vị", "Unit"), None, to), level: Column(code)}
