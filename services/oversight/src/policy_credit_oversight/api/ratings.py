"""Where commands about ratings and targets are posted, and by whom."""

from typing import Final

from policy_credit_oversight.domain.group_rating import AmendRating, ConfirmRating
from policy_credit_oversight.domain.target import SetTarget
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

_EITHER: Final[set[Role]] = {"credit_officer", "branch_director"}

ROUTES: Final = [
    CommandRoute("/rating-confirmations", ConfirmRating, _EITHER),
    CommandRoute("/rating-amendments", AmendRating, _EITHER),
    CommandRoute("/targets", SetTarget, {"branch_director"}, writer="above_unit"),
]
