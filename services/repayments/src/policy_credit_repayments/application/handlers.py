"""Which use case carries out which command or takes in which event, and what they store."""

from collections.abc import Mapping
from typing import Final

from policy_credit_repayments.application.charge import charge
from policy_credit_repayments.application.classify import freeze, mark_overdue
from policy_credit_repayments.application.collect import collect
from policy_credit_repayments.application.open import open_account, touches
from policy_credit_repayments.application.reverse import reverse
from policy_credit_repayments.application.save import save
from policy_credit_repayments.domain.account import (
    DebtFrozen,
    InterestCharged,
    PaymentReversed,
    PaymentTaken,
    PrincipalFellOverdue,
    TrancheReceived,
)
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    DepositSavings,
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.household import DebtBegun, DebtEnded
from policy_credit_repayments.domain.savings import SavingsDeposited
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    CollectPayment: collect,
    ReversePayment: reverse,
    ChargeInterest: charge,
    MarkOverdue: mark_overdue,
    FreezeDebt: freeze,
    DepositSavings: save,
}
TAKES_IN: Final[Mapping[type[PublicEvent], TakeIn]] = {LoanDisbursed: TakeIn(touches, open_account)}
MAPPER: Final = EventMapper(
    [
        TrancheReceived,
        InterestCharged,
        PaymentTaken,
        PaymentReversed,
        PrincipalFellOverdue,
        DebtFrozen,
        DebtBegun,
        DebtEnded,
        SavingsDeposited,
    ]
)
