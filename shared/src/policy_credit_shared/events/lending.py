"""Events of the loans service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.events.public import LoanEvent
from policy_credit_shared.kernel.identifiers import Place
from policy_credit_shared.kernel.money import AnnualRate, Dong


class LoanDisbursed(LoanEvent, frozen=True, kw_only=True):
    """Giải ngân: a tranche of a loan was paid out."""

    NAME: ClassVar[str] = "loan.disbursed"

    group: UUID
    tranche: int
    amount: Dong
    annual_rate: AnnualRate
    due_on: date
    place: Place
