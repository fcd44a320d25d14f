"""Where a transaction point's savings, deposits and sessions are posted, and by whom."""

from typing import Final

from policy_credit_repayments.domain.point_commands import (
    CloseSession,
    DepositMobilised,
    DepositSavings,
    OpenSession,
    RepayFromSavings,
    WithdrawMobilised,
    WithdrawSavings,
)
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

AT_THE_DESK: Final[set[Role]] = {"teller", "credit_officer"}

ROUTES: Final = [
    CommandRoute("/savings-deposits", DepositSavings, AT_THE_DESK),
    CommandRoute("/savings-withdrawals", WithdrawSavings, AT_THE_DESK),
    CommandRoute("/savings-repayments", RepayFromSavings, AT_THE_DESK),
    CommandRoute("/mobilised-deposits", DepositMobilised, AT_THE_DESK),
    CommandRoute("/mobilised-withdrawals", WithdrawMobilised, AT_THE_DESK),
    CommandRoute("/sessions", OpenSession, AT_THE_DESK),
    CommandRoute("/session-closings", CloseSession, AT_THE_DESK),
]
