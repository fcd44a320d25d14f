"""Who lives where: the communes of a unit, their offices, session days, households and groups.

Households and groups are numbered through the whole unit, so that they are the same people however
the partitions are shared out.
"""

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np

from policy_credit_local.history.chance import Chance, Whole, Yes
from policy_credit_local.history.published import (
    ASSOCIATION_WEIGHTS,
    BAD_COMMUNES,
    HOUSEHOLDS_PER_GROUP,
    IN_DEBT_AT_OPENING,
)
from policy_credit_shared.kernel import units
from policy_credit_shared.kernel.units import (
    UnitTree,
    UnknownUnit,
    main_localities,
    units_before_reform,
)
from policy_credit_shared.messaging.records import partition_of

NATION: Final = 1
FIRST_SESSION_DAY, LAST_SESSION_DAY = 5, 24
"""Late enough for what came late to be recorded, early enough for the month to end after it."""


@dataclass(frozen=True)
class Ground:
    """Arrays by commune, in the order of the list of units; `places` by locality."""

    office: list[str]
    places: list[tuple[str, str]]
    """Office and locality code."""
    main: Whole
    """The commune's main locality, as an index of `places`."""
    parts: list[list[int]]
    """Its other localities."""
    session_day: Whole
    bad: Yes
    households: Whole
    first_household: Whole
    groups: Whole
    first_group: Whole
    province: Whole
    """Its code, as all codes of units here: a number with a 1 before it."""
    code: Whole
    new_commune: Whole
    """The code of the commune that it went to, 0 where another one stands for that."""
    head_code: Whole
    """The branches, and the head office, of what is here as a whole."""
    head_commune: Whole
    """The first commune of each of them."""

    def of_partition(self, partition: int, partitions: int) -> Whole:
        """The communes whose offices send to a partition."""
        mine = {o for o in set(self.office) if partition_of(o, partitions) == partition}
        return np.array([n for n, office in enumerate(self.office) if office in mine], np.int64)


def make_ground(unit: str, households_in_debt: int, chance: Chance) -> Ground:
    """The ground of a unit before the reform; raises UnknownUnit."""
    tree = units_before_reform()
    communes = list(_communes(tree, unit))
    if not communes:
        raise UnknownUnit(unit, tree.edition)
    localities = main_localities()
    others = _other_localities()
    office: list[str] = []
    places: list[tuple[str, str]] = []
    parts: list[list[int]] = []
    main: list[int] = []
    for code in communes:
        served_by = tree.unit(code).parent or ""
        office.append(served_by)
        main.append(len(places))
        places.append((served_by, localities[code]))
        extra = [other for other in others.get(code, []) if other != localities[code]]
        parts.append(list(range(len(places), len(places) + len(extra))))
        places += [(served_by, other) for other in extra]
    keys = np.array([int(code) for code in communes], np.int64)
    people = households_in_debt * 1_000_000 // IN_DEBT_AT_OPENING
    households = _shared_out(people, 50 + chance.below(101, "size of a commune", keys))
    groups = -(-households // HOUSEHOLDS_PER_GROUP.value)
    provinces = np.array([100 + int(tree.path(code)[-2].code) for code in communes], np.int64)
    new = np.array([100_000 + int(localities[c].split("-")[1]) for c in communes], np.int64)
    stands = np.isin(np.arange(len(new)), np.unique(new, return_index=True)[1])
    branches, at = np.unique(provinces, return_index=True)
    level = tree.unit(unit).level
    if level == "nation":
        branches, at = np.append(branches, NATION), np.append(at, 0)
    heads = slice(None) if level in ("nation", "province") else slice(0)
    span = LAST_SESSION_DAY - FIRST_SESSION_DAY + 1
    return Ground(
        office=office,
        places=places,
        main=np.array(main, np.int64),
        parts=parts,
        session_day=FIRST_SESSION_DAY + chance.below(span, "session day", keys),
        bad=_bad(keys, chance),
        households=households,
        first_household=np.cumsum(households) - households,
        groups=groups,
        first_group=np.cumsum(groups) - groups,
        province=provinces,
        code=100_000 + keys,
        new_commune=np.where(stands, new, 0),
        head_code=branches[heads],
        head_commune=at[heads],
    )


def association_of(groups: Whole, chance: Chance) -> Whole:
    """The association of each group, as an index."""
    bounds = np.cumsum(ASSOCIATION_WEIGHTS)
    drawn = chance.below(int(bounds[-1]), "association", groups)
    return np.searchsorted(bounds, drawn, side="right").astype(np.int64)


def _communes(tree: UnitTree, unit: str) -> list[str]:
    if tree.unit(unit).level == "commune":
        return [unit]
    if tree.unit(unit).level == "locality":
        raise UnknownUnit(unit, tree.edition)
    return [code for child in tree.children(unit) for code in _communes(tree, child.code)]


def _other_localities() -> dict[str, list[str]]:
    text = (resources.files(units.__package__) / "data" / "communes_2024_to_2025.csv").read_text(
        encoding="utf-8"
    )
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        code = f"{row['old_commune']}-{row['new_commune']}"
        found.setdefault(row["old_commune"], []).append(code)
    return found


def _bad(keys: Whole, chance: Chance) -> Yes:
    """Few of the communes, but one at least."""
    drawn = chance.below(1_000_000, "bad commune", keys)
    bad: Yes = drawn < max(BAD_COMMUNES, int(drawn.min()) + 1)
    return bad


def _shared_out(total: int, weights: Whole) -> Whole:
    """The total in whole parts, in proportion."""
    bounds = np.cumsum(weights) * total // int(weights.sum())
    return np.diff(bounds, prepend=0).astype(np.int64)
