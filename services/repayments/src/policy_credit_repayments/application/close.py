"""Close a day (đóng ngày): let the calendar do its work on accounts, then on entrustment fees."""

from datetime import date
from typing import Final
from uuid import UUID

from policy_credit_repayments.application.accounts import record
from policy_credit_repayments.domain.closing import next_event
from policy_credit_repayments.domain.entries import InterestCharged
from policy_credit_repayments.domain.entrustment import (
    ENTRUSTMENT,
    accrue,
    counted,
    entrustment_id,
)
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books

EVENTS_MAX: Final = 200
"""Of one account in one transaction: years closed at once are closed in parts."""


def close_account(loan: UUID, day: date, books: Books) -> None:
    """Record what the calendar makes of the account until a day, each event of its own day."""
    for _ in range(EVENTS_MAX):
        account = books.get(ACCOUNT, loan)
        event = next_event(account, day) if account else None
        if event is None:
            return
        record(event, loan, books)
        if isinstance(event, InterestCharged):
            _count(loan, event, books)


def _count(loan: UUID, closed: InterestCharged, books: Books) -> None:
    account = books.get(ACCOUNT, loan)
    if account is None:
        raise InvariantBroken("an account that was closed is there")
    if account.outstanding:
        office = account.terms.office
        books.record(ENTRUSTMENT, entrustment_id(office), counted(account, closed))


def accrue_fees(office: UUID, day: date, books: Books) -> None:
    """Record the fees of each month that has ended; the office's accounts are closed before."""
    while (state := books.get(ENTRUSTMENT, office)) is not None:
        wake = ENTRUSTMENT.wakes(state)
        if wake is None or wake.on > day:
            return
        books.record(ENTRUSTMENT, office, accrue(state))
