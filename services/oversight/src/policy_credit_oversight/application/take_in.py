"""Which facts of loans and repayments the oversight service takes in, and what for.

An event type may be taken in for several reasons: each is given it, in the order of the arguments.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from policy_credit_oversight.application.open_checks import OPENS_CHECKS
from policy_credit_oversight.application.score import SCORES
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books

TakesIn = Mapping[type[PublicEvent], TakeIn]


def all_of(*reasons: TakesIn) -> TakesIn:
    """One mapping of them all. Only the first handler of an event type may refuse an event."""
    return {kind: _in_turn([r[kind] for r in reasons if kind in r]) for r in reasons for kind in r}


def _in_turn(parts: list[TakeIn]) -> TakeIn:
    def handle(event: PublicEvent, books: Books) -> None:
        for part in parts:
            part.handle(event, books)

    def follows(event: PublicEvent, books: Books) -> list[UUID]:
        return [id_ for part in parts for id_ in part.follows(event, books)]

    def touches(event: PublicEvent) -> list[UUID]:
        return [id_ for part in parts for id_ in part.touches(event)]

    return TakeIn(touches, handle, follows)


TAKES_IN: Final[TakesIn] = all_of(OPENS_CHECKS, SCORES)
