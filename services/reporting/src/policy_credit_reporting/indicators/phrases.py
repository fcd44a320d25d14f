"""Figures, counts and units as they stand within a sentence, in Vietnamese and in English."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Indicator, Label, Measure
from policy_credit_reporting.indicators.comparing import Parts
from policy_credit_reporting.indicators.numbers import EN, VI, Notation

LEVELS: Final = {
    "nation": Label("nước", "nation"),
    "province": Label("tỉnh", "province"),
    "district": Label("huyện", "district"),
    "commune": Label("xã", "commune"),
    "locality": Label("địa bàn", "locality"),
}


def amount(measure: Measure, number: int, notation: Notation) -> str:
    """A measure's figure with its unit: 420 triệu đồng, 7.000 hộ, 12 ngày."""
    if measure.unit == "count":
        return counted(measure, number, notation)
    return notation.amount(measure.unit, number)


def counted(measure: Measure, number: int, notation: Notation) -> str:
    """A count with what is counted, if that has a noun."""
    if measure.noun is None:
        return notation.whole(number)
    if notation is VI:
        return f"{notation.whole(number)} {measure.noun.vi}"
    return f"{notation.whole(number)} {plural(measure.noun.en, number)}"


def value(indicator: Indicator, parts: Parts, notation: Notation) -> str:
    """A figure with its unit: 0,14 %, 43 triệu đồng, 12,5 ngày."""
    if isinstance(indicator, Measure):
        return amount(indicator, parts.numerator, notation)
    return notation.quotient(indicator.unit, *parts)


def units(level: str, number: int) -> Label:
    """So many units of a level."""
    name = LEVELS[level]
    return Label(
        f"{VI.whole(number)} {name.vi}", f"{EN.whole(number)} {_plural_of_level(name.en, number)}"
    )


def plural(noun: str, number: int) -> str:
    """An English noun after a number."""
    return noun if number == 1 else f"{noun}s"


def _plural_of_level(noun: str, number: int) -> str:
    return "localities" if noun == "locality" and number != 1 else plural(noun, number)
