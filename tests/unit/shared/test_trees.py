"""Two dated trees: what the reform did to each, and what any change may and may not do."""

from datetime import date

import naive_trees
import pytest

from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.trees import (
    DatedTree,
    UnitChange,
    UnitClosed,
    UnitEvent,
    UnitFounded,
    UnitMerged,
    UnitRenamed,
    UnitReparented,
    UnitSplit,
)
from policy_credit_shared.kernel.units import (
    NATION,
    Level,
    UnknownUnit,
    units_before_reform,
    units_since_reform,
)

EVE, REFORM = date(2025, 6, 30), date(2025, 7, 1)


def test_before_the_reform_both_trees_are_the_list_of_that_time() -> None:
    for name in ("bank", "administrative"):
        assert list(dated_trees()[name].on(EVE)) == list(units_before_reform())


def test_the_changes_of_the_reform_make_the_list_since() -> None:
    found = {u.code: u for u in dated_trees()["administrative"].on(REFORM)}
    listed = {unit.code: unit for unit in units_since_reform()}
    assert found.keys() == listed.keys()
    for code, unit in listed.items():
        assert (found[code].parent, found[code].level) == (unit.parent, unit.level)
        if unit.level != "locality":
            assert found[code].name == unit.name


def test_the_banks_offices_and_points_go_on_under_fewer_branches() -> None:
    tree = dated_trees()["bank"].on(REFORM)
    levels: list[str] = [unit.level for unit in tree]
    assert levels.count("province") == 34
    assert levels.count("district") == 696
    assert levels.count("commune") == 10_035
    office = tree.unit("587")
    assert (office.parent, office.valid_from) == (
        "56",
        units_before_reform().unit("587").valid_from,
    )


@pytest.mark.parametrize("day", [EVE, REFORM])
@pytest.mark.parametrize("name", ["bank", "administrative"])
def test_every_unit_is_the_union_of_localities_that_the_published_lists_say(
    name: str, day: date
) -> None:
    tree = dated_trees()[name].on(day)  # type: ignore[index]
    for unit in list(tree)[:: 97 if name == "bank" else 41]:
        found = set(tree.localities(unit.code))
        assert found == naive_trees.localities_of(name, day, unit.code), unit.code


def test_both_trees_stand_on_the_same_localities_at_all_times() -> None:
    trees = [
        dated_trees()[name].on(day) for name in ("bank", "administrative") for day in (EVE, REFORM)
    ]
    assert len({tuple(sorted(tree.localities(NATION))) for tree in trees}) == 1


def test_a_unit_that_has_ended_is_found_where_it_last_was() -> None:
    tree, change = dated_trees()["bank"].latest_with("58", date(2026, 1, 1))
    assert tree.unit("58").name == "Tỉnh Ninh Thuận"
    assert change is not None
    assert change.event == UnitMerged(code="58", into="56")
    with pytest.raises(UnknownUnit, match="bank tree of 2025-07-01"):
        dated_trees()["bank"].latest_with("999", date(2026, 1, 1))


def test_a_code_that_is_re_used_on_the_day_it_ends_is_another_unit() -> None:
    before, since = (dated_trees()["bank"].on(day).unit("15") for day in (EVE, REFORM))
    assert (before.name, since.name) == ("Tỉnh Yên Bái", "Tỉnh Lào Cai")
    assert before.valid_from < since.valid_from == REFORM


def founded(code: str, level: Level, parent: str | None) -> UnitFounded:
    return UnitFounded(code=code, level=level, parent=parent, name=code)


FIRST = [
    founded(NATION, "nation", None),
    founded("A", "province", NATION),
    founded("B", "province", NATION),
    founded("a-a", "locality", "A"),
    founded("b-b", "locality", "B"),
]


def grown(*later: UnitEvent) -> DatedTree:
    """A small tree, and what happens to it on a later day."""
    return DatedTree(
        "bank",
        [
            *(UnitChange(date(2000, 1, 1), "", event) for event in FIRST),
            *(UnitChange(date(2020, 1, 1), "", event) for event in later),
        ],
    )


def test_a_next_reform_is_more_changes_and_leaves_earlier_days_alone() -> None:
    tree = grown(
        UnitMerged(code="B", into="A"),
        UnitReparented(code="b-b", parent="A"),
        UnitRenamed(code="A", name="A and B"),
    )
    assert tree.on(date(2019, 12, 31)).localities("A") == ["a-a"]
    assert tree.on(date(2020, 1, 1)).localities("A") == ["a-a", "b-b"]
    assert tree.on(date(2020, 1, 1)).unit("A").name == "A and B"
    assert "B" not in tree.on(date(2020, 1, 1))


@pytest.mark.parametrize(
    "later",
    [
        [UnitClosed(code="B")],
        [UnitMerged(code="C", into="A")],
        [UnitSplit(code="B", into=("A",)), UnitRenamed(code="B", name="still B")],
        [founded("A", "province", NATION)],
        [UnitReparented(code="b-b", parent="C")],
    ],
    ids=[
        "leaves a locality alone",
        "is of no unit",
        "is after its end",
        "is there",
        "goes nowhere",
    ],
)
def test_a_change_that_does_not_fit_is_found_at_once(later: list[UnitEvent]) -> None:
    with pytest.raises(InvariantBroken):
        grown(*later)
