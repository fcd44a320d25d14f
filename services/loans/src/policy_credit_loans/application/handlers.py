"""Which use case carries out which command, takes in which fact or closes a day, and what they
store."""

from typing import Final

from policy_credit_loans.application import books, lending, people
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {**lending.HANDLERS, **people.HANDLERS, **books.HANDLERS}
MAPPER: Final = EventMapper([*lending.EVENTS, *people.EVENTS, *books.EVENTS])
