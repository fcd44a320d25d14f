"""The reform of 2025-07-01 as changes of units, as they follow from the lists of both sides.

A unit goes on if its code and level, and the localities below it, are the same before and after;
it is renamed or reparented if that differs. Every other unit ends: it merged into the unit that
has all of its localities now, was split among several, or closed. Every other new unit is founded.
"""

from datetime import date
from functools import cache

from policy_credit_shared.kernel.trees import (
    DatedTree,
    DatedTrees,
    UnitChange,
    UnitClosed,
    UnitEvent,
    UnitFounded,
    UnitMerged,
    UnitRenamed,
    UnitReparented,
    UnitSplit,
    founding,
)
from policy_credit_shared.kernel.units import (
    REFORM_DAY,
    Unit,
    UnitTree,
    units_before_reform,
    units_since_reform,
)

LIST_BEFORE = "Quyết định 124/2004/QĐ-TTg"
LIST_SINCE = "Nghị quyết 202/2025/QH15; Quyết định 19/2025/QĐ-TTg"

Territories = dict[str, frozenset[str]]


@cache
def dated_trees() -> DatedTrees:
    """The trees of Viet Nam and of its Bank for Social Policies, as the lists of units tell."""
    return DatedTrees(
        {
            "bank": DatedTree("bank", bank_changes()),
            "administrative": DatedTree("administrative", administrative_changes()),
        }
    )


def administrative_changes() -> list[UnitChange]:
    """Đơn vị hành chính: the first list of units, and the reform on all levels."""
    before, since = units_before_reform(), units_since_reform()
    return [
        *founding(list(before), LIST_BEFORE),
        *_dated(_differences(before, list(since), since)),
    ]


def bank_changes() -> list[UnitChange]:
    """Mạng lưới của ngân hàng: branches as provinces; offices and points go on after the reform."""
    before, since = units_before_reform(), units_since_reform()
    branches = [unit for unit in since if unit.level in ("nation", "province")]
    return [
        *founding(list(before), LIST_BEFORE),
        *_dated(_differences(before, branches, since)),
        *_dated(_moved_offices(before, since)),
    ]


def _dated(events: list[UnitEvent], day: date = REFORM_DAY) -> list[UnitChange]:
    return [UnitChange(day, LIST_SINCE, event) for event in events]


def _differences(before: UnitTree, units: list[Unit], since: UnitTree) -> list[UnitEvent]:
    """What happened to the units of those levels that `units` have, and to the closed level."""
    old, new = _territories(before), _territories(since)
    levels = {unit.level for unit in units}
    if "commune" in levels:
        levels.add("district")
    codes = {unit.code for unit in units}
    goes_on = {
        unit.code
        for unit in before
        if unit.code in codes
        and unit.level == since.unit(unit.code).level
        and old[unit.code] == new[unit.code]
        and (old[unit.code] or unit.name == since.unit(unit.code).name)
    }
    events: list[UnitEvent] = []
    for unit in before:
        if unit.level in levels and unit.code not in goes_on:
            events.append(_ending(unit, old[unit.code], since))
    for unit in units:
        if unit.code not in goes_on:
            events.append(
                UnitFounded(code=unit.code, level=unit.level, parent=unit.parent, name=unit.name)
            )
            continue
        earlier = before.unit(unit.code)
        if earlier.name != unit.name and unit.level != "locality":
            events.append(UnitRenamed(code=unit.code, name=unit.name))
        if earlier.parent != unit.parent and unit.parent is not None:
            events.append(UnitReparented(code=unit.code, parent=unit.parent))
    return events


def _ending(unit: Unit, localities: frozenset[str], since: UnitTree) -> UnitEvent:
    if unit.level == "district":
        return UnitClosed(code=unit.code)
    above = {
        next(u.code for u in since.path(locality) if u.level == unit.level)
        for locality in localities
    }
    match sorted(above):
        case []:
            return UnitClosed(code=unit.code)
        case [one]:
            return UnitMerged(code=unit.code, into=one)
        case several:
            return UnitSplit(code=unit.code, into=tuple(several))


def _moved_offices(before: UnitTree, since: UnitTree) -> list[UnitEvent]:
    """Offices whose branch has another code now; an island's without points by its neighbours'."""
    branch_of: dict[str, str] = {}
    for unit in before:
        if unit.level == "locality":
            office, province = before.path(unit.code)[2:4]
            branch = since.path(unit.code)[-2].code
            branch_of[office.code] = branch_of[province.code] = branch
    return [
        UnitReparented(code=unit.code, parent=branch)
        for unit in before
        if unit.level == "district"
        and (branch := branch_of.get(unit.code, branch_of[str(unit.parent)])) != unit.parent
    ]


def _territories(tree: UnitTree) -> Territories:
    found: dict[str, set[str]] = {unit.code: set() for unit in tree}
    for unit in tree:
        if unit.level == "locality":
            for above in tree.path(unit.code):
                found[above.code].add(unit.code)
    return {code: frozenset(localities) for code, localities in found.items()}
