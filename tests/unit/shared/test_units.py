"""The trees of units and the localities below both."""

from datetime import date

import pytest

from policy_credit_shared.kernel.units import (
    NATION,
    UnitTree,
    UnknownUnit,
    main_localities,
    units_before_reform,
    units_on,
    units_since_reform,
)

# Island districts had no communes, so the published conversion gives their successors no locality.
ISLANDS = {"11948", "19742", "20333", "21548", "26732"}
TREES = [units_before_reform(), units_since_reform()]


@pytest.mark.parametrize(
    ("tree", "counts"),
    [
        (TREES[0], {"province": 63, "district": 696, "commune": 10_035, "locality": 10_597}),
        (TREES[1], {"province": 34, "commune": 3_321, "locality": 10_597}),
    ],
)
def test_each_list_is_complete(tree: UnitTree, counts: dict[str, int]) -> None:
    levels: list[str] = [unit.level for unit in tree]
    assert {level: levels.count(level) for level in counts} == counts


@pytest.mark.parametrize("tree", TREES)
def test_every_unit_is_below_the_nation_and_every_commune_a_union_of_localities(
    tree: UnitTree,
) -> None:
    for unit in tree:
        assert tree.path(unit.code)[-1].code == NATION
        if unit.level == "commune":
            assert bool(tree.children(unit.code)) == (unit.code not in ISLANDS)


def test_the_tree_changes_on_the_day_of_the_reform() -> None:
    assert units_on(date(2025, 6, 30)) is TREES[0]
    assert units_on(date(2025, 7, 1)) is TREES[1]


def test_a_code_means_nothing_without_its_tree() -> None:
    both = [u for u in TREES[0] if u.code in TREES[1] and u.level == "commune"]
    assert any(TREES[1].unit(unit.code).name != unit.name for unit in both)


def test_every_old_commune_has_one_main_locality() -> None:
    communes = {unit.code for unit in TREES[0] if unit.level == "commune"}
    assert set(main_localities()) == communes
    assert all(locality.startswith(code) for code, locality in main_localities().items())


def test_a_district_contains_its_communes_and_no_others() -> None:
    assert TREES[0].contains("587", "22870")
    assert not TREES[0].contains("586", "22870")
    with pytest.raises(UnknownUnit):
        TREES[0].contains("586", "99999")
