"""Where commands about ratings and targets are posted, and by whom."""

from typing import Final

from policy_credit_oversight.domain.group_rating import RateGroup
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/group-ratings", RateGroup, {"credit_officer", "branch_director"}),
    CommandRoute("/targets", SetTarget, {"branch_director"}),
]
