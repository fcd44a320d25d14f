"""Administrative units, their trees, and the localities that both trees are unions of.

Two lists of units are known: the one in force before 2025-07-01 (codes by Decision
124/2004/QĐ-TTg) and the one since (Decision 19/2025/QĐ-TTg, no districts). Codes were re-used
for other territories, so a code means nothing without the tree that it is read in.
"""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from msgspec import Struct

from policy_credit_shared.kernel.refusals import CommuneNotServed

Level = Literal["nation", "province", "district", "commune", "locality"]

NATION = "VN"
REFORM_DAY = date(2025, 7, 1)


class UnknownUnit(LookupError):
    """No unit of that code in that tree."""

    def __init__(self, code: str, edition: str) -> None:
        super().__init__(f"no unit {code!r} in the list of units of {edition}")
        self.code = code
        self.edition = edition


class Unit(Struct, frozen=True, kw_only=True):
    """One unit of one tree. Identity is (code, valid_from)."""

    code: str
    valid_from: date
    level: Level
    parent: str | None
    name: str


class UnitTree:
    """The units of one list, from the nation down to localities."""

    def __init__(self, edition: str, units: dict[str, Unit]) -> None:
        self.edition = edition
        self._units = units
        self._children: dict[str, list[Unit]] = {}
        for unit in units.values():
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit)

    def __contains__(self, code: str) -> bool:
        return code in self._units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def unit(self, code: str) -> Unit:
        """The unit of that code; raises UnknownUnit."""
        try:
            return self._units[code]
        except KeyError:
            raise UnknownUnit(code, self.edition) from None

    def children(self, code: str) -> list[Unit]:
        """Units directly below, in the order of the official list."""
        self.unit(code)
        return self._children.get(code, [])

    def path(self, code: str) -> tuple[Unit, ...]:
        """The unit and every unit above it, the nation last."""
        unit = self.unit(code)
        return (unit,) if unit.parent is None else (unit, *self.path(unit.parent))

    def localities(self, code: str) -> list[str]:
        """The localities that a unit is made of, itself if it is one; raises UnknownUnit."""
        unit = self.unit(code)
        if unit.level == "locality":
            return [code]
        return [found for child in self.children(code) for found in self.localities(child.code)]

    def contains(self, ancestor: str, code: str) -> bool:
        """Whether `code` is `ancestor` or lies below it."""
        return any(unit.code == ancestor for unit in self.path(code))


@cache
def units_before_reform() -> UnitTree:
    """The tree of 63 provinces, 696 districts and 10,035 communes, with its localities."""
    return _tree("2024", date(2004, 7, 8), locality_side="old_commune")


@cache
def units_since_reform() -> UnitTree:
    """The tree of 34 provinces and 3,321 communes, with its localities."""
    return _tree("2025", REFORM_DAY, locality_side="new_commune")


def units_on(day: date) -> UnitTree:
    """The tree in force on a business day."""
    return units_before_reform() if day < REFORM_DAY else units_since_reform()


@cache
def main_localities() -> dict[str, str]:
    """Old commune → its main locality, where only the old commune is known."""
    return {
        row["old_commune"]: _locality(row)
        for row in _rows("communes_2024_to_2025.csv")
        if row["share"] in ("whole", "main part")
    }


def served_locality(commune: str, office: str) -> str:
    """The locality of a commune that the office serves; raises CommuneNotServed."""
    tree = units_before_reform()
    if commune not in tree or tree.unit(commune).parent != office:
        raise CommuneNotServed(commune, office)
    return main_localities()[commune]


@cache
def seat_locality(office: str) -> str:
    """Where what belongs to an office as a whole counts: its first commune; raises UnknownUnit."""
    tree = units_before_reform()
    communes = tree.children(office)
    if tree.unit(office).level != "district" or not communes:
        raise UnknownUnit(office, tree.edition)
    return main_localities()[communes[0].code]


def province_of(office: str) -> str:
    """The province of an office; raises UnknownUnit."""
    return units_before_reform().path(office)[-2].code


def _tree(
    edition: str, valid_from: date, locality_side: Literal["old_commune", "new_commune"]
) -> UnitTree:
    units = {
        NATION: Unit(
            code=NATION, valid_from=valid_from, level="nation", parent=None, name="Việt Nam"
        )
    }
    for row in _rows(f"units_{edition}.csv"):
        units[row["code"]] = Unit(
            code=row["code"],
            valid_from=valid_from,
            level=_LEVELS[row["level"]],
            parent=row["parent"] or NATION,
            name=row["name"],
        )
    for row in _rows("communes_2024_to_2025.csv"):
        code = _locality(row)
        commune = units[row[locality_side]]
        units[code] = Unit(
            code=code,
            valid_from=valid_from,
            level="locality",
            parent=commune.code,
            name=commune.name,
        )
    return UnitTree(edition, units)


_LEVELS: dict[str, Level] = {
    "province": "province",
    "district": "district",
    "commune": "commune",
}


def _locality(row: dict[str, str]) -> str:
    return f"{row['old_commune']}-{row['new_commune']}"


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
