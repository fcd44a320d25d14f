"""Hot-spots: the units that carry most of what a ratio is about, and those out of line for their
size, with the reason in words.

Where lower is better, units carry the numerator: overdue debt. Where higher is better, they carry
what is missing: interest due that was not collected. Limits stand on counts of loans, not on money:
one large loan is no pattern.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Label, Measure, Ratio, lower
from policy_credit_reporting.indicators.comparing import Totals
from policy_credit_reporting.indicators.concentration import Carrier, carriers
from policy_credit_reporting.indicators.funnel import (
    PROBABILITY,
    UNITS_MIN,
    Counted,
    Funnel,
    Outlier,
    funnel,
)
from policy_credit_reporting.indicators.numbers import EN, VI, Notation
from policy_credit_reporting.indicators.phrases import LEVELS, amount, counted, units

SHARE_PERCENT: Final = 80


class HotSpot(Struct, frozen=True, kw_only=True):
    """A unit to look at: for what it carries, for being out of line, or for both."""

    unit: str
    carries: Carrier | None
    outlier: Outlier | None
    reason: Label


class HotSpots(Struct, frozen=True, kw_only=True):
    """The hot-spots among units of one level; `whole` is what all of them carry.

    Without `compared`, there are no counts to hold against limits, or too few units.
    """

    units: int
    whole: int
    compared: Funnel | None
    spots: Sequence[HotSpot]
    summary: Label


def has_hot_spots(ratio: Ratio) -> bool:
    """Whether it is known of a ratio which way is better, and its parts are of one kind."""
    return ratio.better is not None and ratio.unit == "ratio"


def hot_spots(
    ratio: Ratio, level: str, totals: Mapping[str, Totals], share_percent: int = SHARE_PERCENT
) -> HotSpots:
    """Those among the units of a level: first by what they carry, then by how far out of line."""
    carried = {unit: _carried(ratio, of_unit) for unit, of_unit in totals.items()}
    whole = sum(amount for amount in carried.values() if amount > 0)
    carrying = {carrier.unit: carrier for carrier in carriers(carried, share_percent)}
    compared = _compared(ratio, totals)
    outliers = {one.unit: one for one in compared.outliers} if compared else {}
    spots = [
        HotSpot(
            unit=unit,
            carries=carrying.get(unit),
            outlier=outliers.get(unit),
            reason=_reason(ratio, carrying.get(unit), outliers.get(unit), whole, compared),
        )
        for unit in [*carrying, *(unit for unit in outliers if unit not in carrying)]
    ]
    number = sum(1 for of_unit in totals.values() if of_unit[ratio.denominator.name] > 0)
    return HotSpots(
        units=number,
        whole=whole,
        compared=compared,
        spots=spots,
        summary=_summary(ratio, level, number, list(carrying.values()), whole, compared),
    )


def _carried(ratio: Ratio, totals: Totals) -> int:
    numerator = totals[ratio.numerator.name]
    return numerator if ratio.better == "lower" else totals[ratio.denominator.name] - numerator


def _counts(ratio: Ratio) -> tuple[Measure, Measure] | None:
    """The measures that count what the ratio's parts are made of."""
    parts = (ratio.numerator, ratio.denominator)
    if all(part.unit == "count" for part in parts):
        return parts
    cases, of = (part.items for part in parts)
    return (cases, of) if cases is not None and of is not None else None


def _compared(ratio: Ratio, totals: Mapping[str, Totals]) -> Funnel | None:
    measures = _counts(ratio)
    if measures is None:
        return None
    cases, of = measures
    found: dict[str, Counted] = {}
    for unit, of_unit in totals.items():
        some, all_ = of_unit[cases.name], of_unit[of.name]
        if not 0 <= some <= all_:
            return None
        found[unit] = Counted(some if ratio.better == "lower" else all_ - some, all_)
    return funnel(found)


def _reason(
    ratio: Ratio,
    carrier: Carrier | None,
    outlier: Outlier | None,
    whole: int,
    compared: Funnel | None,
) -> Label:
    reasons: list[Label] = []
    if carrier is not None:
        reasons.append(_carrying(ratio, carrier, whole))
    if outlier is not None and compared is not None:
        reasons.append(_out_of_line(ratio, outlier, compared))
    return Label("; ".join(r.vi for r in reasons), "; ".join(r.en for r in reasons))


def _carrying(ratio: Ratio, carrier: Carrier, whole: int) -> Label:
    vi, en = (_what(ratio, carrier.amount, notation) for notation in (VI, EN))
    return Label(
        f"{vi}, {VI.percent(carrier.amount, whole)} của tất cả",
        f"{en}, {EN.percent(carrier.amount, whole)} of all there is",
    )


def _what(ratio: Ratio, number: int, notation: Notation) -> str:
    """420 triệu đồng nợ quá hạn; còn thiếu 12 triệu đồng so với lãi phải thu."""
    measure = ratio.numerator
    figure = amount(measure, number, notation)
    if ratio.better == "higher":
        below = ratio.denominator.label
        return (
            f"còn thiếu {figure} so với {lower(below.vi)}"
            if notation is VI
            else f"{figure} short of {lower(below.en)}"
        )
    if measure.unit == "count" and measure.noun is not None:
        return figure
    label = lower(measure.label.vi if notation is VI else measure.label.en)
    return f"{figure} {label}"


def _out_of_line(ratio: Ratio, outlier: Outlier, compared: Funnel) -> Label:
    measures = _counts(ratio)
    (cases, of), total = outlier.counted, compared.total
    vi_cases, en_cases = VI.whole(cases), EN.whole(cases)
    vi_of, en_of = VI.whole(of), EN.whole(of)
    if measures is not None:
        if ratio.better == "lower":
            vi_cases, en_cases = (counted(measures[0], cases, n) for n in (VI, EN))
        vi_of, en_of = (counted(measures[1], of, n) for n in (VI, EN))
    lacking = ("", "") if ratio.better == "lower" else (" không đạt", " failing")
    limit = outlier.limit
    return Label(
        f"{vi_cases}{lacking[0]} trên {vi_of} ({VI.percent(cases, of)}); theo tỷ lệ chung"
        f" {VI.percent(*total)} thì khoảng {VI.tenths(of * total.cases, total.of)}, và ở cỡ này"
        f" đến {VI.whole(outlier.usual_max)} còn trong giới hạn {limit.replace('.', ',')} %",
        f"{en_cases}{lacking[1]} of {en_of} ({EN.percent(cases, of)}); at the ratio of all,"
        f" {EN.percent(*total)}, about {EN.tenths(of * total.cases, total.of)}, and at this size"
        f" up to {EN.whole(outlier.usual_max)} are within the {limit} % limit",
    )


def _summary(
    ratio: Ratio,
    level: str,
    number: int,
    carrying: Sequence[Carrier],
    whole: int,
    compared: Funnel | None,
) -> Label:
    clauses = list(_concentrated(ratio, level, number, carrying, whole))
    if number > 1:
        clauses += _held(level, compared)
    return Label("; ".join(c.vi for c in clauses) + ".", "; ".join(c.en for c in clauses) + ".")


def _concentrated(
    ratio: Ratio, level: str, number: int, carrying: Sequence[Carrier], whole: int
) -> Iterator[Label]:
    among = units(level, number)
    if number == 0:
        name, below = LEVELS[level], ratio.denominator.label
        yield Label(
            f"Chưa {name.vi} nào có {lower(below.vi)}", f"No {name.en} has any {lower(below.en)}"
        )
        return
    if not carrying:
        label = ratio.numerator.label if ratio.better == "lower" else ratio.label
        yield Label(
            f"Trong {among.vi} không nơi nào có vấn đề về {lower(label.vi)}",
            f"None of {among.en} has anything to look at in {lower(label.en)}",
        )
        return
    together = carrying[-1].together
    if number == 1:
        only, below = units(level, 1), ratio.denominator.label
        yield Label(
            f"Chỉ {only.vi} có {lower(below.vi)}: {_what(ratio, together, VI)}",
            f"Only {only.en} has any {lower(below.en)}: {_what(ratio, together, EN)}",
        )
        return
    yield Label(
        f"{VI.whole(len(carrying))} trong {among.vi} mang {VI.percent(together, whole)}:"
        f" {_what(ratio, together, VI)}, trong tất cả {amount(ratio.numerator, whole, VI)}",
        f"{EN.whole(len(carrying))} of {among.en} {'carries' if len(carrying) == 1 else 'carry'}"
        f" {EN.percent(together, whole)}:"
        f" {_what(ratio, together, EN)}, of {amount(ratio.numerator, whole, EN)} in all",
    )


def _held(level: str, compared: Funnel | None) -> Iterator[Label]:
    if compared is None:
        yield Label(
            f"không đủ số liệu để xét giới hạn theo quy mô (cần ít nhất {UNITS_MIN} đơn vị)",
            f"too little is known for limits by size (at least {UNITS_MIN} units are needed)",
        )
        return
    above = units(level, len(compared.outliers))
    if not compared.outliers:
        yield Label(
            f"không {LEVELS[level].vi} nào vượt giới hạn theo quy mô",
            f"no {LEVELS[level].en} is above the limit for its size",
        )
        return
    whose = "limit for its size" if len(compared.outliers) == 1 else "limits for their size"
    thousandths = round(1000 * PROBABILITY["95"])
    by_chance = (compared.units * thousandths, 1000)
    yield Label(
        f"{above.vi} vượt giới hạn theo quy mô; chỉ do ngẫu nhiên thì nhiều nhất khoảng"
        f" {VI.tenths(*by_chance)}",
        f"{above.en} above the {whose}; by chance alone there would be at most"
        f" about {EN.tenths(*by_chance)}",
    )
