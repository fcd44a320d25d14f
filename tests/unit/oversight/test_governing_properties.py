"""Whatever happens in whatever order, the figures say what is open in the service."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import build
import governing
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_oversight.domain.illegal_lending import LENDING_REPORT
from policy_credit_oversight.domain.obstacle import OBSTACLE
from policy_credit_oversight.domain.outcome import OUTCOME
from policy_credit_oversight.domain.periodic_report import REPORTING, reporting_id
from policy_credit_oversight.domain.register import REGISTER, Listed, register_id
from policy_credit_oversight.domain.task import TASK, task_id
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.kernel.refusals import Refusal

UNITS = (build.COMMUNE, build.OFFICE, "58", "VN")
NAMES = ("one", "two", "three")
TASKS = 3
FIRST = date(2019, 3, 5)

Step = tuple[Callable[..., Any], dict[str, Any]]


def _steps(days: st.SearchStrategy[date]) -> st.SearchStrategy[Step]:
    units = st.sampled_from(UNITS)
    number = st.integers(1, TASKS)
    ids = {
        thing: st.sampled_from([build.some_id(f"{thing} {name}") for name in NAMES])
        for thing in ("obstacle", "report", "outcome")
    }
    to, by = st.sampled_from(UNITS[1:]), st.sampled_from([build.OFFICER, build.DIRECTOR])
    parts: dict[Callable[..., Any], dict[str, st.SearchStrategy[Any]]] = {
        governing.report_done: {"unit": units, "number": number, "done_on": days},
        governing.raise_obstacle: {
            "unit": units,
            "to": to,
            "obstacle": ids["obstacle"],
            "raised_on": days,
        },
        governing.pass_up: {
            "unit": units,
            "to": to,
            "obstacle": ids["obstacle"],
            "passed_on": days,
        },
        governing.answer: {"unit": units, "obstacle": ids["obstacle"], "answered_on": days},
        governing.close_obstacle: {"unit": units, "obstacle": ids["obstacle"], "closed_on": days},
        governing.report_lending: {"report": ids["report"], "reported_on": days},
        governing.close_lending: {"report": ids["report"], "closed_on": days},
        governing.record_outcome: {
            "outcome": ids["outcome"],
            "count": st.integers(1, 9),
            "recorded_on": days,
            "by": by,
        },
        governing.take_back: {"outcome": ids["outcome"], "taken_back_on": days, "by": by},
        governing.send_report: {
            "duty": st.just("district_committee"),
            "period": st.sampled_from(["2019-01", "2019-02", "2019-03"]),
            "sent_on": days,
        },
        _close: {"day": days},
    }
    return st.one_of(
        *(st.tuples(st.just(step), st.fixed_dictionaries(each)) for step, each in parts.items())
    )


def _close(day: date) -> date:
    return day


@settings(deadline=None)
@given(st.lists(_steps(st.dates(FIRST, FIRST + timedelta(days=120))), max_size=30))
def test_figures_and_lists_say_the_same(steps: list[Step]) -> None:
    desk = governing.Oversight()
    asked = [
        governing.asked(unit=unit, due_on=FIRST + timedelta(days=30 * n))
        for n, unit in enumerate(("58", build.OFFICE, build.COMMUNE), start=1)
    ]
    desk.does(governing.meet(unit="VN"), governing.adopt(*asked, unit="VN"))
    desk.does(governing.start_reporting(), governing.start_reporting(unit="58"))
    for make, fields in steps:
        if make is _close:
            desk.closes(fields["day"])
            continue
        given_ = {name: value for name, value in fields.items() if name != "by"}
        try:
            desk.does(make(**given_), by=fields.get("by"))
        except Refusal:
            continue
    figures = _figures(desk)
    assert figures == _states(desk)
    _lists_agree(desk)


def _figures(desk: build.Desk) -> dict[str, int]:
    totals = Counter[str]()
    for said in desk.said():
        for effect in ALGEBRA.effects(said):
            totals[effect.measure.removesuffix("_above")] += effect.amount
    return {name: totals[name] for name in _NAMES}


_NAMES = (
    "tasks_open",
    "tasks_late",
    "tasks_judged",
    "tasks_done_on_time",
    "obstacles_open",
    "illegal_lending_open",
    "households_out_of_poverty",
    "reports_late",
)


def _states(desk: build.Desk) -> dict[str, int]:
    """The same, counted over the things themselves."""
    numbers = range(1, TASKS + 1)
    tasks = [t for n in numbers if (t := desk.state(TASK, task_id(governing.RESOLUTION, n)))]
    obstacles = [o for n in NAMES if (o := desk.state(OBSTACLE, build.some_id(f"obstacle {n}")))]
    lending = [r for n in NAMES if (r := desk.state(LENDING_REPORT, build.some_id(f"report {n}")))]
    outcomes = [x for n in NAMES if (x := desk.state(OUTCOME, build.some_id(f"outcome {n}")))]
    reporting = [y for u in UNITS if (y := desk.state(REPORTING, reporting_id(u)))]
    return {
        "tasks_open": sum(t.done_on is None for t in tasks),
        "tasks_late": sum(t.done_on is None and t.past_due for t in tasks),
        "tasks_judged": sum(t.done_on is not None or t.past_due for t in tasks),
        "tasks_done_on_time": sum(t.done_on is not None and t.done_on <= t.due_on for t in tasks),
        "obstacles_open": sum(o.is_waiting for o in obstacles),
        "illegal_lending_open": sum(r.closed_on is None for r in lending),
        "households_out_of_poverty": sum(o.count for o in outcomes if o.taken_back_on is None),
        "reports_late": sum(a.past_deadline for r in reporting for a in r.awaited),
    }


def _lists_agree(desk: build.Desk) -> None:
    open_tasks = {
        str(task_id(governing.RESOLUTION, n))
        for n in range(1, TASKS + 1)
        if (task := desk.state(TASK, task_id(governing.RESOLUTION, n))) and task.done_on is None
    }
    waiting = {
        str(build.some_id(f"obstacle {name}"))
        for name in NAMES
        if (o := desk.state(OBSTACLE, build.some_id(f"obstacle {name}"))) and o.is_waiting
    }
    assert _listed(desk, "task") == open_tasks
    assert _listed(desk, "obstacle") == _listed(desk, "obstacle_asked") == waiting


def _listed(desk: build.Desk, listed: Listed) -> set[str]:
    registers = [desk.state(REGISTER, register_id(unit, listed)) for unit in UNITS]
    return {name for register in registers if register for name in register.due}
