"""Households that move, and the reform of 2025-07-01: balances go from one locality to another."""

from typing import Final

import numpy as np

from policy_credit_local.history.calendar import OPENS, SECOND, Month
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.ground import association_of
from policy_credit_local.history.portfolio import SLOTS, Portfolio
from policy_credit_local.history.published import MOVES, PRODUCTS
from policy_credit_local.history.tally import BUCKETS, OFFICE

MOVED_ON: Final = 28
REFORM_ORDINAL, MOVE_ORDINAL = 2, 5
SPREAD_SECONDS: Final = 6 * 3_600
OUT, IN = 0, 1
FAR: Final = 100_000
"""Of those who move, the share that leaves for another office of the province."""


def reform(p: Portfolio, month: Month) -> None:
    """On the first of July 2025, what is owed in parts of cut-up communes goes to new communes."""
    everybody = np.arange(len(p.household), dtype=np.int64)
    places = p.reformed_place(everybody)
    movers = np.flatnonzero((places != p.place) & ~p.moved)
    days = np.full(len(movers), month.first, np.int64)
    at = p.moment(movers, days, 0, 1_800)
    groups = p.group[movers]
    _move(p, month, movers, places[movers], groups, at, days, REFORM_ORDINAL)


def move_households(p: Portfolio, month: Month, calm: Yes, late: Yes) -> None:
    """A few move to another commune, mostly of the same office, and join a group there."""
    quiet = calm.reshape(-1, SLOTS).all(axis=1) & ~late & ~p.moved
    keys = p.household_key(np.arange(len(p.household)), month.index)
    movers = np.flatnonzero(quiet & p.chance.happens(MOVES, "moves", keys))
    there = _communes_to_go_to(p, movers, keys[movers])
    elsewhere = there != p.commune[movers]
    movers, there = movers[elsewhere], there[elsewhere]
    days = np.full(len(movers), month.first + MOVED_ON - 1, np.int64)
    at = p.moment(movers, days, OPENS, SPREAD_SECONDS)
    groups = p.ground.first_group[there] + p.household[movers] % p.ground.groups[there]
    _leave(p, movers, at, days, month)
    _move(p, month, movers, p.ground.main[there], groups, at + SECOND, days, MOVE_ORDINAL)
    p.group[movers] = groups
    p.association[movers] = association_of(groups, p.chance)
    p.group_place[movers] = p.ground.main[there]
    p.moved[movers] = True
    p.rows.add(
        "group.member_joined",
        at + 2 * SECOND,
        occurred=days,
        key=p.household_key(movers, month.index),
        **p.of_member(movers),
    )


def _communes_to_go_to(p: Portfolio, movers: Whole, keys: Whole) -> Whole:
    """A commune near by, or anywhere in the province; one where nobody lives is no place to go."""
    ground, here = p.ground, p.commune[movers]
    far = p.chance.happens(FAR, "moves far", keys)
    step = 1 + p.chance.below(5, "moves to", keys) + np.where(far, 20, 0)
    there = np.minimum(here + step, len(ground.office) - 1)
    near = np.array(ground.office)[there] == np.array(ground.office)[here]
    fits = np.where(far, ground.province[there] == ground.province[here], near)
    fits &= ground.households[there] > 0
    return np.where(fits, there, here)


def _leave(p: Portfolio, movers: Whole, at: Whole, days: Whole, month: Month) -> None:
    """Draw the savings, and leave the group."""
    savers = np.flatnonzero(p.savings[movers])
    who = movers[savers]
    p.rows.add(
        "savings.withdrawn",
        at[savers],
        occurred=days[savers],
        key=p.household_key(who, month.index, 1),
        amount=p.savings[who],
        place=np.full(len(who), OFFICE, np.int64),
        **p.of_member(who),
    )
    p.savings[who] = 0
    p.rows.add(
        "group.member_left",
        at + 10,
        occurred=days,
        key=p.household_key(movers, month.index),
        **p.of_member(movers),
    )


def _move(
    p: Portfolio,
    month: Month,
    movers: Whole,
    places: Whole,
    groups: Whole,
    at: Whole,
    days: Whole,
    ordinal: int,
) -> None:
    """Say of each loan, and of each household in debt, that it left and that it came."""
    owes = (p.outstanding > 0).reshape(-1, SLOTS)[movers]
    all_loans = movers[:, None] * SLOTS + np.arange(SLOTS)
    row, slot = np.nonzero(owes)
    loans, at_loan, on = all_loans[row, slot], at[row] + 20 * slot, days[row]
    there, zero = places[row], np.zeros(len(row), np.int64)
    associations = association_of(groups, p.chance)
    key = p.key(loans, month.index, ordinal)
    p.say(
        "loan.reassigned",
        loans,
        at_loan,
        on,
        key,
        group=p.group[movers[row]],
        to_place_at=there,
        to_association=associations[row],
        to_group=groups[row],
    )
    later = at_loan + SECOND // 20
    balances = _balances(p, loans)
    of_out = p.of_loan(loans)
    of_in = {
        **of_out,
        "place_at": there,
        "association": associations[row],
        "in_group": groups[row],
    }
    for direction, of in ((OUT, of_out), (IN, of_in)):
        p.rows.add(
            "loan.transferred",
            later + direction,
            occurred=on,
            key=key + direction,
            direction=zero + direction,
            group=of["in_group"],
            zero=zero,
            **balances,
            **of,
        )
    _move_debt(p, loans, row, slot, owes, places, later, on, key)
    p.place[movers] = places


def _balances(p: Portfolio, loans: Whole) -> dict[str, Whole]:
    overdue = p.overdue[:, loans].sum(axis=0)
    return {
        "in_term": p.in_term[loans],
        "frozen": p.frozen[loans],
        **{f"overdue_{name}": p.overdue[n, loans] for n, name in enumerate(BUCKETS)},
        "overdue": overdue,
        "outstanding": p.outstanding[loans],
        "carried": p.carried[loans],
        "is_overdue": (overdue > 0).astype(np.int64),
    }


def _move_debt(
    p: Portfolio,
    loans: Whole,
    row: Whole,
    slot: Whole,
    owes: Yes,
    places: Whole,
    at: Whole,
    on: Whole,
    key: Whole,
) -> None:
    """Out of each programme at the old home, of all with the last; into each at the new one."""
    alone: Yes = (owes.sum(axis=1) == 1)[row]
    households = p.of[loans]
    names = np.array([product.programme for product in PRODUCTS])
    by_name = names[p.product[loans]] < names[p.product[loans ^ 1]]
    first = alone | by_name
    for kind, place, overall, after in (
        ("household.left_debt", p.place[households], alone | ~by_name, 200),
        ("household.entered_debt", places[row], first, 300),
    ):
        p.rows.add(
            kind,
            # Both loans' debt moves at one moment, in the order of the programmes.
            at - 20 * slot + after + np.where(first, 0, 10),
            occurred=on,
            key=key,
            place_at=place,
            household=p.household[households],
            product=p.product[loans],
            overall=overall.astype(np.int64),
        )
