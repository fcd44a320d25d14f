"""Outreach and outcomes: given what was recorded, when more is or is taken back, then an event."""

from datetime import date

import build
import governing
import msgspec
import pytest

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    NotRecorded,
    OutcomeIsTakenBack,
    RecorderTakesBack,
)
from policy_credit_oversight.domain.outcome import OutcomeRecorded, OutcomeTakenBack
from policy_credit_oversight.domain.outreach import OutreachHeld
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice


def recorded(**outcome: object) -> build.Desk:
    """Oversight after an officer recorded an outcome."""
    desk = governing.Oversight()
    desk.does(governing.record_outcome(**outcome))
    return desk


def test_an_outreach_session_is_recorded_with_who_came() -> None:
    assert governing.Oversight().does(governing.reach_out()) == [
        OutreachHeld(
            office=build.OFFICE,
            locality=build.LOCALITY,
            kind="meeting",
            organiser="association",
            attendance=64,
            on=build.DAY,
        )
    ]


def test_nobody_comes_to_a_broadcast() -> None:
    assert governing.Oversight().does(governing.reach_out(kind="broadcast", attendance=0))
    with pytest.raises(msgspec.ValidationError):
        governing.reach_out(attendance=-1)


def test_a_session_is_recorded_once_in_a_commune_that_the_office_serves() -> None:
    desk = governing.Oversight()
    desk.does(governing.reach_out())
    with pytest.raises(IdUsed) as refused:
        desk.does(governing.reach_out(attendance=65))
    assert refused.value.field == "outreach"
    with pytest.raises(CommuneNotServed):
        desk.does(governing.reach_out(outreach=build.some_id("2"), commune="22834"))


def test_an_outcome_is_recorded_by_kind_and_by_whom() -> None:
    assert governing.Oversight().does(governing.record_outcome()) == [
        OutcomeRecorded(
            office=build.OFFICE,
            locality=build.LOCALITY,
            kind="households_out_of_poverty",
            count=14,
            by=build.OFFICER.subject,
            on=build.DAY,
        )
    ]


@pytest.mark.parametrize(
    "change", [{"count": 0}, {"count": -1}, {"count": 100_001}, {"kind": "happiness"}]
)
def test_an_outcome_is_at_least_one_of_a_known_kind(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        governing.record_outcome(**change)


def test_an_outcome_is_recorded_once_in_a_commune_that_the_office_serves() -> None:
    with pytest.raises(IdUsed):
        recorded().does(governing.record_outcome(count=15))
    with pytest.raises(CommuneNotServed):
        governing.Oversight().does(governing.record_outcome(commune="22834"))


def test_a_mistaken_outcome_is_taken_back_whole_by_another_person() -> None:
    assert recorded().does(governing.take_back(), by=build.DIRECTOR) == [
        OutcomeTakenBack(
            office=build.OFFICE,
            locality=build.LOCALITY,
            kind="households_out_of_poverty",
            count=14,
            mistake="wrong_count",
            by=build.DIRECTOR.subject,
            on=date(2019, 3, 8),
        )
    ]


def test_whoever_recorded_it_does_not_take_it_back() -> None:
    with pytest.raises(RecorderTakesBack) as refused:
        recorded().does(governing.take_back())
    assert (refused.value.code, refused.value.field) == ("recorder-takes-back", "outcome")


def test_an_outcome_is_taken_back_once_and_recorded_anew_under_another_id() -> None:
    desk = recorded()
    desk.does(governing.take_back(), by=build.DIRECTOR)
    with pytest.raises(OutcomeIsTakenBack):
        desk.does(governing.take_back(), by=build.DIRECTOR)
    with pytest.raises(IdUsed):
        desk.does(governing.record_outcome(count=12))
    assert desk.does(governing.record_outcome(outcome=build.some_id("right"), count=12))


def test_an_outcome_is_taken_back_by_its_office_and_not_before_it_was_recorded() -> None:
    with pytest.raises(NotRecorded):
        governing.Oversight().does(governing.take_back(), by=build.DIRECTOR)
    with pytest.raises(WrongOffice):
        recorded().does(governing.take_back(office=build.OTHER_OFFICE), by=build.DIRECTOR)
    with pytest.raises(DatedTooEarly) as refused:
        recorded().does(governing.take_back(taken_back_on=date(2019, 3, 4)), by=build.DIRECTOR)
    assert refused.value.field == "taken_back_on"
