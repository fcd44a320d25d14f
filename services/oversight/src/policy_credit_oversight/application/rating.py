"""Which use case carries out which command about ratings and targets or closes a day, and what
they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_oversight.application.propose import propose
from policy_credit_oversight.application.rate import amend, confirm
from policy_credit_oversight.application.target import target
from policy_credit_oversight.domain import group_loan, group_rating, group_score, office_groups
from policy_credit_oversight.domain.group_rating import AmendRating, ConfirmRating
from policy_credit_oversight.domain.group_score import GROUP_SCORE
from policy_credit_oversight.domain.target import SetTarget, TargetSet
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    ConfirmRating: confirm,
    AmendRating: amend,
    SetTarget: target,
}
CLOSINGS: Final = [Closing(GROUP_SCORE, propose)]
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    office_groups.GroupsListed,
    group_score.GroupKnown,
    group_score.GroupEnded,
    group_score.FactsCounted,
    group_score.RatingProposed,
    group_score.MonthSettled,
    group_loan.LoanPlaced,
    group_loan.FactsWaited,
    group_rating.GroupRated,
    group_rating.RatingEnded,
    TargetSet,
]
