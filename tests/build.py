"""Commands and events for tests: sensible unless a test says otherwise."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec import convert

from policy_credit_loans.domain.loan import DisburseLoan
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    DepositSavings,
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.identifiers import derived_id

OFFICE = "587"
COMMUNE = "22870"
LOCALITY = "22870-22870"
OTHER_OFFICE = "586"
DAY = date(2019, 3, 5)
NOW = datetime(2019, 3, 5, 2, 0, tzinfo=UTC)


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def some_id(name: str) -> UUID:
    """The same id for the same name."""
    return derived_id("test", name)


LOAN = some_id("loan")
HOUSEHOLD = some_id("household")
GROUP = some_id("group")

_ON_LOAN = {"office": OFFICE, "loan": LOAN}
_DISBURSED = {
    **_ON_LOAN,
    "household": HOUSEHOLD,
    "group": GROUP,
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "tranche": 1,
    "amount": 40_000_000,
    "annual_rate": 660,
    "due_on": date(2024, 3, 5),
    "place": "point",
}


def disburse(**changes: Any) -> DisburseLoan:
    fields = {**_DISBURSED, "commune": COMMUNE, "disbursed_on": DAY}
    return convert(fields | changes, DisburseLoan)


def loan_disbursed(**changes: Any) -> LoanDisbursed:
    fields = {**_DISBURSED, "locality": LOCALITY, "occurred_on": DAY}
    return convert(fields | changes, LoanDisbursed)


def collect(**changes: Any) -> CollectPayment:
    fields = {
        **_ON_LOAN,
        "payment": some_id("payment"),
        "collected_on": date(2019, 4, 5),
        "place": "point",
    }
    return convert(fields | changes, CollectPayment)


def reverse(**changes: Any) -> ReversePayment:
    fields = {
        **_ON_LOAN,
        "payment": some_id("payment"),
        "reversed_on": date(2019, 4, 6),
        "reason": "booked twice",
    }
    return convert(fields | changes, ReversePayment)


def charge_interest(**changes: Any) -> ChargeInterest:
    return convert({**_ON_LOAN, "until": date(2019, 4, 5)} | changes, ChargeInterest)


def mark_overdue(**changes: Any) -> MarkOverdue:
    fields = {**_ON_LOAN, "amount": 5_000_000, "fell_on": date(2019, 4, 5)}
    return convert(fields | changes, MarkOverdue)


def freeze(**changes: Any) -> FreezeDebt:
    fields = {**_ON_LOAN, "amount": 5_000_000, "frozen_on": date(2019, 4, 5)}
    return convert(fields | changes, FreezeDebt)


def deposit(**changes: Any) -> DepositSavings:
    fields = {
        "office": OFFICE,
        "commune": COMMUNE,
        "household": HOUSEHOLD,
        "group": GROUP,
        "association": "women",
        "amount": 50_000,
        "deposited_on": DAY,
        "place": "point",
    }
    return convert(fields | changes, DepositSavings)
