"""Which use case carries out which command or closes a day, and the events that they store."""

from typing import Final

from policy_credit_oversight.application import governing, rating, supervising
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    **supervising.HANDLERS,
    **rating.HANDLERS,
    **governing.HANDLERS,
}
CLOSINGS: Final = [*supervising.CLOSINGS, *rating.CLOSINGS, *governing.CLOSINGS]
MAPPER: Final = EventMapper([*supervising.EVENTS, *rating.EVENTS, *governing.EVENTS])
