"""Published figures beside what they are now: corrections show, they never replace."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra, Label
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.reports.report_period import report_period
from policy_credit_reporting.reports.statement import Figures, Taken
from policy_credit_reporting.reports.taking import figures_of, known_measures
from policy_credit_reporting.store.answers import Paged
from policy_credit_reporting.store.reading import Revised, Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.clock import business_day
from policy_credit_shared.kernel.reform import dated_trees


class Correction(Struct, frozen=True, kw_only=True):
    """What was recorded since on one day moved another, by so much."""

    occurred_on: date
    recorded_on: date
    amount: int


class Adjustment(Struct, frozen=True, kw_only=True):
    """Điều chỉnh: a published figure that is another now.

    `corrections` are what was recorded since the day of publication, that day included, for
    business days of the figure; `policy-credit audit adjustments` names their events.
    """

    unit: str
    measure: str
    label: Label
    published: int
    now: int
    difference: int
    corrections: list[Correction]


class Adjustments(Paged, frozen=True, kw_only=True):
    """All adjustments of a published report, at one position of the log."""

    number: int
    unit: str
    period: str
    adjustments: list[Adjustment]
    position: Position


def differences(published: Figures, now: Figures) -> dict[tuple[str, str], tuple[int, int]]:
    """By unit and measure, what was published and what it is now, where they differ.

    A measure that there is no more is not compared.
    """
    return {
        (unit, measure): (amount, now[unit][measure])
        for unit, figures in published.items()
        for measure, amount in figures.items()
        if measure in now.get(unit, {}) and now[unit][measure] != amount
    }


def adjustments_of(snapshot: Snapshot, algebra: Algebra, taken: Taken, number: int) -> Adjustments:
    """A report's figures beside the present ones."""
    period = report_period(taken.period)
    tree = dated_trees()["bank"].on(period.last)
    units = [tree.unit(unit.code) for unit in taken.units]
    measures = known_measures(algebra, snapshot)
    now = figures_of(snapshot, tree, units, period, measures)
    moved = differences(taken.figures, now)
    land = territories(tree, snapshot.layout)
    since = business_day(taken.taken_at)
    late: Mapping[str, list[Revised]] = {
        unit: snapshot.revisions(land.rollup([unit]), {}, FIRST_DAY, period.last)
        for unit in {unit for unit, _ in moved}
    }
    return Adjustments(
        total=len(moved),
        number=number,
        unit=taken.unit,
        period=taken.period,
        adjustments=[
            Adjustment(
                unit=unit,
                measure=measure,
                label=algebra.measures[measure].label,
                published=published,
                now=current,
                difference=current - published,
                corrections=[
                    Correction(
                        occurred_on=one.occurred_on,
                        recorded_on=one.recorded_on,
                        amount=one.amount,
                    )
                    for one in late[unit]
                    if one.measure == measure
                    and one.recorded_on >= since
                    and (taken.kinds[measure] == "stock" or one.occurred_on >= period.first)
                ],
            )
            for (unit, measure), (published, current) in moved.items()
        ],
        position=snapshot.position(),
    )
