"""A figure in words, money first: in dong, loans and communes before percent.

Each clause is written in Vietnamese and in English from the same whole numbers. A percentage alone
says little: 0.14 % against 0.13 % can be 30 million dong, less than one average loan.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Indicator, Label, Measure, Ratio, lower
from policy_credit_reporting.indicators.comparing import (
    Change,
    Parts,
    Rank,
    Totals,
    gap,
    parts_of,
)
from policy_credit_reporting.indicators.numbers import EN, VI, Notation, rounded
from policy_credit_reporting.indicators.phrases import (
    amount,
    counted,
    plural,
    units,
    value,
)

NAMES_MAX: Final = 5


class Above(Struct, frozen=True):
    """The unit above: its name, and its figures."""

    name: str
    totals: Totals


class Carried(Struct, frozen=True, kw_only=True):
    """The units that carry most of a figure: their level, names, amount and counted items."""

    level: str
    names: Sequence[str]
    amount: int
    items: int | None


def explain(
    indicator: Indicator,
    totals: Totals,
    *,
    above: Above | None = None,
    carried: Carried | None = None,
    standing: Rank | None = None,
    level: str = "commune",
    changes: Sequence[Change] = (),
) -> list[Label]:
    """The clauses that explain a unit's figure; `level` is the level of the unit and its siblings.

    A figure that there is not is explained by what is missing.
    """
    own = parts_of(indicator, totals)
    if own is None:
        return [_missing(indicator)]
    clauses: list[Label | None] = [_stated(indicator, own)]
    if above is not None and (other := parts_of(indicator, above.totals)):
        clauses.append(_against(indicator, own, other, above.name, totals))
    clauses.append(_items(indicator, totals))
    if carried is not None and carried.names:
        clauses.append(_carried(indicator, own, carried))
    if standing is not None and standing.of > 1:
        clauses.append(_standing(indicator, standing, level))
    clauses += [_changed(indicator, one) for one in changes]
    return [clause for clause in clauses if clause is not None]


def sentence(clauses: Sequence[Label]) -> Label:
    """The clauses as one sentence in each language."""
    return Label("; ".join(c.vi for c in clauses) + ".", "; ".join(c.en for c in clauses) + ".")


def _missing(indicator: Indicator) -> Label:
    if not isinstance(indicator, Ratio):
        return Label(f"{indicator.label.vi}: chưa có", f"{indicator.label.en}: none")
    below = indicator.denominator.label
    return Label(
        f"{indicator.label.vi} chưa tính được vì không có {lower(below.vi)}",
        f"{indicator.label.en}: there is none, for want of {lower(below.en)}",
    )


def _stated(indicator: Indicator, own: Parts) -> Label:
    vi, en = (value(indicator, own, notation) for notation in (VI, EN))
    if isinstance(indicator, Measure):
        return Label(f"{indicator.label.vi} {vi}", f"{indicator.label.en} {en}")
    over, under = indicator.numerator, indicator.denominator
    (vi_over, en_over), (vi_under, en_under) = (
        [amount(part, number, notation) for notation in (VI, EN)]
        for part, number in zip((over, under), own, strict=True)
    )
    if indicator.unit == "ratio":
        of = "của" if under.unit == "dong" else "trên"
        return Label(
            f"{indicator.label.vi} {vi} = {vi_over} {of} {vi_under}",
            f"{indicator.label.en} {en} = {en_over} of {en_under}",
        )
    return Label(
        f"{indicator.label.vi} {vi} = {vi_over} chia cho {vi_under}",
        f"{indicator.label.en} {en} = {en_over} divided by {en_under}",
    )


def _against(
    indicator: Indicator, own: Parts, other: Parts, name: str, totals: Totals
) -> Label | None:
    if isinstance(indicator, Measure):
        return _share(indicator, own, other, name)
    vi_other, en_other = (value(indicator, other, notation) for notation in (VI, EN))
    if indicator.unit != "ratio":
        return _above_mean(indicator, own, other, name)
    excess = gap(own, other)
    if excess == 0:
        return Label(f"bằng tỷ lệ của {name} ({vi_other})", f"as the ratio of {name} ({en_other})")
    vi, en = (amount(indicator.numerator, abs(excess), notation) for notation in (VI, EN))
    loans = _in_average_items(indicator, abs(excess), own, totals)
    return Label(
        f"{'cao' if excess > 0 else 'thấp'} hơn tỷ lệ của {name} ({vi_other}) {vi}{loans.vi}",
        f"{en} {'above' if excess > 0 else 'below'} the ratio of {name} ({en_other}){loans.en}",
    )


def _share(measure: Measure, own: Parts, whole: Parts, name: str) -> Label | None:
    if whole.numerator <= 0:
        return None
    return Label(
        f"bằng {VI.percent(own.numerator, whole.numerator)} của {name}"
        f" ({amount(measure, whole.numerator, VI)})",
        f"{EN.percent(own.numerator, whole.numerator)} of {name}"
        f" ({amount(measure, whole.numerator, EN)})",
    )


def _above_mean(ratio: Ratio, own: Parts, other: Parts, name: str) -> Label:
    """Days and dong: by how much the mean itself is above."""
    excess = own.value() - other.value()
    difference = Parts(abs(excess.numerator), excess.denominator)
    vi_other, en_other = (value(ratio, other, notation) for notation in (VI, EN))
    if excess == 0:
        return Label(f"bằng của {name} ({vi_other})", f"as in {name} ({en_other})")
    vi, en = (value(ratio, difference, notation) for notation in (VI, EN))
    return Label(
        f"{'cao' if excess > 0 else 'thấp'} hơn của {name} ({vi_other}) {vi}",
        f"{en} {'above' if excess > 0 else 'below'} that of {name} ({en_other})",
    )


def _in_average_items(ratio: Ratio, excess: int, own: Parts, totals: Totals) -> Label:
    """An excess of money in average loans of the unit; nothing where loans are not known."""
    items = ratio.denominator.items
    if ratio.numerator.unit != "dong" or items is None or items.noun is None:
        return Label("", "")
    number = totals[items.name]
    if number <= 0 or own.denominator <= 0:
        return Label("", "")
    average = max(1, rounded(own.denominator, number))
    vi, en = VI.money(average), EN.money(average)
    if excess < average:
        return Label(
            f", chưa bằng một {items.noun.vi} bình quân ({vi})",
            f", less than one average {items.noun.en} ({en})",
        )
    return Label(
        f", bằng {VI.tenths(excess, average)} {items.noun.vi} bình quân ({vi})",
        f", as much as {EN.tenths(excess, average)} average {items.noun.en}s ({en})",
    )


def _items(indicator: Indicator, totals: Totals) -> Label | None:
    measure = indicator if isinstance(indicator, Measure) else indicator.numerator
    if measure.items is None:
        return None
    number, noun = totals[measure.items.name], measure.items.noun
    if number == 0 and noun is not None:
        return Label(f"không có {noun.vi} nào", f"no {plural(noun.en, number)}")
    return Label(counted(measure.items, number, VI), counted(measure.items, number, EN))


def _carried(indicator: Indicator, own: Parts, carried: Carried) -> Label | None:
    if own.numerator <= 0:
        return None
    number = units(carried.level, len(carried.names))
    first, rest = list(carried.names[:NAMES_MAX]), len(carried.names) - NAMES_MAX
    vi, en = ", ".join(first), ", ".join(first)
    if rest > 0:
        more = units(carried.level, rest)
        vi, en = f"{vi} và {more.vi} khác", f"{en} and {more.en} more"
    measure = indicator if isinstance(indicator, Measure) else indicator.numerator
    if measure.items is not None and carried.items is not None:
        vi += f" ({counted(measure.items, carried.items, VI)})"
        en += f" ({counted(measure.items, carried.items, EN)})"
    return Label(
        f"{VI.percent(carried.amount, own.numerator)} tổng số là ở {number.vi}: {vi}",
        f"{EN.percent(carried.amount, own.numerator)} of the whole is in {number.en}: {en}",
    )


def _standing(indicator: Indicator, standing: Rank, level: str) -> Label:
    among = units(level, standing.of)
    vi_order, en_order = (
        ("tốt nhất xếp trước", "the best first")
        if indicator.better
        else ("cao nhất xếp trước", "the highest first")
    )
    vi_tie = en_tie = ""
    if standing.tied > 1:
        others = standing.tied - 1
        vi_tie = f", cùng hạng với {VI.whole(others)} đơn vị khác"
        en_tie = f", level with {EN.whole(others)} {plural('other', others)}"
    return Label(
        f"xếp thứ {VI.whole(standing.place)} trong {among.vi}, {vi_order}{vi_tie}",
        f"number {EN.whole(standing.place)} of {among.en}, {en_order}{en_tie}",
    )


def _changed(indicator: Indicator, change: Change) -> Label:
    if isinstance(indicator, Measure):
        moves = [(indicator, change.numerator)]
    else:
        moves = [
            (indicator.numerator, change.numerator),
            (indicator.denominator, change.denominator),
        ]
    vi_then = en_then = ""
    if change.before is not None:
        vi_then, en_then = (f" ({value(indicator, change.before, n)})" for n in (VI, EN))
    vi = ", ".join(f"{lower(m.label.vi)} {_moved(m, n, VI)}" for m, n in moves)
    en = ", ".join(f"{lower(m.label.en)} {_moved(m, n, EN)}" for m, n in moves)
    months = plural("month", change.months)
    return Label(
        f"so với {change.months} tháng trước{vi_then}: {vi}",
        f"against {change.months} {months} before{en_then}: {en}",
    )


def _moved(measure: Measure, number: int, notation: Notation) -> str:
    if number == 0:
        return "không đổi" if notation is VI else "unchanged"
    size = abs(number)
    by = notation.whole(size) if measure.unit == "count" else amount(measure, size, notation)
    if notation is VI:
        return f"{'tăng' if number > 0 else 'giảm'} {by}"
    return f"{'up' if number > 0 else 'down'} by {by}"
