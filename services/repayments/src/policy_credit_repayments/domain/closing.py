"""What the calendar alone makes of an account: the close of a day, in the order of days.

Each event is of its own day, whichever close finds it:

* a freeze ends on its day, and what was frozen is owed again;
* an instalment's day comes (gốc đến hạn);
* the day after, what was not paid of it falls overdue (chuyển nợ quá hạn), or is carried to the
  next instalment where the programme says so (chuyển kỳ hạn), until final maturity;
* overdue principal grows from one bucket into the next;
* on the last day of a month, its interest is charged (tính lãi), also where it comes to 0.

Things of one day happen in this order.
"""

from datetime import date, timedelta

from policy_credit_repayments.domain import principal
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.calendar import days_after
from policy_credit_repayments.domain.entries import (
    AccountEvent,
    InstalmentCarried,
    InstalmentFellDue,
    InterestCharged,
    LayerAged,
    PrincipalFellOverdue,
)
from policy_credit_repayments.domain.principal import Due, Part
from policy_credit_repayments.domain.treating import unfreeze
from policy_credit_shared.kernel.ages import AGES
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.money import interest


def next_event(account: Account, until: date) -> AccountEvent | None:
    """The first thing that the calendar makes of the account until a day; None if nothing."""
    day = account.next_day
    if day is None or day > until:
        return None
    ended = tuple(frozen for frozen in account.parked if frozen.until == day)
    if account.outstanding and (unfrozen := unfreeze(account, day, ended)):
        return unfrozen
    if account.outstanding:
        for due in account.schedule:
            if due.due_on == day and not due.announced:
                return _fell_due(account, due)
            if due.announced and days_after(due.due_on, 1) == day:
                return _missed(account, due, day)
        for layer in account.layers:
            if principal.ages_on(layer) == day:
                return _grew_older(account, layer, day)
    if account.month_end == day:
        return _month_end(account)
    raise InvariantBroken("an account wakes for something")


def _fell_due(account: Account, due: Due) -> InstalmentFellDue:
    paid = due.amount - due.owed
    return InstalmentFellDue(terms=account.terms, on=due.due_on, amount=due.amount, paid=paid)


def _missed(account: Account, due: Due, day: date) -> InstalmentCarried | PrincipalFellOverdue:
    following = [other.due_on for other in account.schedule if other.due_on > due.due_on]
    if account.ageing == "carried_forward" and following:
        return InstalmentCarried(
            terms=account.terms,
            on=day,
            amount=due.owed,
            due_on=due.due_on,
            new_due_on=following[0],
        )
    return PrincipalFellOverdue(
        terms=account.terms,
        on=day,
        parts=(Part(due.owed, due.due_on),),
        first=account.overdue == 0,
    )


def _grew_older(account: Account, layer: Part, day: date) -> LayerAged:
    older = AGES[layer.bucket] if layer.bucket else None
    if older is None:
        raise InvariantBroken("only overdue principal in a bucket that ends grows older")
    return LayerAged(terms=account.terms, on=day, layer=layer, to_bucket=older[1])


def _month_end(account: Account) -> InterestCharged:
    until = account.month_end + timedelta(days=1)
    return InterestCharged(
        terms=account.terms,
        on=account.month_end,
        amount=interest(account.uncharged_on(until)),
        period_from=min(account.charged_until, until),
        period_until=until,
        month_end=True,
    )
