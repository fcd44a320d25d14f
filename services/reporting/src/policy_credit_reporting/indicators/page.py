"""The page of every indicator for people: what it means, what moves it, where it comes from."""

from collections.abc import Iterator

from policy_credit_reporting.indicators.algebra import (
    Algebra,
    Amount,
    Days,
    Given,
    Indicator,
    Measure,
    Posting,
    Ratio,
)
from policy_credit_shared.events.public import PublicEvent

NAME = "indicators.md"


def indicators_page(algebra: Algebra) -> str:
    """The page's text; what is declared is on it, and nothing else."""
    return "\n".join(_lines(algebra)) + "\n"


def _lines(algebra: Algebra) -> Iterator[str]:
    stocks = [measure for measure in algebra.measures.values() if measure.kind == "stock"]
    flows = [measure for measure in algebra.measures.values() if measure.kind == "flow"]
    ratios = list(algebra.ratios.values())
    yield "# Indicators"
    yield ""
    yield "Every figure there is: additive measures, and ratios of two of them. This page is"
    yield "generated from the declarations (`policy-credit indicators`). Stocks are as of a day,"
    yield "flows over a period. An entry that is reversed moves the opposite of what it moved."
    for title, indicators in (("Stocks", stocks), ("Flows", flows), ("Ratios", ratios)):
        yield from (
            "",
            f"## {title}",
            "",
            "| name | chỉ tiêu | indicator | unit |",
            "|---|---|---|---|",
        )
        for one in indicators:
            yield f"| [`{one.name}`](#{one.name}) | {one.label.vi} | {one.label.en} | {one.unit} |"
        for one in indicators:
            yield from ("", f"### `{one.name}`", "", f"**{one.label.vi}** ({one.label.en})", "")
            yield from _said_of(one, algebra)


def _said_of(indicator: Indicator, algebra: Algebra) -> Iterator[str]:
    match indicator:
        case Ratio(numerator=numerator, denominator=denominator):
            yield f"* Unit: {indicator.unit}"
            yield f"* Formula: {_link(numerator)} ÷ {_link(denominator)}"
        case Measure(by=by, sums=sums, part=part):
            yield f"* Ý nghĩa: {indicator.meaning.vi}"
            yield f"* Meaning: {indicator.meaning.en}"
            yield f"* Unit: {indicator.unit}; kept by {', '.join(by) or 'unit only'}"
            if sums:
                yield f"* Formula: {' + '.join(map(_link, sums))}"
            elif part is not None:
                yield f"* Formula: {_link(part.of)} where `{part.field}` {_is(part.value)}"
            else:
                yield "* Moved by:"
                yield from (f"  * {line}" for line in _moved_by(indicator, algebra))
    if indicator.better:
        yield f"* Better: {indicator.better}"
    if indicator.source:
        yield f"* Nguồn: {indicator.source.vi}"
        yield f"* Source: {indicator.source.en}"


def _link(measure: Measure) -> str:
    return f"[`{measure.name}`](#{measure.name})"


def _moved_by(measure: Measure, algebra: Algebra) -> Iterator[str]:
    for kind, lines in algebra.postings.items():
        for line in lines:
            if line.measure is measure:
                yield _line(kind, line)


def _line(kind: type[PublicEvent], line: Posting) -> str:
    conditions = " and ".join(f"`{field}` {_is(value)}" for field, value in line.where)
    where = f" where {conditions}" if conditions else ""
    return f"{'+' if line.sign > 0 else '−'} {_amount(line.amount)} of `{kind.type()}`{where}"


def _amount(amount: Amount) -> str:
    match amount:
        case int(number):
            return str(number)
        case str(field):
            return f"`{field}`"
        case Days(since=since, until=until):
            return f"days from `{since}` to `{until}`"


def _is(value: object) -> str:
    match value:
        case Given():
            return "is given"
        case None:
            return "is absent"
        case _:
            return f"is `{value}`"
