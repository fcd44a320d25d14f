"""What is asked: of which day, on which tree of which day, of what and over which period."""

from datetime import date, timedelta

from msgspec import Struct

from policy_credit_reporting.indicators.periods import Period, first_day
from policy_credit_reporting.store.answers import Reading, UnitName
from policy_credit_reporting.store.parts import Filters
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.trees import TreeName, UnitChange, UnitMerged, UnitSplit
from policy_credit_shared.kernel.units import Unit, UnitTree


class Question(Struct, frozen=True, kw_only=True):
    """One question. Without `tree_date` a unit is read as it was on `date`.

    `indicators` are names, in the order of the answer; empty, all of them.
    """

    day: date
    tree: TreeName = "bank"
    tree_date: date | None = None
    period: Period = "total"
    filters: Filters = {}
    indicators: tuple[str, ...] = ()

    def since(self) -> date | None:
        """The first day of flows; None from the beginning."""
        return None if self.period == "total" else first_day(self.day, self.period)

    def read(self, code: str) -> tuple[UnitTree, Reading]:
        """The tree in which a code is read; raises UnknownUnit.

        A unit that has ended is found on the last tree that had it, unless a tree is named.
        """
        dated = dated_trees()[self.tree]
        if self.tree_date is not None:
            tree, tree_date, note = dated.on(self.tree_date), self.tree_date, ""
            tree.unit(code)
        else:
            tree, ending = dated.latest_with(code, self.day)
            tree_date = ending.valid_from - timedelta(days=1) if ending else self.day
            note = _told(tree.unit(code), ending) if ending else ""
        return tree, Reading(
            day=self.day,
            tree=self.tree,
            tree_date=tree_date,
            period=self.period,
            since=self.since(),
            note=note,
        )


def name_of(unit: Unit) -> UnitName:
    """A unit as answers name it."""
    return UnitName(unit.code, unit.level, unit.name, unit.valid_from)


def _told(unit: Unit, ending: UnitChange) -> str:
    match ending.event:
        case UnitMerged(into=into):
            became = f"was merged into {into}"
        case UnitSplit(into=into):
            became = f"was split among {', '.join(into)}"
        case _:
            became = "ended"
    return f"{unit.code} {unit.name} {became} on {ending.valid_from} ({ending.legal_act})"
