"""Which use case carries out which command or takes in which event, and what they store."""

from collections.abc import Mapping
from typing import Final

from policy_credit_repayments.application import sessions, treat
from policy_credit_repayments.application.call_in import call_in
from policy_credit_repayments.application.charge import charge
from policy_credit_repayments.application.collect import collect, recover
from policy_credit_repayments.application.hold_session import close_session, open_session
from policy_credit_repayments.application.mobilise import deposit_mobilised, withdraw_mobilised
from policy_credit_repayments.application.open import carry_over, open_account, touches
from policy_credit_repayments.application.repay_from_savings import repay_from_savings
from policy_credit_repayments.application.reverse import reverse
from policy_credit_repayments.application.save import carry_over as carry_over_savings
from policy_credit_repayments.application.save import save, touches_savings, withdraw_savings
from policy_credit_repayments.application.treat import touches_household, touches_loan
from policy_credit_repayments.domain import entries
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    CollectRecovery,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.entrustment import FeesAccrued, MonthEndsCounted
from policy_credit_repayments.domain.household import DebtBegun, DebtEnded, DebtMoved
from policy_credit_repayments.domain.mobilised import MobilisedDeposited, MobilisedWithdrawn
from policy_credit_repayments.domain.point_commands import (
    CloseSession,
    DepositMobilised,
    DepositSavings,
    OpenSession,
    RepayFromSavings,
    WithdrawMobilised,
    WithdrawSavings,
)
from policy_credit_repayments.domain.savings import (
    SavingsCarriedOver,
    SavingsDeposited,
    SavingsRestored,
    SavingsWithdrawn,
)
from policy_credit_repayments.domain.session import (
    PointFreed,
    PointTaken,
    SessionClosed,
    SessionMoved,
    SessionOpened,
)
from policy_credit_shared.events import lending
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books, Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    CollectPayment: collect,
    CollectRecovery: recover,
    ReversePayment: reverse,
    ChargeInterest: charge,
    MarkOverdue: call_in,
    DepositSavings: save,
    WithdrawSavings: withdraw_savings,
    RepayFromSavings: repay_from_savings,
    DepositMobilised: deposit_mobilised,
    WithdrawMobilised: withdraw_mobilised,
    OpenSession: open_session,
    CloseSession: close_session,
}


def _both(one: TakeIn, other: TakeIn) -> TakeIn:
    """An event that two use cases take in; only the first of them may refuse it."""

    def handle(event: PublicEvent, books: Books) -> None:
        one.handle(event, books)
        other.handle(event, books)

    return TakeIn(lambda event: (*one.touches(event), *other.touches(event)), handle)


TAKES_IN: Final[Mapping[type[PublicEvent], TakeIn]] = {
    lending.LoanDisbursed: _both(
        TakeIn(touches, open_account), TakeIn(sessions.touches, sessions.note_disbursement)
    ),
    lending.LoanCarriedOver: TakeIn(touches, carry_over),
    lending.SavingsCarriedOver: TakeIn(touches_savings, carry_over_savings),
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
        entries.BalanceCarriedOver,
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
        SavingsWithdrawn,
        SavingsRestored,
        SavingsCarriedOver,
        MobilisedDeposited,
        MobilisedWithdrawn,
        SessionOpened,
        SessionMoved,
        SessionClosed,
        PointTaken,
        PointFreed,
    ]
)
