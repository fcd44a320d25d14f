"""The shape of answers: each indicator with its labels, each ratio with both its parts."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Raw, Struct, field
from msgspec.json import encode

from policy_credit_reporting.indicators.algebra import Label, MeasureUnit, RatioUnit
from policy_credit_reporting.indicators.periods import Period, Step
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.reflected import Incident, Position
from policy_credit_reporting.store.rows import written
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.kernel.units import Unit


class UnitName(Struct, frozen=True):
    """A unit as answers name it: a code means nothing without the day since which it holds."""

    code: str
    level: str
    name: str
    valid_from: date


class MeasureFigure(Struct, frozen=True, kw_only=True, tag_field="kind", tag="measure"):
    """A sum. `value` is null where a filter asks for a dimension that it is not kept by."""

    name: str
    label: Label
    unit: MeasureUnit
    value: int | None


class RatioFigure(Struct, frozen=True, kw_only=True, tag_field="kind", tag="ratio"):
    """A quotient, divided last. `value` is null where there is nothing to divide by."""

    name: str
    label: Label
    unit: RatioUnit
    value: float | None
    numerator: int | None
    denominator: int | None


Figure = MeasureFigure | RatioFigure


class Reading(Struct, frozen=True, kw_only=True):
    """How figures are to be read: as of the end of a day, on a tree as it stood on another.

    Stocks are as of that day; flows are sums from `since` (null: from the beginning) until it.
    `note` says what became of a unit that has ended.
    """

    day: date = field(name="date")
    tree: TreeName
    tree_date: date
    period: Period
    since: date | None
    note: str = ""


class SourceHeard(Struct, frozen=True, kw_only=True):
    """The last that is reflected of a source: when it stored it, and its number by partition."""

    source: str
    recorded_at: datetime | None
    sequences: dict[str, int]


class MissingPoint(Struct, frozen=True, kw_only=True):
    """A transaction point that has its session of the month still to report."""

    code: str
    name: str
    usual_day: int


class Completeness(Struct, frozen=True, kw_only=True):
    """What figures may still lack. `missing` names the first points of `points_missing`."""

    sources: list[SourceHeard]
    points_expected: int
    points_missing: int
    missing: list[MissingPoint]
    incidents: list[Incident]
    quarantined: int


class Revision(Struct, frozen=True, kw_only=True):
    """By how much a measure of a closed month moved after it had closed.

    `occurred_on` is the business day that moved, `recorded_on` the day it was recorded.
    """

    month: str
    indicator: str
    occurred_on: date
    recorded_on: date
    amount: int


class Adjusted(Struct, frozen=True, kw_only=True):
    """A measure that is not what was published: what was, and by how much it differs now."""

    measure: str
    published: int
    difference: int


class PublishedAs(Struct, frozen=True, kw_only=True):
    """Under which number the figures of a period were published, and which of them moved since.

    Measures that are not among `adjusted` are what was published.
    """

    number: int
    edition: int
    period: str
    is_provisional: bool
    is_reopened: bool
    adjusted: list[Adjusted]


class UnitFigures(Struct, frozen=True, kw_only=True):
    """A unit's indicators under the filters, with the log position that they reflect.

    `provisional` says why figures may still change by themselves; empty if nothing speaks for it.
    `revised` are the measures of the month asked for that moved after it had closed. `published`
    is there if the day ends a period whose figures the unit has published.
    """

    unit: UnitName
    path: list[UnitName]
    reading: Reading
    filters: Filters
    indicators: list[Figure]
    revised: dict[str, int]
    completeness: Completeness
    position: Position
    provisional: list[str]
    published: PublishedAs | None = None


class ChildFigures(Struct, frozen=True, kw_only=True):
    """One unit of a list."""

    unit: UnitName
    indicators: list[Figure]


class Paged(Struct, frozen=True, kw_only=True):
    """A list: `limit` of its `total` rows at most, from number `offset` on; all without `limit`."""

    total: int
    limit: int | None = None
    offset: int = 0


class ChildrenFigures(Paged, frozen=True, kw_only=True):
    """The units directly below a unit."""

    parent: UnitName
    reading: Reading
    filters: Filters
    children: list[ChildFigures]
    completeness: Completeness
    position: Position
    provisional: list[str]


class Column(Struct, frozen=True, kw_only=True):
    """What a value of a row is: a measure, or a ratio with the columns of both its parts."""

    name: str
    label: Label
    unit: MeasureUnit | RatioUnit
    numerator: str | None = None
    denominator: str | None = None


class Row(Struct, frozen=True, array_like=True):
    """A unit of a tree, its values in the order of the columns."""

    code: str
    level: str
    parent: str | None
    name: str
    values: list[int | float | None]


class TreeFigures(Paged, frozen=True, kw_only=True):
    """Every unit from one down to a level, a row each."""

    reading: Reading
    filters: Filters
    columns: list[Column]
    rows: list[Row]
    position: Position
    provisional: list[str]


class TreeColumns(Paged, frozen=True, kw_only=True):
    """The same by column: a tree of the country has 10,000 rows, and is asked for often.

    `beginnings` are how each unit's row begins.
    """

    reading: Reading
    filters: Filters
    columns: list[Column]
    units: Sequence[Unit]
    beginnings: Sequence[bytes]
    values: list[Sequence[int | float | None]]
    position: Position
    provisional: list[str]

    def rows(self) -> Iterator[Row]:
        """Each unit's."""
        for unit, values in zip(self.units, zip(*self.values, strict=True), strict=True):
            yield Row(unit.code, unit.level, unit.parent, unit.name, [*values])

    def json(self) -> bytes:
        """As TreeFigures is encoded."""
        return encode(
            _WrittenTree(
                total=self.total,
                limit=self.limit,
                offset=self.offset,
                reading=self.reading,
                filters=self.filters,
                columns=self.columns,
                rows=written(self.beginnings, self.values),
                position=self.position,
                provisional=self.provisional,
            )
        )


class _WrittenTree(Paged, frozen=True, kw_only=True):
    """TreeFigures, its rows already encoded."""

    reading: Reading
    filters: Filters
    columns: list[Column]
    rows: Raw
    position: Position
    provisional: list[str]


class Span(Struct, frozen=True, kw_only=True):
    """A period of a series, both days in it."""

    since: date
    until: date


class Line(Struct, frozen=True, kw_only=True):
    """An indicator through the periods: a stock at each end, a flow within each.

    A ratio has both its parts; null where there is no value, or no such unit at that time.
    """

    name: str
    label: Label
    unit: MeasureUnit | RatioUnit
    values: list[int | float | None]
    numerators: list[int | None] | None = None
    denominators: list[int | None] | None = None


class SeriesFigures(Paged, frozen=True, kw_only=True):
    """A unit's indicators through time, `as_it_was` or on the tree of `tree_date`.

    Its rows are `periods`, of which every indicator has a value each.
    """

    unit: UnitName
    tree: TreeName
    tree_date: date | None
    as_it_was: bool
    filters: Filters
    step: Step
    periods: list[Span]
    indicators: list[Line]
    position: Position
    provisional: list[str]


class Merger(Struct, frozen=True, kw_only=True):
    """A day on which a unit's territory changed, and which units' land came and went with it."""

    on: date
    came_from: list[UnitName]
    went_to: list[UnitName]


class BridgeLine(Struct, frozen=True, kw_only=True):
    """A measure between two days: `opening` + `business` + `merger` = `closing`, to the dong.

    `merger` is what the land that came or went held at the end of the day before; everything
    else is `business`.
    """

    name: str
    label: Label
    unit: MeasureUnit
    opening: int | None
    business: int | None
    merger: int | None
    closing: int | None


class Bridge(Paged, frozen=True, kw_only=True):
    """How a unit's measures came from one day to another, each day read as it was."""

    unit: UnitName
    opening_unit: UnitName | None
    tree: TreeName
    since: date
    until: date
    period: Period
    filters: Filters
    mergers: list[Merger]
    measures: list[BridgeLine]
    position: Position
    provisional: list[str]


class Revisions(Paged, frozen=True, kw_only=True):
    """What moved in closed months after they had closed."""

    unit: UnitName
    since: date
    until: date
    grace_days: int
    filters: Filters
    revisions: list[Revision]
    position: Position
