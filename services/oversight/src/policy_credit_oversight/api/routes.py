"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_oversight.api import inspections, ratings

ROUTES: Final = [*inspections.ROUTES, *ratings.ROUTES]
