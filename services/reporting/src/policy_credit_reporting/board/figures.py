"""Figures as a reader sees them: short in the page, to the dong beside it."""

from typing import NamedTuple

from policy_credit_reporting.board.addresses import Lang
from policy_credit_reporting.indicators.numbers import EN, VI, Notation
from policy_credit_reporting.store.answers import ChildFigures, Figure, MeasureFigure

NOTHING = "–"


class Shown(NamedTuple):
    """A figure in short, and to the dong: what a ratio is divided from, what a sum comes to."""

    short: str
    exact: str


def notation_of(lang: Lang) -> Notation:
    """How a language writes numbers."""
    return VI if lang == "vi" else EN


def shown(figure: Figure | None, notation: Notation) -> Shown:
    """A figure, or a dash where there is none."""
    if figure is None or figure.value is None:
        return Shown(NOTHING, "")
    if isinstance(figure, MeasureFigure):
        return Shown(notation.amount(figure.unit, figure.value), exact(figure, notation))
    numerator, denominator = figure.numerator or 0, figure.denominator or 1
    return Shown(notation.quotient(figure.unit, numerator, denominator), exact(figure, notation))


def exact(figure: Figure, notation: Notation) -> str:
    """A sum to the dong; the parts that a ratio is divided from."""
    if figure.value is None:
        return ""
    if isinstance(figure, MeasureFigure):
        return _whole(figure.unit == "dong", figure.value, notation)
    parts = (figure.numerator or 0, figure.denominator or 0)
    return " ÷ ".join(_whole(figure.unit in ("ratio", "dong"), n, notation) for n in parts)


def figure_of(child: ChildFigures, name: str) -> Figure:
    """The figure of that name, which was asked for."""
    return next(figure for figure in child.indicators if figure.name == name)


def signed(text: str, number: int) -> str:
    """With a plus where something grew."""
    return f"+{text}" if number > 0 else text


def _whole(is_money: bool, number: int, notation: Notation) -> str:
    text = notation.whole(number)
    return f"{text} {notation.dong}" if is_money and abs(number) >= 10_000 else text
