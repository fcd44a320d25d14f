"""Which commands are posted where, and who may send them."""

from typing import Final

from policy_credit_loans.api import books, lending, people

ROUTES: Final = [*lending.ROUTES, *people.ROUTES, *books.ROUTES]
