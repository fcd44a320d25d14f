"""A savings-and-credit group's facts for tests of its score: sensible unless a test says else."""

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import build
from msgspec import Raw, convert, json

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application import rating
from policy_credit_oversight.application.score import SCORES
from policy_credit_oversight.domain.figures import Figures
from policy_credit_oversight.domain.group_score import (
    GROUP_SCORE,
    GroupScore,
    RatingProposed,
    group_score_id,
)
from policy_credit_shared.events import collection, lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent

E = TypeVar("E", bound=PublicEvent)
MILLION = build.MILLION

FORMED_ON = date(2019, 1, 10)
MONTH_END = date(2019, 3, 31)
OTHER_GROUP = build.some_id("another group")

_FIELDS: dict[str, Any] = {
    "office": build.OFFICE,
    "locality": build.LOCALITY,
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "household": build.HOUSEHOLD,
    "loan": build.LOAN,
    "group": build.GROUP,
    "village": "Thôn Hạ",
    "place": "point",
    "payment": build.some_id("payment"),
    "debt_class": "in_term",
    "amount": MILLION,
    "paid": 0,
    "period_from": date(2019, 3, 1),
    "period_until": date(2019, 4, 1),
    "occurred_on": date(2019, 3, 12),
    "bucket": None,
    "from_class": "overdue",
    "to_class": "overdue",
    "closes": 0,
    "tranche": 1,
    "annual_rate": 660,
    "due_on": date(2024, 3, 5),
    **dict.fromkeys(("in_term", "frozen", "overdue", "outstanding"), 0),
    **{f"overdue_{b}": 0 for b in ("1_90", "91_180", "181_360", "over_360")},
    "loans": 1,
    "overdue_loans": 0,
    "disbursed_on": date(2018, 3, 5),
    "ageing": "at_once",
    "plan": (),
    "fell_overdue": (),
    "interest_arrears": 0,
}


def fact(kind: type[E], **changes: Any) -> E:
    """A fact of that type about the group, its loan or its member."""
    fields = {**_FIELDS, **changes}
    return convert({name: fields[name] for name in kind.__struct_fields__ if name in fields}, kind)


def reversal(entry: PublicEvent, on: date = date(2019, 4, 3)) -> collection.EntryReversed:
    return collection.EntryReversed(
        office=entry.office,
        locality=entry.locality,
        occurred_on=on,
        entry_id=build.some_id("entry"),
        entry_type=entry.type(),
        entry=Raw(json.encode(entry)),
        reason="booked twice",
    )


def formed(**changes: Any) -> lending.GroupFormed:
    return fact(lending.GroupFormed, **{"occurred_on": FORMED_ON} | changes)


def joined(number: int = 0, **changes: Any) -> lending.GroupMemberJoined:
    member = build.some_id(f"member {number}")
    fields = {"household": member, "occurred_on": FORMED_ON} | changes
    return fact(lending.GroupMemberJoined, **fields)


def disbursed(**changes: Any) -> lending.LoanDisbursed:
    fields = {"amount": 40 * MILLION, "occurred_on": date(2019, 2, 5)} | changes
    return fact(lending.LoanDisbursed, **fields)


def transferred(direction: str, **changes: Any) -> collection.LoanTransferred:
    return fact(collection.LoanTransferred, direction=direction, **changes)


A_GOOD_MARCH: tuple[PublicEvent, ...] = (
    formed(),
    *(joined(number) for number in range(5)),
    disbursed(),
    fact(collection.SavingsDeposited, amount=500_000, occurred_on=date(2019, 2, 12)),
    fact(collection.InterestCharged, amount=200_000, occurred_on=MONTH_END),
    fact(collection.InterestCollected, amount=200_000),
    fact(collection.PrincipalFellDue, amount=2 * MILLION, paid=2 * MILLION),
    fact(collection.PrincipalCollected, amount=2 * MILLION),
    *(
        fact(
            collection.SavingsDeposited, amount=100_000, household=build.some_id(f"member {number}")
        )
        for number in range(5)
    ),
)
"""Five members of whom all save, one loan of 40 million, nothing overdue: 100 points for March."""


def oversight(*facts: PublicEvent) -> build.Desk:
    """The oversight service after it was told these facts, each by itself; ratings alone."""
    desk = build.Desk(replace(PARTS, takes_in=SCORES, closings=rating.CLOSINGS))
    for one in facts:
        desk.takes_in(one)
    return desk


def group(desk: build.Desk, group: UUID = build.GROUP) -> GroupScore:
    """A group's sums and proposals."""
    state = desk.state(GROUP_SCORE, group_score_id(group))
    assert state is not None
    return state


def march(desk: build.Desk, group_id: UUID = build.GROUP) -> Figures:
    """A group's figures of March."""
    return group(desk, group_id).score("2019-03").figures


def proposals(events: list[DomainEvent]) -> list[tuple[str, str, int]]:
    """Month, rating and points of each proposal among these events."""
    return [
        (e.month, e.score.rating, e.score.points.total)
        for e in events
        if isinstance(e, RatingProposed)
    ]


def proposed_march(*facts: PublicEvent) -> build.Desk:
    """Oversight after a good March, and what else is told, was closed."""
    desk = oversight(*A_GOOD_MARCH, *facts)
    desk.closes(MONTH_END)
    return desk
