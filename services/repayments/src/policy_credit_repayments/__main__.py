"""Composition of the repayments service."""

from policy_credit_repayments.api.queries import ANSWERS, queries
from policy_credit_repayments.api.routes import ROUTES
from policy_credit_repayments.application.close import accrue_fees, close_account
from policy_credit_repayments.application.handlers import HANDLERS, MAPPER, TAKES_IN
from policy_credit_repayments.domain.entrustment import ENTRUSTMENT
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.publishing.translation import translate
from policy_credit_repayments.settings import RepaymentsSettings
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.running.writing import WritingService

PARTS = WritingService(
    name="repayments",
    title="policy-credit repayments",
    description="Payments, interest, overdue debt, savings and sessions. Amounts are whole dong.",
    settings=RepaymentsSettings,
    mapper=MAPPER,
    routes=ROUTES,
    handlers=HANDLERS,
    translate=translate,
    takes_in=TAKES_IN,
    takes_in_from=["loans"],
    # In this order: a month's fees follow from accounts that are closed.
    closings=[Closing(ACCOUNT, close_account), Closing(ENTRUSTMENT, accrue_fees)],
    queries=queries,
    answers_of_queries=ANSWERS,
)
SERVICE = PARTS.service()
