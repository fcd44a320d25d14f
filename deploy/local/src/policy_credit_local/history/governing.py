"""What governs lending: Boards meet and adopt resolutions, units ask for help, set targets, report.

Boards of districts met until the reform of 2025-07-01, Boards of communes meet since. A unit that
is asked to do something does it, often in time; what a unit cannot solve it hands to one above.
"""

from typing import Final

import numpy as np

from policy_credit_local.history.bodies import NATIONAL, OF_DISTRICT, PROVINCIAL, Bodies, Units
from policy_credit_local.history.calendar import Month, number
from policy_credit_local.history.chance import Chance, Whole
from policy_credit_local.history.duties import DUTIES
from policy_credit_local.history.ground import NATION
from policy_credit_local.history.published import OBSTACLES, RESOLUTIONS, TARGETS
from policy_credit_shared.kernel.units import REFORM_DAY

MET_ON, RAISED_ON, TARGETED_ON = 15, 8, 6
MONTHS_BETWEEN_MEETINGS: Final = 3
EVENTS_A_MONTH: Final = 16
MONTHS: Final = 64
_MILLION: Final = 1_000_000


def key_of(unit: Whole, month: Month, ordinal: int = 0) -> Whole:
    """A number of one of a unit's events of a month."""
    return (unit * MONTHS + month.index) * EVENTS_A_MONTH + ordinal


def govern(bodies: Bodies, chance: Chance, month: Month) -> None:
    """Everything of one month."""
    if month.of_year % MONTHS_BETWEEN_MEETINGS == 0:
        _meet(bodies, chance, month)
    _raise_obstacles(bodies, chance, month)
    _report(bodies, chance, month)
    if month.index == 0 or month.of_year == 1:
        _set_targets(bodies, chance, month)


def _meet(bodies: Bodies, chance: Chance, month: Month) -> None:
    """Họp Ban đại diện, each quarter."""
    bank, communes = bodies.bank, bodies.boards_of_communes
    if month.first < number(REFORM_DAY):
        _hold(bodies, chance, month, bank, bank.code)
    else:
        _hold(bodies, chance, month, bank.chosen(np.flatnonzero(bank.level < OF_DISTRICT)), None)
        _hold(bodies, chance, month, communes, bodies.code_since)


def _hold(bodies: Bodies, chance: Chance, month: Month, boards: Units, named: Whole | None) -> None:
    """A meeting of each, the tasks of its resolution, and how they are done.

    `named` are the codes that the Boards go by, where they differ from their units'.
    """
    keys = key_of(boards.code, month)
    members = 9 + chance.below(4, "members", boards.code)
    board = {**boards.columns(), "unit": boards.code if named is None else named}
    days = np.full(len(keys), month.first + MET_ON - 1, np.int64)
    bodies.say(
        "board.met",
        days,
        keys,
        members=members,
        attended=members - chance.below(3, "absent", keys),
        zero=0,
        **board,
    )
    adopts = np.flatnonzero(chance.happens(RESOLUTIONS, "resolution", keys))
    keys, days, boards = keys[adopts], days[adopts] + 2, boards.chosen(adopts)
    subject = chance.below(4, "subject", keys)
    bodies.say(
        "resolution.adopted",
        days,
        keys,
        subject=subject,
        zero=0,
        **{name: column[adopts] for name, column in board.items()},
    )
    _assign(bodies, chance, boards, keys, days, subject)


def _assign(
    bodies: Bodies, chance: Chance, units: Units, keys: Whole, days: Whole, subject: Whole
) -> None:
    """The one task of each resolution: assigned, past due or not, done or not."""
    due = days + 30 + chance.below(60, "task due", keys)
    after = chance.below(60, "task done", keys) - 45
    done = np.maximum(due + np.where(after > 0, after + 1, after), days + 1)
    never = chance.happens(50_000, "task never done", keys)
    of = {
        **units.columns(),
        "addressee": chance.below(5, "addressee", keys),
        "subject": subject,
        "due_on": due,
        "zero": 0 * keys,
    }
    bodies.say("task.assigned", days, keys, **of)
    late = (done > due) | never
    of |= {"on_time": (~late).astype(np.int64), "was_past_due": late.astype(np.int64)}
    bodies.say_at_close("task.passed_due", due + 1, keys, late, **of)
    bodies.say("task.done", done, keys, ~never, **of)


def _raise_obstacles(bodies: Bodies, chance: Chance, month: Month) -> None:
    """Khó khăn, vướng mắc: offices ask their branch, branches the head office."""
    units = bodies.bank.chosen(np.flatnonzero(bodies.bank.level > NATIONAL))
    keys = key_of(units.code, month)
    rows = np.flatnonzero(chance.happens(OBSTACLES, "obstacle", keys))
    units, keys = units.chosen(rows), keys[rows]
    raised = np.full(len(keys), month.first + RAISED_ON - 1, np.int64)
    of = {
        **units.columns(),
        "obstacle_kind": chance.below(8, "obstacle kind", keys),
        "zero": 0 * keys,
    }
    bodies.say("obstacle.raised", raised, keys, to=units.above, **of)
    drawn = chance.below(100, "obstacle's way", keys)
    goes_up = (units.level > PROVINCIAL) & (drawn < 20)
    after = 3 + chance.below(12, "passed up after", keys)
    answered_after = 20 + chance.below(60, "answered after", keys)
    answered, closed = (drawn < 85), (drawn < 75) | (drawn >= 95)
    closes = raised + answered_after + np.where(answered, 3 + drawn % 10, 0)
    by = np.where(goes_up, NATION, units.above)
    for kind, on, chosen, more in (
        ("obstacle.passed_up", raised + after, goes_up, {"by": units.above, "to": by}),
        ("obstacle.answered", raised + answered_after, answered, {"by": by}),
        ("obstacle.closed", closes, closed, {}),
    ):
        bodies.say(
            kind,
            on,
            keys,
            chosen,
            answer=(drawn % 4 == 0).astype(np.int64),
            reason=np.where(answered, 0, 1),
            answered=answered.astype(np.int64),
            unanswered=(~answered).astype(np.int64),
            days_after=on - raised,
            **of,
            **more,
        )


def _report(bodies: Bodies, chance: Chance, month: Month) -> None:
    """Báo cáo định kỳ: owed at a period's end, sent by the deadline or past it, or not at all."""
    for number_of_duty, duty in enumerate(DUTIES):
        if not duty.is_owed(month):
            continue
        units = bodies.bank.chosen(np.flatnonzero(bodies.bank.level == duty.level))
        keys = key_of(units.code, month, number_of_duty)
        ends = np.full(len(keys), month.last, np.int64)
        deadline = ends + duty.days
        after = 1 + chance.below(duty.days * 11 // 10 + 1, "report sent", keys)
        sent = ends + np.where(after > duty.days, after + 1, after)
        never = chance.happens(30_000, "report never sent", keys)
        late = (sent > deadline) | never
        of = {
            **units.columns(),
            "duty": np.full(len(keys), number_of_duty, np.int64),
            "period": np.full(len(keys), duty.period(month), np.int64),
            "deadline": deadline,
            "on_time": (~late).astype(np.int64),
            "was_past_deadline": late.astype(np.int64),
            "zero": 0 * keys,
        }
        bodies.say_at_close("periodic_report.fell_due", ends, keys, **of)
        bodies.say_at_close("periodic_report.passed_deadline", deadline + 1, keys, late, **of)
        bodies.say("periodic_report.sent", sent, keys, ~never, **of)


def _set_targets(bodies: Bodies, chance: Chance, month: Month) -> None:
    """Chỉ tiêu of a year, for the offices."""
    offices = bodies.bank.chosen(np.flatnonzero(bodies.bank.level == OF_DISTRICT))
    days = np.full(len(offices.code), month.first + TARGETED_ON - 1, np.int64)
    for ordinal, target in enumerate(TARGETS):
        keys = key_of(offices.code, month, ordinal)
        value = target.value + target.step * chance.below(5, "target", keys)
        bodies.say(
            "target.set",
            days,
            keys,
            unit=offices.code,
            place_at=offices.place,
            year=month.year,
            indicator=ordinal,
            value=value,
            ceiling=value if target.is_ceiling else _MILLION,
        )
