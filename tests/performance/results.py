"""Results of a benchmark: as a table, as one line of JSON, and as a section of the docs page."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"


class Result(Struct, frozen=True, kw_only=True):
    """One figure, measured once or several times; `bar` is what it must reach, if it must.

    A note is what has to be known beside it.
    """

    name: str
    figures: Sequence[float]
    bar: float | None = None
    lower_is_better: bool = False
    note: str = ""

    @property
    def figure(self) -> float | None:
        """The median; None if it could not be measured."""
        return round(median(self.figures), 2) if self.figures else None

    @property
    def verdict(self) -> str:
        """Whether the bar is reached."""
        if self.bar is None or self.figure is None:
            return ""
        reached = self.figure <= self.bar if self.lower_is_better else self.figure >= self.bar
        return "reached" if reached else "MISSED"

    def cells(self) -> list[str]:
        """Name, median, least, most, bar, verdict."""
        figures = (
            [self.figure, min(self.figures), max(self.figures)] if self.figures else [None] * 3
        )
        sign = "≤" if self.lower_is_better else "≥"
        bar = f"{sign} {_number(self.bar)}" if self.bar is not None else ""
        return [self.name, *map(_number, figures), bar, self.verdict]


COLUMNS: Final = ("measure", "median", "min", "max", "bar", "")


def show(out: Console, results: Sequence[Result], machine: Sequence[tuple[str, str]]) -> None:
    """The table, and what it was measured on."""
    table = Table(box=box.SIMPLE_HEAD)
    for n, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if n in (0, 5) else "right", no_wrap=True)
    for result in results:
        table.add_row(*result.cells())
    out.print(table)
    noted = [(result.name, result.note) for result in results if result.note]
    for name, value in [*noted, *machine]:
        out.print(f"  {name}: {value}", highlight=False)


def as_json(results: Sequence[Result], keys: Sequence[str]) -> str:
    """One object with these results, on one line."""
    figures = {result.name: result.figure for result in results if result.name in keys}
    return msgspec.json.encode(figures).decode()


def write(section: str, results: Sequence[Result], machine: Sequence[tuple[str, str]]) -> None:
    """Put the results between the section's marks in the docs page."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    before, _, rest = PAGE.read_text().partition(begin)
    _, _, after = rest.partition(end)
    rows = [COLUMNS, ("---", *["---:"] * 4, "---"), *map(_noted, results)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    stated = "; ".join(f"{name} {value}" for name, value in machine)
    PAGE.write_text(f"{before}{begin}\n{table}\n\n{stated}\n{end}{after}")


def _noted(result: Result) -> list[str]:
    *cells, verdict = result.cells()
    return [*cells, ", ".join(filter(None, (verdict, result.note)))]


def _number(figure: float | None) -> str:
    if figure is None:
        return "none"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:,.2f}".rstrip("0").rstrip(".")
