"""Where commands about an office's existing books are posted, and by whom."""

from typing import Final

from policy_credit_loans.domain.books_commands import (
    BeginBooks,
    CarryOverGroup,
    CarryOverHousehold,
    CarryOverLoan,
    OpenBooks,
)
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.web.commands import CommandRoute

_DIRECTOR: Final[set[Role]] = {"branch_director"}
_EITHER: Final[set[Role]] = {"credit_officer", "branch_director"}

ROUTES: Final = [
    CommandRoute("/existing-books", BeginBooks, _EITHER),
    CommandRoute("/existing-groups", CarryOverGroup, _EITHER),
    CommandRoute("/existing-households", CarryOverHousehold, _EITHER),
    CommandRoute("/existing-loans", CarryOverLoan, _EITHER),
    CommandRoute("/existing-books-openings", OpenBooks, _DIRECTOR),
]
