"""A unit's hot-spots among the units below it."""

from collections.abc import Iterator

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Label, Ratio
from policy_credit_reporting.indicators.hot_spots import HotSpot, HotSpots, hot_spots
from policy_credit_reporting.store.answers import Figure, Paged, Reading, UnitName
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question, name_of
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.totals import figure_of, measures_of, totals_of
from policy_credit_shared.kernel.units import Level, Unit, UnitTree


class Carries(Struct, frozen=True, kw_only=True):
    """What a unit carries, and what it and those before it carry together: dong, or a count."""

    amount: int
    together: int


class OutOfLine(Struct, frozen=True, kw_only=True):
    """A unit with more cases than its size explains: up to `usual_max` are within the limit.

    `limit` is the limit that is passed, in percent: 95 or 99.8.
    """

    cases: int
    of: int
    usual_max: int
    limit: str


class Spot(Struct, frozen=True, kw_only=True):
    """A unit to look at, with the reason in words; `path` are the units between."""

    unit: UnitName
    path: list[UnitName]
    figure: Figure
    carries: Carries | None
    out_of_line: OutOfLine | None
    reason: Label


class Limits(Struct, frozen=True, kw_only=True):
    """What units were held against: the ratio of them all, and how far they differ by themselves.

    `overdispersion` multiplies the variance that chance alone would give; at least 1.
    """

    units: int
    cases: int
    of: int
    overdispersion: float


class SpotsOfUnit(Paged, frozen=True, kw_only=True):
    """A unit's hot-spots among the units of a level below it, the first to look at first.

    `whole` is what all `units` of that level carry. Without `limits`, there were no counts to hold
    against any, or fewer than five units.
    """

    unit: UnitName
    reading: Reading
    filters: Filters
    indicator: str
    level: Level
    share_percent: int
    units: int
    whole: int
    limits: Limits | None
    summary: Label
    spots: list[Spot]
    position: Position
    provisional: list[str]


def spots_of(
    snapshot: Snapshot,
    code: str,
    question: Question,
    ratio: Ratio,
    *,
    level: Level,
    share_percent: int,
    page: slice,
) -> SpotsOfUnit:
    """The hot-spots among the units of a level below one; raises UnknownUnit."""
    tree, reading = question.read(code)
    codes = [unit.code for unit in below(tree, code, level)]
    totals = totals_of(snapshot, tree, codes, question, measures_of([ratio]))
    found = hot_spots(ratio, level, totals, share_percent)
    return SpotsOfUnit(
        unit=name_of(tree.unit(code)),
        reading=reading,
        filters=question.filters,
        indicator=ratio.name,
        level=level,
        share_percent=share_percent,
        units=found.units,
        whole=found.whole,
        limits=_limits(found),
        summary=found.summary,
        total=len(found.spots),
        spots=[
            _spot(spot, tree, code, figure_of(ratio, totals[spot.unit]))
            for spot in found.spots[page]
        ],
        position=snapshot.position(),
        provisional=[],
    )


def below(tree: UnitTree, code: str, level: Level) -> Iterator[Unit]:
    """The units of a level below one, in the order of the official list."""
    for unit in tree.children(code):
        if unit.level == level:
            yield unit
        else:
            yield from below(tree, unit.code, level)


def _spot(spot: HotSpot, tree: UnitTree, code: str, figure: Figure) -> Spot:
    unit, *path = tree.path(spot.unit)
    between = path[: [above.code for above in path].index(code)]
    carries = out_of_line = None
    if spot.carries is not None:
        carries = Carries(amount=spot.carries.amount, together=spot.carries.together)
    if spot.outlier is not None:
        cases, of = spot.outlier.counted
        out_of_line = OutOfLine(
            cases=cases, of=of, usual_max=spot.outlier.usual_max, limit=spot.outlier.limit
        )
    return Spot(
        unit=name_of(unit),
        path=[name_of(above) for above in between],
        figure=figure,
        carries=carries,
        out_of_line=out_of_line,
        reason=spot.reason,
    )


def _limits(found: HotSpots) -> Limits | None:
    if found.compared is None:
        return None
    cases, of = found.compared.total
    return Limits(
        units=found.compared.units,
        cases=cases,
        of=of,
        overdispersion=found.compared.overdispersion,
    )
