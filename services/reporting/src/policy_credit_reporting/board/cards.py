"""Cards of leading indicators: the figure, what has changed, the unit above, and the months."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import (
    Shown,
    notation_of,
    shown,
    signed,
)
from policy_credit_reporting.board.spark import Spark, spark
from policy_credit_reporting.board.trends import to_date
from policy_credit_reporting.board.words import LEVELS, WORDS
from policy_credit_reporting.indicators.algebra import Algebra, Direction, Label, Measure
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.indicators.periods import first_day, months_before
from policy_credit_reporting.store.answers import Figure, RatioFigure
from policy_credit_reporting.store.comparisons import Changed, Compared
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter

LEADING: Final = (
    "outstanding",
    "overdue_ratio",
    "households",
    "disbursed",
    "interest_collection_rate",
    "principal_when_due_rate",
    "collected",
    "plan_fulfilment",
    "total_capital",
    "groups_good_ratio",
    "handled_at_point_ratio",
    "savings",
)
MONTHS: Final = 12


class Card(Struct, frozen=True, kw_only=True):
    """One card. `tone` is good or bad where it is known which way is better."""

    name: str
    label: Label
    figure: Shown
    above: str
    change: str
    change_since: Label | None
    tone: str
    rank: str
    spark: Spark | None
    address: str


def cards(
    reporter: Reporter, snapshot: Snapshot, algebra: Algebra, view: View, today: date
) -> list[Card]:
    """The leading indicators that the filters leave."""
    question = view.question(today, *LEADING)
    compared = reporter.compare(snapshot, view.unit, question)
    since = first_day(months_before(question.day, MONTHS), "month")
    series = reporter.series(snapshot, view.unit, question, since, "month")
    lines = {line.name: to_date(line, algebra, series.periods).values for line in series.indicators}
    level = compared.above.level if compared.above else ""
    return [
        _card(one, algebra, view, level, lines.get(one.figure.name, ()))
        for one in compared.compared
    ]


def _card(
    one: Compared,
    algebra: Algebra,
    view: View,
    level: str,
    values: Sequence[int | float | None],
) -> Card:
    notation = notation_of(view.lang)
    figure = one.figure
    indicator = algebra.indicator(figure.name)
    is_flow = isinstance(indicator, Measure) and indicator.kind == "flow"
    months = 12 if is_flow else 1
    changes: Mapping[int, Changed] = {change.months: change for change in one.changes}
    change = changes.get(months)
    text, sign = _changed(figure, change, notation, view) if change else ("", 0)
    return Card(
        name=figure.name,
        label=figure.label,
        figure=shown(figure, notation),
        above=_above(one.above, level, notation, view) if _is_compared(figure) else "",
        change=text,
        change_since=WORDS["since_year" if is_flow else "since_month"] if text else None,
        tone=_tone(one.better, sign),
        rank=f"{notation.whole(one.rank.place)}/{notation.whole(one.rank.of)}"
        if one.rank and one.better and one.rank.of > 1
        else "",
        spark=spark(values),
        address=view.at(figure.name),
    )


def _is_compared(figure: Figure) -> bool:
    return isinstance(figure, RatioFigure) and figure.value is not None


def _above(above: Figure | None, level: str, notation: Notation, view: View) -> str:
    if above is None or above.value is None:
        return ""
    name = LEVELS[level].vi if view.lang == "vi" else LEVELS[level].en
    return f"{name} {shown(above, notation).short}"


def _changed(figure: Figure, change: Changed, notation: Notation, view: View) -> tuple[str, int]:
    """By how much, and which way."""
    if figure.value is None or change.before.value is None:
        return "", 0
    unchanged = WORDS["no_change"].vi if view.lang == "vi" else WORDS["no_change"].en
    if not isinstance(figure, RatioFigure):
        moved = change.numerator
        return (signed(notation.amount(figure.unit, moved), moved) if moved else unchanged), moved
    before = change.before
    if not isinstance(before, RatioFigure):
        return "", 0
    numerator = (figure.numerator or 0) * (before.denominator or 1)
    numerator -= (before.numerator or 0) * (figure.denominator or 1)
    denominator = (figure.denominator or 1) * (before.denominator or 1)
    text = notation.quotient(figure.unit, numerator, denominator)
    if text == notation.quotient(figure.unit, 0, 1):
        return unchanged, 0
    if figure.unit == "ratio":
        points = WORDS["percent_points"].vi if view.lang == "vi" else WORDS["percent_points"].en
        text = text.removesuffix("%") + points
    return signed(text, numerator), numerator


def _tone(better: Direction | None, moved: int) -> str:
    if better is None or not moved:
        return ""
    return "good" if (moved < 0) == (better == "lower") else "bad"
