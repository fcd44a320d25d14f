"""The table of the units directly below: sorted, filtered, ranked."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import Shown, figure_of, notation_of, shown
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.answers import ChildFigures, Figure, RatioFigure
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter

COLUMNS: Final = (
    "outstanding",
    "households",
    "overdue",
    "overdue_ratio",
    "interest_collection_rate",
    "groups_good_ratio",
)
RANKED: Final = "overdue_ratio"


class Column(Struct, frozen=True, kw_only=True):
    """A column's head; `sorted` is ascending, descending or empty, as a table says it."""

    name: str
    label: Label
    address: str
    sorted: str


class Row(Struct, frozen=True, kw_only=True):
    """A unit below; `rank` is its place by overdue ratio."""

    code: str
    name: str
    address: str
    rank: str
    cells: list[Shown]


class Children(Struct, frozen=True, kw_only=True):
    """The table. `total` is how many units there are, shown or not."""

    columns: list[Column]
    rows: list[Row]
    total: int
    figures: list[ChildFigures]


def children(
    reporter: Reporter,
    snapshot: Snapshot,
    view: View,
    today: date,
    columns: Sequence[str] = COLUMNS,
) -> Children:
    """The units below that the view lets through, in its order."""
    question = view.question(today, *dict.fromkeys(["outstanding", *columns, RANKED]))
    answer = reporter.children(snapshot, view.unit, question, Excerpt(view.sort))
    places = ranks({c.unit.code: figure_of(c, RANKED) for c in answer.children})
    notation = notation_of(view.lang)
    kept = [
        child
        for child in answer.children
        if (view.every or figure_of(child, "outstanding").value)
        and plain(view.find) in plain(child.unit.name)
    ]
    if [child.unit.level for child in answer.children] == ["locality"]:
        # All of a commune, under its name once more.
        return Children(columns=[], rows=[], total=0, figures=[])
    return Children(
        columns=[
            column("name", Label("Đơn vị", "Unit"), view, first=""),
            *(column(f.name, f.label, view) for f in _columns(answer.children, columns)),
        ],
        rows=[
            Row(
                code=child.unit.code,
                name=child.unit.name,
                address=replace(view, unit=child.unit.code, find="", every=False).address(),
                rank=places.get(child.unit.code, ""),
                cells=[shown(figure_of(child, name), notation) for name in columns],
            )
            for child in kept
        ],
        total=answer.total,
        figures=kept,
    )


def ranks(figures: dict[str, Figure]) -> dict[str, str]:
    """Each unit's place by its ratio, the lowest first; equal ones share a place."""
    values = {
        code: Fraction(figure.numerator or 0, figure.denominator)
        for code, figure in figures.items()
        if isinstance(figure, RatioFigure) and figure.denominator
    }
    ordered = sorted(values.values())
    return {code: str(ordered.index(value) + 1) for code, value in values.items()}


def plain(text: str) -> str:
    """Lower case without marks, so that names are found as people type them."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _columns(found: Sequence[ChildFigures], names: Sequence[str]) -> list[Figure]:
    return [figure_of(found[0], name) for name in names] if found else []


def column(name: str, label: Label, view: View, first: str = "-") -> Column:
    """A click sorts by the column, a second one the other way."""
    is_down = view.sort == f"-{name}"
    is_up = view.sort == name
    sort = (name if is_down else f"-{name}") if is_down or is_up else first + name
    return Column(
        name=name,
        label=label,
        address=view.to(sort=sort),
        sorted="descending" if is_down else "ascending" if is_up else "",
    )
