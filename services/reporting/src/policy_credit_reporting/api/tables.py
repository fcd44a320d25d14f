"""Answers as CSV: codes stay text, amounts are whole dong, a column's name ends with its unit."""

import csv
import io
from collections.abc import Iterable, Sequence

from msgspec import Struct

from policy_credit_reporting.store.answers import (
    Bridge,
    BridgeLine,
    ChildrenFigures,
    Figure,
    Line,
    MeasureFigure,
    Revisions,
    SeriesFigures,
    TreeColumns,
)
from policy_credit_reporting.store.groups import GroupsOfUnit

Cells = Sequence[object]


def text(header: Cells, rows: Iterable[Cells]) -> str:
    """A table as RFC 4180 writes it; nothing stands for null."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def children(answer: ChildrenFigures) -> str:
    """A row for each unit."""
    reading = answer.reading
    header: list[str] = ["code", "valid_from", "level", "name", "date", "tree", "tree_date"]
    first = answer.children[0].indicators if answer.children else []
    header += [name for figure in first for name in _names(figure)]
    return text(
        header,
        (
            [
                child.unit.code,
                child.unit.valid_from,
                child.unit.level,
                child.unit.name,
                reading.day,
                reading.tree,
                reading.tree_date,
                *(value for figure in child.indicators for value in _values(figure)),
            ]
            for child in answer.children
        ),
    )


def groups(answer: GroupsOfUnit) -> str:
    """A row for each group; then, without one, what belongs to none."""
    header = ["code", "date", "group", "locality", "village", "association", "formed_on", "rating"]
    header += [name for figure in answer.whole for name in _names(figure)]
    of_unit = [answer.unit.code, answer.reading.day]
    rows = [
        [
            *of_unit,
            one.group,
            one.locality,
            one.village,
            one.association,
            one.formed_on,
            one.rating,
            *(value for figure in one.indicators for value in _values(figure)),
        ]
        for one in answer.groups
    ]
    outside = [value for figure in answer.outside for value in _values(figure)]
    return text(header, [*rows, [*of_unit, *[None] * 6, *outside]])


def tree(answer: TreeColumns) -> str:
    """A row for each unit."""
    header = ["code", "level", "parent", "name"]
    header += [with_unit(column.name, column.unit) for column in answer.columns]
    return text(
        header, ([row.code, row.level, row.parent, row.name, *row.values] for row in answer.rows())
    )


def series(answer: SeriesFigures) -> str:
    """A row for each period."""
    columns: list[tuple[str, Sequence[object]]] = []
    for line in answer.indicators:
        columns += _columns(line)
    return text(
        ["code", "since", "until", *(name for name, _ in columns)],
        (
            [answer.unit.code, span.since, span.until, *(values[number] for _, values in columns)]
            for number, span in enumerate(answer.periods)
        ),
    )


def bridge(answer: Bridge) -> str:
    """A row for each measure."""

    def row(line: BridgeLine) -> Cells:
        return [
            answer.unit.code,
            answer.since,
            answer.until,
            line.name,
            line.unit,
            line.opening,
            line.business,
            line.merger,
            line.closing,
        ]

    header = ["code", "since", "until", "measure", "unit", "opening", "business", "merger"]
    return text([*header, "closing"], map(row, answer.measures))


def revisions(answer: Revisions) -> str:
    """A row for each business day, day of recording and measure."""
    return text(
        ["code", "month", "indicator", "occurred_on", "recorded_on", "amount"],
        (
            [answer.unit.code, r.month, r.indicator, r.occurred_on, r.recorded_on, r.amount]
            for r in answer.revisions
        ),
    )


def structs(kind: type[Struct], rows: Iterable[Struct]) -> str:
    """A row for each Struct, a column for each of its fields."""
    names = kind.__struct_fields__
    return text(names, ([getattr(row, name) for name in names] for row in rows))


def with_unit(name: str, unit: str) -> str:
    """A column's name, its unit last; counts and ratios have none."""
    return name if unit in ("count", "ratio") or name.endswith(unit) else f"{name}_{unit}"


def _names(figure: Figure) -> list[str]:
    name = with_unit(figure.name, figure.unit)
    if isinstance(figure, MeasureFigure):
        return [name]
    return [name, f"{figure.name}_numerator", f"{figure.name}_denominator"]


def _values(figure: Figure) -> list[object]:
    if isinstance(figure, MeasureFigure):
        return [figure.value]
    return [figure.value, figure.numerator, figure.denominator]


def _columns(line: Line) -> list[tuple[str, Sequence[object]]]:
    name = with_unit(line.name, line.unit)
    found: list[tuple[str, Sequence[object]]] = [(name, line.values)]
    if line.numerators is not None and line.denominators is not None:
        found += [
            (f"{line.name}_numerator", line.numerators),
            (f"{line.name}_denominator", line.denominators),
        ]
    return found
