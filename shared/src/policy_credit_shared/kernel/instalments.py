"""Repayment plans by period (phân kỳ trả nợ): what principal falls due when."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.money import Dong

Ageing = Literal["at_once", "carried_forward"]
"""What a missed instalment does: it falls overdue at once, or is carried to the next instalment
and falls overdue at final maturity."""


class Instalment(Struct, frozen=True):
    """An amount of principal and the day by whose end it is to be paid."""

    due_on: date
    amount: Dong


Plan = tuple[Instalment, ...]
"""Instalments in the order of their days, which differ."""


class FellOverdue(Struct, frozen=True):
    """Principal that was not paid, and the day on which it fell overdue."""

    since: date
    amount: Dong


def left_of_plan(plan: Plan, overdue: Sequence[FellOverdue], frozen: int, due_on: date) -> Plan:
    """What is left of a plan: instalments in term, those that fell overdue, and what is frozen.

    Overdue principal was due the day before it fell overdue. What is frozen belongs to the first
    instalments, as everywhere.
    """
    amounts = {missed.since - timedelta(days=1): missed.amount for missed in overdue}
    for instalment in plan:
        amounts[instalment.due_on] = amounts.get(instalment.due_on, 0) + instalment.amount
    if frozen:
        first = min(amounts, default=due_on)
        amounts[first] = amounts.get(first, 0) + frozen
    return tuple(Instalment(day, amounts[day]) for day in sorted(amounts))


def spread(amount: int, days: Sequence[date]) -> Plan:
    """Equal instalments in whole dong; the last takes what does not divide."""
    return _parts(amount, [1] * len(days), days)


def scaled(plan: Plan, amount: int) -> Plan:
    """The plan for another total, each instalment in proportion; parts of less than 1 dong go."""
    return _parts(amount, [i.amount for i in plan], [i.due_on for i in plan])


def total(plan: Plan) -> int:
    """What the whole plan pays back."""
    return sum(instalment.amount for instalment in plan)


def fallen_due(plan: Plan, day: date) -> int:
    """What was to be paid by the end of `day`."""
    return sum(instalment.amount for instalment in plan if instalment.due_on <= day)


def is_ordered(plan: Plan) -> bool:
    """Whether the days ascend."""
    days = [instalment.due_on for instalment in plan]
    return all(one < other for one, other in pairwise(days))


def _parts(amount: int, weights: Sequence[int], days: Sequence[date]) -> Plan:
    check(len(days) > 0, "a plan has at least one instalment")
    whole, given = sum(weights), 0
    parts = []
    for number, weight in enumerate(weights, start=1):
        part = amount - given if number == len(weights) else amount * weight // whole
        given += part
        parts.append(part)
    return tuple(Instalment(day, part) for day, part in zip(days, parts, strict=True) if part)
