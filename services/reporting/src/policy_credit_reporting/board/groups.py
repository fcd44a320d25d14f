"""The savings-and-credit groups of a unit as they are now: in a table, and each by itself."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.api.parameters import bad_query
from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.children import Column, column, plain
from policy_credit_reporting.board.figures import Shown, notation_of, shown
from policy_credit_reporting.board.structure import COMPONENTS
from policy_credit_reporting.board.words import ASSOCIATIONS, RATINGS, WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.answers import Figure
from policy_credit_reporting.store.excerpts import Excerpt
from policy_credit_reporting.store.groups import (
    COLUMNS,
    GroupFigures,
    GroupsOfUnit,
    NotByGroup,
)
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.units import NATION

OF_ONE: Final = (*COLUMNS, *COMPONENTS[1:])
ROWS_MAX: Final = 1_000
SHOWN_IN_OVERVIEW: Final = 20
SHORT_ID: Final = 8
"""Two groups of one village are told apart by the beginnings of their ids."""


class Row(Struct, frozen=True, kw_only=True):
    """A group; `code` is its id, `mark` how that begins, `commune` its own if the unit has many."""

    code: UUID
    mark: str
    name: str
    commune: str
    address: str
    association: Label
    rating: Label | None
    cells: list[Shown]


class Groups(Struct, frozen=True, kw_only=True):
    """The table. `note` says why there is none, and `present` is where there is one.

    `total` is how many groups there are, shown or not; `outside` is shown where all of them are.
    """

    note: Label | None
    present: str
    columns: list[Column] = []
    rows: list[Row] = []
    outside: list[Shown] = []
    whole: list[Shown] = []
    total: int = 0
    all: str = ""
    export: str = ""


class OneGroup(Struct, frozen=True, kw_only=True):
    """A group's own figures, each beside the unit's."""

    row: Row
    formed_on: date | None
    lines: list[tuple[Label, Shown, Shown]]


def groups(
    reporter: Reporter, snapshot: Snapshot, view: View, today: date, rows_max: int = ROWS_MAX
) -> Groups:
    """The groups that the view lets through, in its order."""
    present = replace(view, page="groups", day=None, programme=None, fund=None).address()
    if note := missing(reporter, snapshot, view, today):
        return Groups(note=note, present=present)
    found = asked(reporter, snapshot, view, today)
    kept = [one for one in found.groups if plain(view.find) in plain(one.village or "")]
    notation = notation_of(view.lang)
    whole = found.whole
    is_all = not view.find and not view.rating
    return Groups(
        note=None,
        present=present,
        columns=_columns(whole, replace(view, page="groups")),
        rows=[_row(one, view, found) for one in kept[:rows_max]],
        outside=[shown(one, notation) for one in found.outside] if is_all else [],
        whole=[shown(one, notation) for one in whole] if is_all else [],
        total=found.total,
        all=view.on("groups"),
        export=replace(view, page="groups").address(".csv"),
    )


def one_group(
    reporter: Reporter, snapshot: Snapshot, view: View, today: date, group: UUID
) -> OneGroup | None:
    """A group of the unit; None if it has none such, or they are not kept as asked."""
    if missing(reporter, snapshot, view, today):
        return None
    found = asked(reporter, snapshot, replace(view, rating=None), today, OF_ONE)
    one = next((one for one in found.groups if one.group == group), None)
    if one is None:
        return None
    notation = notation_of(view.lang)
    return OneGroup(
        row=_row(one, view, found),
        formed_on=one.formed_on,
        lines=[
            (own.label, shown(own, notation), shown(of_unit, notation))
            for own, of_unit in zip(one.indicators, found.whole, strict=True)
        ],
    )


def asked(
    reporter: Reporter,
    snapshot: Snapshot,
    view: View,
    today: date,
    indicators: Sequence[str] = COLUMNS,
) -> GroupsOfUnit:
    """What the view asks about groups; raises Problem 422."""
    question = view.question(today, *indicators)
    try:
        return reporter.groups(snapshot, view.unit, question, view.rating, Excerpt(view.sort))
    except NotByGroup as error:
        raise bad_query(f"{error}.") from None


def missing(reporter: Reporter, snapshot: Snapshot, view: View, today: date) -> Label | None:
    """Why figures by group cannot be shown; a day after which nothing moved is as good as now."""
    if view.unit == NATION:
        return WORDS["groups_of_nation"]
    if not snapshot.layout.meaning.by_group:
        return WORDS["groups_filling"]
    if view.programme or view.fund:
        return WORDS["groups_unfiltered"]
    if view.day and reporter.moved_since(snapshot, view.unit, view.question(today)):
        return WORDS["groups_of_today"]
    return None


def _row(one: GroupFigures, view: View, found: GroupsOfUnit) -> Row:
    notation = notation_of(view.lang)
    return Row(
        code=one.group,
        mark=str(one.group)[:SHORT_ID],
        name=one.village or "–",
        commune=_commune(one.locality, view, found) if one.locality else "",
        address=replace(view, page="groups").address(f"/{one.group}"),
        association=ASSOCIATIONS[one.association],
        rating=RATINGS[one.rating] if one.rating else None,
        cells=[shown(figure, notation) for figure in one.indicators],
    )


def _commune(locality: str, view: View, found: GroupsOfUnit) -> str:
    """The commune's name on the tree that is shown, unless it is the unit's own."""
    tree, _ = view.question(found.reading.day).read(view.unit)
    path = tree.path(locality) if locality in tree else []
    names = [unit.name for unit in path if unit.level == "commune" and unit.code != view.unit]
    return names[0] if names and found.unit.level != "locality" else ""


def _columns(figures: Sequence[Figure], view: View) -> list[Column]:
    return [
        column("village", WORDS["group"], view, first=""),
        column("association", WORDS["association"], view, first=""),
        column("rating", WORDS["rating"], view, first=""),
        *(column(figure.name, figure.label, view) for figure in figures),
    ]
