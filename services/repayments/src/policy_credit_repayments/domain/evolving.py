"""How each private event changes the account of a loan."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from policy_credit_repayments.domain import principal
from policy_credit_repayments.domain.account import Account, Taken, replan, wakes
from policy_credit_repayments.domain.accruing import Change, Rate, noted, rated
from policy_credit_repayments.domain.calendar import days_after, month_end, month_number
from policy_credit_repayments.domain.entries import (
    AccountEvent,
    BalanceCarriedOver,
    DebtFrozen,
    DebtUnfrozen,
    DebtWrittenOff,
    InstalmentCarried,
    InstalmentFellDue,
    InterestCharged,
    LayerAged,
    LoanMoved,
    PaymentReversed,
    PaymentTaken,
    PlanChanged,
    PrincipalFellOverdue,
    RateChanged,
    RecoveryReversed,
    RecoveryTaken,
    TrancheReceived,
)
from policy_credit_repayments.domain.principal import Frozen, Part, amount_of
from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.instalments import total


def evolve(account: Account | None, event: AccountEvent) -> Account:
    """The account after an event."""
    if account is None:
        account = Account(
            terms=event.terms,
            charged_until=event.on,
            month_end=month_end(event.on),
            rates=(Rate(date.min, event.terms.annual_rate),),
        )
    changed = _changed(account, event)
    in_term = sum(due.owed for due in changed.schedule)
    overdue = amount_of(changed.layers)
    changes = account.changes
    if in_term != account.in_term or overdue != account.overdue:
        more = Change(event.on, in_term - account.in_term, overdue - account.overdue)
        changes = noted(changes, more)
    return replace(
        changed,
        version=account.version + 1,
        in_term=in_term,
        overdue=overdue,
        frozen=amount_of(frozen.part for frozen in changed.parked),
        changes=changes,
    )


def _changed(account: Account, event: AccountEvent) -> Account:
    match event:
        case TrancheReceived() | PlanChanged():
            return _replanned(account, event)
        case BalanceCarriedOver():
            return replace(
                account,
                plan=event.plan,
                ageing=event.ageing,
                lent=total(event.plan),
                schedule=event.schedule,
                layers=event.layers,
                parked=event.frozen,
                interest_due=event.interest_arrears,
                carried_over_on=event.on,
            )
        case InterestCharged():
            return _charged(account, event)
        case PaymentTaken():
            paid = _less(account, event.parts, paid=True)
            return replace(
                paid,
                interest_due=account.interest_due - event.interest,
                taken={
                    **account.taken,
                    event.payment: Taken(event.on, event.principal, event.interest),
                },
                payments={**account.payments, event.payment: (account.version + 1, event)},
            )
        case PaymentReversed():
            return _given_back(account, event)
        case RecoveryTaken():
            return replace(
                account,
                recovered=account.recovered + event.amount,
                taken={
                    **account.taken,
                    event.payment: Taken(event.on, recovered=event.amount),
                },
                recoveries={**account.recoveries, event.payment: (account.version + 1, event)},
            )
        case RecoveryReversed(entry=entry):
            return replace(
                account,
                recovered=account.recovered - entry.amount,
                reversed=account.reversed | {entry.payment},
            )
        case InstalmentFellDue():
            return _announced(account, event.on)
        case InstalmentCarried(amount=amount):
            part = Part(amount, event.due_on)
            left = principal.schedule_without(account.schedule, [part], paid=False)
            left = tuple(due for due in left if due.due_on != event.due_on)
            more = principal.schedule_with(
                left, event.new_due_on, amount, announced=False, carried=True
            )
            return replace(account, schedule=more)
        case PrincipalFellOverdue():
            left = principal.schedule_without(account.schedule, event.parts, paid=False)
            if not event.called_in:
                days = {part.day for part in event.parts}
                left = tuple(due for due in left if due.due_on not in days)
            layer = Part(event.amount, event.on, "1_90", event.called_in)
            return replace(
                account, schedule=left, layers=principal.layers_with(account.layers, [layer])
            )
        case LayerAged(layer=layer):
            rest = principal.layers_without(account.layers, [layer])
            older = replace(layer, bucket=event.to_bucket)
            return replace(account, layers=principal.layers_with(rest, [older]))
        case RateChanged(terms=terms):
            rates = rated(account.rates, Rate(event.on, terms.annual_rate))
            now = replace(account.terms, annual_rate=rates[-1].annual)
            return replace(account, terms=now, rates=rates)
        case DebtFrozen():
            owed = _less(account, (frozen.part for frozen in event.frozen), paid=False)
            return replace(owed, parked=_parked_with(account.parked, event.frozen))
        case DebtUnfrozen():
            return _unfrozen(account, event)
        case DebtWrittenOff():
            owed = _less(account, event.parts, paid=False)
            return replace(
                owed,
                parked=_parked_without(account.parked, event.frozen),
                written_off=account.written_off + event.amount,
            )
        case LoanMoved(terms=terms):
            return replace(account, terms=terms, moved_at=account.version + 1)


def _replanned(account: Account, event: TrancheReceived | PlanChanged) -> Account:
    more = event.amount if isinstance(event, TrancheReceived) else 0
    schedule, cured = replan(account, event.plan, event.on, more)
    check(cured == event.cured, "a plan cures what it was decided to cure")
    return replace(
        account,
        plan=event.plan,
        ageing=event.ageing if isinstance(event, TrancheReceived) else account.ageing,
        lent=account.lent + more,
        schedule=schedule,
        layers=principal.layers_without(account.layers, cured),
    )


def _charged(account: Account, event: InterestCharged) -> Account:
    before = account.charged_on
    same = before is not None and month_number(before) == month_number(event.on)
    charged = replace(
        account,
        interest_due=account.interest_due + event.amount,
        charged_until=max(account.charged_until, event.period_until),
        charged_on=event.on,
        charged_in_month=event.amount + (account.charged_in_month if same else 0),
        accounted=account.accounted + account.uncharged_on(event.period_until),
    )
    if not event.month_end:
        return charged
    # What may no longer be reversed need not be kept; see reversing.LAST_MONTH.
    month = month_number(event.on)
    return replace(
        charged,
        month_end=month_end(days_after(event.on, 1)),
        payments={k: v for k, v in account.payments.items() if month_number(v[1].on) + 1 >= month},
        recoveries={
            k: v for k, v in account.recoveries.items() if month_number(v[1].on) + 1 >= month
        },
    )


def _less(account: Account, parts: Iterable[Part], *, paid: bool) -> Account:
    overdue: list[Part] = []
    in_term: list[Part] = []
    for part in parts:
        (overdue if part.bucket else in_term).append(part)
    return replace(
        account,
        layers=principal.layers_without(account.layers, overdue) if overdue else account.layers,
        schedule=principal.schedule_without(account.schedule, in_term, paid=paid)
        if in_term
        else account.schedule,
    )


def _given_back(account: Account, event: PaymentReversed) -> Account:
    schedule, entry = account.schedule, event.entry
    for part in entry.parts:
        if not part.bucket:
            day = _comes_back_on(account, part.day, event.on)
            schedule = principal.unpaid(schedule, day, part.amount, carried=day > part.day)
    overdue = [principal.aged(part, event.on) for part in entry.parts if part.bucket]
    return replace(
        account,
        schedule=schedule,
        layers=principal.layers_with(account.layers, overdue),
        interest_due=account.interest_due + entry.interest,
        reversed=account.reversed | {entry.payment},
    )


def _comes_back_on(account: Account, due_on: date, on: date) -> date:
    """When principal in term is to be paid whose payment is taken back.

    On the instalment's day, or where that day was moved to; on the day that it comes back if that
    is later.
    """
    stays = any(instalment.due_on == due_on for instalment in account.plan)
    if account.ageing == "at_once" and stays:
        return max(due_on, on)
    later = (due.due_on for due in account.schedule if due.due_on >= due_on)
    return next(later, max(due_on, on))


def _unfrozen(account: Account, event: DebtUnfrozen) -> Account:
    schedule, overdue = account.schedule, []
    for part in (frozen.part for frozen in event.frozen):
        if part.bucket:
            overdue.append(principal.aged(part, event.on))
        else:
            day = max(part.day, event.on)
            schedule = principal.schedule_with(schedule, day, part.amount, announced=False)
    return replace(
        account,
        schedule=schedule,
        layers=principal.layers_with(account.layers, overdue),
        parked=_parked_without(account.parked, event.frozen),
    )


def _parked_with(parked: tuple[Frozen, ...], frozen: tuple[Frozen, ...]) -> tuple[Frozen, ...]:
    held = {_kind(x): x for x in parked}
    for more in frozen:
        before = held.get(_kind(more))
        amount = more.part.amount + (before.part.amount if before else 0)
        held[_kind(more)] = replace(more, part=replace(more.part, amount=amount))
    return tuple(held.values())


def _parked_without(parked: tuple[Frozen, ...], frozen: tuple[Frozen, ...]) -> tuple[Frozen, ...]:
    gone = {_kind(x): x.part.amount for x in frozen}
    left = []
    for held in parked:
        amount = held.part.amount - gone.pop(_kind(held), 0)
        check(amount >= 0, "no more is thawed than is frozen")
        if amount:
            left.append(replace(held, part=replace(held.part, amount=amount)))
    check(not gone, "what is thawed was frozen")
    return tuple(left)


def _kind(frozen: Frozen) -> Frozen:
    return replace(frozen, part=replace(frozen.part, amount=0))


def _announced(account: Account, on: date) -> Account:
    said = (replace(due, announced=True) if due.due_on == on else due for due in account.schedule)
    return replace(account, schedule=tuple(due for due in said if due.owed or not due.announced))


ACCOUNT: Kind[Account] = Kind(evolve, name="account", wakes=wakes, state=Account)
