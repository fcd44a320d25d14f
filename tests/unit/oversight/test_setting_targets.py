"""Targets: when an office sets one, then an event or a no."""

import build
import msgspec
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.rating_refusals import UnitNotOfOffice
from policy_credit_oversight.domain.target import TARGET, TargetSet, target_id
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import CommuneNotServed


def test_an_office_sets_a_target_for_itself() -> None:
    assert build.Desk(PARTS).does(build.set_target()) == [
        TargetSet(
            office=build.OFFICE,
            locality=build.LOCALITY,
            unit=build.OFFICE,
            year=2019,
            indicator="overdue_ratio",
            ceiling=1_400,
            on=build.DAY,
        )
    ]


def test_an_office_sets_targets_for_its_communes() -> None:
    (event,) = build.Desk(PARTS).does(build.set_target(unit="22876"))
    assert isinstance(event, TargetSet)
    assert (event.unit, event.locality) == ("22876", build.LOCALITY)


@pytest.mark.parametrize("unit", [build.OTHER_OFFICE, "22834", "999", "99999", "587\n"])
def test_an_office_sets_no_target_for_others(unit: str) -> None:
    with pytest.raises(UnitNotOfOffice, match=unit) as refused:
        build.Desk(PARTS).does(build.set_target(unit=unit))
    assert (refused.value.code, refused.value.field) == ("unit-not-of-office", "unit")


def test_a_target_is_set_in_a_commune_that_the_office_serves() -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.set_target(commune="22834"))


def test_a_later_target_of_the_year_replaces_the_earlier() -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.set_target(), build.set_target(ceiling=1_200))
    target = oversight.state(TARGET, target_id(build.set_target()))
    assert target is not None
    assert target.ceiling == 1_200


def test_each_unit_year_and_indicator_has_a_target_of_its_own() -> None:
    assert target_id(build.set_target()) == derived_id("target", "587", 2019, "overdue_ratio")
    others = [build.set_target(unit=build.COMMUNE), build.set_target(year=2020)]
    assert len({target_id(command) for command in [build.set_target(), *others]}) == 3
    assert list(build.set_target().touches()) == [target_id(build.set_target())]


@pytest.mark.parametrize(
    "change",
    [
        {"ceiling": -1},
        {"ceiling": 1_000_001},
        {"ceiling": 0.12},
        {"indicator": "happiness"},
        {"year": 19},
        {"unit": "5870"},
    ],
)
def test_a_target_is_whole_millionths_of_a_known_ratio_for_a_unit_and_year(
    change: dict[str, object],
) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.set_target(**change)
