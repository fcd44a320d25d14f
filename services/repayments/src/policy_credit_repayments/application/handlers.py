"""Which use case carries out which command or takes in which event, and what they store."""

from collections.abc import Mapping
from typing import Final

from policy_credit_repayments.application import treat
from policy_credit_repayments.application.call_in import call_in
from policy_credit_repayments.application.charge import charge
from policy_credit_repayments.application.collect import collect, recover
from policy_credit_repayments.application.open import open_account, touches
from policy_credit_repayments.application.reverse import reverse
from policy_credit_repayments.application.save import save
from policy_credit_repayments.application.treat import touches_household, touches_loan
from policy_credit_repayments.domain import entries
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    CollectRecovery,
    DepositSavings,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.entrustment import FeesAccrued, MonthEndsCounted
from policy_credit_repayments.domain.household import DebtBegun, DebtEnded, DebtMoved
from policy_credit_repayments.domain.savings import SavingsDeposited
from policy_credit_shared.events import lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    CollectPayment: collect,
    CollectRecovery: recover,
    ReversePayment: reverse,
    ChargeInterest: charge,
    MarkOverdue: call_in,
    DepositSavings: save,
}
TAKES_IN: Final[Mapping[type[PublicEvent], TakeIn]] = {
    lending.LoanDisbursed: TakeIn(touches, open_account),
    lending.LoanExtended: TakeIn(touches_loan, treat.extend),
    lending.LoanRescheduled: TakeIn(touches_loan, treat.reschedule),
    lending.LoanRerated: TakeIn(touches_loan, treat.rerate),
    lending.LoanFreezingApproved: TakeIn(touches_loan, treat.freeze),
    lending.LoanUnfreezingApproved: TakeIn(touches_loan, treat.unfreeze),
    lending.LoanWriteOffApproved: TakeIn(touches_household, treat.write_off),
    lending.LoanReassigned: TakeIn(touches_household, treat.move),
}
MAPPER: Final = EventMapper(
    [
        entries.TrancheReceived,
        entries.InterestCharged,
        entries.PaymentTaken,
        entries.PaymentReversed,
        entries.RecoveryTaken,
        entries.RecoveryReversed,
        entries.InstalmentFellDue,
        entries.InstalmentCarried,
        entries.PrincipalFellOverdue,
        entries.LayerAged,
        entries.PlanChanged,
        entries.RateChanged,
        entries.DebtFrozen,
        entries.DebtUnfrozen,
        entries.DebtWrittenOff,
        entries.LoanMoved,
        DebtBegun,
        DebtEnded,
        DebtMoved,
        MonthEndsCounted,
        FeesAccrued,
        SavingsDeposited,
    ]
)
