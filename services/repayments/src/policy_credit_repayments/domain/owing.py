"""What a borrower owes on a day (số tiền phải trả), to the dong."""

from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.closing import next_event
from policy_credit_repayments.domain.collecting import instalments_due
from policy_credit_repayments.domain.evolving import evolve
from policy_credit_shared.kernel.identifiers import Bucket
from policy_credit_shared.kernel.money import interest


class Owing(Struct, frozen=True, kw_only=True):
    """What is owed on a loan at the beginning of a day, as far as is booked by now.

    `interest_due` is charged; `interest_accrued` accrued since and is charged by the month's end,
    or before by an interest charge until that day. `instalments_due` is the part in term whose day
    has come. `payoff` settles the loan that day: all but what is frozen. `recoverable` was written
    off and not recovered.
    """

    loan: UUID
    on: date
    in_term: int
    overdue: dict[Bucket, int]
    frozen: int
    interest_due: int
    interest_accrued: int
    instalments_due: int
    payoff: int
    recoverable: int


def owing(loan: UUID, account: Account, on: date) -> Owing:
    """What is owed, once the calendar has done its work up to the day before."""
    while (event := next_event(account, on - timedelta(days=1))) is not None:
        account = evolve(account, event)
    accrued = interest(account.uncharged_on(on))
    return Owing(
        loan=loan,
        on=on,
        in_term=account.in_term,
        overdue=account.buckets,
        frozen=account.frozen,
        interest_due=account.interest_due,
        interest_accrued=accrued,
        instalments_due=instalments_due(account, on),
        payoff=account.collectable + account.interest_due + accrued,
        recoverable=account.recoverable,
    )
