"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_oversight.api import governing, inspections, ratings

ROUTES: Final = [*inspections.ROUTES, *ratings.ROUTES, *governing.ROUTES]
