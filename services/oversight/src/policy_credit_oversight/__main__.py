"""Composition of the oversight service."""

from policy_credit_oversight.api.queries import ANSWERS, queries
from policy_credit_oversight.api.routes import ROUTES
from policy_credit_oversight.application.handlers import CLOSINGS, HANDLERS, MAPPER
from policy_credit_oversight.application.take_in import TAKES_IN
from policy_credit_oversight.publishing.translation import translate
from policy_credit_oversight.settings import OversightSettings
from policy_credit_shared.running.writing import WritingService

PARTS = WritingService(
    name="oversight",
    title="policy-credit oversight",
    description="Inspections, loan-use checks, group ratings and targets; Boards, resolutions,"
    " obstacles, outreach, outcomes, reports.",
    settings=OversightSettings,
    mapper=MAPPER,
    routes=ROUTES,
    handlers=HANDLERS,
    translate=translate,
    takes_in=TAKES_IN,
    takes_in_from=["loans", "repayments"],
    closings=CLOSINGS,
    queries=queries,
    answers_of_queries=ANSWERS,
)
SERVICE = PARTS.service()
