"""A figure's lineage for auditors: `policy-credit audit explain`, as pages show it.

Where the log is too long for a page to wait for, the page says what to call.
"""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct

from policy_credit_reporting.api.auditors import audited, not_now, options
from policy_credit_reporting.api.auditors import command as terminal_command
from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import notation_of, signed
from policy_credit_reporting.indicators.algebra import Algebra, Label, Measure, Ratio

LINES_SHOWN: Final = 500


class Line(Struct, frozen=True, kw_only=True):
    """An event, by how much it moved the figure, and where it is in the log."""

    day: date
    event: str
    measure: Label
    amount: str
    locality: str
    place: str
    event_id: str
    chain: str


class Lineage(Struct, frozen=True, kw_only=True):
    """The first lines of all, and what they add up to, in the command's words."""

    lines: list[Line]
    total: int
    sums: list[str]
    is_right: bool


def arguments(view: View, today: date, indicator: Measure | Ratio) -> list[str]:
    """What the command is asked for one figure of a view."""
    question = view.question(today)
    is_flow = indicator.kind == "flow" if isinstance(indicator, Measure) else indicator.of_flows
    of_question = options(question, question.since() if is_flow else None)
    return ["--unit", view.unit, "--measure", indicator.name, *of_question]


def command(asked: Sequence[str]) -> str:
    """The same for a terminal."""
    return terminal_command(["explain", *asked])


async def lineage(algebra: Algebra, view: View, asked: Sequence[str]) -> Lineage:
    """The events of a figure; raises Problem 503 if that takes too long or cannot be."""
    words = ["explain", *asked]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        said = await audited(words, "--output", str(path))
        if not path.exists():
            raise not_now(said.last, words)
        return _read(algebra, view, path, said.text, said.code == 0)


def _read(algebra: Algebra, view: View, path: Path, said: str, is_right: bool) -> Lineage:
    notation = notation_of(view.lang)
    lines, total = [], 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            total += 1
            if total > LINES_SHOWN:
                continue
            measure, moved = algebra.measures[row["measure"]], int(row["amount"])
            text = f"{notation.whole(moved)} {notation.dong}"
            if measure.unit != "dong":
                text = notation.amount(measure.unit, moved)
            lines.append(
                Line(
                    day=date.fromisoformat(row["business_day"]),
                    event=row["event_type"],
                    measure=measure.label,
                    amount=signed(text, moved),
                    locality=row["locality"],
                    place=f"{row['topic']}[{row['partition']}] {row['offset']},"
                    f" {row['source']} {row['sequence']}",
                    event_id=row["event_id"],
                    chain=row["chain"],
                )
            )
    sums = [line for line in said.splitlines() if line.strip() and str(path) not in line]
    return Lineage(lines=lines, total=total, sums=sums, is_right=is_right)
