"""Indicators are an algebra: additive measures, ratios of measures, and nothing else.

A posting says by how much an event moves a measure, as a line of a ledger does. Postings add up
in any order, so a figure depends on which events took effect and on nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import check

Dimension = Literal["programme", "association", "fund"]
DIMENSIONS: tuple[Dimension, ...] = ("programme", "association", "fund")

NOT_APPLICABLE = ""
"""The value of a dimension that a measure is not kept by."""


class Cell(NamedTuple):
    """What a figure is kept for: a unit or locality, and a value of each dimension."""

    unit: str
    programme: str
    association: str
    fund: str


class Label(Struct, frozen=True):
    """A name in both languages."""

    vi: str
    en: str


class Measure(Struct, frozen=True, kw_only=True):
    """A sum of whole numbers: dong or a count. `by` are the dimensions it is kept by."""

    name: str
    label: Label
    unit: Literal["dong", "count"]
    kind: Literal["stock", "flow"]
    meaning: str
    by: tuple[Dimension, ...] = DIMENSIONS

    def __call__(self, amount: str | int = 1, **where: object) -> "Posting":
        """A posting of this measure: by a field's value or a number, where fields have values."""
        return Posting(self, 1, amount, tuple(where.items()))


class Posting(Struct, frozen=True):
    """One line: `measure` moves by `sign` × `amount` if the event's fields are as in `where`."""

    measure: Measure
    sign: int
    amount: str | int
    where: tuple[tuple[str, object], ...]

    def __pos__(self) -> "Posting":
        return self

    def __neg__(self) -> "Posting":
        return Posting(self.measure, -self.sign, self.amount, self.where)

    def amount_of(self, event: PublicEvent) -> int:
        """By how much this line moves its measure for one event."""
        if any(getattr(event, field) != value for field, value in self.where):
            return 0
        amount = self.amount if isinstance(self.amount, int) else getattr(event, self.amount)
        return self.sign * int(amount)


class Ratio(Struct, frozen=True, kw_only=True):
    """A quotient of two measures, divided last; shown with its numerator and denominator."""

    name: str
    label: Label
    unit: Literal["ratio", "dong"]
    meaning: str
    numerator: Measure
    denominator: Measure


class Effect(NamedTuple):
    """One amount on one measure of one cell."""

    cell: Cell
    measure: str
    amount: int


class Algebra:
    """A set of measures, ratios and postings that fit together."""

    def __init__(
        self,
        measures: Sequence[Measure],
        ratios: Sequence[Ratio],
        postings: Mapping[type[PublicEvent], Sequence[Posting]],
    ) -> None:
        self.measures = {measure.name: measure for measure in measures}
        self.ratios = {ratio.name: ratio for ratio in ratios}
        self.postings = postings
        names = [m.name for m in measures] + [r.name for r in ratios]
        check(len(names) == len(set(names)), "every indicator has a name of its own")
        for kind, lines in postings.items():
            for line in lines:
                _check_line(kind, line, self.measures)

    def effects(self, event: PublicEvent) -> list[Effect]:
        """What an event moves; a reversal moves the opposite of what its entry moved."""
        if isinstance(event, EntryReversed):
            entry = reversed_entry(event)
            return [Effect(e.cell, e.measure, -e.amount) for e in self.effects(entry)]
        return [
            Effect(_cell(event, line.measure), line.measure.name, amount)
            for line in self.postings.get(type(event), ())
            if (amount := line.amount_of(event))
        ]


def _cell(event: PublicEvent, measure: Measure) -> Cell:
    values = [
        getattr(event, dimension) if dimension in measure.by else NOT_APPLICABLE
        for dimension in DIMENSIONS
    ]
    return Cell(event.locality, *values)


def _check_line(kind: type[PublicEvent], line: Posting, measures: Mapping[str, Measure]) -> None:
    fields = set(kind.__struct_fields__)
    where = f"posting of {kind.__name__} on {line.measure.name}"
    check(measures.get(line.measure.name) is line.measure, f"{where}: the measure is declared")
    check(set(line.measure.by) <= fields, f"{where}: the event has the measure's dimensions")
    check({field for field, _ in line.where} <= fields, f"{where}: conditions name its fields")
    check(
        isinstance(line.amount, int) or line.amount in fields,
        f"{where}: {line.amount!r} is one of its fields",
    )
