"""Tasks of resolutions: given what was asked, when it is done or a day closed, then an event."""

from datetime import date, timedelta

import build
import governing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    NotRecorded,
    TaskIsDone,
    UnitOfOthers,
)
from policy_credit_oversight.domain.task import TASK, Task, TaskDone, TaskPassedDue, task_id

DUE_ON = date(2019, 6, 30)


def asked(**task: object) -> build.Desk:
    """Oversight after a resolution with one task, due on 30 June."""
    desk = governing.Oversight()
    desk.does(governing.meet(), governing.adopt(governing.asked(**task)))
    return desk


def test_a_task_is_done_with_what_was_done() -> None:
    assert asked().does(governing.report_done()) == [
        TaskDone(
            seat=governing.OFFICE_SEAT,
            resolution=governing.RESOLUTION,
            addressee="peoples_committee",
            done="the money came",
            amount=2_000_000_000,
            on_time=True,
            was_past_due=False,
            on=DUE_ON,
        )
    ]


@pytest.mark.parametrize(("days", "on_time"), [(-117, True), (0, True), (1, False), (400, False)])
def test_a_task_is_on_time_up_to_and_with_the_day_it_is_due(days: int, on_time: bool) -> None:
    (event,) = asked().does(governing.report_done(done_on=DUE_ON + timedelta(days=days)))
    assert isinstance(event, TaskDone)
    assert event.on_time is on_time


def test_a_task_that_is_not_done_is_past_due_the_day_after_whichever_close_finds_it() -> None:
    passed = TaskPassedDue(
        seat=governing.OFFICE_SEAT,
        resolution=governing.RESOLUTION,
        addressee="peoples_committee",
        due_on=DUE_ON,
        on=date(2019, 7, 1),
    )
    desk = asked()
    assert desk.closes(DUE_ON) == []
    assert desk.closes(date(2019, 7, 1)) == [passed]
    assert asked().closes(date(2020, 1, 1)) == [passed]


def test_a_day_closed_again_finds_nothing() -> None:
    desk = asked()
    desk.closes(date(2019, 7, 1))
    assert desk.closes(date(2019, 7, 1)) == []
    assert desk.closes(date(2019, 12, 31)) == []


def test_a_task_that_is_done_is_never_past_due() -> None:
    desk = asked()
    desk.does(governing.report_done())
    assert desk.closes(date(2019, 12, 31)) == []


def test_a_close_of_another_office_leaves_it_alone() -> None:
    desk = asked()
    assert desk.closes(date(2019, 12, 31), build.OTHER_OFFICE) == []
    assert len(desk.closes(date(2019, 12, 31), build.OFFICE)) == 1


def test_a_task_is_done_late_after_a_close_has_found_it_so() -> None:
    desk = asked()
    desk.closes(date(2019, 7, 1))
    (event,) = desk.does(governing.report_done(done_on=date(2019, 8, 1)))
    assert isinstance(event, TaskDone)
    assert (event.on_time, event.was_past_due) == (False, True)


def test_a_task_reported_late_was_done_when_it_was_done() -> None:
    desk = asked()
    desk.closes(date(2019, 7, 1))
    (event,) = desk.does(governing.report_done(done_on=DUE_ON))
    assert isinstance(event, TaskDone)
    assert (event.on_time, event.was_past_due) == (True, True)


def test_a_task_is_done_once() -> None:
    desk = asked()
    desk.does(governing.report_done())
    with pytest.raises(TaskIsDone) as refused:
        desk.does(governing.report_done(done_on=date(2019, 8, 1)))
    assert (refused.value.code, refused.value.field) == ("task-done", "number")


def test_a_task_is_done_after_it_was_asked() -> None:
    with pytest.raises(DatedTooEarly) as refused:
        asked().does(governing.report_done(done_on=date(2019, 3, 4)))
    assert refused.value.field == "done_on"


@pytest.mark.parametrize("number", [2, 1_000])
def test_a_task_that_was_never_asked_is_not_done(number: int) -> None:
    with pytest.raises(NotRecorded) as refused:
        asked().does(governing.report_done(number=number))
    assert refused.value.field == "number"


@pytest.mark.parametrize("unit", [build.COMMUNE, build.OFFICE, "58", "VN"])
def test_a_task_is_reported_by_its_unit_or_one_above(unit: str) -> None:
    assert asked(unit=build.COMMUNE).does(governing.report_done(unit=unit))


@pytest.mark.parametrize("unit", [build.OTHER_OFFICE, "22876"])
def test_nobody_else_reports_a_task(unit: str) -> None:
    with pytest.raises(UnitOfOthers) as refused:
        asked(unit=build.COMMUNE).does(governing.report_done(unit=unit))
    assert refused.value.field == "unit"


def test_a_commune_does_not_report_its_offices_task() -> None:
    with pytest.raises(UnitOfOthers):
        asked().does(governing.report_done(unit=build.COMMUNE))


@settings(deadline=None)
@given(
    st.lists(
        st.dates(date(2019, 6, 1), date(2019, 8, 1)),
        max_size=6,
    ),
    st.dates(date(2019, 3, 5), date(2019, 9, 1)),
)
def test_however_days_are_closed_a_task_is_past_due_once_and_late_only_if_done_late(
    closes: list[date], done_on: date
) -> None:
    desk = asked()
    for day in closes:
        desk.closes(day)
    desk.does(governing.report_done(done_on=done_on))
    desk.closes(date(2019, 12, 31))
    events = [recorded.event for recorded in desk.history(task_id(governing.RESOLUTION, 1))]
    passed = [event for event in events if isinstance(event, TaskPassedDue)]
    (done,) = [event for event in events if isinstance(event, TaskDone)]
    assert len(passed) == (max(closes, default=DUE_ON) > DUE_ON) == done.was_past_due
    assert done.on_time == (done_on <= DUE_ON)
    assert TASK.wakes(state(desk)) is None


def state(desk: build.Desk) -> Task:
    found = desk.state(TASK, task_id(governing.RESOLUTION, 1))
    assert found is not None
    return found
