"""Which use case carries out which command or takes in which event, and what they store."""

from collections.abc import Mapping
from typing import Final

from policy_credit_repayments.application import sessions
from policy_credit_repayments.application.charge import charge
from policy_credit_repayments.application.classify import freeze, mark_overdue
from policy_credit_repayments.application.collect import collect
from policy_credit_repayments.application.hold_session import close_session, open_session
from policy_credit_repayments.application.mobilise import deposit_mobilised, withdraw_mobilised
from policy_credit_repayments.application.open import open_account, touches
from policy_credit_repayments.application.repay_from_savings import repay_from_savings
from policy_credit_repayments.application.reverse import reverse
from policy_credit_repayments.application.save import save, withdraw_savings
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
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.household import DebtBegun, DebtEnded
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
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books, Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    CollectPayment: collect,
    ReversePayment: reverse,
    ChargeInterest: charge,
    MarkOverdue: mark_overdue,
    FreezeDebt: freeze,
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
    LoanDisbursed: _both(
        TakeIn(touches, open_account), TakeIn(sessions.touches, sessions.note_disbursement)
    ),
}
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
        SavingsWithdrawn,
        SavingsRestored,
        MobilisedDeposited,
        MobilisedWithdrawn,
        SessionOpened,
        SessionMoved,
        SessionClosed,
        PointTaken,
        PointFreed,
    ]
)
