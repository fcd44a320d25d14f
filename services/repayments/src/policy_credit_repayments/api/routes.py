"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_repayments.api import points
from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    CollectRecovery,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/payments", CollectPayment, {"teller", "credit_officer"}),
    CommandRoute("/recoveries", CollectRecovery, {"teller", "credit_officer"}),
    CommandRoute("/payment-reversals", ReversePayment, {"branch_director"}),
    CommandRoute("/interest-charges", ChargeInterest, {"credit_officer", "branch_director"}),
    CommandRoute("/overdue-principal", MarkOverdue, {"credit_officer", "branch_director"}),
    *points.ROUTES,
]
