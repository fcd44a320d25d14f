"""Entrustment fees (phí ủy thác) of an office: per association, commune and month.

An example rule, of an unofficial answer key: 0.032 % a month of the outstanding of loans that owe
no interest from before the month, of it 100 / 80 / 50 / 0 % at an overdue ratio below 2 / below 3 /
below 4 / from 4 %. The close of a month's last day counts each account as it closes it; when all
accounts of the office are closed, the fee is taken from what was counted, once. An account that
comes to be closed after that is not in the month's fee.
"""

from datetime import date
from typing import ClassVar, Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.calendar import month_end
from policy_credit_repayments.domain.entries import InterestCharged
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, derived_id
from policy_credit_shared.kernel.money import entrustment_fee

Share = Literal[0, 50, 80, 100]

SHARES: Final[tuple[tuple[int, Share], ...]] = ((2, 100), (3, 80), (4, 50))
"""Below which overdue ratio, in percent, which percentage of the fee is earned; else none."""


class Counted(Struct, frozen=True, array_like=True):
    """What accounts of one month, commune and association came to at the month's end.

    `base` is the outstanding of loans that owed no interest from before the month.
    """

    outstanding: int
    overdue: int
    base: int


class MonthEndsCounted(DomainEvent, frozen=True, kw_only=True):
    """Accounts were closed for months' ends; rows by month, locality and association."""

    TOPIC: ClassVar[str] = "repayments.month_ends_counted.v1"

    office: Office
    rows: dict[str, Counted]


class Fee(Struct, frozen=True, kw_only=True):
    """The fee of an association in a commune."""

    locality: Locality
    association: Association
    base: int
    overdue: int
    outstanding: int
    share_percent: Share
    amount: int


class FeesAccrued(DomainEvent, frozen=True, kw_only=True):
    """All fees of an office for a month, on its last day."""

    TOPIC: ClassVar[str] = "repayments.entrustment_fees_accrued.v1"

    office: Office
    month: str
    on: date
    fees: tuple[Fee, ...]


class Entrustment(Struct, frozen=True, kw_only=True):
    """What is counted for months whose fee is not taken yet; `accrued` is the last that is."""

    office: Office
    accrued: str = ""
    rows: dict[str, Counted] = {}


def evolve(state: Entrustment | None, event: MonthEndsCounted | FeesAccrued) -> Entrustment:
    """The office's months after an event."""
    state = state or Entrustment(office=event.office)
    match event:
        case MonthEndsCounted():
            open_months = {k: v for k, v in event.rows.items() if k[:7] > state.accrued}
            return replace(state, rows=_together(state.rows, open_months))
        case FeesAccrued():
            left = {k: v for k, v in state.rows.items() if k[:7] > event.month}
            return replace(state, accrued=event.month, rows=left)


def _together(rows: dict[str, Counted], more: dict[str, Counted]) -> dict[str, Counted]:
    found = dict(rows)
    for key, row in more.items():
        had = found.get(key)
        if had is not None:
            row = Counted(
                had.outstanding + row.outstanding, had.overdue + row.overdue, had.base + row.base
            )
        found[key] = row
    return found


def _wakes(state: Entrustment) -> Wake | None:
    if not state.rows:
        return None
    return Wake(state.office, _end_of(min(state.rows)[:7]))


def _merge(last: MonthEndsCounted | FeesAccrued, event: object) -> DomainEvent | None:
    if isinstance(last, MonthEndsCounted) and isinstance(event, MonthEndsCounted):
        return replace(last, rows=_together(last.rows, event.rows))
    return None


ENTRUSTMENT: Kind[Entrustment] = Kind(
    evolve, name="entrustment", wakes=_wakes, merge=_merge, state=Entrustment
)


def entrustment_id(office: Office) -> UUID:
    """The aggregate of an office's entrustment fees."""
    return derived_id("entrustment", office)


def counted(account: Account, closed: InterestCharged) -> MonthEndsCounted:
    """An account at a month's end, its interest charged."""
    terms = account.terms
    month = closed.on.isoformat()[:7]
    owes_from_before = account.arrears_on(closed.on) > 0
    row = Counted(
        account.outstanding,
        account.overdue,
        0 if owes_from_before else account.outstanding,
    )
    key = f"{month}/{terms.locality}/{terms.association}"
    return MonthEndsCounted(office=terms.office, rows={key: row})


def accrue(state: Entrustment) -> FeesAccrued:
    """The fees of the earliest month that was counted."""
    month = min(state.rows)[:7]
    rows = [(key.split("/"), row) for key, row in sorted(state.rows.items()) if key[:7] == month]
    return FeesAccrued(
        office=state.office,
        month=month,
        on=_end_of(month),
        fees=tuple(_fee(key[1], key[2], row) for key, row in rows),
    )


def _fee(locality: str, association: str, row: Counted) -> Fee:
    share = share_percent(row.overdue, row.outstanding)
    return Fee(
        locality=locality,
        association=association,  # type: ignore[arg-type]
        base=row.base,
        overdue=row.overdue,
        outstanding=row.outstanding,
        share_percent=share,
        amount=entrustment_fee(row.base, share),
    )


def share_percent(overdue: int, outstanding: int) -> Share:
    """How much of the fee is earned at an overdue ratio."""
    for below, share in SHARES:
        if overdue * 100 < below * outstanding:
            return share
    return 0


def _end_of(month: str) -> date:
    return month_end(date.fromisoformat(f"{month}-01"))
