"""Inspection plans: given a plan, when inspections are carried out, then it is fulfilled or not."""

from datetime import date
from typing import Any

import build
import msgspec
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.inspection import InspectionCarriedOut
from policy_credit_oversight.domain.inspection_plan import (
    INSPECTION_PLAN,
    InspectionPlan,
    InspectionsPlanned,
    Planned,
)
from policy_credit_oversight.domain.quota import quota_on, quotas
from policy_credit_oversight.domain.refusals import (
    BoardNotThere,
    FewerThanNamed,
    InspectedElsewhere,
    InspectedTwiceInPlan,
    InspectorElsewhere,
    NotInPlan,
    PeriodBackwards,
    PlanRepeated,
    PlanUnknown,
    UnitUnknown,
)
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.kernel.units import served_locality

PLAN = build.some_id("plan")
GROUPS = [build.some_id(f"group {n}") for n in range(3)]


def planned(**plan: Any) -> build.Desk:
    """Oversight after a plan was made."""
    desk = build.Desk(PARTS)
    desk.does(build.plan_inspections(**plan))
    return desk


def known(desk: build.Desk) -> InspectionPlan:
    found = desk.state(INSPECTION_PLAN, PLAN)
    assert found is not None
    return found


def inspected(desk: build.Desk, number: int = 0, **inspection: Any) -> InspectionCarriedOut:
    fields = {"inspection": build.some_id(f"inspection {number}"), "plan": PLAN} | inspection
    first, *_ = desk.does(build.inspect(**fields))
    assert isinstance(first, InspectionCarriedOut)
    return first


def test_a_plan_says_which_units_a_body_inspects_how_often_in_which_period() -> None:
    desk = build.Desk(PARTS)
    event, _ = desk.does(build.plan_inspections())
    other = served_locality("22876", build.OFFICE)
    assert event == InspectionsPlanned(
        unit=build.OFFICE,
        level="district",
        body="representative_board",
        scope=(
            Planned(
                unit=build.COMMUNE, office=build.OFFICE, locality=build.LOCALITY, inspections=2
            ),
            Planned(unit="22876", office=build.OFFICE, locality=other, inspections=1),
        ),
        period_from=date(2019, 1, 1),
        period_until=date(2019, 12, 31),
        on=date(2018, 12, 20),
    )


def test_a_province_plans_inspections_of_its_offices_and_communes() -> None:
    desk = planned(unit="58", scope=[{"unit": "587"}, {"unit": "22834"}])
    assert [(x.unit, x.office) for x in known(desk).planned.scope] == [
        ("587", "587"),
        ("22834", "586"),
    ]
    assert known(desk).planned.level == "province"


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"scope": [{"unit": "22834"}]}, InspectedElsewhere, "scope"),
        ({"scope": [{"unit": "99999"}]}, InspectedElsewhere, "scope"),
        ({"scope": [{"unit": "22870"}, {"unit": "22870"}]}, InspectedTwiceInPlan, "scope"),
        ({"period_until": date(2018, 12, 31)}, PeriodBackwards, "period_until"),
        ({"unit": "99"}, UnitUnknown, "unit"),
    ],
)
def test_a_plan_fits_the_body_that_makes_it(
    change: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        planned(**change)
    assert refused.value.field == field
    assert refused.value.fix


def test_a_plan_is_made_once() -> None:
    with pytest.raises(PlanRepeated):
        planned().does(build.plan_inspections(body="bank"))


@pytest.mark.parametrize("scope", [[], [{"unit": "58"}], [{"unit": "587", "inspections": 0}]])
def test_a_plan_names_offices_or_communes_to_be_inspected(scope: list[dict[str, Any]]) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.plan_inspections(scope=scope)


@pytest.mark.parametrize(
    ("unit", "day", "there"),
    [
        ("587", date(2025, 6, 30), True),
        ("587", date(2025, 7, 1), False),
        ("22870", date(2025, 6, 30), False),
        ("22870", date(2025, 7, 1), True),
        ("58", date(2025, 7, 1), True),
        ("VN", date(2019, 1, 1), True),
    ],
)
def test_boards_of_communes_began_when_those_of_districts_ended(
    unit: str, day: date, there: bool
) -> None:
    plan = {"unit": unit, "scope": [{"unit": build.COMMUNE}]}
    period = {"period_from": day, "period_until": date(2026, 1, 1)}
    if there:
        assert known(planned(**plan, **period)).planned.unit == unit
    else:
        with pytest.raises(BoardNotThere, match=unit):
            planned(**plan, **period)
    assert known(planned(**plan, **period, body="people")).planned.body == "people"


def test_inspections_fulfil_a_plan_until_each_unit_has_those_that_were_planned() -> None:
    desk = planned()
    assert [inspected(desk, n).fulfils for n in range(3)] == [True, True, False]
    assert inspected(desk, 3, commune="22876").fulfils
    assert known(desk).done == {build.COMMUNE: 3, "22876": 1}


def test_an_inspection_of_a_commune_fulfils_what_is_planned_for_its_office() -> None:
    desk = planned(unit="58", scope=[{"unit": "587", "inspections": 1}])
    assert inspected(desk, unit="58").fulfils
    assert known(desk).done == {"587": 1}


def test_a_plan_counts_which_of_its_groups_were_inspected() -> None:
    desk = planned(scope=[{"unit": build.COMMUNE, "groups": GROUPS}])
    inspected(desk, 0, groups=GROUPS[:2])
    inspected(desk, 1, groups=GROUPS[1:2])
    assert known(desk).groups_done == {build.COMMUNE: frozenset(GROUPS[:2])}
    assert (known(desk).groups_inspected, known(desk).households_visited) == (8, 40)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": "bank"}, "body"),
        ({"unit": "58"}, "unit"),
        ({"commune": "22873"}, "commune"),
        ({"carried_out_on": date(2018, 12, 31)}, "carried_out_on"),
        ({"carried_out_on": date(2020, 1, 1)}, "carried_out_on"),
    ],
)
def test_an_inspection_is_one_of_the_plan_that_it_names(change: dict[str, Any], field: str) -> None:
    desk = planned(scope=[{"unit": build.COMMUNE}, {"unit": "22876"}])
    with pytest.raises(NotInPlan) as refused:
        inspected(desk, **change)
    assert refused.value.field == field
    assert "leave the plan out" in refused.value.fix


def test_an_inspection_names_a_plan_that_was_made() -> None:
    with pytest.raises(PlanUnknown) as refused:
        inspected(build.Desk(PARTS))
    assert refused.value.field == "plan"


def test_a_body_inspects_within_its_own_unit() -> None:
    desk = build.Desk(PARTS)
    assert inspected(desk, plan=None, unit="58").level == "province"
    with pytest.raises(InspectorElsewhere) as refused:
        inspected(desk, 1, plan=None, unit="01")
    assert refused.value.field == "unit"


def test_groups_that_are_named_are_among_those_inspected() -> None:
    with pytest.raises(FewerThanNamed):
        inspected(build.Desk(PARTS), plan=None, groups=GROUPS, groups_inspected=2)


def test_a_board_of_a_district_inspects_no_more_once_there_are_none() -> None:
    with pytest.raises(BoardNotThere):
        inspected(build.Desk(PARTS), plan=None, carried_out_on=date(2025, 7, 1))


def test_associations_have_quotas_by_their_level() -> None:
    of_commune = quota_on("association", "commune", date(2019, 3, 5))
    above = quota_on("association", "district", date(2019, 3, 5))
    assert of_commune is not None
    assert above is not None
    assert (of_commune.groups_percent, of_commune.borrowers_per_group) == (100, 5)
    assert (above.communes_percent, above.groups_percent) == (100, 15)


def test_there_is_no_quota_before_its_day_or_for_other_bodies() -> None:
    assert quota_on("association", "commune", date(2002, 10, 3)) is None
    assert quota_on("people", "commune", date(2019, 3, 5)) is None


def test_a_quota_says_where_it_comes_from() -> None:
    keys = [(quota.body, quota.level, quota.valid_from) for quota in quotas()]
    assert len(set(keys)) == len(keys)
    assert all(quota.legal_basis and quota.trust in "sqk" for quota in quotas())
