"""Treatments of a debt that loans has approved (xử lý nợ), as far as the balances allow.

Extension (gia hạn nợ), rescheduling (điều chỉnh kỳ hạn nợ), another rate, freezing (khoanh nợ),
write-off (xóa nợ) and transfer (bàn giao). None where nothing is left to treat.
"""

from datetime import date

from msgspec.structs import replace

from policy_credit_repayments.domain import principal
from policy_credit_repayments.domain.account import Account, replan
from policy_credit_repayments.domain.collecting import collected_first
from policy_credit_repayments.domain.entries import (
    DebtFrozen,
    DebtUnfrozen,
    DebtWrittenOff,
    LoanMoved,
    PlanChanged,
    RateChanged,
)
from policy_credit_repayments.domain.principal import Frozen, Part, amount_of
from policy_credit_shared.events.lending import (
    LoanExtended,
    LoanFreezingApproved,
    LoanReassigned,
    LoanRerated,
    LoanRescheduled,
    LoanWriteOffApproved,
)
from policy_credit_shared.kernel.instalments import Plan


def extend(account: Account, loan: LoanExtended) -> PlanChanged:
    """The last instalment may be paid later."""
    return _plan(account, principal.extended(account.plan, loan.until), loan.occurred_on)


def reschedule(account: Account, loan: LoanRescheduled) -> PlanChanged:
    """What was lent is paid back by another plan."""
    return _plan(account, principal.ordered(loan.plan) or account.plan, loan.occurred_on)


def rerate(account: Account, loan: LoanRerated) -> RateChanged:
    """The loan earns at another rate from that day on, its overdue principal at 130 % of it."""
    terms = replace(account.terms, annual_rate=loan.annual_rate)
    return RateChanged(terms=terms, on=loan.occurred_on)


def freeze(account: Account, loan: LoanFreezingApproved) -> DebtFrozen | None:
    """Freeze up to the amount approved: overdue first, the oldest first, then in term."""
    parts = collected_first(account, loan.amount)
    if not parts:
        return None
    until = max(loan.until, loan.occurred_on)
    return DebtFrozen(
        terms=account.terms,
        on=loan.occurred_on,
        frozen=tuple(Frozen(part, until) for part in parts),
        cures=_cures(account, parts),
    )


def unfreeze(account: Account, on: date, frozen: tuple[Frozen, ...]) -> DebtUnfrozen | None:
    """Frozen parts go back to the class that they came from.

    The days that principal has been overdue go on counting while it is frozen. An instalment
    whose day passed meanwhile is due on the day that the freeze ends.
    """
    if not frozen:
        return None
    return DebtUnfrozen(
        terms=account.terms,
        on=on,
        frozen=frozen,
        falls_overdue=account.overdue == 0 and any(x.part.bucket for x in frozen),
    )


def write_off(account: Account, loan: LoanWriteOffApproved) -> DebtWrittenOff | None:
    """Write off up to the amount approved: what is frozen, then overdue, then in term."""
    if account.outstanding == 0:
        return None
    frozen: list[Frozen] = []
    left = loan.amount
    for parked in account.parked:
        taken, left = principal.taken([parked.part], left)
        frozen += [Frozen(part, parked.until) for part in taken]
    parts = collected_first(account, left)
    written_off = amount_of(parts) + amount_of(x.part for x in frozen)
    return DebtWrittenOff(
        terms=account.terms,
        on=loan.occurred_on,
        frozen=tuple(frozen),
        parts=parts,
        closes=written_off == account.outstanding,
        cures=_cures(account, parts),
    )


def move(account: Account, loan: LoanReassigned) -> LoanMoved:
    """The loan, with what is owed on it, belongs elsewhere from now on."""
    terms = replace(
        account.terms,
        office=loan.to_office,
        locality=loan.to_locality,
        association=loan.to_association,
        in_group=loan.to_group,
    )
    return LoanMoved(
        terms=terms,
        previously=account.terms,
        on=loan.occurred_on,
        group=loan.group,
        to_group=loan.to_group,
        in_term=account.in_term,
        frozen=account.frozen,
        overdue=account.buckets,
        carried_forward=account.carried_forward,
    )


def _plan(account: Account, plan: Plan, on: date) -> PlanChanged:
    _, cured = replan(account, plan, on)
    return PlanChanged(
        terms=account.terms,
        on=on,
        plan=plan,
        cured=cured,
        cures=0 < account.overdue == amount_of(cured),
    )


def _cures(account: Account, parts: tuple[Part, ...]) -> bool:
    return 0 < account.overdue == amount_of(part for part in parts if part.bucket)
