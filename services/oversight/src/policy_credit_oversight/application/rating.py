"""Which use case carries out which command about ratings and targets, and what they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_oversight.application.rate import rate
from policy_credit_oversight.application.target import target
from policy_credit_oversight.domain.group_rating import GroupRated, RateGroup
from policy_credit_oversight.domain.target import SetTarget, TargetSet
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    RateGroup: rate,
    SetTarget: target,
}
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    GroupRated,
    TargetSet,
]
