"""A unit's figure in words."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Indicator, Label, Measure
from policy_credit_reporting.indicators.comparing import Totals, rank
from policy_credit_reporting.indicators.concentration import carriers
from policy_credit_reporting.indicators.explaining import Above, Carried, explain, sentence
from policy_credit_reporting.indicators.hot_spots import SHARE_PERCENT
from policy_credit_reporting.store.answers import Figure, Reading, UnitName
from policy_credit_reporting.store.comparisons import (
    above_of,
    changes_since,
    siblings_of,
    totals_before,
)
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.spots import below
from policy_credit_reporting.store.totals import figure_of, measures_of, totals_of
from policy_credit_shared.kernel.units import Level, UnitTree

CARRIED_AT: Final[Mapping[str, Level]] = {
    "nation": "province",
    "province": "commune",
    "district": "commune",
}
"""At which level it is told who carries most of a unit's figure."""


class Explanation(Struct, frozen=True, kw_only=True):
    """A unit's figure in words, in both languages: the whole text, and its clauses."""

    unit: UnitName
    reading: Reading
    filters: Filters
    figure: Figure
    text: Label
    clauses: list[Label]
    position: Position
    provisional: list[str]


def explanation_of(
    snapshot: Snapshot, code: str, question: Question, indicator: Indicator
) -> Explanation:
    """The unit's figure beside the one above, siblings and earlier days; raises UnknownUnit."""
    tree, reading = question.read(code)
    unit = tree.unit(code)
    measures = measures_of([indicator])
    siblings, above = siblings_of(tree, unit), above_of(unit)
    level = CARRIED_AT.get(unit.level)
    carrying = [one.code for one in below(tree, code, level)] if level else []
    totals = totals_of(snapshot, tree, [*siblings, *above, *carrying], question, measures)
    before = totals_before(snapshot, tree, code, question, measures)
    clauses = explain(
        indicator,
        totals[code],
        above=Above(tree.unit(above[0]).name, totals[above[0]]) if above else None,
        carried=_carried(indicator, tree, level, {u: totals[u] for u in carrying})
        if level
        else None,
        standing=rank(indicator, code, {s: totals[s] for s in siblings}) if above else None,
        level=unit.level,
        changes=changes_since(indicator, totals[code], before),
    )
    return Explanation(
        unit=name_of(unit),
        reading=reading,
        filters=question.filters,
        figure=figure_of(indicator, totals[code]),
        text=sentence(clauses),
        clauses=clauses,
        position=snapshot.position(),
        provisional=[],
    )


def _carried(
    indicator: Indicator, tree: UnitTree, level: Level, totals: Mapping[str, Totals]
) -> Carried | None:
    """Who carries most of a figure of which less is better; of others nobody asks."""
    if indicator.better != "lower":
        return None
    measure = indicator if isinstance(indicator, Measure) else indicator.numerator
    found = carriers({unit: of[measure.name] for unit, of in totals.items()}, SHARE_PERCENT)
    if not found:
        return None
    items = measure.items
    return Carried(
        level=level,
        names=[tree.unit(one.unit).name for one in found],
        amount=found[-1].together,
        items=sum(totals[one.unit][items.name] for one in found) if items else None,
    )
