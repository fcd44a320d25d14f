"""The totals of units that comparisons are made of, by the day and period of a question."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from policy_credit_reporting.indicators.algebra import Indicator, Measure
from policy_credit_reporting.indicators.comparing import Totals
from policy_credit_reporting.store.answers import Figure, MeasureFigure, RatioFigure
from policy_credit_reporting.store.figuring import divided
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.units import UnitTree


def totals_of(
    snapshot: Snapshot,
    tree: UnitTree,
    codes: Sequence[str],
    question: Question,
    measures: Sequence[Measure],
) -> dict[str, Totals]:
    """Each unit's measures: stocks as of the question's day, flows over its period."""
    return totals_on([question.day], snapshot, tree, codes, question, measures)[0]


def totals_on(
    days: Sequence[date],
    snapshot: Snapshot,
    tree: UnitTree,
    codes: Sequence[str],
    question: Question,
    measures: Sequence[Measure],
) -> list[dict[str, Totals]]:
    """The same as of several days, each unit on its territory in the one tree."""
    wanted = list(dict.fromkeys(codes))
    names = [measure.name for measure in measures]
    flows = [number for number, measure in enumerate(measures) if measure.kind == "flow"]
    firsts = [replace(question, day=day).since() for day in days]
    before = [first - timedelta(days=1) for first in firsts if first is not None]
    rollup = territories(tree, snapshot.layout).rollup(wanted)
    standing = snapshot.standing([*days, *before], rollup, question.filters, names)
    found: list[dict[str, Totals]] = []
    for number in range(len(days)):
        sums = standing[number].copy()
        if before:
            sums[flows] -= standing[len(days) + number][flows]
        columns = sums.T.tolist()
        found.append(
            {u: dict(zip(names, c, strict=True)) for u, c in zip(wanted, columns, strict=True)}
        )
    return found


def measures_of(indicators: Iterable[Indicator]) -> list[Measure]:
    """The measures that indicators are made of, and those that count what these are made of."""
    found: dict[str, Measure] = {}
    for one in indicators:
        parts = (one,) if isinstance(one, Measure) else (one.numerator, one.denominator)
        for part in parts:
            found[part.name] = part
            if part.items is not None:
                found[part.items.name] = part.items
    return list(found.values())


def is_kept_by(indicator: Indicator, filters: Filters) -> bool:
    """Whether there is such a figure under the filters."""
    if isinstance(indicator, Measure):
        return set(filters) <= set(indicator.by)
    return all(is_kept_by(part, filters) for part in (indicator.numerator, indicator.denominator))


def figure_of(indicator: Indicator, totals: Mapping[str, int]) -> Figure:
    """An indicator's figure."""
    if isinstance(indicator, Measure):
        return MeasureFigure(
            name=indicator.name,
            label=indicator.label,
            unit=indicator.unit,
            value=totals[indicator.name],
        )
    numerator, denominator = (
        totals[part.name] for part in (indicator.numerator, indicator.denominator)
    )
    return RatioFigure(
        name=indicator.name,
        label=indicator.label,
        unit=indicator.unit,
        value=divided(numerator, denominator),
        numerator=numerator,
        denominator=denominator,
    )
