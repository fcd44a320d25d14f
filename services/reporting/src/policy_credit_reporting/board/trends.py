"""Figures through months, as tables that a chart can be drawn from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from msgspec import Struct, structs

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import (
    NOTHING,
    Shown,
    notation_of,
)
from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.indicators.periods import first_day, months_before
from policy_credit_reporting.store.answers import Line, Span
from policy_credit_reporting.store.figuring import divided
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter

MONTHS: Final = 23
Kind = Literal["area", "bars", "lines"]
CHARTS: Final[Mapping[str, tuple[Label, Kind, tuple[str, ...]]]] = {
    "debt": (
        Label("Dư nợ theo trạng thái", "Debt by class"),
        "area",
        ("in_term", "overdue", "frozen"),
    ),
    "turnover": (
        Label("Cho vay và thu nợ trong tháng", "Paid out and collected in the month"),
        "bars",
        ("disbursed", "collected"),
    ),
    "quality": (
        Label("Nợ quá hạn, nợ khoanh", "Overdue and frozen debt"),
        "lines",
        ("overdue_ratio", "overdue_and_frozen_ratio"),
    ),
    "collection": (
        Label(
            "Thu lãi, thu gốc đến hạn từ đầu năm",
            "Interest and principal paid, of the year to date",
        ),
        "lines",
        ("interest_collection_rate", "principal_when_due_rate"),
    ),
}


class Cell(Struct, frozen=True):
    """A figure of a month: as shown, and as a chart reads it."""

    figure: Shown
    value: str


class Chart(Struct, frozen=True, kw_only=True):
    """A table of months, and how it is drawn: money in million dong, ratios in percent."""

    name: str
    title: Label
    kind: Kind
    unit: str
    columns: list[Label]
    months: list[date]
    rows: list[list[Cell]]


def charts(
    reporter: Reporter, snapshot: Snapshot, algebra: Algebra, view: View, today: date
) -> list[Chart]:
    """What the trends page shows of a unit."""
    names = [name for _, _, of_chart in CHARTS.values() for name in of_chart]
    spans, by_name = through(reporter, snapshot, algebra, view, today, *names)
    return [
        chart(name, title, kind, [by_name[one] for one in of_chart], spans, view)
        for name, (title, kind, of_chart) in CHARTS.items()
    ]


def through(
    reporter: Reporter, snapshot: Snapshot, algebra: Algebra, view: View, today: date, *names: str
) -> tuple[list[Span], dict[str, Line]]:
    """Figures of these names through the last months."""
    question = structs.replace(view.question(today, *names), period="total")
    since = first_day(months_before(question.day, MONTHS), "month")
    answer = reporter.series(snapshot, view.unit, question, since, "month")
    lines = {line.name: to_date(line, algebra, answer.periods) for line in answer.indicators}
    return answer.periods, lines


def to_date(line: Line, algebra: Algebra, spans: Sequence[Span]) -> Line:
    """A ratio of flows from the beginning of each year: within one month it says little.

    Interest is collected in the month of the session, and due all the time.
    """
    ratio = algebra.ratios.get(line.name)
    if ratio is None or not ratio.of_flows:
        return line
    numerators, denominators = (
        _added_up(values or [], spans) for values in (line.numerators, line.denominators)
    )
    values = [divided(*parts) for parts in zip(numerators, denominators, strict=True)]
    return structs.replace(line, values=[*values], numerators=numerators, denominators=denominators)


def _added_up(values: Sequence[int | None], spans: Sequence[Span]) -> list[int | None]:
    found: list[int | None] = []
    total, year = 0, None
    for value, span in zip(values, spans, strict=True):
        total = (total if span.until.year == year else 0) + (value or 0)
        year = span.until.year
        found.append(None if value is None else total)
    return found


def chart(
    name: str, title: Label, kind: Kind, lines: list[Line], spans: list[Span], view: View
) -> Chart:
    """A table of these lines, the oldest month first."""
    notation = notation_of(view.lang)
    cells = [_cells(line, notation) for line in lines]
    return Chart(
        name=name,
        title=title,
        kind=kind,
        unit=lines[0].unit,
        columns=[line.label for line in lines],
        months=[span.until for span in spans],
        rows=[list(row) for row in zip(*cells, strict=True)],
    )


def _cells(line: Line, notation: Notation) -> list[Cell]:
    found = []
    for number, value in enumerate(line.values):
        if value is None:
            found.append(Cell(Shown(NOTHING, ""), ""))
        elif line.numerators is None or line.denominators is None:
            text = notation.amount(line.unit, int(value))
            exact = notation.whole(int(value))
            drawn = f"{int(value) / 1_000_000:.6f}" if line.unit == "dong" else str(int(value))
            found.append(Cell(Shown(text, exact), drawn))
        else:
            parts = line.numerators[number] or 0, line.denominators[number] or 1
            exact = " ÷ ".join(notation.whole(part) for part in parts)
            drawn = f"{100 * value:.6f}" if line.unit == "ratio" else f"{value:.6f}"
            found.append(Cell(Shown(notation.quotient(line.unit, *parts), exact), drawn))
    return found
