"""Every indicator, declared once: the measures, the ratios, and what moves them.

Live figures, replay, API, metrics, labels and documentation all follow from these declarations.
"""

from typing import Final

from policy_credit_reporting.indicators.algebra import Algebra, Posting
from policy_credit_reporting.indicators.by_group import BY_GROUP
from policy_credit_reporting.indicators.measures import (
    debt,
    governance,
    lending,
    savings,
    supervision,
    turnover,
)
from policy_credit_reporting.indicators.postings import OF_LOANS, OF_OVERSIGHT, OF_REPAYMENTS
from policy_credit_reporting.indicators.ratios import RATIOS
from policy_credit_shared.events.public import PublicEvent

MEASURES: Final = [
    *debt.MEASURES,
    *turnover.MEASURES,
    *lending.MEASURES,
    *savings.MEASURES,
    *supervision.MEASURES,
    *governance.MEASURES,
]
POSTINGS: Final[dict[type[PublicEvent], list[Posting]]] = {
    **OF_LOANS,
    **OF_REPAYMENTS,
    **OF_OVERSIGHT,
}
ALGEBRA: Final = Algebra(MEASURES, RATIOS, POSTINGS, BY_GROUP)
