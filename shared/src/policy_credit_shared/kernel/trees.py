"""Two dated trees of units on the same localities: the bank's and the administrative one.

What happens to units are dated changes; the tree of a day is the fold of the changes until then.
The reform of 2025-07-01 (Resolution 202/2025/QH15 and the resolutions on communes) is such
changes: provinces and communes merged, split and founded, districts closed. The bank's offices
and points go on; only its branches merged. Codes were re-used, so a unit is (code, valid_from).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.units import NATION, Level, Unit, UnitTree, UnknownUnit

TreeName = Literal["bank", "administrative"]
"""Mạng lưới ngân hàng, đơn vị hành chính."""

TREES: tuple[TreeName, ...] = get_args(TreeName)


class UnitFounded(Struct, frozen=True, kw_only=True, tag="unit.founded"):
    """Thành lập đơn vị."""

    code: str
    level: Level
    parent: str | None
    name: str


class UnitRenamed(Struct, frozen=True, kw_only=True, tag="unit.renamed"):
    """Đổi tên đơn vị."""

    code: str
    name: str


class UnitReparented(Struct, frozen=True, kw_only=True, tag="unit.reparented"):
    """Chuyển đơn vị sang đơn vị cấp trên khác."""

    code: str
    parent: str


class UnitMerged(Struct, frozen=True, kw_only=True, tag="unit.merged"):
    """Sáp nhập: the unit ended, all of it went into another."""

    code: str
    into: str


class UnitSplit(Struct, frozen=True, kw_only=True, tag="unit.split"):
    """Chia tách: the unit ended, its parts went into several others."""

    code: str
    into: tuple[str, ...]


class UnitClosed(Struct, frozen=True, kw_only=True, tag="unit.closed"):
    """Kết thúc hoạt động: the unit ended without a successor."""

    code: str


UnitEvent = UnitFounded | UnitRenamed | UnitReparented | UnitMerged | UnitSplit | UnitClosed
ENDINGS = (UnitMerged, UnitSplit, UnitClosed)


class UnitChange(Struct, frozen=True):
    """An event of a unit, the day from which it holds, and the legal act behind it."""

    valid_from: date
    legal_act: str
    event: UnitEvent


class DatedTree:
    """One tree through time."""

    def __init__(self, name: TreeName, changes: Iterable[UnitChange]) -> None:
        self.name = name
        by_day: dict[date, list[UnitChange]] = {}
        for change in changes:
            by_day.setdefault(change.valid_from, []).append(change)
        check(bool(by_day), f"the {name} tree has units")
        self.days: list[date] = sorted(by_day)
        self._trees: list[UnitTree] = []
        self._endings: dict[tuple[str, date], UnitChange] = {}
        units: dict[str, Unit] = {}
        for day in self.days:
            # A code that ends may be founded anew on the same day.
            ordered = sorted(by_day[day], key=lambda c: not isinstance(c.event, ENDINGS))
            for change in ordered:
                if isinstance(change.event, ENDINGS):
                    self._endings[change.event.code, day] = change
                _apply(units, change)
            _check_whole(units, name, day)
            self._trees.append(UnitTree(f"the {name} tree of {day}", dict(units)))

    def on(self, day: date) -> UnitTree:
        """The tree in force on a day; before the first change, the first one."""
        return self._trees[max(bisect_right(self.days, day) - 1, 0)]

    def latest_with(self, code: str, day: date) -> tuple[UnitTree, UnitChange | None]:
        """The last tree until a day that has such a unit, and what ended the unit, if it ended.

        Raises UnknownUnit if no tree until then has one.
        """
        last = max(bisect_right(self.days, day) - 1, 0)
        for number in range(last, -1, -1):
            if code in self._trees[number]:
                ended = None if number == last else self.days[number + 1]
                change = self._endings.get((code, ended)) if ended else None
                return self._trees[number], change
        raise UnknownUnit(code, self._trees[last].edition)


class DatedTrees:
    """Both trees. Their localities are the same at all times."""

    def __init__(self, trees: Mapping[TreeName, DatedTree]) -> None:
        self._trees = trees

    def __getitem__(self, name: TreeName) -> DatedTree:
        return self._trees[name]


def _apply(units: dict[str, Unit], change: UnitChange) -> None:
    match change.event:
        case UnitFounded(code=code, level=level, parent=parent, name=name):
            check(code not in units, f"{code} is founded once at a time")
            units[code] = Unit(
                code=code, valid_from=change.valid_from, level=level, parent=parent, name=name
            )
        case UnitRenamed(code=code, name=name):
            units[code] = replace(_unit(units, code), name=name)
        case UnitReparented(code=code, parent=parent):
            units[code] = replace(_unit(units, code), parent=parent)
        case UnitMerged(code=code) | UnitSplit(code=code) | UnitClosed(code=code):
            del units[_unit(units, code).code]


def _unit(units: Mapping[str, Unit], code: str) -> Unit:
    check(code in units, f"{code} is there to be changed")
    return units[code]


def _check_whole(units: Mapping[str, Unit], name: TreeName, day: date) -> None:
    lost = [u.code for u in units.values() if u.code != NATION and u.parent not in units]
    check(not lost, f"every unit of the {name} tree of {day} has a parent, not so {lost[:5]}")


def founding(units: Sequence[Unit], legal_act: str) -> list[UnitChange]:
    """The changes that found a list of units."""
    return [
        UnitChange(
            unit.valid_from,
            legal_act,
            UnitFounded(code=unit.code, level=unit.level, parent=unit.parent, name=unit.name),
        )
        for unit in units
    ]
