"""Inspections: given what was recorded, when one is carried out, then an event or a no."""

from datetime import date

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.inspection import InspectionCarriedOut
from policy_credit_oversight.domain.refusals import InspectionRepeated
from policy_credit_shared.kernel.refusals import CommuneNotServed


def test_an_inspection_is_recorded_with_what_it_saw() -> None:
    assert build.Desk(PARTS).does(build.inspect()) == [
        InspectionCarriedOut(
            office=build.OFFICE,
            locality=build.LOCALITY,
            body="representative_board",
            groups_inspected=4,
            households_visited=20,
            on=build.DAY,
            unit=build.OFFICE,
            level="district",
        )
    ]


def test_an_inspection_is_recorded_once_even_if_it_is_told_differently() -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.inspect())
    with pytest.raises(InspectionRepeated) as refused:
        oversight.does(build.inspect(body="bank", carried_out_on=date(2019, 4, 1)))
    assert (refused.value.code, refused.value.field) == ("inspection-repeated", "inspection")
    assert refused.value.fix
    assert len(oversight.store.log) == 1


def test_two_bodies_inspect_a_commune_on_one_day() -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.inspect(), build.inspect(inspection=build.some_id("2"), body="people"))
    assert len(oversight.store.log) == 2


def test_an_inspection_may_find_nobody() -> None:
    (event,) = build.Desk(PARTS).does(build.inspect(groups_inspected=0, households_visited=0))
    assert isinstance(event, InspectionCarriedOut)
    assert (event.groups_inspected, event.households_visited) == (0, 0)


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_inspection_is_in_a_commune_that_the_office_serves(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.inspect(commune=commune))
