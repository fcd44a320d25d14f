"""What is kept by savings-and-credit group (tổ tiết kiệm và vay vốn) too: of the present, by sums.

The postings are those of the measures. A group's rating is a sum as well: of the ratings a group
can have, the one that is 1.
"""

from typing import Final

from policy_credit_reporting.indicators.algebra import Measure
from policy_credit_reporting.indicators.measures import debt, lending, savings, supervision

BY_GROUP: Final[tuple[Measure, ...]] = (
    lending.groups,
    lending.group_members,
    debt.loans,
    debt.outstanding,
    debt.overdue,
    debt.frozen,
    debt.overdue_loans,
    savings.savings,
    *supervision.RATED.values(),
    supervision.groups_scored,
    supervision.points,
    *supervision.POINTS.values(),
)
