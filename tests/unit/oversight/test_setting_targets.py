"""Targets: when one is set for a unit, then an event or a no."""

import build
import msgspec
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application.handlers import MAPPER
from policy_credit_oversight.domain.rating_refusals import TargetTooHigh, TargetUnitUnknown
from policy_credit_oversight.domain.target import FORMS, TARGET, TargetSet, target_id
from policy_credit_shared.events import supervision
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.store.recorded import Recorded

PROVINCE = "58"


def test_a_target_is_set_for_an_office() -> None:
    assert build.Desk(PARTS).does(build.set_target()) == [
        TargetSet(
            office=build.OFFICE,
            locality=build.LOCALITY,
            unit=build.OFFICE,
            year=2019,
            indicator="overdue_ratio",
            bound="ceiling",
            value=1_400,
            measured_in="millionths",
            on=build.DAY,
        )
    ]


@pytest.mark.parametrize(
    ("unit", "office", "locality"),
    [
        (build.COMMUNE, build.OFFICE, build.LOCALITY),
        (PROVINCE, "582", "22738-22738"),
        (NATION, "001", "00001-00097"),
    ],
)
def test_a_target_is_told_where_its_unit_is(unit: str, office: str, locality: str) -> None:
    (event,) = build.Desk(PARTS).does(build.set_target(unit=unit))
    assert isinstance(event, TargetSet)
    assert (event.unit, event.office, event.locality) == (unit, office, locality)


@pytest.mark.parametrize("unit", ["999", "99999", "00", "587\n"])
def test_a_target_is_of_a_unit_that_there_is(unit: str) -> None:
    with pytest.raises(TargetUnitUnknown, match=unit) as refused:
        build.Desk(PARTS).does(build.set_target(unit=unit))
    assert (refused.value.code, refused.value.field) == ("target-unit-unknown", "unit")


KINDS = [
    ("credit_growth", 100_000, "floor", "millionths"),
    ("overdue_ratio", 1_400, "ceiling", "millionths"),
    ("principal_when_due_rate", 950_000, "floor", "millionths"),
    ("interest_collection_rate", 980_000, "floor", "millionths"),
    ("communes_without_overdue", 10, "floor", "count"),
    ("groups_good_ratio", 960_000, "floor", "millionths"),
    ("local_capital", 26_000_000_000, "floor", "dong"),
]


@pytest.mark.parametrize(("indicator", "value", "bound", "measured_in"), KINDS)
def test_a_target_is_a_floor_or_a_ceiling_in_its_own_unit(
    indicator: str, value: int, bound: str, measured_in: str
) -> None:
    desk = build.Desk(PARTS)
    desk.does(build.set_target(indicator=indicator, value=value))
    (said,) = desk.said()
    assert isinstance(said, supervision.TargetSet)
    assert (said.amount, said.bound, said.measured_in) == (value, bound, measured_in)
    assert said.ceiling == (value if bound == "ceiling" else 1_000_000)


def test_every_kind_of_target_is_specified_here() -> None:
    assert [kind for kind, *_ in KINDS] == list(FORMS)


@pytest.mark.parametrize(
    "indicator", ["overdue_ratio", "principal_when_due_rate", "groups_good_ratio"]
)
def test_a_share_is_at_most_all_of_it(indicator: str) -> None:
    desk = build.Desk(PARTS)
    assert desk.does(build.set_target(indicator=indicator, value=1_000_000))
    with pytest.raises(TargetTooHigh) as refused:
        desk.does(build.set_target(indicator=indicator, value=1_000_001))
    assert refused.value.field == "value"


def test_a_later_target_of_the_year_replaces_the_earlier() -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.set_target(), build.set_target(value=1_200))
    target = oversight.state(TARGET, target_id(build.set_target()))
    assert target is not None
    assert target.value == 1_200


def test_a_target_of_when_there_were_only_ceilings_is_read_as_one() -> None:
    old = b"""{"recorded_at":"2019-03-05T02:00:00Z","event":{"office":"587",
        "locality":"22870-22870","unit":"587","year":2019,"indicator":"overdue_ratio",
        "ceiling":1400,"on":"2019-03-05"}}"""
    event = MAPPER.to_recorded(build.some_id("target"), 1, "oversight.target_set.v1", old).event
    assert isinstance(event, TargetSet)
    assert (event.amount, event.bound) == (1_400, "ceiling")
    (said,) = PARTS.translate(Recorded(build.some_id("target"), 1, build.NOW, event))
    assert isinstance(said.event, supervision.TargetSet)
    assert (said.event.ceiling, said.event.amount) == (1_400, 1_400)


def test_each_unit_year_and_indicator_has_a_target_of_its_own() -> None:
    assert target_id(build.set_target()) == derived_id("target", "587", 2019, "overdue_ratio")
    others = [build.set_target(unit=build.COMMUNE), build.set_target(year=2020)]
    assert len({target_id(command) for command in [build.set_target(), *others]}) == 3
    assert list(build.set_target().touches()) == [target_id(build.set_target())]


@pytest.mark.parametrize(
    "change",
    [
        {"value": -1},
        {"value": 0.12},
        {"indicator": "happiness"},
        {"year": 19},
        {"unit": "5870"},
    ],
)
def test_a_target_is_a_whole_number_of_a_known_figure_for_a_unit_and_year(
    change: dict[str, object],
) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.set_target(**change)
