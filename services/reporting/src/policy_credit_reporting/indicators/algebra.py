"""Indicators are an algebra: additive measures, ratios of measures, and nothing else.

A posting says by how much an event moves a measure, as a line of a ledger does. Postings add up
in any order, so a figure depends on which events took effect and on nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from policy_credit_shared.events.catalogue import taking_effect
from policy_credit_shared.events.public import LoanEvent, PublicEvent
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
    """A name or a sentence in both languages."""

    vi: str
    en: str

    def continued(self, vi: str, en: str) -> "Label":
        """The sentence with more before its full stop."""
        return Label(f"{self.vi.removesuffix('.')}{vi}.", f"{self.en.removesuffix('.')}{en}.")


def lower(text: str) -> str:
    """A label within a sentence; abbreviations keep their capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


MeasureUnit = Literal["dong", "count", "days", "points"]
RatioUnit = Literal["ratio", "dong", "days", "points"]


class Days(Struct, frozen=True):
    """As an amount: how many days from one date of the event to another."""

    since: str
    until: str


class Given(Struct, frozen=True):
    """As a condition: the field has a value, whichever."""


GIVEN: Final = Given()

Amount = str | int | Days
"""By how much: a field's value, a number, or the days between two fields."""


class Part(Struct, frozen=True):
    """What moves `of` where the event's field has a value; None, where it is absent."""

    of: "Measure"
    field: str
    value: str | None


Direction = Literal["higher", "lower"]
"""Which way is better, where one is."""


class Measure(Struct, frozen=True, kw_only=True):
    """A sum of whole numbers: dong, a count, days or points; `by` are its dimensions.

    `source` is the decree, form or published practice that it comes from, none if it is our own.
    `noun` is what one of a count is called, `items` the count of what the money is made of: loans,
    of outstanding. What `sums` other measures or is `part` of one needs no postings: what moves
    those moves it as well.
    """

    name: str
    label: Label
    unit: MeasureUnit
    kind: Literal["stock", "flow"]
    meaning: Label
    by: tuple[Dimension, ...] = DIMENSIONS
    better: Direction | None = None
    source: Label | None = None
    noun: Label | None = None
    items: "Measure | None" = None
    sums: "tuple[Measure, ...]" = ()
    part: Part | None = None

    @property
    def follows(self) -> bool:
        """Whether it is moved by what moves others, and by nothing else."""
        return bool(self.sums) or self.part is not None

    def __call__(self, amount: Amount = 1, **where: object) -> "Posting":
        """A posting of this measure: by an amount, where fields have these values."""
        return Posting(self, 1, amount, tuple(where.items()))


class Posting(Struct, frozen=True):
    """One line: `measure` moves by `sign` × `amount` if the event's fields are as in `where`."""

    measure: Measure
    sign: int
    amount: Amount
    where: tuple[tuple[str, object], ...]

    def __pos__(self) -> "Posting":
        return self

    def __neg__(self) -> "Posting":
        return Posting(self.measure, -self.sign, self.amount, self.where)

    def amount_of(self, event: PublicEvent) -> int:
        """By how much this line moves its measure for one event."""
        for field, wanted in self.where:
            found = getattr(event, field)
            if found is None if wanted is GIVEN else found != wanted:
                return 0
        match self.amount:
            case str(field):
                amount = int(getattr(event, field))
            case int(number):
                amount = number
            case Days(since=since, until=until):
                amount = _day(event, until) - _day(event, since)
        return self.sign * amount


def _day(event: PublicEvent, field: str) -> int:
    day: date = getattr(event, field)
    return day.toordinal()


class Ratio(Struct, frozen=True, kw_only=True):
    """A quotient of two measures, divided last; shown with its numerator and denominator."""

    name: str
    label: Label
    unit: RatioUnit
    numerator: Measure
    denominator: Measure
    better: Direction | None = None
    source: Label | None = None

    @property
    def meaning(self) -> Label:
        """What is divided by what."""
        above, below = self.numerator.label, self.denominator.label
        return Label(f"{above.vi} ÷ {lower(below.vi)}.", f"{above.en} ÷ {lower(below.en)}.")

    @property
    def of_flows(self) -> bool:
        """Whether it means little without a period."""
        return self.numerator.kind == self.denominator.kind == "flow"


Indicator = Measure | Ratio


class Effect(NamedTuple):
    """One amount on one measure of one cell."""

    cell: Cell
    measure: str
    amount: int


def group_field(kind: type[PublicEvent]) -> str | None:
    """The field in which events of a type say the group that they move figures of, if any."""
    if issubclass(kind, LoanEvent):
        return "in_group"
    return "group" if "group" in kind.__struct_fields__ else None


class Algebra:
    """A set of measures, ratios and postings that fit together.

    The measures `by_group` are kept by savings-and-credit group too.
    """

    def __init__(
        self,
        measures: Sequence[Measure],
        ratios: Sequence[Ratio],
        postings: Mapping[type[PublicEvent], Sequence[Posting]],
        by_group: Sequence[Measure] = (),
    ) -> None:
        self.measures = {measure.name: measure for measure in measures}
        self.ratios = {ratio.name: ratio for ratio in ratios}
        self.postings = {
            kind: [*lines, *_following(kind, lines, measures)] for kind, lines in postings.items()
        }
        names = [m.name for m in measures] + [r.name for r in ratios]
        check(len(names) == len(set(names)), "every indicator has a name of its own")
        for kind, lines in self.postings.items():
            for line in lines:
                _check_line(kind, line, self.measures)
        self.by_group = {measure.name for measure in by_group}
        _check_groups(self.postings, by_group)

    def indicators(self) -> list[Indicator]:
        """Every measure, then every ratio, as declared."""
        return [*self.measures.values(), *self.ratios.values()]

    def indicator(self, name: str) -> Indicator | None:
        """The measure or ratio of that name."""
        return self.measures.get(name) or self.ratios.get(name)

    def effects(self, event: PublicEvent) -> list[Effect]:
        """What an event moves; a reversal moves the opposite of what its entry moved."""
        moving, sign = taking_effect(event)
        cells: dict[tuple[Dimension, ...], Cell] = {}
        effects = []
        for line in self.postings.get(type(moving), ()):
            if amount := line.amount_of(moving):
                by = line.measure.by
                if by not in cells:
                    cells[by] = _cell(moving, by)
                effects.append(Effect(cells[by], line.measure.name, sign * amount))
        return effects


def _following(
    kind: type[PublicEvent], lines: Sequence[Posting], measures: Sequence[Measure]
) -> Iterator[Posting]:
    """What lines move in the measures that are sums of theirs, and in those that are parts."""
    for measure in measures:
        for line in lines:
            if line.measure in measure.sums:
                yield Posting(measure, line.sign, line.amount, line.where)
            if measure.part is not None and line.measure is measure.part.of:
                yield from _of_part(kind, line, measure, measure.part)


def _of_part(
    kind: type[PublicEvent], line: Posting, measure: Measure, part: Part
) -> Iterator[Posting]:
    if part.field in kind.__struct_fields__:
        where = (*line.where, (part.field, part.value))
        yield Posting(measure, line.sign, line.amount, where)
    elif part.value is None:
        yield Posting(measure, line.sign, line.amount, line.where)


def _cell(event: PublicEvent, by: tuple[Dimension, ...]) -> Cell:
    values = [
        getattr(event, dimension) if dimension in by else NOT_APPLICABLE for dimension in DIMENSIONS
    ]
    return Cell(event.locality, *values)


def _check_line(kind: type[PublicEvent], line: Posting, measures: Mapping[str, Measure]) -> None:
    fields = set(kind.__struct_fields__)
    where = f"posting of {kind.__name__} on {line.measure.name}"
    check(measures.get(line.measure.name) is line.measure, f"{where}: the measure is declared")
    check(set(line.measure.by) <= fields, f"{where}: the event has the measure's dimensions")
    check({field for field, _ in line.where} <= fields, f"{where}: conditions name its fields")
    for field in _read(line.amount):
        check(field in fields, f"{where}: {field!r} is one of its fields")


def _check_groups(
    postings: Mapping[type[PublicEvent], Sequence[Posting]], by_group: Sequence[Measure]
) -> None:
    for measure in by_group:
        check("association" in measure.by, f"{measure.name} by group is kept by association")
    names = {measure.name for measure in by_group}
    for kind, lines in postings.items():
        if any(line.measure.name in names for line in lines):
            check(group_field(kind) is not None, f"{kind.__name__} says the group that it moves")


def _read(amount: Amount) -> Sequence[str]:
    match amount:
        case int():
            return ()
        case str():
            return (amount,)
        case Days(since=since, until=until):
            return (since, until)
