"""Composition of the loans service."""

from policy_credit_loans.api.queries import ANSWERS, queries
from policy_credit_loans.api.routes import ROUTES
from policy_credit_loans.application.handlers import HANDLERS, MAPPER
from policy_credit_loans.application.lending import CLOSINGS
from policy_credit_loans.application.take_in import TAKES_IN
from policy_credit_loans.publishing.translation import translate
from policy_credit_loans.settings import LoansSettings
from policy_credit_shared.running.writing import WritingService

PARTS = WritingService(
    name="loans",
    title="policy-credit loans",
    description="Who may borrow, from which capital, and the life of policy loans."
    " Amounts are whole dong.",
    settings=LoansSettings,
    mapper=MAPPER,
    routes=ROUTES,
    handlers=HANDLERS,
    translate=translate,
    takes_in=TAKES_IN,
    takes_in_from=["repayments"],
    closings=CLOSINGS,
    queries=queries,
    answers_of_queries=ANSWERS,
)
SERVICE = PARTS.service()
