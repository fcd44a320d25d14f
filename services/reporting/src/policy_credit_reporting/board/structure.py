"""What debt is made of: by programme, association and fund, by age, with ratings and sessions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import NOTHING, Shown, notation_of, shown
from policy_credit_reporting.board.words import ASSOCIATIONS, FUNDS, PROGRAMMES, WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.answers import Figure
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter

PARTED: Final = ("outstanding", "overdue", "overdue_ratio", "disbursed", "collected")
DIMENSIONS: Final[Mapping[str, tuple[str, Mapping[str, Label]]]] = {
    "programme": ("by_programme", PROGRAMMES),
    "association": ("by_association", ASSOCIATIONS),
    "fund": ("by_fund", FUNDS),
}
AGES: Final = ("overdue_1_90", "overdue_91_180", "overdue_181_360", "overdue_over_360")
RATINGS: Final = ("groups_good", "groups_fair", "groups_average", "groups_weak")
COMPONENTS: Final = (
    "average_points",
    "average_overdue_points",
    "average_at_point_points",
    "average_interest_points",
    "average_principal_points",
    "average_savings_growth_points",
    "average_members_saving_points",
)
AT_POINTS: Final = (
    "sessions",
    "handled_at_point_ratio",
    "disbursed_at_point_ratio",
    "collected_at_point_ratio",
    "interest_at_point_ratio",
    "savings_at_point_ratio",
    "savings_withdrawn_at_point_ratio",
)


class Part(Struct, frozen=True, kw_only=True):
    """A part of a whole: its figures, its share of the first, and how wide its bar is, of 100."""

    label: Label
    share: str
    width: str
    figures: list[Shown]
    address: str


class Parts(Struct, frozen=True, kw_only=True):
    """A whole in its parts; `columns` are what the figures are."""

    title: Label
    columns: list[Label]
    parts: list[Part]


class Line(Struct, frozen=True, kw_only=True):
    """One figure with its name."""

    label: Label
    figure: Shown
    address: str


class Structure(Struct, frozen=True, kw_only=True):
    """All of it, of one unit."""

    dimensions: list[Parts]
    ages: Parts
    ratings: Parts
    components: list[Line]
    at_points: list[Line]


def structure(reporter: Reporter, snapshot: Snapshot, view: View, today: date) -> Structure:
    """The unit's structure under the view's filters."""
    views = {
        (dimension, value): replace(view, **{dimension: value})
        for dimension, (_, values) in DIMENSIONS.items()
        if getattr(view, dimension) is None
        for value in values
    }
    narrowed = [of.question(today).filters for of in views.values()]
    found = reporter.parts(snapshot, view.unit, view.question(today, *PARTED), narrowed)
    parts: dict[str, list[tuple[Label, list[Figure], str]]] = {}
    for ((dimension, value), of), figures in zip(views.items(), found, strict=True):
        of_dimension = parts.setdefault(dimension, [])
        if any(figure.value for figure in figures):
            of_dimension.append((DIMENSIONS[dimension][1][value], figures, of.address()))
    parted = [_parts(WORDS[DIMENSIONS[d][0]], rows, view) for d, rows in parts.items()]
    asked = view.question(today, *AGES, *RATINGS, *COMPONENTS, *AT_POINTS)
    one = reporter.unit(snapshot, view.unit, asked, today)
    by_name = {figure.name: figure for figure in one.indicators}
    return Structure(
        dimensions=parted,
        ages=_parts(WORDS["ageing"], _rows(AGES, by_name, view), view),
        ratings=_parts(WORDS["ratings"], _rows(RATINGS, by_name, view), view),
        components=lines(COMPONENTS, by_name, view),
        at_points=lines(AT_POINTS, by_name, view),
    )


def lines(names: Sequence[str], figures: Mapping[str, Figure], view: View) -> list[Line]:
    """The figures of these names."""
    notation = notation_of(view.lang)
    return [
        Line(
            label=figures[name].label,
            figure=shown(figures[name], notation),
            address=view.at(name),
        )
        for name in names
    ]


def _rows(
    names: Sequence[str], figures: Mapping[str, Figure], view: View
) -> list[tuple[Label, list[Figure], str]]:
    return [(figures[name].label, [figures[name]], view.at(name)) for name in names]


def _parts(title: Label, rows: Sequence[tuple[Label, list[Figure], str]], view: View) -> Parts:
    notation = notation_of(view.lang)
    firsts = [int(figures[0].value or 0) for _, figures, _ in rows]
    whole = sum(firsts)
    return Parts(
        title=title,
        columns=[figure.label for figure in rows[0][1]] if rows else [],
        parts=[
            Part(
                label=label,
                share=notation.percent(first, whole) if whole > 0 else NOTHING,
                width=f"{min(max(100 * first / whole, 0), 100):.1f}" if whole > 0 else "0",
                figures=[shown(figure, notation) for figure in figures],
                address=address,
            )
            for (label, figures, address), first in zip(rows, firsts, strict=True)
        ],
    )
