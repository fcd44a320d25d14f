"""What Boards, obstacles, outreach, outcomes and reports move."""

from typing import Any

import build
import governing
import pytest
from effects import event, moved

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.measures.governance import MEETINGS, OUTCOMES
from policy_credit_shared.events.supervision import BodyLevel


@pytest.mark.parametrize("level", MEETINGS)
def test_a_meeting_counts_once_and_at_its_level(level: BodyLevel) -> None:
    assert moved(event("board.met", level=level)) == {
        "board_meetings": 1,
        f"board_meetings_{level}": 1,
    }


LIKE = (
    "resolution.adopted",
    "task.assigned",
    "task.passed_due",
    "task.done",
    "obstacle.raised",
    "obstacle.passed_up",
    "obstacle.answered",
    "obstacle.closed",
    "periodic_report.fell_due",
    "periodic_report.passed_deadline",
    "periodic_report.sent",
)


@pytest.mark.parametrize("name", LIKE)
def test_what_branches_and_the_head_office_do_is_kept_apart_from_offices(name: str) -> None:
    """They count at the seat of the unit: a district's own figure must not hold them."""
    here = moved(event(name, level="district"))
    assert here == moved(event(name, level="commune"))
    above = {f"{measure}_above": amount for measure, amount in here.items()}
    assert moved(event(name, level="province")) == above
    assert moved(event(name, level="nation")) == above


def test_a_task_done_in_time_is_open_and_then_is_not() -> None:
    assigned = moved(event("task.assigned"))
    done = moved(event("task.done", on_time=1, was_past_due=0))
    assert assigned == {"tasks_assigned": 1, "tasks_open": 1}
    assert done == {"tasks_done": 1, "tasks_done_on_time": 1, "tasks_judged": 1, "tasks_open": -1}


def test_a_task_past_due_is_judged_once_and_late_until_it_is_done() -> None:
    assert moved(event("task.passed_due")) == {"tasks_late": 1, "tasks_judged": 1}
    late = moved(event("task.done", on_time=0, was_past_due=1))
    assert late == {"tasks_done": 1, "tasks_open": -1, "tasks_late": -1}


def test_an_obstacle_waits_until_it_is_answered_or_closed_without() -> None:
    assert moved(event("obstacle.raised")) == {"obstacles_raised": 1, "obstacles_open": 1}
    assert moved(event("obstacle.passed_up")) == {"obstacles_passed_up": 1}
    assert moved(event("obstacle.answered", days_since_raised=20)) == {
        "obstacles_answered": 1,
        "obstacle_days": 20,
        "obstacles_open": -1,
    }
    assert moved(event("obstacle.closed", answered=1)) == {}
    assert moved(event("obstacle.closed", answered=0)) == {"obstacles_open": -1}


def test_outreach_counts_sessions_and_who_came() -> None:
    assert moved(event("outreach.held", attendance=64)) == {
        "outreach_sessions": 1,
        "outreach_attendance": 64,
    }
    assert moved(event("outreach.held", attendance=0)) == {"outreach_sessions": 1}


@pytest.mark.parametrize("kind", OUTCOMES)
def test_what_is_taken_back_undoes_the_outcome(kind: str) -> None:
    assert moved(event("outcome.recorded", kind=kind, count=14)) == {kind: 14}
    assert moved(event("outcome.taken_back", kind=kind, count=14)) == {kind: -14}


def test_illegal_lending_is_open_until_it_ends() -> None:
    reported = moved(event("illegal_lending.reported"))
    closed = moved(event("illegal_lending.closed"))
    assert reported == {"illegal_lending_reported": 1, "illegal_lending_open": 1}
    assert closed == {"illegal_lending_closed": 1, "illegal_lending_open": -1}


def test_a_report_is_judged_once_whether_it_is_sent_in_time_late_or_not_yet() -> None:
    assert moved(event("periodic_report.fell_due")) == {"reports_due": 1}
    in_time = moved(event("periodic_report.sent", on_time=1, was_past_deadline=0))
    assert in_time == {"reports_sent": 1, "reports_on_time": 1, "reports_judged": 1}
    passed = moved(event("periodic_report.passed_deadline"))
    assert passed == {"reports_late": 1, "reports_judged": 1}
    late = moved(event("periodic_report.sent", on_time=0, was_past_deadline=1))
    assert late == {"reports_sent": 1, "reports_late": -1}


def test_stocks_are_what_is_open_in_the_service() -> None:
    """The figures and the service's own lists, over the same events."""
    desk = governing.Oversight()
    tasks = [governing.asked(unit=u) for u in (build.COMMUNE, build.OFFICE, build.OFFICE)]
    desk.does(governing.meet(), governing.adopt(*tasks), governing.raise_obstacle())
    desk.does(governing.report_lending(), governing.start_reporting())
    desk.does(governing.report_done(number=1, unit=build.COMMUNE))
    desk.closes(governing.AFTER)
    desk.does(governing.report_done(number=2, done_on=governing.AFTER))
    totals: dict[str, Any] = {}
    for said in desk.said():
        for effect in ALGEBRA.effects(said):
            totals[effect.measure] = totals.get(effect.measure, 0) + effect.amount
    assert (totals["tasks_open"], totals["tasks_late"]) == (1, 1)
    assert (totals["tasks_done_on_time"], totals["tasks_judged"]) == (1, 3)
    assert (totals["obstacles_open"], totals["illegal_lending_open"]) == (1, 1)
    assert totals["reports_late"] == 7 == totals["reports_judged"]
    assert totals["reports_due"] == 10


def test_a_share_on_time_is_of_those_whose_day_came() -> None:
    for name, parts in {
        "tasks_on_time_rate": ("tasks_done_on_time", "tasks_judged"),
        "reports_on_time_rate": ("reports_on_time", "reports_judged"),
    }.items():
        for suffix in ("", "_above"):
            ratio = ALGEBRA.ratios[f"{name}{suffix}"]
            found = (ratio.numerator.name, ratio.denominator.name)
            assert found == tuple(f"{part}{suffix}" for part in parts)
