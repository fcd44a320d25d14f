"""Inspections, planned for a year and carried out in turn, and what they find wrong.

A finding is to be remedied by a deadline: it is in time, or once it has lapsed, or never.
"""

from datetime import date
from typing import Final

import numpy as np

from policy_credit_local.history.bodies import Bodies, Units
from policy_credit_local.history.calendar import EPOCH, Month
from policy_credit_local.history.chance import Chance, Whole
from policy_credit_local.history.governing import key_of
from policy_credit_local.history.published import FINDINGS

PLANNED_ON, INSPECTED_ON = 4, 20
MONTHS_BETWEEN_INSPECTIONS: Final = 3
A_YEAR: Final = 12 // MONTHS_BETWEEN_INSPECTIONS
ASSOCIATION_BODY: Final = 1
"""The body that inspects by a plan, among those there are."""
REMEDIED_WITHIN: Final = 30


def plan_inspections(bodies: Bodies, chance: Chance, month: Month, communes: Units) -> None:
    """Kế hoạch kiểm tra of the district's association for the rest of the year, by commune."""
    days = np.full(len(communes.code), month.first + PLANNED_ON - 1, np.int64)
    keys = key_of(communes.code, month)
    bodies.say(
        "inspection.planned",
        days,
        keys,
        plan=_plan(communes.above, month.year),
        by=communes.above,
        inspected=communes.code,
        inspections=A_YEAR,
        groups=chance.below(4, "groups planned", keys),
        period_from=days,
        period_until=date(month.year, 12, 31).toordinal() - EPOCH,
        zero=0,
        place_at=communes.place,
    )


def inspect(bodies: Bodies, chance: Chance, month: Month, communes: Units) -> None:
    """Kiểm tra, giám sát of the communes whose turn it is."""
    keys = key_of(communes.code, month)
    days = np.full(len(keys), month.first + INSPECTED_ON - 1, np.int64)
    body = chance.below(4, "body", keys)
    bodies.say(
        "inspection.carried_out",
        days,
        keys,
        place_at=communes.place,
        body=body,
        groups_inspected=1 + chance.below(4, "groups inspected", keys),
        households_visited=5 + chance.below(15, "households visited", keys),
        by=communes.above,
        plan=_plan(communes.above, month.year),
        fulfils=(body == ASSOCIATION_BODY).astype(np.int64),
        zero=0,
    )
    finds = np.flatnonzero(chance.happens(FINDINGS, "finding", keys))
    find(
        bodies,
        chance,
        keys[finds],
        days[finds],
        place_at=communes.place[finds],
        responsible=communes.code[finds],
        body=body[finds],
        subject=chance.below(6, "finding's subject", keys[finds]),
        inspection=keys[finds],
        loan=0 * keys[finds],
    )


def find(bodies: Bodies, chance: Chance, keys: Whole, days: Whole, **columns: Whole) -> None:
    """Phát hiện, khắc phục tồn tại: each finding of these days, and what becomes of it."""
    after = 5 + chance.below(40, "remedied after", keys)
    after = np.where(after > REMEDIED_WITHIN, after + 1, after)
    never = chance.happens(60_000, "never remedied", keys)
    deadline = days + REMEDIED_WITHIN
    lapsed = (after > REMEDIED_WITHIN) | never
    of = {
        **columns,
        "severity": chance.below(10, "severity", keys) // 4,
        "deadline": deadline,
        "days_after": after,
        "lapsed": lapsed.astype(np.int64),
        "on_time": (~lapsed).astype(np.int64),
    }
    bodies.say("finding.raised", days, keys, **of)
    bodies.say_at_close("finding.lapsed", deadline + 1, keys, lapsed, **of)
    bodies.say("finding.remedied", days + after, keys, ~never, **of)


def _plan(offices: Whole, year: int) -> Whole:
    return offices * 10_000 + year
