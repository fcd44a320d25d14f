"""Reversing: a payment or recovery was booked by mistake (đảo bút toán).

Example rules: the person who took it does not reverse it; it is reversed on its own day or later,
in its calendar month or the next one; and not once the loan has been transferred.
"""

from datetime import date
from typing import Final
from uuid import UUID

from policy_credit_repayments.domain.account import Account, own
from policy_credit_repayments.domain.calendar import days_after, month_end, month_number
from policy_credit_repayments.domain.commands import ReversePayment
from policy_credit_repayments.domain.entries import (
    PaymentReversed,
    PaymentTaken,
    RecoveryReversed,
    RecoveryTaken,
)
from policy_credit_repayments.domain.refusals import (
    PaymentReversedAlready,
    PaymentUnknown,
    ReversalBeforePayment,
    ReversalTooLate,
    ReversedAfterTransfer,
    ReversedByItsTaker,
)

LAST_MONTH: Final = 1
"""Months after that of a payment in which it can still be reversed."""


def reverse(
    account: Account, command: ReversePayment, by: str
) -> PaymentReversed | RecoveryReversed:
    """Decide on a reversal; raises a Refusal."""
    own(account, command.office)
    version, entry = _entry(account, command.payment)
    if by == entry.by:
        raise ReversedByItsTaker(command.payment)
    if command.reversed_on < entry.on:
        raise ReversalBeforePayment(command.reversed_on, entry.on)
    if month_number(command.reversed_on) > month_number(entry.on) + LAST_MONTH:
        raise _too_late(command.payment, entry.on)
    if version < account.moved_at:
        raise ReversedAfterTransfer(command.payment)
    if isinstance(entry, RecoveryTaken):
        return RecoveryReversed(
            terms=account.terms,
            on=command.reversed_on,
            entry=entry,
            entry_version=version,
            reason=command.reason,
        )
    return PaymentReversed(
        terms=account.terms,
        on=command.reversed_on,
        entry=entry,
        entry_version=version,
        reason=command.reason,
        falls_overdue=account.overdue == 0 < entry.overdue,
        reopens=account.outstanding == 0 < entry.principal,
    )


def _entry(account: Account, payment: UUID) -> tuple[int, PaymentTaken | RecoveryTaken]:
    if payment not in account.taken:
        raise PaymentUnknown(payment)
    if payment in account.reversed:
        raise PaymentReversedAlready(payment)
    if payment in account.recoveries:
        return account.recoveries[payment]
    if payment in account.payments:
        return account.payments[payment]
    raise _too_late(payment, account.taken[payment].on)


def _too_late(payment: UUID, on: date) -> ReversalTooLate:
    until = month_end(days_after(month_end(on), LAST_MONTH))
    return ReversalTooLate(payment, on, until)
