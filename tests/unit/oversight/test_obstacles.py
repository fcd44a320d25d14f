"""Obstacles: given what was raised, when an upper level answers or a lower one, then an event."""

from datetime import date
from typing import Any

import build
import governing
import pytest

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    NotAbove,
    NotRecorded,
    ObstacleSettled,
    UnitOfOthers,
    UnitUnknown,
)
from policy_credit_oversight.domain.obstacle import (
    ObstacleAnswered,
    ObstacleClosed,
    ObstaclePassedUp,
    ObstacleRaised,
)
from policy_credit_oversight.domain.register import REGISTER, Listed, register_id
from policy_credit_shared.store.books import Command


def raised(*then: Command) -> build.Desk:
    """Oversight after the office asked its province, and what came then."""
    desk = governing.Oversight()
    desk.does(governing.raise_obstacle(), *then)
    return desk


def test_an_office_asks_its_province() -> None:
    assert governing.Oversight().does(governing.raise_obstacle()) == [
        ObstacleRaised(
            seat=governing.OFFICE_SEAT,
            kind="capital",
            to="58",
            summary="too little capital for jobs",
            on=build.DAY,
        )
    ]


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        (build.COMMUNE, build.OFFICE),
        (build.COMMUNE, "VN"),
        (build.OFFICE, "58"),
        ("58", "VN"),
    ],
)
def test_every_level_asks_any_above_it(unit: str, to: str) -> None:
    (event,) = governing.Oversight().does(governing.raise_obstacle(unit=unit, to=to))
    assert isinstance(event, ObstacleRaised)
    assert (event.seat.unit, event.to) == (unit, to)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        (build.OFFICE, build.OFFICE),
        (build.OFFICE, build.COMMUNE),
        (build.OFFICE, build.OTHER_OFFICE),
        (build.OFFICE, "01"),
        (build.OFFICE, "99"),
        ("VN", "VN"),
    ],
)
def test_nobody_asks_a_unit_that_is_not_above(unit: str, to: str) -> None:
    with pytest.raises(NotAbove) as refused:
        governing.Oversight().does(governing.raise_obstacle(unit=unit, to=to))
    assert (refused.value.code, refused.value.field) == ("not-above", "to")


def test_a_unit_that_there_is_not_asks_nothing() -> None:
    with pytest.raises(UnitUnknown):
        governing.Oversight().does(governing.raise_obstacle(unit="999"))


def test_an_answer_counts_the_days_since_the_question() -> None:
    assert raised().does(governing.answer()) == [
        ObstacleAnswered(
            seat=governing.OFFICE_SEAT,
            kind="capital",
            by="58",
            answer="resolved",
            words="another 5 billion from April",
            days_since_raised=20,
            on=date(2019, 3, 25),
        )
    ]


def test_what_is_passed_up_is_answered_further_up_and_the_days_go_on() -> None:
    desk = governing.Oversight()
    desk.does(governing.raise_obstacle())
    assert desk.does(governing.pass_up()) == [
        ObstaclePassedUp(
            seat=governing.OFFICE_SEAT,
            kind="capital",
            by="58",
            to="VN",
            days_since_received=7,
            on=date(2019, 3, 12),
        )
    ]
    with pytest.raises(UnitOfOthers, match="VN"):
        desk.does(governing.answer())
    (event,) = desk.does(governing.answer(unit="VN", answer="declined"))
    assert isinstance(event, ObstacleAnswered)
    assert (event.by, event.days_since_raised) == ("VN", 20)


def test_an_obstacle_is_passed_up_and_not_down() -> None:
    with pytest.raises(NotAbove):
        raised().does(governing.pass_up(to=build.OFFICE))


@pytest.mark.parametrize("command", [governing.answer, governing.pass_up])
def test_only_who_is_asked_answers(command: Any) -> None:
    for unit in ("VN", build.OFFICE, "01"):
        with pytest.raises(UnitOfOthers) as refused:
            raised().does(command(unit=unit))
        assert refused.value.field == "obstacle"


def test_who_raised_it_holds_it_for_settled_after_an_answer_or_without() -> None:
    (event,) = raised(governing.answer()).does(governing.close_obstacle())
    assert event == ObstacleClosed(
        seat=governing.OFFICE_SEAT,
        kind="capital",
        reason="answer_accepted",
        answered=True,
        on=date(2019, 4, 2),
    )
    (event,) = raised().does(governing.close_obstacle(reason="withdrawn"))
    assert isinstance(event, ObstacleClosed)
    assert event.answered is False
    with pytest.raises(UnitOfOthers):
        raised().does(governing.close_obstacle(unit="58"))


def test_nothing_more_happens_to_what_is_settled() -> None:
    for then in (governing.answer(), governing.close_obstacle()):
        for command in (governing.answer(answered_on=date(2019, 5, 1)), governing.pass_up()):
            with pytest.raises(ObstacleSettled) as refused:
                raised(then).does(command)
            assert refused.value.code == "obstacle-settled"
    with pytest.raises(ObstacleSettled, match="closed"):
        raised(governing.close_obstacle()).does(governing.close_obstacle())


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (governing.answer(answered_on=date(2019, 3, 4)), "answered_on"),
        (governing.pass_up(passed_on=date(2019, 3, 4)), "passed_on"),
        (governing.close_obstacle(closed_on=date(2019, 3, 4)), "closed_on"),
    ],
)
def test_nothing_is_dated_before_it_was_raised(command: Command, field: str) -> None:
    with pytest.raises(DatedTooEarly) as refused:
        raised().does(command)
    assert refused.value.field == field


def test_an_answer_is_not_dated_before_it_was_passed_up() -> None:
    with pytest.raises(DatedTooEarly):
        raised(governing.pass_up()).does(governing.answer(unit="VN", answered_on=build.DAY))


@pytest.mark.parametrize(
    "command", [governing.answer(), governing.pass_up(), governing.close_obstacle()]
)
def test_an_obstacle_is_raised_first(command: Command) -> None:
    with pytest.raises(NotRecorded) as refused:
        governing.Oversight().does(command)
    assert refused.value.field == "obstacle"


def test_an_obstacle_is_raised_once() -> None:
    with pytest.raises(IdUsed):
        raised().does(governing.raise_obstacle(kind="other"))


def listed(desk: build.Desk, unit: str, listed: Listed) -> dict[str, date]:
    register = desk.state(REGISTER, register_id(unit, listed))
    return register.due if register else {}


def test_what_waits_is_listed_with_who_raised_it_and_with_who_is_asked() -> None:
    desk, entry = raised(), {str(governing.OBSTACLE): build.DAY}
    assert listed(desk, build.OFFICE, "obstacle") == entry
    assert listed(desk, "58", "obstacle_asked") == entry
    desk.does(governing.pass_up())
    assert listed(desk, "58", "obstacle_asked") == {}
    assert listed(desk, "VN", "obstacle_asked") == entry
    desk.does(governing.answer(unit="VN"))
    assert listed(desk, "VN", "obstacle_asked") == listed(desk, build.OFFICE, "obstacle") == {}


def test_a_communes_obstacle_is_listed_at_its_office_too() -> None:
    desk = governing.Oversight()
    desk.does(governing.raise_obstacle(unit=build.COMMUNE))
    assert listed(desk, build.COMMUNE, "obstacle") == listed(desk, build.OFFICE, "obstacle") != {}
    desk.does(governing.close_obstacle(unit=build.COMMUNE))
    assert listed(desk, build.COMMUNE, "obstacle") == listed(desk, build.OFFICE, "obstacle") == {}


def test_no_close_of_day_changes_what_waits() -> None:
    assert raised().closes(date.max) == []
