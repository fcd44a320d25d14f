"""Findings: given an inspection, when something is found, remedied or left, then events or a no."""

from datetime import date
from typing import Any

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.finding import (
    FINDING,
    FindingLapsed,
    FindingRaised,
    FindingRemedied,
)
from policy_credit_oversight.domain.refusals import (
    DeadlineBeforeRaised,
    FindingRemediedAlready,
    FindingRepeated,
    FindingUnknown,
    InspectionUnknown,
    RaisedBeforeInspection,
    RemediedBeforeRaised,
    ResponsibleElsewhere,
)
from policy_credit_oversight.domain.register import REGISTER, RegisterKept, register_id
from policy_credit_shared.events import supervision
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice

DEADLINE = date(2019, 4, 5)
LAPSED_ON = date(2019, 4, 6)
OF_FINDING = {
    "office": build.OFFICE,
    "locality": build.LOCALITY,
    "severity": "serious",
    "responsible": build.COMMUNE,
    "deadline": DEADLINE,
}


def inspected() -> build.Desk:
    """Oversight after an inspection."""
    desk = build.Desk(PARTS)
    desk.does(build.inspect())
    return desk


def found(**finding: Any) -> build.Desk:
    """Oversight after an inspection found something."""
    desk = inspected()
    desk.does(build.raise_finding(**finding))
    return desk


def without_registers(events: list[DomainEvent]) -> list[DomainEvent]:
    return [event for event in events if not isinstance(event, RegisterKept)]


def remedied(desk: build.Desk, **remedy: Any) -> supervision.FindingRemedied:
    desk.does(build.remedy_finding(**remedy))
    said = desk.said()[-1]
    assert isinstance(said, supervision.FindingRemedied)
    return said


def listed(desk: build.Desk) -> dict[str, date]:
    register = desk.state(REGISTER, register_id(build.OFFICE, "finding"))
    assert register is not None
    return register.due


def test_a_finding_names_who_remedies_it_by_when() -> None:
    desk = inspected()
    raised, _ = desk.does(build.raise_finding())
    assert raised == FindingRaised(
        **OF_FINDING,  # type: ignore[arg-type]
        on=build.DAY,
        body="representative_board",
        subject="group_management",
        description="The group kept no list of who saved how much.",
        inspection=build.some_id("inspection"),
    )
    assert listed(desk) == {str(build.some_id("finding")): DEADLINE}


def test_the_words_of_a_finding_are_not_made_public() -> None:
    said = found().said()[-1]
    assert isinstance(said, supervision.FindingRaised)
    assert not hasattr(said, "description")


def test_an_inspection_may_find_several_things() -> None:
    desk = found()
    desk.does(build.raise_finding(finding=build.some_id("2"), responsible=build.OFFICE))
    assert len(listed(desk)) == 2


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"inspection": build.some_id("another")}, InspectionUnknown, "inspection"),
        ({"office": build.OTHER_OFFICE}, WrongOffice, "office"),
        ({"raised_on": date(2019, 3, 4)}, RaisedBeforeInspection, "raised_on"),
        ({"deadline": date(2019, 3, 4)}, DeadlineBeforeRaised, "deadline"),
        ({"responsible": "22834"}, ResponsibleElsewhere, "responsible"),
        ({"responsible": "99999"}, ResponsibleElsewhere, "responsible"),
    ],
)
def test_a_finding_fits_its_inspection(
    change: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        inspected().does(build.raise_finding(**change))
    assert refused.value.field == field
    assert refused.value.fix


def test_a_finding_is_raised_once() -> None:
    with pytest.raises(FindingRepeated):
        found().does(build.raise_finding(severity="grave"))


def test_a_remedy_has_evidence_and_says_who_checked_it() -> None:
    event, _ = found().does(build.remedy_finding(), by=build.DIRECTOR)
    assert event == FindingRemedied(
        **OF_FINDING,  # type: ignore[arg-type]
        on=date(2019, 4, 1),
        evidence="Report 12/BC of 2019-04-01: the list is kept again.",
        checked_by="association",
        by="a director",
        raised_on=build.DAY,
        lapsed=False,
    )


@pytest.mark.parametrize(
    ("day", "on_time"), [(build.DAY, 1), (DEADLINE, 1), (LAPSED_ON, 0), (date(2020, 1, 1), 0)]
)
def test_a_remedy_is_on_time_up_to_and_with_the_deadline(day: date, on_time: int) -> None:
    said = remedied(found(), remedied_on=day)
    assert (said.on_time, said.lapsed) == (on_time, 0)
    assert said.days_after == (day - build.DAY).days


def test_a_finding_lapses_the_day_after_its_deadline() -> None:
    desk = found()
    assert desk.closes(DEADLINE) == []
    assert desk.closes(LAPSED_ON) == [FindingLapsed(**OF_FINDING, on=LAPSED_ON)]  # type: ignore[arg-type]
    assert desk.closes(LAPSED_ON) == []


def test_a_close_that_comes_late_finds_the_day_itself() -> None:
    (lapsed,) = found().closes(date(2020, 1, 1))
    assert isinstance(lapsed, FindingLapsed)
    assert lapsed.on == LAPSED_ON


def test_a_finding_that_was_remedied_does_not_lapse() -> None:
    desk = found()
    desk.does(build.remedy_finding())
    assert desk.closes(date(2020, 1, 1)) == []
    assert listed(desk) == {}


def test_a_finding_that_lapsed_stays_on_the_list_and_may_still_be_remedied() -> None:
    desk = found()
    desk.closes(LAPSED_ON)
    assert listed(desk) == {str(build.some_id("finding")): DEADLINE}
    said = remedied(desk, remedied_on=date(2019, 5, 2))
    assert (said.on_time, said.lapsed) == (0, 1)
    assert listed(desk) == {}


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"finding": build.some_id("another")}, FindingUnknown, "finding"),
        ({"office": build.OTHER_OFFICE}, WrongOffice, "office"),
        ({"remedied_on": date(2019, 3, 4)}, RemediedBeforeRaised, "remedied_on"),
    ],
)
def test_a_remedy_fits_its_finding(
    change: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        found().does(build.remedy_finding(**change))
    assert refused.value.field == field
    assert refused.value.fix


def test_a_finding_is_remedied_once() -> None:
    desk = found()
    desk.does(build.remedy_finding())
    with pytest.raises(FindingRemediedAlready):
        desk.does(build.remedy_finding())
    finding = desk.state(FINDING, build.some_id("finding"))
    assert finding is not None
    assert not finding.is_open
