"""How the events of the repayments service are written."""

from typing import Final

from policy_credit_local.history.fields import (
    AMOUNT,
    ANY,
    ASSOCIATION,
    BUCKET,
    CLASSES,
    DEPOSIT,
    FLAG,
    GROUP,
    HOUSEHOLD_DEBT,
    LOAN,
    MONEY,
    MONTH,
    OF_LOAN,
    SAVED,
    Said,
    quoted,
)
from policy_credit_local.history.pieces import (
    Change,
    Day,
    Id,
    Nested,
    Number,
    Piece,
    SomeNumber,
    Words,
)
from policy_credit_local.history.tally import BUCKETS
from policy_credit_shared.events import collection


def _cash(prefix: str) -> Nested:
    kinds = ("disbursed", "principal", "interest", "savings_deposited", "savings_withdrawn")
    fields: dict[str, Piece] = {kind: Number(f"{prefix}_{kind}", 16) for kind in kinds}
    return Nested(collection.SessionAmounts, fields)


SAID_BY_REPAYMENTS: Final[Said] = {
    collection.InterestCharged: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "period_from": Day("period_from"),
            "period_until": Day("period_until"),
        },
    ),
    collection.InterestCollected: (LOAN, MONEY),
    collection.PrincipalFellDue: (
        LOAN,
        {**OF_LOAN, "amount": AMOUNT, "paid": Number("paid")},
    ),
    collection.PrincipalCollected: (
        LOAN,
        {**MONEY, "debt_class": quoted(CLASSES, "debt_class"), "bucket": BUCKET},
    ),
    collection.InstalmentCarriedForward: (
        LOAN,
        {**OF_LOAN, "amount": AMOUNT, "new_due_on": Day("new_due_on")},
    ),
    collection.CarriedForwardChanged: (LOAN, {**OF_LOAN, "amount": Change("amount")}),
    collection.PrincipalFellOverdue: (LOAN, {**OF_LOAN, "amount": AMOUNT}),
    collection.OverdueAged: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "from_bucket": quoted(("", *BUCKETS), "from_bucket"),
            "to_bucket": quoted(("", *BUCKETS), "to_bucket"),
        },
    ),
    collection.OverdueCured: (
        LOAN,
        {**OF_LOAN, "amount": AMOUNT, "bucket": quoted(("", *BUCKETS), "bucket")},
    ),
    collection.LoanFellOverdue: (LOAN, OF_LOAN),
    collection.LoanCured: (LOAN, OF_LOAN),
    collection.LoanFrozen: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "from_class": quoted(CLASSES, "debt_class"),
            "bucket": BUCKET,
        },
    ),
    collection.LoanWrittenOff: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "debt_class": quoted(CLASSES, "debt_class"),
            "bucket": BUCKET,
            "closes": Words(FLAG, "closes"),
        },
    ),
    collection.DebtRecovered: (LOAN, MONEY),
    collection.LoanTransferred: (
        LOAN,
        {
            **OF_LOAN,
            "direction": quoted(("out", "in"), "direction"),
            "group": GROUP,
            "in_term": Number("in_term"),
            "frozen": Number("frozen"),
            **{f"overdue_{name}": Number(f"overdue_{name}") for name in BUCKETS},
            "overdue": Number("overdue"),
            "outstanding": Number("outstanding"),
            "loans": Words(["1"], "zero"),
            "overdue_loans": Words(FLAG, "is_overdue"),
            "carried_forward": SomeNumber("carried_forward", "carried"),
        },
    ),
    collection.LoanSettled: (LOAN, OF_LOAN),
    collection.SavingsDeposited: (Id("savings", "household"), SAVED),
    collection.SavingsWithdrawn: (Id("savings", "household"), SAVED),
    collection.MobilisedDeposited: (Id("depositor", "depositor"), DEPOSIT),
    collection.MobilisedWithdrawn: (Id("depositor", "depositor"), DEPOSIT),
    collection.SessionHeld: (
        Id("session", "key"),
        {
            **ANY,
            "session": Id("session", "key"),
            "planned": _cash("planned"),
            "realised": _cash("realised"),
            "lines": Number("lines", 6),
        },
    ),
    collection.EntrustmentFeeAccrued: (
        Id("entrustment", "key"),
        {
            **ANY,
            "association": ASSOCIATION,
            "month": MONTH,
            "base": Number("base", 16),
            "overdue": Number("overdue", 16),
            "outstanding": Number("outstanding", 16),
            "share_percent": Words([str(tenth * 10) for tenth in range(11)], "share"),
            "amount": AMOUNT,
        },
    ),
    collection.HouseholdEnteredDebt: (Id("household debt", "household"), HOUSEHOLD_DEBT),
    collection.HouseholdLeftDebt: (Id("household debt", "household"), HOUSEHOLD_DEBT),
}
