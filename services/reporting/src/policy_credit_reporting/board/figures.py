"""Figures as a reader sees them: short in the page, to the dong beside it."""

from typing import NamedTuple

from policy_credit_reporting.board.addresses import Lang
from policy_credit_reporting.indicators.numbers import EN, VI, Notation, rounded
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
        return Shown(amount(figure.unit, figure.value, notation), exact(figure, notation))
    numerator, denominator = figure.numerator or 0, figure.denominator or 1
    return Shown(quotient(figure.unit, numerator, denominator, notation), exact(figure, notation))


def amount(unit: str, number: int, notation: Notation) -> str:
    """A measure's figure with its unit: 300.000 triệu đồng; counts have none."""
    match unit:
        case "dong":
            return notation.money(number)
        case "days":
            return f"{notation.whole(number)} {notation.days}"
        case "points":
            return f"{notation.whole(number)} {notation.points}"
        case _:
            return notation.whole(number)


def quotient(unit: str, numerator: int, denominator: int, notation: Notation) -> str:
    """A ratio's figure with its unit: 0,14 %."""
    match unit:
        case "dong":
            return notation.money(rounded(numerator, denominator))
        case "days":
            return notation.mean_days(numerator, denominator)
        case "points":
            return notation.mean_points(numerator, denominator)
        case _:
            return notation.percent(numerator, denominator)


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
