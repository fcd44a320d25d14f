"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence

from policy_credit_oversight.publishing import governing, rating, supervising
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public events that a stored event says; none for what only this service needs."""
    for words in (supervising.words, rating.words, governing.words):
        if (said := words(recorded)) is not None:
            return said
    raise InvariantBroken(f"no public words for {recorded.event.TOPIC}")
