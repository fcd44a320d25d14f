"""The principal of a loan in pieces: instalments in term, overdue layers, frozen parts.

Only the part that fell overdue is overdue (nợ quá hạn, Decision 976/2015), so a loan is a vector.
Payments, freezing and write-off all take overdue layers first, the oldest first, and then
instalments, the earliest first.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_repayments.domain.calendar import days_after
from policy_credit_shared.kernel.ages import AGES, bucket_on
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.identifiers import Bucket, DebtClass
from policy_credit_shared.kernel.instalments import Instalment, Plan, total


class Part(Struct, frozen=True, omit_defaults=True):
    """Principal that shares a day: the day it is due on, or on which it fell overdue.

    `bucket` is what was last said of overdue principal, None in term. `called_in` fell overdue
    before its day, for wrong use.
    """

    amount: int
    day: date
    bucket: Bucket | None = None
    called_in: bool = False

    @property
    def debt_class(self) -> DebtClass:
        return "overdue" if self.bucket else "in_term"


class Frozen(Struct, frozen=True):
    """Nợ khoanh: a part as it was before, and until when it is frozen."""

    part: Part
    until: date


class Due(Struct, frozen=True, omit_defaults=True):
    """An instalment in term: its amount, how much of it is still owed, whether its day was said.

    `carried` of the amount was to be paid with an earlier instalment.
    """

    due_on: date
    amount: int
    owed: int
    announced: bool = False
    carried: int = 0

    @property
    def behind(self) -> int:
        """What is still owed of what was carried: it is what a payment pays first."""
        return min(self.owed, max(0, self.carried - (self.amount - self.owed)))


Schedule = tuple[Due, ...]
Layers = tuple[Part, ...]


def amount_of(parts: Iterable[Part]) -> int:
    """What parts come to together."""
    return sum(part.amount for part in parts)


def ages_on(layer: Part) -> date | None:
    """The day on which a layer leaves its bucket."""
    ages = AGES[layer.bucket] if layer.bucket else None
    return days_after(layer.day, ages[0]) if ages else None


def aged(layer: Part, day: date) -> Part:
    """A layer that comes back on a day: in the bucket of that day, unless it was in an older."""
    check(layer.bucket is not None, "only overdue principal ages")
    then = bucket_on(layer.day, day)
    order = list(AGES)
    older = layer.bucket and order.index(layer.bucket) > order.index(then)
    return layer if older else replace(layer, bucket=then)


def taken(parts: Sequence[Part], amount: int) -> tuple[tuple[Part, ...], int]:
    """`amount` out of parts in their order, and how much of it they did not cover."""
    found = []
    for part in parts:
        share = min(amount, part.amount)
        if share:
            found.append(replace(part, amount=share))
            amount -= share
    return tuple(found), amount


def in_term(schedule: Schedule) -> tuple[Part, ...]:
    """What is owed of instalments, as parts."""
    return tuple(Part(due.owed, due.due_on) for due in schedule if due.owed)


def layers_with(layers: Layers, parts: Iterable[Part]) -> Layers:
    """Layers and more of them, oldest first."""
    found = {(x.day, x.bucket, x.called_in): x for x in layers}
    for part in parts:
        key = (part.day, part.bucket, part.called_in)
        before = found.get(key)
        found[key] = replace(part, amount=part.amount + (before.amount if before else 0))
    order: list[Bucket | None] = list(AGES)
    return tuple(sorted(found.values(), key=lambda x: (x.day, -order.index(x.bucket), x.called_in)))


def layers_without(layers: Layers, parts: Iterable[Part]) -> Layers:
    """Layers less parts of them."""
    gone = {(x.day, x.bucket, x.called_in): x.amount for x in parts}
    left = []
    for layer in layers:
        amount = layer.amount - gone.pop((layer.day, layer.bucket, layer.called_in), 0)
        check(amount >= 0, "no more is taken from an overdue layer than it holds")
        if amount:
            left.append(replace(layer, amount=amount))
    check(not gone, "overdue principal is taken from layers that there are")
    return tuple(left)


def schedule_without(schedule: Schedule, parts: Iterable[Part], *, paid: bool) -> Schedule:
    """Instalments less parts of them: `paid`, or no longer to be paid with the instalment."""
    gone = {part.day: part.amount for part in parts}
    left = []
    for due in schedule:
        amount = gone.pop(due.due_on, 0)
        check(amount <= due.owed, "no more is taken from an instalment than is owed of it")
        rest, carried = due.amount, due.carried
        if not paid:
            rest, carried = rest - amount, max(0, carried - amount)
        if rest:
            owed = due.owed - amount
            left.append(replace(due, amount=rest, owed=owed, carried=carried) if amount else due)
    check(not gone, "principal in term is taken from instalments that there are")
    return tuple(left)


def schedule_with(
    schedule: Schedule, day: date, amount: int, *, announced: bool, carried: bool = False
) -> Schedule:
    """Instalments and one more to be paid on a day, or more to be paid on a day of theirs."""
    behind = amount if carried else 0
    if any(due.due_on == day for due in schedule):
        return tuple(
            replace(
                due,
                amount=due.amount + amount,
                owed=due.owed + amount,
                carried=due.carried + behind,
            )
            if due.due_on == day
            else due
            for due in schedule
        )
    more = Due(day, amount, amount, announced, behind)
    return tuple(sorted((*schedule, more), key=lambda due: due.due_on))


def unpaid(schedule: Schedule, day: date, amount: int, *, carried: bool = False) -> Schedule:
    """Instalments of which a payment is taken back: owed again, where there is one of that day.

    `carried` if it was to be paid with an earlier instalment.
    """
    for due in schedule:
        if due.due_on == day:
            owed = due.owed + amount
            behind = due.carried + (amount if carried else 0)
            back = replace(due, owed=owed, amount=max(due.amount, owed), carried=behind)
            return tuple(back if x is due else x for x in schedule)
    return schedule_with(schedule, day, amount, announced=True, carried=carried)


def replanned(
    plan: Plan, schedule: Schedule, layers: Layers, on: date, *, gone: int, more: int = 0
) -> tuple[Schedule, tuple[Part, ...]]:
    """The instalments of a new plan, and the overdue principal whose day lies ahead again.

    What was paid so far, and what is `gone` (frozen, written off), paid the plan's first
    instalments; `more` was lent just now. Overdue principal stays overdue as far as the plan's
    past days ask for it, the oldest first; called-in principal stays so altogether. What is in
    term is not made overdue by a plan: an instalment of a past day stays as it was, and what the
    plan wants on a past day beyond that is due with the next instalment, or at once.
    """
    by_plan = tuple(layer for layer in layers if not layer.called_in)
    overdue = amount_of(by_plan)
    owed = sum(due.owed for due in schedule) + overdue + more
    dues = _last_first(_beyond(plan, gone + amount_of(layers) - overdue), owed) if owed else []
    behind = [due for due in dues if due.due_on < on]
    still = min(overdue, sum(due.owed for due in behind))
    cured, _ = taken(by_plan[::-1], overdue - still)
    before = {due.due_on: due for due in schedule}
    past, late = _past(behind, before, still)
    ahead: Schedule = tuple(
        replace(due, announced=due.due_on in before and before[due.due_on].announced)
        for due in dues
        if due.due_on >= on
    )
    if late:
        day = ahead[0].due_on if ahead else on
        ahead = schedule_with(ahead, day, late, announced=False, carried=True)
    return past + ahead, cured


def _past(behind: Iterable[Due], before: dict[date, Due], overdue: int) -> tuple[Schedule, int]:
    """Instalments of past days whose close is still to come, and what else they want."""
    kept, late = [], 0
    for due in behind:
        covered = min(overdue, due.owed)
        overdue -= covered
        was = before.get(due.due_on)
        owed = min(due.owed - covered, was.owed) if was else 0
        late += due.owed - covered - owed
        amount = due.amount - (due.owed - owed)
        if was and amount and (owed or not was.announced):
            kept.append(replace(was, amount=amount, owed=owed))
    return tuple(kept), late


def _beyond(plan: Plan, gone: int) -> Plan:
    left = []
    for instalment in plan:
        amount = max(0, instalment.amount - gone)
        gone = max(0, gone - instalment.amount)
        if amount:
            left.append(replace(instalment, amount=amount))
    return tuple(left) if left else (replace(plan[-1], amount=0),)


def _last_first(plan: Plan, owed: int) -> list[Due]:
    """What is owed of each instalment if the first ones were paid; the last takes any excess."""
    last = replace(plan[-1], amount=plan[-1].amount + max(0, owed - total(plan)))
    dues: list[Due] = []
    for instalment in reversed((*plan[:-1], last)):
        share = min(owed, instalment.amount)
        owed -= share
        dues.append(Due(instalment.due_on, instalment.amount, share))
    return sorted(dues, key=lambda due: due.due_on)


def extended(plan: Plan, until: date) -> Plan:
    """Gia hạn nợ: the plan with its last instalment on another day."""
    return ordered((*plan[:-1], Instalment(until, plan[-1].amount)))


def ordered(plan: Plan) -> Plan:
    """A plan whose days ascend and differ, whatever the one that was said."""
    amounts: dict[date, int] = {}
    for instalment in plan:
        amounts[instalment.due_on] = amounts.get(instalment.due_on, 0) + instalment.amount
    return tuple(Instalment(day, amounts[day]) for day in sorted(amounts))
