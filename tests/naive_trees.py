"""The oracle of trees: a unit's localities straight from the published lists, in plain Python."""

import csv
from datetime import date
from functools import cache
from importlib import resources

REFORM = date(2025, 7, 1)


@cache
def localities_of(tree: str, day: date, code: str) -> frozenset[str]:
    """Which localities a unit is made of on a day, in the bank's or the administrative tree."""
    return frozenset(
        f"{old}-{new}"
        for old, new in pairs()
        if code in (f"{old}-{new}", *units_above(tree, day, old, new), "VN")
    )


def units_above(tree: str, day: date, old: str, new: str) -> tuple[str, ...]:
    """The codes above a locality, without the nation's."""
    before, since = parents("units_2024.csv"), parents("units_2025.csv")
    office, province = before[old], before[before[old]]
    if day < REFORM:
        return (old, office, province)
    if tree == "bank":
        return (old, office, since[new])
    return (new, since[new])


@cache
def children_of(tree: str, day: date, code: str) -> frozenset[str]:
    """The codes directly below a unit that has localities."""
    found = set()
    for old, new in pairs():
        path = (f"{old}-{new}", *units_above(tree, day, old, new), "VN")
        if code in path[1:]:
            found.add(path[path.index(code) - 1])
    return frozenset(found)


def across_offices() -> list[str]:
    """Localities of new communes that were made of communes of several districts."""
    offices: dict[str, set[str]] = {}
    for old, new in pairs():
        offices.setdefault(new, set()).add(parents("units_2024.csv")[old])
    return [f"{old}-{new}" for old, new in pairs() if len(offices[new]) > 1]


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    return tuple((r["old_commune"], r["new_commune"]) for r in rows("communes_2024_to_2025.csv"))


@cache
def parents(name: str) -> dict[str, str]:
    return {row["code"]: row["parent"] for row in rows(name)}


def rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("policy_credit_shared.kernel") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
